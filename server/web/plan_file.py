"""Reading a session plan: the text of a TOML file -> the core's `Plan`, or every mistake in it at once.

In the flow: `plans.load_plan` opens the file, this module reads rooms, boards and days, `plan_activities` the steps.
"""

import re
import tomllib
from collections.abc import Iterable
from itertools import combinations
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from server.core.limits import LIMITS
from server.core.plan import KEEP_DAYS, LANGUAGES, MOST_KEEP_DAYS, Activity, BoardPlan, Column, Plan, RoomPlan, Text
from server.web.plan_activities import ALL_ROOMS, Day, Setting, Step, read_activity
from server.web.plan_colours import read_colours
from server.web.plan_fields import Table, show_duration
from server.web.plan_lines import key_lines
from server.web.plan_mistakes import Mistake, PlanMistakes, Report, did_you_mean, show

MAX_ROOMS = 4
MAX_BOARDS = 20
MAX_COLUMNS = 8
MAX_DAYS = 14
MAX_ACTIVITIES_PER_DAY = 60

_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
# What tomllib says -> what a person who has never heard of TOML needs to know.
_PLAIN_WORDS = {
    "Cannot overwrite a value": "a key is given twice",
    "Cannot declare": "a section is opened twice",
    "Illegal character '\\n'": "a quotation mark is missing at the end of the line",
    "Unterminated string": "a quotation mark is missing at the end of a text",
    "Unclosed array": "a list is not closed with ]",
    "Unclosed inline table": "a group is not closed with }",
    "Expected newline or end of document": "there is something left over at the end of the line",
    "Invalid value": "a value cannot be read, perhaps its quotation marks are missing",
    "Expected '=' after a key": 'there is no "=" after the key',
}


def read_plan(source: str, file: str, slug: str) -> Plan:
    """`file` is how mistakes name the file. Raises PlanMistakes."""
    # tomllib reads "\r\n" as "\n"; an editor on Windows may have put a byte order mark in front.
    source = source.removeprefix("\ufeff")
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise PlanMistakes([_syntax_mistake(str(error), source, file)]) from None
    report = Report(file, key_lines(source))
    plan = _plan(Table(report, (), "the plan", data), slug)
    if report.mistakes:
        raise PlanMistakes(report.mistakes)
    return plan


def _syntax_mistake(message: str, source: str, file: str) -> Mistake:
    match = _SYNTAX.fullmatch(message)
    what = match["what"] if match else message
    line = int(match["line"]) if match and match["line"] else max(1, len(source.splitlines()))
    found = next((plain for start, plain in _PLAIN_WORDS.items() if what.startswith(start)), f"TOML says: {what}")
    return Mistake(file, line, "this line", found, 'something like key = "text", each key only once in its section')


def _plan(table: Table, slug: str) -> Plan:
    title = table.text("title", LIMITS.title_chars)
    subtitle = table.text("subtitle", LIMITS.title_chars, required=False)
    keep_days = table.whole("keep_days", 1, MOST_KEEP_DAYS, KEEP_DAYS)
    room_tables = table.tables("rooms", "[[rooms]]", 1, MAX_ROOMS, "room")
    rooms = tuple(_room(room, position) for position, room in enumerate(room_tables))
    _check_rooms_differ(room_tables, rooms)
    board_tables = table.tables("boards", "[[boards]]", 0, MAX_BOARDS, "board")
    boards = tuple(_board(board) for board in board_tables)
    _check_unique(board_tables, (board.id for board in boards))
    zone = ZoneInfo(rooms[0].time_zone) if rooms and rooms[0].time_zone else None
    day_tables = table.tables("days", "[[days]]", 1, MAX_DAYS, "day")
    days, steps = _days(day_tables, Setting(rooms, boards, zone))
    _check_unique((step.table for step in steps), (step.activity.id for step in steps))
    _check_overlaps(steps, rooms)
    table.finish()
    return Plan(
        slug=slug,
        title=title,
        subtitle=subtitle,
        first_day=str(days[0].date) if days else "",
        days=len(days),
        rooms=rooms,
        boards=boards,
        activities=_in_order(steps),
        keep_days=keep_days,
    )


def _in_order(steps: list[Step]) -> tuple[Activity, ...]:
    """By time; activities at the same time keep the order of the file."""
    return tuple(sorted((step.activity for step in steps), key=lambda activity: activity.starts_at))


# -- rooms ---------------------------------------------------------------------------------------------------------


def _room(table: Table, position: int) -> RoomPlan:
    id = table.id()
    if id in ALL_ROOMS:
        table.wrong("id", f"the word {show(id)} stands for all rooms together", "another id")
    mark = table.string("mark", 'two capital letters, such as "KA"', LIMITS.name_chars)
    _check_mark(table, "mark", mark)
    room = RoomPlan(
        id=id,
        name=table.text("name", LIMITS.name_chars),
        mark=mark,
        mark_by_language=_marks(table, mark),
        time_zone=_time_zone(table),
        language=table.choice("language", LANGUAGES),
        colours=read_colours(table),
        dot=_dot(table, position),
        welcome=table.text("welcome", LIMITS.title_chars, required=False),
    )
    table.finish()
    return room


def _dot(table: Table, position: int) -> Literal["round", "square"]:
    """Every other room has square dots unless it says otherwise: the shape is the sign beside the colour."""
    shape = table.choice("dot", ("round", "square"), default="square" if position % 2 else "round")
    return "square" if shape == "square" else "round"


def _marks(table: Table, mark: str) -> Text:
    """Complete in all languages: where nothing else is said, the mark itself."""
    inner = table.table("mark_by_language", 'marks by language, such as mark_by_language.ru = "КА"', required=False)
    if inner is None:
        return dict.fromkeys(LANGUAGES, mark)
    marks = {code: inner.string(code, "two capital letters", LIMITS.name_chars, default=mark) for code in LANGUAGES}
    for code, own in marks.items():
        if own != mark:
            _check_mark(inner, code, own)
    inner.finish()
    return marks


def _check_mark(table: Table, key: str, mark: str) -> None:
    if mark and not (len(mark) == 2 and mark.isalpha() and mark.isupper()):
        table.wrong(key, f"{table.label(key)} is {show(mark)}", 'two capital letters, such as "KA"')


def _time_zone(table: Table) -> str:
    expected = 'the name of a time zone, such as "Europe/Berlin"'
    name = table.string("time_zone", expected, LIMITS.name_chars)
    if not name:
        return ""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: "Europe" is a folder of the time zone database
        meant = did_you_mean(sorted(available_timezones()), name)
        table.wrong("time_zone", f"there is no time zone {show(name)}", expected + meant)
        return ""
    return name


def _check_rooms_differ(tables: list[Table], rooms: tuple[RoomPlan, ...]) -> None:
    _check_unique(tables, (room.id for room in rooms))
    for (_, one), (table, other) in combinations(zip(tables, rooms, strict=True), 2):
        same = [mark for code, mark in one.mark_by_language.items() if mark and mark == other.mark_by_language[code]]
        if same:
            table.wrong("mark", f"mark {show(same[0])} is the mark of room {show(one.id)} too", "a mark of its own")
        if one.colours.strong and one.colours.strong == other.colours.strong:
            found = f"colours.strong {other.colours.strong} is the colour of room {show(one.id)} too"
            table.wrong("colours", found, "a colour of its own")
        if len(rooms) == 2 and one.dot == other.dot:
            table.wrong("dot", f"both rooms have {one.dot} dots", "one room with round, one with square dots")


def _check_unique(tables: Iterable[Table], ids: Iterable[str]) -> None:
    seen: dict[str, Table] = {}
    for table, id in zip(tables, ids, strict=True):
        first = seen.setdefault(id, table)
        if id and first is not table:
            table.wrong("id", f"the id {show(id)} is already taken in line {first.line('id')}", "an id of its own")


# -- boards --------------------------------------------------------------------------------------------------------


def _board(table: Table) -> BoardPlan:
    """A board without columns gets a single one that bears the board's own name."""
    id, title, moderated = table.id(), table.text("title", LIMITS.title_chars), table.flag("moderated")
    tables: list[Table] = []
    columns: tuple[Column, ...] = (Column("notes", title),)
    if table.take("columns") is not None:
        tables = table.tables("columns", "[[boards.columns]]", 1, MAX_COLUMNS, "column")
        columns = tuple(_column(column) for column in tables)
    _check_unique(tables, (column.id for column in columns[: len(tables)]))
    table.finish()
    return BoardPlan(id, title, columns, moderated)


def _column(table: Table) -> Column:
    column = Column(table.id(), table.text("title", LIMITS.title_chars))
    table.finish()
    return column


# -- days ----------------------------------------------------------------------------------------------------------


def _days(tables: list[Table], setting: Setting) -> tuple[list[Day], list[Step]]:
    days: list[Day] = []
    steps: list[Step] = []
    count = 0
    for number, table in enumerate(tables, 1):
        day = _day(table, number)
        previous = days[-1].date if days else None
        if day.date and previous and day.date <= previous:
            found = f"the date {day.date} does not come after {previous}"
            table.wrong("date", found, "days in the order of the calendar")
        days.append(day)
        for activity in table.tables("activities", "[[days.activities]]", 1, MAX_ACTIVITIES_PER_DAY, "activity"):
            count += 1
            step = read_activity(activity, day, setting, default_id=f"step-{count}")
            if step is not None:
                steps.append(step)
        table.finish()
    return days, steps


def _day(table: Table, number: int) -> Day:
    opens, closes = table.time("start", required=False), table.time("end", required=False)
    if opens and closes and closes <= opens:
        found = f"the day ends at {closes:%H:%M} but starts at {opens:%H:%M}"
        table.wrong("end", found, "an end after the start")
        opens, closes = None, None
    return Day(number, table.date("date"), opens, closes)


def _check_overlaps(steps: list[Step], rooms: tuple[RoomPlan, ...]) -> None:
    """One sentence for an activity that starts too early, however many rooms it is held in."""
    told: set[int] = set()
    timed = [step for step in steps if step.activity.starts_at and step.activity.duration_ms]
    for room in rooms:
        longest: Step | None = None  # of the activities before, the one that ends last
        own = (step for step in timed if room.id in step.activity.rooms)
        for step in sorted(own, key=lambda step: step.activity.starts_at):
            overlap_ms = _ends_at(longest) - step.activity.starts_at if longest else 0
            if longest and overlap_ms > 0 and id(step) not in told:
                told.add(id(step))
                before = f"{longest.table.where} (line {longest.table.line('start')})"
                found = f"it starts {show_duration(overlap_ms)} before {before} has ended in room {show(room.id)}"
                step.table.wrong("start", found, "the activities of a room one after the other")
            if longest is None or _ends_at(step) > _ends_at(longest):
                longest = step


def _ends_at(step: Step) -> int:
    return step.activity.starts_at + step.activity.duration_ms
