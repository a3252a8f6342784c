"""What one person wrote and what is stored about them: as a file for them alone, or gone; when the workshop is over, too.

Nobody else's words are in it: of a dot on somebody's note it says that it lies there, and on which note by its id.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_datetime
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.decider import World
from server.core.plan import Text
from server.core.state import Actor, Note, Person, Round
from server.errors import Code, Rejected
from server.hub.trail import What
from server.hub.world import load_world
from server.store.base import SessionRow, deleted_at
from server.web.doors import sign_out
from server.web.origin import post
from server.web.services import Services
from server.web.templating import babel_locale, language_of


class MyNote(Struct, frozen=True):
    """`status`: "active", "withdrawn" (by me) or "archived" (by a facilitator). Instants are ISO dates, UTC."""

    text: str
    translation: str
    language: str
    step: Text
    board: Text
    column: Text
    status: str
    written_at: str
    edited_at: str | None


class MyDots(Struct, frozen=True):
    """Dots in a round that is open. `on`: the title of a group or one's own note; "" for somebody else's note."""

    item: str
    on: str
    dots: int


class Mine(Struct, frozen=True):
    """Everything the server keeps of a person, and how long."""

    workshop: Text
    session: str
    person: str
    name: str
    role: str
    room: Text
    joined_at: str
    done: tuple[Text, ...]
    notes: tuple[MyNote, ...]
    dots: tuple[MyDots, ...]
    deleted_after: str


def routes() -> list[Route]:
    return [
        Route("/s/{session}/{person}/mine.html", as_page),
        Route("/s/{session}/{person}/mine.json", as_json),
        post("/s/{session}/{person}/erase/{what}", erase),
    ]


async def as_json(request: Request) -> Response:
    """`/s/{session}/{person}/mine.json`: a `Mine`, for machines."""
    services, world, person, row = await owner(request)
    await services.hub.trail.note(What.DATA_DOWNLOADED, row.id, by=person.id)
    body = msgspec.json.format(msgspec.json.encode(mine(world, person, row)))
    return _file(Response(body, media_type="application/json"), "json")


async def as_page(request: Request) -> Response:
    """`/s/{session}/{person}/mine.html`: the same to read, in the person's language and their room's time."""
    services, world, person, row = await owner(request)
    await services.hub.trail.note(What.DATA_DOWNLOADED, row.id, by=person.id)
    language = language_of(request)
    room = world.state.plan.room(person.room)
    zone = ZoneInfo(room.time_zone) if room is not None else UTC

    def when(instant: str) -> str:
        local = datetime.fromisoformat(instant).astimezone(zone)
        return format_datetime(local, "d MMMM y, HH:mm", locale=babel_locale(language))

    def pick(text: Text) -> str:
        return text.get(language) or next(iter(text.values()), "")

    found = mine(world, person, row)
    return _file(services.pages.render("mine.html", language, mine=found, when=when, pick=pick), "html")


async def erase(request: Request) -> Response:
    """POST `/s/{session}/{person}/erase/{what}`, `what` "name" or "all", in the archive; elsewhere phones give the command."""
    services, _, person, row = await owner(request)
    what = request.path_params["what"]
    if what not in ("name", "all") or not row.archived:
        raise Rejected(Code.PAGE_UNKNOWN)
    await services.hub.erase_from_archive(row.id, Actor(person.id, person.role, person.room), what == "all")
    language = language_of(request)
    sentence = services.catalogues.refusal(language, Code.ERASED, {})
    response = services.pages.render("error.html", language, code=Code.ERASED.value, sentence=sentence, forget=True)
    sign_out(request, response, person.id)
    return response


def _file(response: Response, ending: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="twin-city-lab.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response


async def owner(request: Request) -> tuple[Services, World, Person, SessionRow]:
    """Whose file is asked for, if this browser is theirs. Raises `Rejected`. A session that sleeps is not woken."""
    services: Services = request.state.services
    session_id, person_id = request.path_params["session"], request.path_params["person"]
    row = next((row for row in await services.hub.store.sessions() if row.id == session_id), None)
    if row is None:
        raise Rejected(Code.SESSION_UNKNOWN)
    if not services.is_signed_in(request.cookies, session_id, person_id):
        raise Rejected(Code.NOT_SIGNED_IN)
    live = services.hub.awake(session_id)
    if live is not None:
        await live.level()
    world = live.world if live is not None else (await load_world(services.hub.store, session_id))[0]
    person = world.state.people.get(person_id)
    if person is None:
        raise Rejected(Code.NOT_SIGNED_IN)
    if person.erased:
        raise Rejected(Code.ERASED)
    return services, world, person, row


def mine(world: World, person: Person, row: SessionRow) -> Mine:
    state, plan = world.state, world.state.plan
    room = plan.room(person.room)
    done = (activity.title for activity in plan.activities if person.id in state.done.get(activity.id, ()))
    dots = (
        MyDots(item, _title(world, person, state.rounds[round_id], item), count)
        for round_id, ballots in world.ballots.items()
        for item, count in ballots.get(person.id, {}).items()
    )
    return Mine(
        workshop=plan.title,
        session=state.session,
        person=person.id,
        name=world.names.get(person.id, ""),
        role=person.role,
        room=room.name if room is not None else {},
        joined_at=_iso(person.joined_at),
        done=tuple(done),
        notes=tuple(_note(world, note) for note in state.notes.values() if note.author == person.id),
        dots=tuple(dots),
        deleted_after=_iso(deleted_at(row)),
    )


def _note(world: World, note: Note) -> MyNote:
    plan = world.state.plan
    step, board = plan.activity(note.activity), plan.board(note.board)
    columns = board.columns if board is not None else ()
    return MyNote(
        text=note.text,
        translation=note.translation,
        language=note.language,
        step=step.title if step is not None else {},
        board=board.title if board is not None else {},
        column=next((column.title for column in columns if column.id == note.column), {}),
        status=note.status,
        written_at=_iso(note.written_at),
        edited_at=_iso(note.edited_at) if note.edited_at is not None else None,
    )


def _title(world: World, person: Person, found: Round, item_id: str) -> str:
    note = world.state.notes.get(item_id)
    if note is not None and note.author != person.id:
        return ""
    return next((item.title for item in found.items if item.id == item_id), "")


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="seconds")
