"""The timetable of a plan as a text, in the local times of every room: what `check-plan` prints for a facilitator."""

from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from server.core.plan import Activity, Instruction, LiveWindow, Pause, Plan, RoomPlan, Sorting, Text, Voting, Writing
from server.web.plan_fields import show_duration

_GAP = "  "
_KIND_WIDTH = 8


def print_timetable(plan: Plan, out: TextIO, language: str = "en") -> None:
    """One block a day, one line an activity: each room's local time, duration, rooms, kind, title, settings."""
    print(" · ".join(part for part in (_in(plan.title, language), _in(plan.subtitle, language)) if part), file=out)
    for room in plan.rooms:
        name, mark = _in(room.name, language), _in(room.mark_by_language, language)
        print(f"Room {room.id}: {name} ({mark}), {room.time_zone}", file=out)
    for board in plan.boards:
        columns = ", ".join(_in(column.title, language) for column in board.columns)
        print(f"Board {board.id}: {_in(board.title, language)} ({columns})", file=out)
    print(f"Kept for {plan.keep_days} days after it was last used", file=out)
    for day in range(1, plan.days + 1):
        print(file=out)
        _print_day(plan, day, out, language)


def _print_day(plan: Plan, day: int, out: TextIO, language: str) -> None:
    activities = [activity for activity in plan.activities if activity.day == day]
    first = _local(activities[0].starts_at, plan.rooms[0])
    heads = [_in(room.name, language) for room in plan.rooms]
    widths = [max(len(head), len("00:00-00:00")) for head in heads]
    print(f"Day {day}: {first:%A} {first.day} {first:%B %Y}", file=out)
    print((_GAP + _GAP.join(head.ljust(width) for head, width in zip(heads, widths, strict=True))).rstrip(), file=out)
    for activity in activities:
        times = [_times(activity, room, first).ljust(width) for room, width in zip(plan.rooms, widths, strict=True)]
        print(_GAP + _GAP.join([*times, *_what(plan, activity, language)]), file=out)


def _times(activity: Activity, room: RoomPlan, first: datetime) -> str:
    """Local start and end; a room that is a calendar day ahead or behind says so."""
    start, end = (_local(moment, room) for moment in (activity.starts_at, activity.starts_at + activity.duration_ms))
    days_off = (start.date() - first.date()).days
    return f"{start:%H:%M}-{end:%H:%M}" + (f" {days_off:+d} day" if days_off else "")


def _what(plan: Plan, activity: Activity, language: str) -> list[str]:
    held_in = [room for room in plan.rooms if room.id in activity.rooms]
    marks = " ".join(_in(room.mark_by_language, language) for room in held_in)
    kind = str(activity.__struct_config__.tag)
    settings = ", ".join(_settings(activity))
    return [
        show_duration(activity.duration_ms).rjust(len("23 h 59 min")),
        marks.ljust(len(plan.rooms) * len("KA ") - 1),
        kind.ljust(_KIND_WIDTH),
        _in(activity.title, language) + (f" [{settings}]" if settings else ""),
    ]


def _settings(activity: Activity) -> list[str]:
    settings: list[str] = []
    if isinstance(activity, Writing | Sorting | Voting):
        settings.append(f"board {activity.board}")
    if isinstance(activity, Writing | Voting) and activity.columns:
        settings.append("columns " + " ".join(activity.columns))
    if isinstance(activity, Writing):
        settings.append("hidden" if activity.hidden else "open")
    if isinstance(activity, Sorting):
        settings.append("everyone sorts" if activity.participants else "facilitators sort")
    if isinstance(activity, Voting):
        settings.append(f"{activity.dots} dots")
        if activity.max_per_item:
            settings.append(f"at most {activity.max_per_item} on one")
    if isinstance(activity, LiveWindow):
        settings += _settings_of_window(activity)
    if isinstance(activity, Writing | Sorting | Voting | Pause | Instruction) and activity.timer_ms:
        settings.append(f"timer {show_duration(activity.timer_ms)}")
    return settings


def _settings_of_window(window: LiveWindow) -> list[str]:
    settings = [f"telephone {window.telephone}"] if window.telephone else []
    settings += ["who speaks"] if window.speakers else []
    settings += ["consent"] if window.consent else []
    return [*settings, "channels " + " ".join(window.channels)] if window.channels else settings


def _in(text: Text, language: str) -> str:
    """A text in one language, or in whichever there is."""
    return text.get(language) or next(iter(text.values()), "")


def _local(moment: int, room: RoomPlan) -> datetime:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(room.time_zone))
