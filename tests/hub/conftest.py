"""A live session on a store in memory, with a clock by hand and everybody joined."""

from collections.abc import AsyncIterator

import pytest

from server.errors import Close
from server.hub.live_session import LiveSession
from tests.hub.fakes import HandClock, TroubledStore, create, everybody_joins, wake


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store() -> AsyncIterator[TroubledStore]:
    store = TroubledStore()
    await store.open()
    await create(store)
    yield store
    await store.close()


@pytest.fixture
async def live(store: TroubledStore, clock: HandClock) -> AsyncIterator[LiveSession]:
    live = await wake(store, clock)
    await everybody_joins(live)
    store.appends.clear()
    yield live
    await live.close(Close.RESTARTING)
