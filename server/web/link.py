"""What a station asks for before it connects: our own STUN and TURN servers, with credentials of this hour."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.ids import MACHINES
from server.errors import Code, Rejected
from server.rtc.turn import ice_servers
from server.web.doors import answer, body
from server.web.faces import person_asking
from server.web.invites import Asking
from server.web.origin import post
from server.web.services import Services


def routes() -> list[Route]:
    return [post("/api/sessions/{session}/ice", ice)]


async def ice(request: Request) -> Response:
    """POST `/api/sessions/{session}/ice` {person}: answers {"ice_servers"}, for a wall or its camera.

    Raises `Rejected(NOT_ALLOWED)`.
    """
    services: Services = request.state.services
    asking = await body(request, Asking)
    live, person = await person_asking(request, request.path_params["session"], asking.person)
    if person.role not in MACHINES:
        raise Rejected(Code.NOT_ALLOWED)
    return answer({"ice_servers": ice_servers(services.settings.turn, person.id, live.now())})
