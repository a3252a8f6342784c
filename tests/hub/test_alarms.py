"""The alarm that ends timers: once, not early, again when it could not be saved."""

import asyncio

import pytest

from server.core.timers import ExtendTimer, PauseTimer, StartTimer, StopTimer
from server.errors import Close
from server.hub.live_session import LiveSession
from tests.core.worlds import BOTH, FKA, FKR, NOW
from tests.hub.fakes import Client, HandClock, TroubledStore, give, wake

KA = ("ka",)
# The shortest timer takes 10 s; shortened, it rings after 50 ms of the loop's time.
SOON = ((FKA, StartTimer(KA, 10_000)), (FKA, ExtendTimer(KA, -9_950)))


async def until(live: LiveSession, status: str | None, room: str = "ka") -> None:
    async with asyncio.timeout(30):
        while (live.state.timers[room].status if room in live.state.timers else None) != status:
            await asyncio.sleep(0.002)


async def test_a_timer_ends_once_and_not_early(live: LiveSession, store: TroubledStore, clock: HandClock) -> None:
    wall = Client(FKA).connect(live)
    await give(live, *SOON)
    wall.read()
    clock.at = NOW + 49
    await asyncio.sleep(0.08)
    assert live.state.timers["ka"].status == "running", "the loop's time is over, the clock's is not"
    store.appends.clear()
    clock.at = NOW + 50
    await until(live, "ended")
    await asyncio.sleep(0.05)
    assert len(store.appends) == 1
    assert [m["set"]["timer:ka"]["status"] for m in wall.read()] == ["ended"]


@pytest.mark.parametrize("change", [PauseTimer(KA), StopTimer(KA), ExtendTimer(KA, 60_000)])
async def test_a_timer_that_was_changed_meanwhile_does_not_end(
    live: LiveSession, store: TroubledStore, clock: HandClock, change: PauseTimer
) -> None:
    await give(live, *SOON, (FKA, change))
    store.appends.clear()
    clock.at = NOW + 1000
    await asyncio.sleep(0.1)
    assert store.appends == []
    assert "ka" not in live.state.timers or live.state.timers["ka"].status != "ended"


async def test_of_two_timers_each_ends_when_it_is_due(live: LiveSession, clock: HandClock) -> None:
    await give(
        live, (FKA, StartTimer(BOTH, 10_000)), (FKA, ExtendTimer(KA, -9_950)), (FKR, ExtendTimer(("kr",), -9_900))
    )
    clock.at = NOW + 50
    await until(live, "ended")
    assert live.state.timers["kr"].status == "running"
    clock.at = NOW + 100
    await until(live, "ended", "kr")


async def test_an_ending_that_could_not_be_saved_is_tried_again(
    live: LiveSession, store: TroubledStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bug: with a full disk at that very moment the timer never ended, until somebody touched it."""
    monkeypatch.setattr("server.hub.alarm.RING_AGAIN_S", 0.02)
    await give(live, *SOON)
    store.troubles = ["full", "full"]
    clock.at = NOW + 50
    await until(live, "ended")
    assert store.troubles == []


async def test_a_timer_that_ran_out_while_the_server_was_down_ends_with_its_start(
    live: LiveSession, store: TroubledStore, clock: HandClock
) -> None:
    await give(live, (FKA, StartTimer(KA, 10_000)))
    await live.close(Close.RESTARTING)
    clock.at = NOW + 60_000
    restarted = await wake(store, clock)
    await until(restarted, "ended")
    await restarted.close(Close.RESTARTING)
