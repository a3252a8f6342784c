"""Timers, one a room (a joint one is the same in both). They never tick here: an absolute end, or what remains while paused."""

from collections.abc import Iterable
from typing import Annotated, assert_never

from msgspec import Meta, Struct

from server.core.ids import Id, RoomIds
from server.core.limits import LIMITS
from server.core.state import Context, State, Timer
from server.core.tools import replace, rooms_allowed
from server.errors import Code, Rejected

Milliseconds = Annotated[int, Meta(ge=-86_400_000, le=86_400_000)]


class StartTimer(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    rooms: RoomIds
    duration_ms: Milliseconds


class PauseTimer(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    rooms: RoomIds


class ResumeTimer(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    rooms: RoomIds


class ExtendTimer(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """More time (or, negative, less). A timer that has ended runs on from now."""

    rooms: RoomIds
    delta_ms: Milliseconds


class StopTimer(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    rooms: RoomIds


class EndTimer(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Given by the alarm clock alone. Void when the timer has been changed since (`ends_at` differs)."""

    room: Id
    ends_at: int


class TimerSet(Struct, frozen=True, tag=True):
    """A room's timer as it is now; how it came there is the name of the command in the commit."""

    timer: Timer


class TimerEnded(Struct, frozen=True, tag=True):
    room: str


class TimerStopped(Struct, frozen=True, tag=True):
    room: str


Command = StartTimer | PauseTimer | ResumeTimer | ExtendTimer | StopTimer | EndTimer
Event = TimerSet | TimerEnded | TimerStopped


def decide(state: State, command: Command, ctx: Context) -> tuple[Event, ...]:
    if isinstance(command, EndTimer):
        timer = state.timers.get(command.room)
        due = timer is not None and timer.status == "running" and timer.ends_at == command.ends_at <= ctx.now
        return (TimerEnded(command.room),) if due else ()
    rooms = rooms_allowed(state, ctx, command.rooms)
    match command:
        case StartTimer(_, duration_ms):
            if not LIMITS.timer_min_ms <= duration_ms <= LIMITS.timer_max_ms:
                raise Rejected(Code.TIMER_LENGTH)
            return tuple(TimerSet(Timer(r, "running", duration_ms, ctx.now + duration_ms, duration_ms)) for r in rooms)
        case PauseTimer():
            return _changed(_paused(timer, ctx.now) for timer in _timers(state, rooms))
        case ResumeTimer():
            return _changed(_resumed(timer, ctx.now) for timer in _timers(state, rooms))
        case ExtendTimer(_, delta_ms):
            return _changed(_extended(timer, delta_ms, ctx.now) for timer in _timers(state, rooms))
        case StopTimer():
            return tuple(TimerStopped(room) for room in rooms if room in state.timers)
        case _:
            assert_never(command)


def _timers(state: State, rooms: tuple[str, ...]) -> list[Timer]:
    found = [state.timers[room] for room in rooms if room in state.timers]
    if not found:
        raise Rejected(Code.TIMER_NOT_RUNNING)
    return found


def _changed(timers: Iterable[Timer | None]) -> tuple[Event, ...]:
    return tuple(TimerSet(timer) for timer in timers if timer is not None)


def _paused(timer: Timer, now: int) -> Timer | None:
    """None where there is nothing to do: two facilitators may press at once."""
    if timer.status != "running" or timer.ends_at is None or timer.ends_at <= now:
        return None
    return replace(timer, status="paused", remaining_ms=timer.ends_at - now, ends_at=None)


def _resumed(timer: Timer, now: int) -> Timer | None:
    return replace(timer, status="running", ends_at=now + timer.remaining_ms) if timer.status == "paused" else None


def _extended(timer: Timer, delta_ms: int, now: int) -> Timer | None:
    left = _left(timer, now)
    new_left = min(max(left + delta_ms, 0), LIMITS.timer_max_ms)
    if new_left == left:
        return None
    duration = max(timer.duration_ms + new_left - left, new_left)
    if timer.status == "paused":
        return replace(timer, duration_ms=duration, remaining_ms=new_left)
    return replace(timer, status="running", duration_ms=duration, ends_at=now + new_left, remaining_ms=new_left)


def _left(timer: Timer, now: int) -> int:
    if timer.status == "paused":
        return timer.remaining_ms
    return max(timer.ends_at - now, 0) if timer.ends_at is not None else 0


def evolve(state: State, event: Event) -> State:
    match event:
        case TimerSet(timer):
            return replace(state, timers={**state.timers, timer.room: timer})
        case TimerEnded(room):
            running = state.timers.get(room)
            if running is None:
                return state
            ended = replace(running, status="ended", ends_at=None, remaining_ms=0)
            return replace(state, timers={**state.timers, room: ended})
        case TimerStopped(room):
            return replace(state, timers={r: t for r, t in state.timers.items() if r != room})
        case _:
            assert_never(event)
