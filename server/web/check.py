"""Five seconds through our server and back, for a station that checks its way before a live window."""

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.links import station_of
from server.errors import Code, Rejected
from server.rtc.media.endpoints import MAX_OFFER_BYTES
from server.rtc.media.refusals import BadOffer, Full
from server.web.doors import answer, body
from server.web.faces import person_asking
from server.web.origin import post
from server.web.services import Services


class CheckAsking(Struct, frozen=True, forbid_unknown_fields=True):
    """`offer`: a session description (SDP)."""

    person: Annotated[str, Meta(max_length=40)]
    offer: Annotated[str, Meta(max_length=MAX_OFFER_BYTES)]


def routes() -> list[Route]:
    return [post("/api/sessions/{session}/check", check)]


async def check(request: Request) -> Response:
    """POST `/api/sessions/{session}/check` {person, offer}: answers {"answer"}, to a room's station.

    Raises `Rejected(NOT_ALLOWED | NO_STATION | MALFORMED | TOO_FAST)`, the last when others check just now.
    """
    services: Services = request.state.services
    asking = await body(request, CheckAsking, limit=2 * MAX_OFFER_BYTES)
    live, person = await person_asking(request, request.path_params["session"], asking.person)
    if person.role != "projector":
        raise Rejected(Code.NOT_ALLOWED)
    station = station_of(live.state, person.room)
    if station is None or station.person != person.id:
        raise Rejected(Code.NO_STATION)
    try:
        return answer({"answer": await services.echo_door.answer(f"{live.id}/{person.id}", asking.offer)})
    except BadOffer:
        raise Rejected(Code.MALFORMED) from None
    except Full:
        raise Rejected(Code.TOO_FAST) from None
