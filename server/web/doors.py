"""Coming in: an invitation or a typed code is exchanged by POST for a person and their cookie."""

import secrets
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from server.core.people import Join
from server.core.state import SYSTEM, Person, State
from server.errors import Code, Rejected
from server.web.auth import Invitation, cookie_name, tidy_code
from server.web.services import Services

_PERSON_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
_MAX_BODY = 4096
_YEAR_S = 365 * 24 * 3600


class Ticket(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody at the door shows: an invitation from a link, or the code they typed."""

    invitation: Annotated[str, Meta(max_length=200)] = ""
    code: Annotated[str, Meta(max_length=40)] = ""


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """`room` may be left out where the invitation names it. `anew`: be a new person even if this browser knows one."""

    invitation: Annotated[str, Meta(max_length=200)] = ""
    code: Annotated[str, Meta(max_length=40)] = ""
    room: Annotated[str, Meta(max_length=40)] = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    anew: bool = False


async def body(request: Request, kind: type[Struct]) -> Struct:
    """A small JSON body, decoded. Raises `Rejected(TOO_LARGE | MALFORMED)`."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > _MAX_BODY:
            raise Rejected(Code.TOO_LARGE, limit=_MAX_BODY)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Rejected(Code.MALFORMED) from None


def answer(value: object, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, media_type="application/json", headers=headers)


def read_ticket(services: Services, ticket: Ticket | Entry) -> Invitation:
    """What a ticket allows. Raises `Rejected(LINK_INVALID | CODE_INVALID)`."""
    if ticket.invitation:
        invitation = services.keys.read_invitation(ticket.invitation)
        if invitation is None or invitation.purpose == "host":
            raise Rejected(Code.LINK_INVALID)
        return invitation
    typed = tidy_code(ticket.code)
    for row in services.hub.sessions():
        if not row.archived and secrets.compare_digest(services.keys.join_code(row.id).encode(), typed.encode()):
            return Invitation("participant", row.id, "")
    raise Rejected(Code.CODE_INVALID)


def known_person(request: Request, state: State, invitation: Invitation, room: str = "") -> Person | None:
    """Who this browser already is in the session, in the invitation's role (and room, where one is asked for)."""
    services: Services = request.state.services
    for person in reversed(state.people.values()):
        fits = person.role == invitation.role and not person.removed and room in ("", person.room)
        if fits and services.is_signed_in(request.cookies, state.session, person.id):
            return person
    return None


async def enter(request: Request) -> Response:
    """POST `/api/enter`: an `Entry`; answers {"url"} and sets the person's cookie."""
    services: Services = request.state.services
    entry = await body(request, Entry)
    assert isinstance(entry, Entry)
    invitation = read_ticket(services, entry)
    live = await services.hub.live(invitation.session)
    room = entry.room or invitation.room
    if live.state.plan.room(room) is None or (invitation.role != "participant" and room != invitation.room):
        raise Rejected(Code.ROOM_UNKNOWN)
    known = None if entry.anew else known_person(request, live.state, invitation, room)
    if known is not None:
        return answer({"url": f"/s/{live.id}/{known.id}"})
    person_id = new_person_id()
    receipt = await live.submit(SYSTEM, Join(person_id, invitation.role, room, entry.name))
    if receipt.code is not None:
        raise Rejected(Code(receipt.code), **receipt.params)
    response = answer({"url": f"/s/{live.id}/{person_id}"})
    sign_in(response, services, live.id, person_id)
    return response


def new_person_id() -> str:
    return "".join(secrets.choice(_PERSON_LETTERS) for _ in range(12))


def sign_in(response: Response, services: Services, session: str, person: str) -> None:
    response.set_cookie(
        cookie_name(person, services.settings.secure),
        services.keys.token(session, person),
        max_age=_YEAR_S,
        path="/",
        secure=services.settings.secure,
        httponly=True,
        samesite="lax",
    )
