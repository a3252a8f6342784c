"""All sessions of a process: opened, found again, archived, deleted."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.core.notes import AddNote
from server.errors import Close, Rejected, StoreError
from server.hub.hub import Hub
from server.store.memory import MemoryStore
from tests.core.worlds import ANNA, FKA, N1, PLAN, opened
from tests.hub.fakes import Client, HandClock, everybody_joins, give


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub(MemoryStore(), HandClock())
    await hub.start()
    yield hub
    await hub.stop()


async def test_a_session_is_opened_and_found_again_after_a_restart() -> None:
    store, clock = MemoryStore(), HandClock()
    hub = Hub(store, clock)
    await hub.start()
    row = await hub.open(PLAN)
    live = await hub.live(row.id)
    await everybody_joins(live)
    await give(live, opened("write"), (ANNA, AddNote(N1, "write", "topics", "Bäume", "de")))
    before = live.world
    await hub.stop()
    again = Hub(store, clock)
    await again.start()
    assert again.sessions() == [row]
    restarted = await again.live(row.id)
    assert (restarted.world, restarted.at.version) == (before, live.at.version)
    assert restarted.epoch != live.epoch
    await again.stop()


async def test_everyone_who_comes_at_once_meets_in_one_live_session(hub: Hub) -> None:
    row = await hub.open(PLAN)
    found = await asyncio.gather(*(hub.live(row.id) for _ in range(5)))
    assert len({id(live) for live in found}) == 1


async def test_a_deleted_session_is_known_to_have_been_one_after_a_restart_too() -> None:
    """A device forgets its person for a deleted session alone: one that is only not here may be on another database."""
    store, clock = MemoryStore(), HandClock()
    for _ in range(2):
        hub = Hub(store, clock)
        await hub.start()
        if not await store.audit_trail():
            row = await hub.open(PLAN)
            await hub.delete(row.id)
        with pytest.raises(Rejected, match="session_deleted"):
            await hub.live(row.id)
        await hub.stop()


async def test_a_session_that_is_not_there_is_refused(hub: Hub) -> None:
    with pytest.raises(Rejected, match="session_unknown"):
        await hub.live("nothing")
    with pytest.raises(Rejected, match="session_unknown"):
        await hub.set_archived("nothing", True)
    with pytest.raises(Rejected, match="session_unknown"):
        await hub.delete("nothing")


async def test_an_archived_session_sends_everyone_away_and_comes_back_whole(hub: Hub) -> None:
    row = await hub.open(PLAN)
    live = await hub.live(row.id)
    await everybody_joins(live)
    fka = Client(FKA).connect(live)
    await hub.set_archived(row.id, True)
    assert fka.closed == [Close.SESSION_GONE]
    with pytest.raises(Rejected, match="session_archived"):
        await hub.live(row.id)
    await hub.set_archived(row.id, False)
    assert (await hub.live(row.id)).state == live.state


async def test_a_deleted_session_is_gone(hub: Hub) -> None:
    row = await hub.open(PLAN)
    fka = Client(FKA)
    live = await hub.live(row.id)
    await everybody_joins(live)
    fka.connect(live)
    await hub.delete(row.id)
    assert fka.closed == [Close.SESSION_DELETED]
    assert hub.sessions() == []
    with pytest.raises(StoreError):
        await hub.store.load(row.id)


async def test_a_session_deleted_while_it_wakes_does_not_wake(hub: Hub) -> None:
    """Bug: it came to life after it had been deleted, for whoever had just knocked."""
    row = await hub.open(PLAN)
    waking = asyncio.create_task(hub.live(row.id))
    await asyncio.sleep(0)
    await hub.delete(row.id)
    with pytest.raises(Rejected, match="session_deleted"):
        await waking


async def test_a_session_archived_while_it_wakes_is_closed(hub: Hub) -> None:
    row = await hub.open(PLAN)
    await everybody_joins(await hub.live(row.id))
    await hub.set_archived(row.id, True)
    await hub.set_archived(row.id, False)
    waking = asyncio.create_task(hub.live(row.id))
    await asyncio.sleep(0)
    await hub.set_archived(row.id, True)
    assert Client(FKA).connect(await waking).closed == [Close.SESSION_GONE]


async def test_two_sessions_know_nothing_of_each_other(hub: Hub) -> None:
    one, two = [await hub.live((await hub.open(PLAN)).id) for _ in range(2)]
    await everybody_joins(one)
    await everybody_joins(two)
    other = Client(FKA).connect(two)
    other.read()
    await give(one, opened("write"))
    assert other.read() == []
    assert two.state.opened == {}


async def test_stopping_sends_everyone_away_to_come_back(hub: Hub) -> None:
    live = await hub.live((await hub.open(PLAN)).id)
    await everybody_joins(live)
    fka = Client(FKA).connect(live)
    await hub.stop()
    assert fka.closed == [Close.RESTARTING]
