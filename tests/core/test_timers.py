"""Timers, one a room: absolute ends while running, what remains while paused; never below zero."""

import pytest

from server.core.limits import LIMITS
from server.core.state import SYSTEM, Timer
from server.core.timers import (
    EndTimer,
    ExtendTimer,
    PauseTimer,
    ResumeTimer,
    StartTimer,
    StopTimer,
    TimerEnded,
    TimerSet,
    TimerStopped,
)
from server.errors import Code
from tests.core.worlds import BOTH, FKA, FKR, NOW, START, Given, given

KA = ("ka",)
MINUTE = 60_000
LATER = NOW + 20_000


def running(room: str = "ka", left: int = MINUTE, duration: int = MINUTE, at: int = NOW) -> Timer:
    return Timer(room, "running", duration, at + left, left)


def paused(left: int, room: str = "ka", duration: int = MINUTE) -> Timer:
    return Timer(room, "paused", duration, None, left)


STARTED = (FKA, StartTimer(KA, MINUTE))
PAUSED = given(STARTED).when(PauseTimer(KA), by=FKA, at=LATER).world
ENDED = given(STARTED).when(EndTimer("ka", NOW + MINUTE), by=SYSTEM, at=NOW + MINUTE).world


def test_a_timer_starts_in_one_room_or_in_both() -> None:
    given().when(StartTimer(KA, MINUTE), by=FKA).then(TimerSet(running()))
    given().when(StartTimer(("kr", "ka", "kr"), MINUTE), by=FKR).then(TimerSet(running()), TimerSet(running("kr")))


def test_starting_again_starts_anew() -> None:
    given(STARTED).when(StartTimer(KA, 2 * MINUTE), by=FKA, at=LATER).then(
        TimerSet(running(left=2 * MINUTE, duration=2 * MINUTE, at=LATER))
    )


@pytest.mark.parametrize("ms", [-1, 0, LIMITS.timer_min_ms - 1, LIMITS.timer_max_ms + 1])
def test_a_timer_too_short_or_too_long_is_refused(ms: int) -> None:
    given().when(StartTimer(KA, ms), by=FKA).refused(Code.TIMER_LENGTH)


def test_a_paused_timer_keeps_what_remains() -> None:
    given(STARTED).when(PauseTimer(KA), by=FKA, at=LATER).then(TimerSet(paused(40_000)))
    given(world=PAUSED).when(PauseTimer(KA), by=FKA, at=LATER + 5).nothing()


def test_a_timer_that_is_due_is_not_paused_any_more() -> None:
    given(STARTED).when(PauseTimer(KA), by=FKA, at=NOW + MINUTE).nothing()


def test_a_resumed_timer_runs_on_from_what_remained() -> None:
    resumed = given(world=PAUSED).when(ResumeTimer(KA), by=FKA, at=NOW + 500_000)
    resumed.then(TimerSet(running(left=40_000, at=NOW + 500_000)))
    given(world=resumed.world).when(ResumeTimer(KA), by=FKA, at=NOW + 500_001).nothing()


@pytest.mark.parametrize(
    ("delta", "left", "duration"),
    [
        (MINUTE, 100_000, 2 * MINUTE),
        (-10_000, 30_000, 50_000),
        (-40_000, 0, 20_000),
        (-MINUTE, 0, 20_000),
        (86_400_000, LIMITS.timer_max_ms, LIMITS.timer_max_ms + 20_000),
    ],
)
def test_a_timer_gets_more_time_or_less_but_never_below_zero(delta: int, left: int, duration: int) -> None:
    given(STARTED).when(ExtendTimer(KA, delta), by=FKA, at=LATER).then(
        TimerSet(running(left=left, duration=duration, at=LATER))
    )
    given(world=PAUSED).when(ExtendTimer(KA, delta), by=FKA, at=NOW + 900_000).then(
        TimerSet(paused(left, duration=duration))
    )


def test_a_timer_that_has_ended_runs_on_from_now() -> None:
    given(world=ENDED).when(ExtendTimer(KA, MINUTE), by=FKA, at=NOW + 300_000).then(
        TimerSet(running(left=MINUTE, duration=2 * MINUTE, at=NOW + 300_000))
    )


def test_there_is_nothing_to_take_from_a_timer_that_has_ended_and_nothing_to_do_for_zero() -> None:
    given(world=ENDED).when(ExtendTimer(KA, -MINUTE), by=FKA).nothing()
    given(STARTED).when(ExtendTimer(KA, 0), by=FKA, at=LATER).nothing()
    given(world=ENDED).when(ResumeTimer(KA), by=FKA).nothing()
    given(world=ENDED).when(PauseTimer(KA), by=FKA).nothing()


def test_a_stopped_timer_is_gone() -> None:
    stopped = given(STARTED).when(StopTimer(BOTH), by=FKA)
    stopped.then(TimerStopped("ka"))
    assert stopped.world.state.timers == {}
    given(world=stopped.world).when(StopTimer(BOTH), by=FKA).nothing()


def test_a_joint_change_reaches_the_room_that_has_a_timer() -> None:
    given(STARTED).when(PauseTimer(BOTH), by=FKR, at=LATER).then(TimerSet(paused(40_000)))


@pytest.mark.parametrize("command", [PauseTimer(KA), ResumeTimer(KA), ExtendTimer(KA, MINUTE)])
def test_changing_a_timer_where_there_is_none_is_refused(command: PauseTimer | ResumeTimer | ExtendTimer) -> None:
    given().when(command, by=FKA).refused(Code.TIMER_NOT_RUNNING)


def _all(rooms: tuple[str, ...]) -> list[StartTimer | PauseTimer | ResumeTimer | ExtendTimer | StopTimer]:
    return [StartTimer(rooms, MINUTE), PauseTimer(rooms), ResumeTimer(rooms), ExtendTimer(rooms, 1), StopTimer(rooms)]


@pytest.mark.parametrize("command", _all(("kr",)), ids=lambda c: type(c).__name__)
def test_the_other_rooms_timer_alone_is_not_mine(command: StartTimer) -> None:
    given((FKR, StartTimer(("kr",), MINUTE))).when(command, by=FKA).refused(Code.OTHER_ROOM)


@pytest.mark.parametrize("command", _all(("ka", "xx")), ids=lambda c: type(c).__name__)
def test_a_room_that_is_not_there_is_refused(command: StartTimer) -> None:
    given(STARTED).when(command, by=FKA).refused(Code.ROOM_UNKNOWN)


def test_the_alarm_ends_a_timer_once_and_not_early() -> None:
    due = NOW + MINUTE
    given(STARTED).when(EndTimer("ka", due), by=SYSTEM, at=due - 1).nothing()
    ended = given(STARTED).when(EndTimer("ka", due), by=SYSTEM, at=due)
    ended.then(TimerEnded("ka"))
    assert ended.world.state.timers["ka"] == Timer("ka", "ended", MINUTE, None, 0)
    given(world=ended.world).when(EndTimer("ka", due), by=SYSTEM, at=due + 1).nothing()


@pytest.mark.parametrize(
    "changed",
    [
        given(STARTED, (FKA, ExtendTimer(KA, MINUTE))),
        given(world=PAUSED),
        given(STARTED, (FKA, StopTimer(KA))),
        given(world=START),
    ],
    ids=["extended", "paused", "stopped", "never started"],
)
def test_an_alarm_for_a_timer_that_was_changed_since_is_void(changed: Given) -> None:
    changed.when(EndTimer("ka", NOW + MINUTE), by=SYSTEM, at=NOW + 10 * MINUTE).nothing()
