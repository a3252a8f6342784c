"""What a facilitator lets in: the projector of their hall (by pairing), a co-facilitator or interpreter (by a link or its QR
code), phones. And what a projector does: its camera, by pairing as well.
"""

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.entrances import check_entrance
from server.core.ids import Role
from server.core.state import Entrance, Invitation, Person
from server.errors import Code, Rejected
from server.hub.live_session import LiveSession
from server.web.auth import grouped
from server.web.doors import address, answer, body, join, sign_in
from server.web.faces import person_asking, qr_svg, signed_in
from server.web.origin import post
from server.web.pairing import LIFETIME_MS, Place
from server.web.services import Services
from server.web.templating import language_of


class Asking(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the people in this browser asks."""

    person: Annotated[str, Meta(max_length=40)]


class PairAsking(Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: as somebody read it from the wall."""

    person: Annotated[str, Meta(max_length=40)]
    code: Annotated[str, Meta(max_length=40)]


class InviteAsking(Struct, frozen=True, forbid_unknown_fields=True):
    """`invitation`: the id of one that was made by `InviteFacilitator` or `InviteInterpreter`."""

    person: Annotated[str, Meta(max_length=40)]
    invitation: Annotated[str, Meta(max_length=40)]


class DeviceAsking(Struct, frozen=True, forbid_unknown_fields=True):
    device: Annotated[str, Meta(max_length=40)]


_PAIRS: dict[Role, Role] = {"facilitator": "projector", "projector": "camera"}
"""What a device becomes whose code somebody types, by who typed it."""


def routes() -> list[Route]:
    return [
        post("/api/pair/start", start_pairing),
        post("/api/pair/poll", poll_pairing),
        post("/api/sessions/{session}/pair", pair),
        post("/api/sessions/{session}/invite", invite),
        post("/api/sessions/{session}/code", join_code),
        Route("/s/{session}/{person}/invite/{invitation}.svg", invite_qr),
        Route("/s/{session}/{person}/pair.svg", pair_qr),
    ]


async def start_pairing(request: Request) -> Response:
    """POST `/api/pair/start`: answers {"code", "device", "expires_in_ms"}; the code is for the wall, `device` for polling."""
    services: Services = request.state.services
    device = await services.pairings.start()
    return answer({"code": grouped(device.code), "device": device.secret, "expires_in_ms": LIFETIME_MS})


async def poll_pairing(request: Request) -> Response:
    """POST `/api/pair/poll` {device}: answers {"state": "waiting" | "expired" | "paired"}, paired with "url" and the cookie."""
    services: Services = request.state.services
    asking = await body(request, DeviceAsking)
    device = await services.pairings.find(asking.device)
    if device is None:
        return answer({"state": "expired"})
    if device.place is None:
        return answer({"state": "waiting"})
    live = await services.hub.live(device.place.session)
    response = answer({"state": "paired", "url": address(live, device.place.person)})
    sign_in(request, response, live.id, device.place.person)
    return response


async def pair(request: Request) -> Response:
    """POST `/api/sessions/{session}/pair` {person, code}: the device becomes a projector of the facilitator's room, or, where a
    projector asks, the camera of that wall.

    Answers {"room", "label"}, the label being the room's name in the asker's language.
    """
    services: Services = request.state.services
    asking = await body(request, PairAsking)
    live, by = await person_asking(request, request.path_params["session"], asking.person)
    if by.role not in _PAIRS:
        raise Rejected(Code.NOT_ALLOWED)
    device = await services.pairings.claim(asking.code)
    try:
        machine = await join(live, _PAIRS[by.role], by.room)
    except Exception:
        await services.pairings.release(device)
        raise
    await services.pairings.settle(device, Place(live.id, machine))
    room = live.state.plan.room(by.room)
    assert room is not None
    label = room.name.get(language_of(request)) or next(iter(room.name.values()))
    return answer({"room": room.id, "label": label})


async def pair_qr(request: Request) -> Response:
    """`/s/{session}/{person}/pair.svg`: the address at which a device shows its code, for one with a camera."""
    services: Services = request.state.services
    await signed_in(request)
    return qr_svg(f"{services.settings.public_url}/pair")


async def invite(request: Request) -> Response:
    """POST `/api/sessions/{session}/invite` {person, invitation}: answers {"link", "qr"}, for facilitators of its room."""
    services: Services = request.state.services
    asking = await body(request, InviteAsking)
    live, facilitator = await _facilitator(request, asking.person)
    invitation = _own(live, facilitator, asking.invitation)
    link = services.invitation_link(live.state, invitation)
    return answer({"link": link, "qr": f"{address(live, facilitator.id)}/invite/{invitation.id}.svg"})


async def invite_qr(request: Request) -> Response:
    """`/s/{session}/{person}/invite/{invitation}.svg`: that link, for the camera of a phone or laptop."""
    services: Services = request.state.services
    live, person = _checked(await signed_in(request))
    invitation = _own(live, person, request.path_params["invitation"])
    return qr_svg(services.invitation_link(live.state, invitation))


async def join_code(request: Request) -> Response:
    """POST `/api/sessions/{session}/code` {person}: answers {"code"}, for walls and desks that stood when it was renewed."""
    services: Services = request.state.services
    asking = await body(request, Asking)
    live, person = await person_asking(request, request.path_params["session"], asking.person)
    if person.role not in ("facilitator", "projector"):
        raise Rejected(Code.NOT_ALLOWED)
    return answer({"code": services.code(live.state)})


def _own(live: LiveSession, facilitator: Person, invitation_id: str) -> Invitation:
    """An invitation into this facilitator's room that still holds. Raises `Rejected`."""
    invitation = live.state.invitations.get(invitation_id)
    if invitation is None:
        raise Rejected(Code.LINK_INVALID)
    check_entrance(live.state, invitation.role, Entrance(invitation=invitation_id), live.now())
    if invitation.room != facilitator.room:
        raise Rejected(Code.OTHER_ROOM)
    return invitation


async def _facilitator(request: Request, person: str) -> tuple[LiveSession, Person]:
    return _checked(await person_asking(request, request.path_params["session"], person))


def _checked(asking: tuple[LiveSession, Person]) -> tuple[LiveSession, Person]:
    """Raises `Rejected(NOT_ALLOWED)` for all but facilitators."""
    if asking[1].role != "facilitator":
        raise Rejected(Code.NOT_ALLOWED)
    return asking
