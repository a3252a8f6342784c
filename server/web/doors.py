"""Coming in: an invitation or a typed code is exchanged by POST for a person and their cookie."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.core.entrances import check_entrance
from server.core.ids import Role
from server.core.limits import LIMITS
from server.core.people import Join
from server.core.plan import Colours, Plan, RoomPlan, Text
from server.core.state import SYSTEM, Entrance, Person, State
from server.errors import Code, Rejected, StoreError
from server.hub.hub import Hub
from server.hub.live_session import LiveSession
from server.hub.trail import HOST as HOST_DID_IT
from server.hub.trail import What
from server.store.base import SessionRow
from server.web.auth import Invitation, cookie_name, tidy_code
from server.web.origin import post
from server.web.services import HOST, Services

_PERSON_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
_MAX_BODY = 4096
_YEAR_S = 365 * 24 * 3600

_S = TypeVar("_S", bound=Struct)


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


class DoorRoom(Struct, frozen=True):
    id: str
    name: Text
    mark: str
    mark_by_language: Text
    colours: Colours


class Again(Struct, frozen=True):
    """Who this browser is in the session already. `name` "" for none."""

    url: str
    name: str
    room: str


class Here(Struct, frozen=True):
    """Who this browser is in a session somebody is in right now. `name` "" for none."""

    url: str
    name: str
    title: Text


class Door(Struct, frozen=True):
    """What stands on a door.

    `day`: ISO date, or "" while unknown. `room`: the one whose QR code was scanned, else "". `name_chars`: a limit.
    """

    title: Text
    subtitle: Text
    day: str
    rooms: tuple[DoorRoom, ...]
    room: str
    again: Again | None
    name_chars: int


def routes() -> list[Route]:
    return [post("/api/door", door), post("/api/enter", enter), post("/s/{session}/{person}/leave", leave)]


async def content(request: Request, limit: int) -> bytes:
    """What was posted. Raises `Rejected(TOO_LARGE)`."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise Rejected(Code.TOO_LARGE, limit=limit)
    return data


async def body(request: Request, kind: type[_S], limit: int = _MAX_BODY) -> _S:
    """A small JSON body, decoded. Raises `Rejected(TOO_LARGE | MALFORMED)`."""
    data = await content(request, limit)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Rejected(Code.MALFORMED) from None


def answer(value: object, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, media_type="application/json", headers=headers)


async def read_ticket(services: Services, ticket: Ticket | Entry) -> Invitation:
    """What a ticket is for; whether it holds, `check_holds` says. Raises `Rejected(LINK_INVALID | CODE_INVALID | CODES_PAUSED)`."""
    if not ticket.code:
        return services.keys.read_invitation(ticket.invitation)
    await services.code_guesses.check()
    typed = tidy_code(ticket.code)
    for row in services.hub.sessions():
        generation = services.keys.code_generation(row.id, typed)
        if generation is not None:
            return Invitation("participant", row.id, "", generation)
    await services.code_guesses.failed()
    raise Rejected(Code.CODE_INVALID)


async def check_holds(services: Services, live: LiveSession, invitation: Invitation) -> None:
    """Raises what `check_entrance` does. A code that was renewed tells a guesser no more than a wrong one."""
    try:
        check_entrance(live.state, invitation.role, invitation.entrance, live.now())
    except Rejected:
        if not invitation.room:
            await services.code_guesses.failed()
        raise


def known_person(request: Request, state: State, role: Role, room: str = "") -> Person | None:
    """Who this browser already is in the session, in that role (and room, where one is asked for); the latest of them."""
    services: Services = request.state.services
    for person in reversed(state.people.values()):
        fits = person.role == role and not person.removed and room in ("", person.room)
        if fits and services.is_signed_in(request.cookies, state.session, person.id):
            return person
    return None


async def door(request: Request) -> Response:
    """POST `/api/door`: a `Ticket` of a participant; answers the `Door` it opens."""
    services: Services = request.state.services
    invitation = await read_ticket(services, await body(request, Ticket))
    if invitation.role != "participant":
        raise Rejected(Code.LINK_INVALID)
    live = await services.hub.live(invitation.session)
    state, plan = live.state, live.state.plan
    room = plan.room(invitation.room)
    known = known_person(request, state, "participant")
    if known is None:
        await check_holds(services, live, invitation)
    return answer(
        Door(
            title=plan.title,
            subtitle=plan.subtitle,
            day=day_shown(state, room or plan.rooms[0], live.now()),
            rooms=tuple(DoorRoom(r.id, r.name, r.mark, r.mark_by_language, r.colours) for r in plan.rooms),
            room=room.id if room else "",
            again=_again(live, known) if known else None,
            name_chars=LIMITS.name_chars,
        )
    )


async def here(request: Request) -> Here | None:
    """The participant this browser is, in the newest such session that is at work somewhere: a page to look at begins none."""
    services: Services = request.state.services
    for row in reversed(services.hub.sessions()):
        live = await _at_work(services.hub, row)
        known = known_person(request, live.state, "participant") if live else None
        if live and known:
            return Here(address(live, known.id), live.world.names.get(known.id, ""), live.state.plan.title)
    return None


async def _at_work(hub: Hub, row: SessionRow) -> LiveSession | None:
    if row.archived or not (hub.awake(row.id) or hub.others.has_awake(row.id)):
        return None
    try:
        return await hub.live(row.id)
    except (Rejected, StoreError):
        return None  # it ended meanwhile, or is told of by whoever needs it


def _again(live: LiveSession, known: Person) -> Again:
    return Again(address(live, known.id), live.world.names.get(known.id, ""), known.room)


def day_shown(state: State, room: RoomPlan, now: int) -> str:
    """Today while the workshop is on, else its first day; "" while only its plan has one, and that has passed."""
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(room.time_zone)).date()
    first = date.fromisoformat(state.started or state.plan.first_day)
    if state.started is None and first < today:
        return ""
    during = first <= today < first + timedelta(days=state.plan.days)
    return (today if during else first).isoformat()


async def enter(request: Request) -> Response:
    """POST `/api/enter`: an `Entry`; answers {"url"} and sets the person's cookie (or the host's)."""
    services: Services = request.state.services
    entry = await body(request, Entry)
    invitation = await read_ticket(services, entry)
    if invitation.purpose == "host":
        await services.hub.trail.note(What.HOST_SIGNED_IN, by=HOST_DID_IT)
        response = answer({"url": "/host"})
        sign_in(request, response, *HOST)
        return response
    live = await services.hub.live(invitation.session)
    room = entry.room or invitation.room
    if not may_enter(invitation, live.state.plan, room):
        raise Rejected(Code.ROOM_UNKNOWN)
    known = None if entry.anew else known_person(request, live.state, invitation.role, room)
    if known is not None:
        return answer({"url": address(live, known.id)})
    await check_holds(services, live, invitation)
    # Whom an invitation is made out to has their name already.
    name = entry.name or live.world.names.get(invitation.entrance.invitation, "")
    person_id = await join(live, invitation.role, room, name, invitation.entrance)
    response = answer({"url": address(live, person_id)})
    sign_in(request, response, live.id, person_id)
    return response


def may_enter(invitation: Invitation, plan: Plan, room: str) -> bool:
    """Participants choose their room; everyone else has the one their link names."""
    return plan.room(room) is not None and (invitation.role == "participant" or room == invitation.room)


async def join(live: LiveSession, role: Role, room: str, name: str = "", entrance: Entrance | None = None) -> str:
    """A new person; gives their id. Raises `Rejected`."""
    person_id = new_person_id()
    receipt = await live.submit(SYSTEM, Join(person_id, role, room, name, entrance))
    if receipt.code is not None:
        raise Rejected(Code(receipt.code), **receipt.params)
    return person_id


async def leave(request: Request) -> Response:
    """POST `/s/{session}/{person}/leave`: this browser is that person no longer; what they wrote stays."""
    services: Services = request.state.services
    session, person = request.path_params["session"], request.path_params["person"]
    response = RedirectResponse("/", 303)
    if services.is_signed_in(request.cookies, session, person):
        sign_out(request, response, person)
    return response


def new_person_id() -> str:
    return "".join(secrets.choice(_PERSON_LETTERS) for _ in range(12))


def address(live: LiveSession, person: str) -> str:
    return f"/s/{live.id}/{person}"


def sign_in(request: Request, response: Response, session: str, person: str) -> None:
    services: Services = request.state.services
    secure = services.is_secure(request)
    response.set_cookie(
        cookie_name(person, secure),
        services.keys.token(session, person),
        max_age=_YEAR_S,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def sign_out(request: Request, response: Response, person: str) -> None:
    services: Services = request.state.services
    secure = services.is_secure(request)
    response.delete_cookie(cookie_name(person, secure), path="/", secure=secure, httponly=True, samesite="lax")
