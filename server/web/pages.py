"""Pages that are complete on the server, and the shells of the small ones that need a script (join, enter, pair)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.plan import KEEP_DAYS
from server.web import check, doors, host, invites, link, mine
from server.web.services import Services
from server.web.templating import as_json, language_of, page


def routes() -> list[Route]:
    return [
        Route("/", join_page),
        Route("/join", join_page),
        Route("/enter", enter_page),
        Route("/pair", pair_page),
        Route("/privacy", privacy_page),
        *doors.routes(),
        *invites.routes(),
        *mine.routes(),
        *link.routes(),
        *check.routes(),
        *host.routes(),
    ]


async def join_page(request: Request) -> Response:
    """`/` asks for the typed code, `/join#invitation` for room and name. All languages come along: switching asks nobody."""
    services: Services = request.state.services
    catalogues = {
        language: {i: text for i, text in catalogue.messages.items() if i.startswith("pages.join.")}
        for language, catalogue in services.catalogues.all.items()
    }
    here = await doors.here(request) if request.url.path == "/" else None
    boot = {"language": language_of(request), "catalogues": catalogues, "here": here}
    modules = services.assets.modules("js/join.js")
    return page(request, "join.html", boot=as_json(boot), modules=modules)


async def enter_page(request: Request) -> Response:
    """`/enter#invitation`: a facilitator's, projector's or host's link; its script exchanges the invitation."""
    return page(request, "enter.html")


async def pair_page(request: Request) -> Response:
    """`/pair`: for the machine at a hall's projector. Nobody there has a language yet, so all are shown."""
    services: Services = request.state.services
    return page(request, "pair.html", say=services.catalogues.text)


async def privacy_page(request: Request) -> Response:
    """`/privacy`: what is stored where and how long, who sees it, how it goes, whom to ask."""
    services: Services = request.state.services
    return page(request, "privacy.html", keep_days=KEEP_DAYS, contact=services.settings.privacy_contact)
