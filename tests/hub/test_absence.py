"""An interpreter who is away for long has no channel any more: it is free, or the other's who offered to take over."""

import asyncio

import pytest

from server.core.interpreting import SetSpeaking, TakeChannel
from server.core.link_state import Channel
from server.errors import Close
from server.hub.absence import AWAY_MS
from server.hub.live_session import LiveSession
from tests.core.worlds import IKA, IKR, NOW
from tests.hub.fakes import Client, HandClock, TroubledStore, give, wake

HOLDS = ((IKA, TakeChannel("link", "ru")), (IKA, SetSpeaking("link", "ru", True)))


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.absence.LOOK_EVERY_S", 0.005)


def channels(live: LiveSession) -> dict[str, Channel]:
    return live.state.links["link"].channels


async def until(live: LiveSession, **expected: Channel) -> None:
    async with asyncio.timeout(30):
        while channels(live) != expected:
            await asyncio.sleep(0.002)


async def test_who_is_here_keeps_the_channel_and_who_went_loses_it(live: LiveSession, clock: HandClock) -> None:
    line = Client(IKA).connect(live)
    await give(live, *HOLDS)
    clock.at = NOW + 10 * AWAY_MS
    await asyncio.sleep(0.05)
    assert channels(live) == {"ru": Channel("ika", None, True)}
    line.disconnect(live)
    await asyncio.sleep(0.05)  # has been looked for, and counts from now
    clock.at += AWAY_MS - 1
    await asyncio.sleep(0.05)
    assert channels(live) == {"ru": Channel("ika", None, True)}
    clock.at += 1
    await until(live)


async def test_who_comes_back_in_time_keeps_it(live: LiveSession, clock: HandClock) -> None:
    line = Client(IKA).connect(live)
    await give(live, *HOLDS)
    line.disconnect(live)
    await asyncio.sleep(0.05)
    clock.at += AWAY_MS - 1
    line.connect(live)
    await asyncio.sleep(0.05)
    clock.at += AWAY_MS
    await asyncio.sleep(0.05)
    assert channels(live) == {"ru": Channel("ika", None, True)}


async def test_the_one_who_offered_has_it_then(live: LiveSession, clock: HandClock) -> None:
    Client(IKR).connect(live)
    await give(live, *HOLDS, (IKR, TakeChannel("link", "ru")))
    await asyncio.sleep(0.05)
    clock.at += AWAY_MS
    await until(live, ru=Channel("ikr"))


async def test_after_a_restart_somebody_who_does_not_come_back_loses_it(
    live: LiveSession, store: TroubledStore, clock: HandClock
) -> None:
    await give(live, *HOLDS)
    woken = await wake(store, clock)
    await asyncio.sleep(0.05)
    clock.at += AWAY_MS
    await until(woken)
    await woken.close(Close.RESTARTING)


async def test_a_full_disk_is_tried_again(live: LiveSession, store: TroubledStore, clock: HandClock) -> None:
    await give(live, *HOLDS)
    await asyncio.sleep(0.05)
    store.troubles.append("full")
    clock.at += AWAY_MS
    await asyncio.sleep(0.05)
    assert store.troubles == []
    assert channels(live) == {"ru": Channel("ika", None, True)}
    clock.at += AWAY_MS
    await until(live)
