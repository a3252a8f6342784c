"""What the hub counts, and that trouble with the store is told once when it begins and once when it is over."""

import asyncio

import pytest
from structlog.testing import capture_logs

from server.core.agenda import OpenStep
from server.core.voting import PlaceDots
from server.errors import NotSaved, VersionConflict
from server.hub.live_session import LiveSession
from server.hub.meter import BOUNDS_S, Meter, Saving, Times
from tests.core.worlds import ANNA, BOTH, FKA
from tests.hub.fakes import HandClock, TroubledStore, wake


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def live(live: LiveSession, meter: Meter) -> LiveSession:
    live._meter = meter
    return live


def test_times_fall_into_the_bucket_that_holds_them() -> None:
    times = Times()
    for seconds in (0.0, BOUNDS_S[0], BOUNDS_S[0] * 1.01, 99.0):
        times.add(seconds)
    assert times.counts == [2, 1, *[0] * (len(BOUNDS_S) - 2), 1]
    assert times.total_s == pytest.approx(99.0 + 2.01 * BOUNDS_S[0])


async def test_commands_are_counted_by_what_they_were_answered(
    live: LiveSession, store: TroubledStore, meter: Meter
) -> None:
    await live.submit(FKA, OpenStep("write", BOTH), "c1")
    await live.submit(ANNA, PlaceDots("nowhere", "nothing", 1), "c2")
    await live.submit(FKA, OpenStep("vote", BOTH))  # by the server itself: nobody waits for that answer
    store.troubles = ["full"]
    with pytest.raises(NotSaved):
        await live.submit(FKA, OpenStep("write", BOTH), "c3")
    assert meter.commands == {"accepted": 1, "round_unknown": 1, "not_saved": 1}
    assert sum(meter.acknowledgement.counts) == 3
    assert sum(meter.fan_out.counts) == 3
    assert sum(meter.saving.times.counts) == 3


async def test_trouble_is_told_when_it_begins_and_when_it_is_over(
    live: LiveSession, store: TroubledStore, meter: Meter
) -> None:
    store.troubles = ["full", "full", "full"]
    with capture_logs() as said:
        for number in range(3):
            with pytest.raises(NotSaved):
                await live.submit(FKA, OpenStep("write", BOTH), f"c{number}")
        assert meter.saving.failed_at is not None
        await live.submit(FKA, OpenStep("write", BOTH), "c3")
    assert [line["event"] for line in said] == ["store_trouble", "store_trouble_over"]
    assert said[0]["reason"] == "The disk is full: make room."
    assert said[1]["failures"] == 3
    assert meter.saving.failed_at is None


async def test_being_second_is_no_trouble_of_the_store(live: LiveSession, store: TroubledStore, meter: Meter) -> None:
    store.troubles = ["conflict"]
    await live.submit(FKA, OpenStep("write", BOTH), "c1")
    assert (meter.saving.failures, meter.saving.failed_at) == (0, None)


def test_a_text_that_cannot_be_stored_is_no_trouble_of_the_store() -> None:
    saving = Saving()
    half = NotSaved("Half a character.")
    half.__cause__ = UnicodeError()
    for error in (half, VersionConflict("Second.")):
        with pytest.raises(type(error)), saving.watch():
            raise error
    assert (saving.failures, saving.failed_at) == (0, None)


async def test_a_session_that_nobody_gave_a_meter_has_its_own(store: TroubledStore, clock: HandClock) -> None:
    one, other = await wake(store, clock), await wake(store, clock)
    await asyncio.gather(*(session.submit(FKA, OpenStep("write", BOTH), "c1") for session in (one,)))
    assert one._meter is not other._meter
