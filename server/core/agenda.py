"""The agenda and the stage: which step a room is in, what its phones and its wall show, how the plan lies on the calendar."""

from datetime import date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.core.ids import Id, Language, RoomIds
from server.core.limits import LIMITS
from server.core.plan import Plan, WallKind, Writing
from server.core.state import Board, Context, Stage, State, Wall
from server.core.tools import activity_of, checked_text, replace, rooms_allowed
from server.errors import Code, Rejected


class StartSession(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Lay the plan on the calendar: day 1 on `first_day` (ISO date) at the planned hours, or (None) from this minute on."""

    first_day: str | None = None


class OpenStep(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Open an activity, next or earlier, in the actor's room or in all rooms it is held in. Timers of another step stop."""

    activity_id: Id
    rooms: RoomIds


class SetPhones(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Which step the room's phones are on; None: the room's step."""

    room: Id
    activity_id: Id | None


class SetWall(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What the room's projector shows. `target`: a column, group or round id, as `kind` asks. Results become public."""

    room: Id
    kind: WallKind
    target: str | None = None
    text: str = ""


class SetWallLanguage(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    room: Id
    language: Language


class SessionOpened(Struct, frozen=True, tag=True):
    session_id: str
    plan: Plan
    at: int


class SessionStarted(Struct, frozen=True, tag=True):
    first_day: str
    shift_ms: int


class StepOpened(Struct, frozen=True, tag=True):
    """The room's wall and phones follow the step again; a timer of the step before is gone."""

    activity_id: str
    rooms: tuple[str, ...]
    at: int
    hide_board: str | None = None


class PhonesSet(Struct, frozen=True, tag=True):
    room: str
    activity_id: str | None


class WallSet(Struct, frozen=True, tag=True):
    """Results on a wall are results for everyone."""

    room: str
    wall: Wall


class WallLanguageSet(Struct, frozen=True, tag=True):
    room: str
    language: str


Command = StartSession | OpenStep | SetPhones | SetWall | SetWallLanguage
Event = SessionOpened | SessionStarted | StepOpened | PhonesSet | WallSet | WallLanguageSet


def decide(state: State, command: Command, ctx: Context) -> tuple[Event, ...]:
    match command:
        case StartSession(first_day):
            return _start(state, first_day, ctx)
        case OpenStep(activity_id, rooms):
            return _open_step(state, activity_id, rooms, ctx)
        case SetPhones(room, activity_id):
            _own_room(state, room, ctx)
            if activity_id is not None and room not in activity_of(state, activity_id).rooms:
                raise Rejected(Code.ACTIVITY_UNKNOWN)
            return () if state.stages[room].phones == activity_id else (PhonesSet(room, activity_id),)
        case SetWall():
            return _set_wall(state, command, ctx)
        case SetWallLanguage(room, language):
            _own_room(state, room, ctx)
            return () if state.stages[room].language == language else (WallLanguageSet(room, language),)
        case _:
            assert_never(command)


def _own_room(state: State, room: str, ctx: Context) -> None:
    if room not in state.stages:
        raise Rejected(Code.ROOM_UNKNOWN)
    if room != ctx.actor.room:
        raise Rejected(Code.OTHER_ROOM)


def _start(state: State, first_day: str | None, ctx: Context) -> tuple[Event, ...]:
    plan = state.plan
    zone = ZoneInfo(plan.rooms[0].time_zone)
    if first_day is None:
        started = datetime.fromtimestamp(ctx.now / 1000, zone).date().isoformat()
        return (SessionStarted(started, ctx.now - plan.activities[0].starts_at),)
    try:
        day = date.fromisoformat(first_day)
        days = day - date.fromisoformat(plan.first_day)
        # The hour on the wall clock is kept, also across a change to or from summer time.
        planned = datetime.fromtimestamp(plan.activities[0].starts_at / 1000, zone).replace(tzinfo=None)
        shifted = (planned + timedelta(days=days.days)).replace(tzinfo=zone)
        shift_ms = int(shifted.timestamp() * 1000) - plan.activities[0].starts_at
    except (ValueError, OverflowError):
        raise Rejected(Code.DATE_INVALID) from None
    # As "YYYY-MM-DD" however it was written: Python reads "20260606" too, browsers do not.
    already = (state.started, state.shift_ms) == (day.isoformat(), shift_ms)
    return () if already else (SessionStarted(day.isoformat(), shift_ms),)


def _open_step(state: State, activity_id: str, rooms: tuple[str, ...], ctx: Context) -> tuple[Event, ...]:
    activity = activity_of(state, activity_id)
    wanted = rooms_allowed(state, ctx, rooms)
    if any(room not in activity.rooms for room in wanted):
        raise Rejected(Code.OTHER_ROOM)
    moving = tuple(room for room in wanted if not _stands_at(state.stages[room], activity_id))
    if not moving:
        return ()
    # A board is hidden by the plan once, when its step opens for the first time: going back never hides what was shown.
    hide = None
    if isinstance(activity, Writing) and activity.hidden and not state.opened.get(activity_id):
        hide = activity.board
    return (StepOpened(activity_id, moving, ctx.now, hide),)


def _stands_at(stage: Stage, activity_id: str) -> bool:
    return stage.activity == activity_id and stage.phones is None and stage.wall.kind == "auto"


def _set_wall(state: State, command: SetWall, ctx: Context) -> tuple[Event, ...]:
    _own_room(state, command.room, ctx)
    target, reveals = command.target, False
    match command.kind:
        case "column":
            if not any(column.id == target for board in state.plan.boards for column in board.columns):
                raise Rejected(Code.COLUMN_UNKNOWN)
        case "group":
            group = state.groups.get(target or "")
            if group is None or group.dissolved:
                raise Rejected(Code.GROUP_UNKNOWN)
        case "results":
            found = state.rounds.get(target or "")
            if found is None:
                raise Rejected(Code.ROUND_UNKNOWN)
            if found.status == "open":
                raise Rejected(Code.ROUND_OPEN)
            reveals = not found.shown
            if reveals and command.room not in found.rooms:
                raise Rejected(Code.OTHER_ROOM)
        case "board":
            if target is not None and state.plan.board(target) is None:
                raise Rejected(Code.BOARD_UNKNOWN)
        case "progress":
            if target is not None and target not in state.rounds:
                raise Rejected(Code.ROUND_UNKNOWN)
        case _:
            target = None
    text = checked_text(command.text, LIMITS.message_chars) if command.kind == "message" else ""
    wall = Wall(command.kind, target, text)
    return () if state.stages[command.room].wall == wall and not reveals else (WallSet(command.room, wall),)


def opened(event: SessionOpened) -> State:
    """The state a session begins with."""
    return State(
        session=event.session_id,
        plan=event.plan,
        opened_at=event.at,
        boards={board.id: Board(board) for board in event.plan.boards},
        stages={room.id: Stage(room.id, room.language) for room in event.plan.rooms},
    )


def evolve(state: State, event: Event) -> State:
    match event:
        case SessionOpened():
            return opened(event)
        case SessionStarted(first_day, shift_ms):
            return replace(state, started=first_day, shift_ms=shift_ms)
        case StepOpened():
            return _evolve_step(state, event)
        case PhonesSet(room, activity_id):
            return _stage(state, room, phones=activity_id)
        case WallSet(room, wall):
            found = state.rounds.get(wall.target or "") if wall.kind == "results" else None
            if found is not None:
                state = replace(state, rounds={**state.rounds, found.id: replace(found, shown=True)})
            return _stage(state, room, wall=wall)
        case WallLanguageSet(room, language):
            return _stage(state, room, language=language)
        case _:
            assert_never(event)


def _stage(state: State, room: str, **changes: object) -> State:
    stage = state.stages.get(room)
    return state if stage is None else replace(state, stages={**state.stages, room: replace(stage, **changes)})


def _evolve_step(state: State, event: StepOpened) -> State:
    timers = dict(state.timers)
    for room in event.rooms:
        stage = state.stages.get(room)
        if stage is not None and stage.activity != event.activity_id:
            timers.pop(room, None)
        state = _stage(state, room, activity=event.activity_id, opened_at=event.at, phones=None, wall=Wall())
    boards = state.boards
    if event.hide_board in boards:
        boards = {**boards, event.hide_board: replace(boards[event.hide_board], hidden=True)}
    rooms = state.opened.get(event.activity_id, ())
    opened = {**state.opened, event.activity_id: (*rooms, *(r for r in event.rooms if r not in rooms))}
    return replace(state, timers=timers, boards=boards, opened=opened)
