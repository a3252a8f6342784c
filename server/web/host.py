"""The host's pages: all sessions of this server, their links, new ones from plans; archive, bring back, delete.

Forms without a body and a redirect after each: everything but the copy buttons works without a script.
"""

import asyncio
from datetime import date
from typing import Any

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.ids import LinkPurpose
from server.core.invitations import RenewLink
from server.core.plan import MOST_KEEP_DAYS, LiveWindow, Plan, RoomPlan
from server.core.state import SYSTEM, State
from server.errors import Code, Rejected
from server.hub.live_session import LiveSession
from server.hub.trail import HOST as HOST_DID_IT
from server.hub.world import load_world
from server.store.base import SessionRow
from server.web import recordings, retention
from server.web.doors import sign_out
from server.web.hosting import hosts_only, see
from server.web.origin import post
from server.web.plans import PlanMistakes, list_plans
from server.web.services import HOST, Services
from server.web.templating import babel_locale, language_of, page, said_in

_PURPOSES: tuple[LinkPurpose, ...] = ("facilitator", "projector", "interpreter", "participant")
MOST_LINES = 200


def routes() -> list[Route]:
    return [
        Route("/host", hosts_only(host_page)),
        Route("/host/{session}", hosts_only(session_page)),
        Route("/host/{session}/delete", hosts_only(delete_page), methods=["GET"]),
        post("/host/open/{plan}", hosts_only(open_session)),
        post("/host/{session}/renew/{purpose}/{room}", hosts_only(renew)),
        post("/host/{session}/replace/{purpose}/{room}", hosts_only(replace)),
        post("/host/{session}/keep/{days}", hosts_only(keep)),
        post("/host/{session}/archive", hosts_only(archive)),
        post("/host/{session}/restore", hosts_only(restore)),
        post("/host/{session}/delete", hosts_only(delete)),
        post("/host/leave", hosts_only(leave)),
        *recordings.routes(),
    ]


async def host_page(request: Request) -> Response:
    """`/host`: sessions, newest first, and plans."""
    services: Services = request.state.services
    language = language_of(request)
    rows = await services.hub.store.sessions()
    sessions = [_listed(services, row, language) for row in reversed(rows)]
    trail = await services.hub.store.audit_trail(limit=MOST_LINES)
    known = {row.id for row in rows}
    plans = await asyncio.to_thread(list_plans, services.settings.plans)
    return page(
        request,
        "host.html",
        running=[session for session in sessions if not session["archived"]],
        archived=[session for session in sessions if session["archived"]],
        plans=[_plan(plan, language) for _, plan in plans if isinstance(plan, Plan)],
        broken=[(path.name, plan.mistakes) for path, plan in plans if isinstance(plan, PlanMistakes)],
        trail=retention.lines([entry for entry in trail if entry.session not in known], language),
    )


async def session_page(request: Request) -> Response:
    """`/host/{session}`: its links, and what can be done with it. An archived one has no links."""
    services: Services = request.state.services
    row, language = await _row(request), language_of(request)
    rooms: list[dict[str, Any]] = []
    code = ""
    world, recorded = None, recordings.NONE
    if not row.archived:
        live = await services.hub.live(row.id)
        recorded = await recordings.listed(services, live.state, language)
        world = live.world
        code = services.code(live.state)
        rooms = [_room(services, live, room, language) for room in live.state.plan.rooms]
    return page(
        request,
        "host_session.html",
        session=_listed(services, row, language),
        rooms=rooms,
        address=services.settings.public_url.split("://", 1)[1],
        code=code,
        recordings=recorded,
        trail=retention.lines(await services.hub.store.audit_trail(row.id, MOST_LINES), language, world),
    )


async def delete_page(request: Request) -> Response:
    """`/host/{session}/delete`: asks once more and says what would be lost."""
    services: Services = request.state.services
    row = await _row(request)
    world, _ = await load_world(services.hub.store, row.id)
    recorded = len((await recordings.listed(services, world.state, language_of(request)))["parts"])
    lost = _lost(world.state, recorded)
    return page(request, "host_delete.html", session=_listed(services, row, language_of(request)), lost=lost)


async def open_session(request: Request) -> Response:
    """POST `/host/open/{plan}`: a new session of the plan with that slug."""
    services: Services = request.state.services
    slug = request.path_params["plan"]
    plans = await asyncio.to_thread(list_plans, services.settings.plans)
    plan = next((plan for path, plan in plans if path.stem == slug), None)
    if not isinstance(plan, Plan):
        raise Rejected(Code.PLAN_INVALID)
    row = await services.hub.open(plan, HOST_DID_IT)
    return see(f"/host/{row.id}")


async def renew(request: Request) -> Response:
    """POST `/host/{session}/renew/{purpose}/{room}`: that link anew; who came in by the old one stays."""
    return await _renew(request, remove=False)


async def replace(request: Request) -> Response:
    """POST `/host/{session}/replace/{purpose}/{room}`: that link anew, and who came in by the old one is shown out."""
    return await _renew(request, remove=True)


async def _renew(request: Request, remove: bool) -> Response:
    services: Services = request.state.services
    purpose, room = request.path_params["purpose"], request.path_params["room"]
    if purpose not in _PURPOSES:
        raise Rejected(Code.PAGE_UNKNOWN)
    live = await services.hub.live((await _row(request)).id)
    receipt = await live.submit(SYSTEM, RenewLink(room, purpose, remove))
    if receipt.code is not None:
        raise Rejected(Code(receipt.code), **receipt.params)
    return see(f"/host/{live.id}#room-{room}")


async def keep(request: Request) -> Response:
    """POST `/host/{session}/keep/{days}`: how long it is kept after its last use."""
    services: Services = request.state.services
    row, days = await _row(request), request.path_params["days"]
    if days not in {str(number) for number in range(1, MOST_KEEP_DAYS + 1)}:
        raise Rejected(Code.PAGE_UNKNOWN)
    await services.hub.set_keep_days(row.id, int(days))
    return see(f"/host/{row.id}#kept")


async def archive(request: Request) -> Response:
    return await _set_archived(request, True)


async def restore(request: Request) -> Response:
    return await _set_archived(request, False)


async def delete(request: Request) -> Response:
    services: Services = request.state.services
    await services.hub.delete((await _row(request)).id)
    return see("/host")


async def leave(request: Request) -> Response:
    """This browser is no host's any more."""
    response = see("/")
    sign_out(request, response, HOST[1])
    return response


async def _set_archived(request: Request, archived: bool) -> Response:
    services: Services = request.state.services
    row = await _row(request)
    await services.hub.set_archived(row.id, archived)
    return see(f"/host/{row.id}")


async def _row(request: Request) -> SessionRow:
    """As the store has it now, with the instant of its last use, and what another process did to it a moment ago.

    Raises `Rejected(SESSION_UNKNOWN)`.
    """
    services: Services = request.state.services
    rows = await services.hub.store.sessions()
    row = next((row for row in rows if row.id == request.path_params["session"]), None)
    if row is None:
        raise Rejected(Code.SESSION_UNKNOWN)
    return row


def _listed(services: Services, row: SessionRow, language: str) -> dict[str, Any]:
    """A session as the pages show it. Nobody is in one that sleeps."""
    return {
        "id": row.id,
        "title": said_in(row.title, language),
        "plan": row.plan_slug,
        "archived": row.archived,
        "created": retention.instant(row.created_at, language),
        "kept": retention.kept(row, services.hub.now(), language),
        "here": services.hub.people_here(row.id),
    }


def _room(services: Services, live: LiveSession, room: RoomPlan, language: str) -> dict[str, Any]:
    """A room with its links; interpreters have one where the plan has channels for them."""
    return {
        "id": room.id,
        "name": said_in(room.name, language),
        "mark": room.mark_by_language.get(language) or room.mark,
        "strong": room.colours.strong,
        "links": [(purpose, services.link(purpose, live.state, room.id)) for purpose in _purposes(live.state.plan)],
    }


def _purposes(plan: Plan) -> list[LinkPurpose]:
    interpreted = any(isinstance(step, LiveWindow) and step.channels for step in plan.activities)
    return [purpose for purpose in _PURPOSES if interpreted or purpose != "interpreter"]


def _plan(plan: Plan, language: str) -> dict[str, Any]:
    day = date.fromisoformat(plan.first_day)
    return {
        "slug": plan.slug,
        "title": said_in(plan.title, language),
        "subtitle": said_in(plan.subtitle, language),
        "day": format_date(day, "long", locale=babel_locale(language)),
        "days": plan.days,
        "rooms": " · ".join(said_in(room.name, language) for room in plan.rooms),
    }


def _lost(state: State, recorded: int) -> list[tuple[str, int]]:
    """What a session holds, by the name of its sentence; what it lacks is not told, nor what its author took back."""
    participants = sum(person.role == "participant" for person in state.people.values())
    notes = sum(note.status != "withdrawn" for note in state.notes.values())
    counts = [("notes", notes), ("rounds", len(state.rounds)), ("people", participants), ("recordings", recorded)]
    return [(what, n) for what, n in counts if n]
