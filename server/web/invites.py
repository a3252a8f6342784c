"""What a facilitator lets in: the projector of their hall (by pairing) and a co-facilitator (by a link or its QR code)."""

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.state import Person
from server.errors import Code, Rejected
from server.hub.live_session import LiveSession
from server.web.auth import grouped
from server.web.doors import address, answer, body, join, sign_in
from server.web.faces import person_asking, qr_svg, signed_in
from server.web.origin import post
from server.web.pairing import LIFETIME_MS, Place
from server.web.services import Services
from server.web.templating import language_of

# Long enough for "come in tomorrow morning", short enough that a link in an old chat opens nothing.
INVITED_FOR_MS = 24 * 3_600_000


class Asking(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the people in this browser asks."""

    person: Annotated[str, Meta(max_length=40)]


class PairAsking(Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: as somebody read it from the wall."""

    person: Annotated[str, Meta(max_length=40)]
    code: Annotated[str, Meta(max_length=40)]


class DeviceAsking(Struct, frozen=True, forbid_unknown_fields=True):
    device: Annotated[str, Meta(max_length=40)]


def routes() -> list[Route]:
    return [
        post("/api/pair/start", start_pairing),
        post("/api/pair/poll", poll_pairing),
        post("/api/sessions/{session}/pair", pair),
        post("/api/sessions/{session}/invite", invite),
        Route("/s/{session}/{person}/invite.svg", invite_qr),
    ]


async def start_pairing(request: Request) -> Response:
    """POST `/api/pair/start`: answers {"code", "device", "expires_in_ms"}; the code is for the wall, `device` for polling."""
    services: Services = request.state.services
    device = services.pairings.start()
    return answer({"code": grouped(device.code), "device": device.secret, "expires_in_ms": LIFETIME_MS})


async def poll_pairing(request: Request) -> Response:
    """POST `/api/pair/poll` {device}: answers {"state": "waiting" | "expired" | "paired"}, paired with "url" and the cookie."""
    services: Services = request.state.services
    asking = await body(request, DeviceAsking)
    device = services.pairings.find(asking.device)
    if device is None:
        return answer({"state": "expired"})
    if device.place is None:
        return answer({"state": "waiting"})
    live = await services.hub.live(device.place.session)
    response = answer({"state": "paired", "url": address(live, device.place.person)})
    sign_in(response, services, live.id, device.place.person)
    return response


async def pair(request: Request) -> Response:
    """POST `/api/sessions/{session}/pair` {person, code}: the device becomes a projector of the facilitator's room.

    Answers {"room", "label"}, the label being the room's name in the asker's language.
    """
    services: Services = request.state.services
    asking = await body(request, PairAsking)
    live, facilitator = await _facilitator(request, asking.person)
    device = services.pairings.claim(asking.code)
    try:
        projector = await join(live, "projector", facilitator.room)
    except Exception:
        services.pairings.release(device)
        raise
    device.place = Place(live.id, projector)
    room = live.state.plan.room(facilitator.room)
    assert room is not None
    label = room.name.get(language_of(request)) or next(iter(room.name.values()))
    return answer({"room": room.id, "label": label})


async def invite(request: Request) -> Response:
    """POST `/api/sessions/{session}/invite` {person}: answers {"link", "qr"} for a co-facilitator of the same room."""
    services: Services = request.state.services
    asking = await body(request, Asking)
    live, facilitator = await _facilitator(request, asking.person)
    link = services.enter_link("facilitator", live.id, facilitator.room, _until(live))
    return answer({"link": link, "qr": f"{address(live, facilitator.id)}/invite.svg"})


async def invite_qr(request: Request) -> Response:
    """`/s/{session}/{person}/invite.svg`: the co-facilitator's link, for the camera of their phone or laptop."""
    services: Services = request.state.services
    live, person = _checked(await signed_in(request))
    return qr_svg(services.enter_link("facilitator", live.id, person.room, _until(live)))


def _until(live: LiveSession) -> int:
    return live.now() + INVITED_FOR_MS


async def _facilitator(request: Request, person: str) -> tuple[LiveSession, Person]:
    return _checked(await person_asking(request, request.path_params["session"], person))


def _checked(asking: tuple[LiveSession, Person]) -> tuple[LiveSession, Person]:
    """Raises `Rejected(NOT_ALLOWED)` for all but facilitators."""
    if asking[1].role != "facilitator":
        raise Rejected(Code.NOT_ALLOWED)
    return asking
