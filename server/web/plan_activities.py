"""The steps of a day: one section of the plan file -> one activity of the core."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import NamedTuple, TypedDict, cast, get_args
from zoneinfo import ZoneInfo

from server.core.ids import Language
from server.core.limits import LIMITS
from server.core.plan import (
    LANGUAGES,
    Activity,
    BoardPlan,
    Instruction,
    LiveWindow,
    Pause,
    RoomPlan,
    Sorting,
    Text,
    Voting,
    WallKind,
    Welcome,
    Writing,
)
from server.web.plan_fields import DAY_MS, MINUTE_MS, Table, show_duration
from server.web.plan_mistakes import one_of, show

MAX_DOTS = 20
DEFAULT_DOTS = 5
MAX_TELEPHONE_CHARS = 40
ALL_ROOMS = ("both", "all")
_OWN_KEYS = (
    "board",
    "columns",
    "hidden",
    "participants",
    "dots",
    "max_per_item",
    "timer",
    "telephone",
    "speakers",
    "consent",
    "channels",
)

# These need something that is picked while the workshop runs: a column, a group, the words of a message.
_PICKED_LIVE: tuple[WallKind, ...] = ("column", "group", "message")
_NEED_A_BOARD: tuple[WallKind, ...] = ("board", "progress", "results")


class Day(NamedTuple):
    """A day of the plan while it is read. `opens` and `closes` bound its activities where the plan says so."""

    number: int
    date: date | None
    opens: time | None
    closes: time | None


class Setting(NamedTuple):
    """What an activity may refer to. `zone` is the first room's, None when it is wrong."""

    rooms: tuple[RoomPlan, ...]
    boards: tuple[BoardPlan, ...]
    zone: ZoneInfo | None


class Step(NamedTuple):
    """An activity and the table it was read from, for checks between activities."""

    activity: Activity
    table: Table


class _Common(TypedDict):
    id: str
    title: Text
    instruction: Text
    rooms: tuple[str, ...]
    day: int
    starts_at: int
    duration_ms: int
    wall: WallKind


def read_activity(table: Table, day: Day, setting: Setting, default_id: str) -> Step | None:
    """None when the type is wrong: then any key that some type knows is let pass."""
    kind = table.choice("type", _KINDS)
    common: _Common = {
        "id": table.id(default=default_id),
        "title": table.text("title", LIMITS.title_chars),
        "instruction": table.text("instruction", LIMITS.message_chars, required=False),
        "rooms": _rooms(table, setting),
        "day": day.number,
        "starts_at": _starts_at(table, day, setting.zone),
        "duration_ms": table.duration_ms("duration", MINUTE_MS, DAY_MS),
        "wall": _wall(table, kind),
    }
    if not kind:
        for key in _OWN_KEYS:
            table.take(key)
        table.finish()
        return None
    activity = _KINDS[kind](table, common, setting)
    table.finish()
    _check_within_day(table, activity, day, setting.zone)
    return Step(activity, table)


def _welcome(_table: Table, common: _Common, _setting: Setting) -> Activity:
    return Welcome(**common)


def _writing(table: Table, common: _Common, setting: Setting) -> Activity:
    board, columns = _board_and_columns(table, setting)
    timer_ms = _timer(table, common["duration_ms"])
    return Writing(**common, board=board, columns=columns, hidden=table.flag("hidden"), timer_ms=timer_ms)


def _sorting(table: Table, common: _Common, setting: Setting) -> Activity:
    timer_ms = _timer(table, common["duration_ms"])
    board = _board(table, setting)
    return Sorting(**common, board=board, participants=table.flag("participants"), timer_ms=timer_ms)


def _voting(table: Table, common: _Common, setting: Setting) -> Activity:
    board, columns = _board_and_columns(table, setting)
    dots = table.whole("dots", 1, MAX_DOTS, DEFAULT_DOTS)
    most = table.whole("max_per_item", 0, MAX_DOTS, 0)
    if most > dots:
        table.wrong("max_per_item", f"max_per_item is {most}, but a person has only {dots} dots", f"at most {dots}")
    timer_ms = _timer(table, common["duration_ms"])
    return Voting(**common, board=board, columns=columns, dots=dots, max_per_item=most, timer_ms=timer_ms)


def _live(table: Table, common: _Common, _setting: Setting) -> Activity:
    rooms = common["rooms"]
    if len(rooms) == 1:
        table.wrong("rooms", f"a live connection is planned for {rooms[0]} alone", "two rooms")
    elif len(rooms) > 2:
        found = f"a live connection is planned for {len(rooms)} rooms"
        table.wrong("rooms", found, f'two rooms, such as rooms = ["{rooms[0]}", "{rooms[1]}"]')
    expected = "the telephone number of the fall-back"
    return LiveWindow(
        **common,
        telephone=table.string("telephone", expected, MAX_TELEPHONE_CHARS, default=""),
        speakers=table.text("speakers", LIMITS.message_chars, required=False),
        consent=table.text("consent", LIMITS.message_chars, required=False),
        channels=_channels(table),
    )


def _channels(table: Table) -> tuple[Language, ...]:
    """Into which languages it is interpreted."""
    words = table.strings("channels", 'a list of languages, such as ["de", "ru"]')
    for position, word in enumerate(words):
        if word not in LANGUAGES:
            found = f"there is no channel {show(word)}"
            table.report.add((*table.at, "channels", position), table.where, found, one_of(LANGUAGES, word))
        elif word in words[:position]:
            table.wrong("channels", f"channel {show(word)} is named twice", "each language once")
    return tuple(cast(Language, word) for word in words)


def _pause(table: Table, common: _Common, _setting: Setting) -> Activity:
    return Pause(**common, timer_ms=_timer(table, common["duration_ms"]))


def _instruction(table: Table, common: _Common, _setting: Setting) -> Activity:
    return Instruction(**common, timer_ms=_timer(table, common["duration_ms"]))


_KINDS: dict[str, Callable[[Table, _Common, Setting], Activity]] = {
    "welcome": _welcome,
    "writing": _writing,
    "sorting": _sorting,
    "voting": _voting,
    "live": _live,
    "break": _pause,
    "text": _instruction,
}


def _rooms(table: Table, setting: Setting) -> tuple[str, ...]:
    """`rooms = "both"` (the default), one room's id, or a list of ids; in the order of the plan."""
    value = table.take("rooms")
    known = tuple(room.id for room in setting.rooms)
    if value is None or value in ALL_ROOMS:
        return known
    wanted = [value] if isinstance(value, str) else value
    if not isinstance(wanted, list) or not wanted:
        table.wrong("rooms", f"rooms is {show(value)}", one_of((*known, "both")))
        return ()
    for room in wanted:
        if room not in known:
            table.wrong("rooms", f"there is no room {show(room)}", one_of((*known, "both"), room))
    return tuple(room for room in known if room in wanted)


def _board(table: Table, setting: Setting) -> str:
    known = [board.id for board in setting.boards if board.id]
    if known:
        return table.choice("board", known)
    table.take("board")
    table.wrong("board", "this plan has no board for it", "a section headed [[boards]] and its id here")
    return ""


def _board_and_columns(table: Table, setting: Setting) -> tuple[str, tuple[str, ...]]:
    board_id = _board(table, setting)
    columns = table.strings("columns", 'a list of column ids, such as ["topics", "ideas"]')
    board = next((board for board in setting.boards if board_id and board.id == board_id), None)
    known = [column.id for column in board.columns] if board else columns
    for position, column in enumerate(columns):
        if column not in known:
            found = f"board {show(board_id)} has no column {show(column)}"
            table.report.add((*table.at, "columns", position), table.where, found, one_of(known, column))
        elif column in columns[:position]:
            table.wrong("columns", f"column {show(column)} is named twice", "each column once")
    return board_id, tuple(columns)


def _timer(table: Table, duration_ms: int) -> int:
    timer_ms = table.duration_ms("timer", LIMITS.timer_min_ms, LIMITS.timer_max_ms, default=0)
    if duration_ms and timer_ms > duration_ms:
        found = f"the timer of {show_duration(timer_ms)} is longer than the activity"
        table.wrong("timer", found, f"at most its duration, {show_duration(duration_ms)}")
    return timer_ms


def _wall(table: Table, kind: str) -> WallKind:
    has_board = kind in ("writing", "sorting", "voting", "")
    options = [
        wall
        for wall in get_args(WallKind)
        if wall not in _PICKED_LIVE
        and (has_board or wall not in _NEED_A_BOARD)
        and (kind in ("live", "") or wall != "live")
    ]
    return cast(WallKind, table.choice("wall", options, default="auto"))


def _starts_at(table: Table, day: Day, zone: ZoneInfo | None) -> int:
    start = table.time("start")
    if start is None or day.date is None or zone is None:
        return 0
    local = datetime.combine(day.date, start, zone)
    # An hour is left out when clocks go forward: such a time does not survive the way to UTC and back.
    if local.astimezone(UTC).astimezone(zone).time() != start:
        table.wrong("start", f"{start:%H:%M} does not exist on this day, the clocks go forward", "another time")
    return int(local.timestamp()) * 1000


def _check_within_day(table: Table, activity: Activity, day: Day, zone: ZoneInfo | None) -> None:
    if not activity.starts_at or not activity.duration_ms or day.date is None or zone is None:
        return
    begins, ends = (
        datetime.fromtimestamp(moment / 1000, zone).replace(tzinfo=None)
        for moment in (activity.starts_at, activity.starts_at + activity.duration_ms)
    )
    if day.opens is not None and begins.time() < day.opens:
        table.wrong("start", f"it starts at {begins:%H:%M}, before the day does", f"{day.opens:%H:%M} or later")
    if day.closes is not None and ends > datetime.combine(day.date, day.closes):
        found = f"it lasts until {ends:%H:%M}, but the day ends at {day.closes:%H:%M}"
        table.wrong("duration", found, "activities that fit into their day")
    elif ends.date() > day.date and ends.time() > time(0, 0):
        found = f"it lasts until {ends:%H:%M} of the next day"
        table.wrong("duration", found, "activities that end on the day they start")
