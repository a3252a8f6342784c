"""Pages that are complete on the server: the door where a code is typed, links of facilitators and projectors."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.web.services import Services
from server.web.templating import language_of


def routes() -> list[Route]:
    return [Route("/enter", enter_page)]


async def enter_page(request: Request) -> Response:
    """`/enter#invitation`: a facilitator's or projector's link; its script exchanges the invitation."""
    services: Services = request.state.services
    return services.pages.render("enter.html", language_of(request))
