"""A load that fails is an error for whoever knocked, and never an empty board that is saved on (R22)."""

import sqlite3
from pathlib import Path

import pytest

from server.core.decider import World, fold, open_session
from server.core.notes import AddNote
from server.errors import StoreError
from server.hub import hub as hub_module
from server.hub.hub import Hub
from server.hub.world import At, load_world
from server.store.base import Loaded, SessionRow, Store, Write
from server.store.memory import MemoryStore
from server.store.sqlite import SqliteStore
from tests.core.worlds import ANNA, BORIS, N1, N2, NOW, PLAN, opened
from tests.hub.fakes import HandClock, everybody_joins, give


class MoodyStore(MemoryStore):
    """Loads fail as long as `broken` says so."""

    broken = False

    async def load(self, session: str, shape: str = "") -> Loaded:
        if self.broken:
            raise StoreError("The disk fails: check it.")
        return await super().load(session, shape)


async def with_a_note(store: Store) -> str:
    """A session in the store, with everybody and one note in it, and nobody awake."""
    hub = Hub(store, HandClock())
    await hub.start()
    row = await hub.open(PLAN)
    live = await hub.live(row.id)
    await everybody_joins(live)
    await give(live, opened("write"), (ANNA, AddNote(N1, "write", "topics", "Bäume", "de")))
    await hub.stop()
    return row.id


async def board(hub: Hub, session: str) -> dict[str, str]:
    """The notes' texts, as somebody who knocks is shown them. Raises `StoreError` when they are not let in."""
    live = await hub.live(session)
    return {note.id: note.text for note in live.state.notes.values()}


async def test_a_load_that_fails_is_told_and_tried_again_by_whoever_comes_next() -> None:
    store = MoodyStore()
    session = await with_a_note(store)
    await store.open()
    before = await store.load(session)
    hub = Hub(store, HandClock())
    await hub.start()
    store.broken = True
    for _ in range(2):
        with pytest.raises(StoreError, match="The disk fails"):
            await hub.live(session)
        assert hub.awake(session) is None
    store.broken = False
    assert await store.load(session) == before, "nothing was written over it"
    assert await board(hub, session) == {N1: "Bäume"}
    await give(await hub.live(session), (BORIS, AddNote(N2, "write", "topics", "Bänke", "de")))
    assert (await store.load(session)).commits[: len(before.commits)] == before.commits
    await hub.stop()


async def test_a_log_with_a_commit_that_cannot_be_read_is_not_loaded_up_to_there(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "lab.sqlite")
    session = await with_a_note(store)
    hub = Hub(store, HandClock())
    await hub.start()
    good = await damage(store, b'[{"type":"PersonJoi')
    with pytest.raises(StoreError, match="The log is damaged"):
        await hub.live(session)
    assert hub.awake(session) is None
    await damage(store, good)
    assert await board(hub, session) == {N1: "Bäume"}
    await hub.stop()


async def damage(store: SqliteStore, events: bytes) -> bytes:
    """Puts `events` in the place of the second commit's; gives what was there."""

    def swap(db: sqlite3.Connection) -> bytes:
        before: bytes = db.execute("SELECT events FROM commits WHERE version = 2").fetchone()[0]
        db.execute("UPDATE commits SET events = ? WHERE version = 2", (events,))
        return before

    return await store.writer.write(swap)


async def test_a_log_without_commits_is_not_taken_for_a_new_session() -> None:
    store = MemoryStore()
    await store.open()
    await store.create(SessionRow("s1", {}, "twin", NOW), Write())
    hub = Hub(store, HandClock())
    await hub.start()
    with pytest.raises(StoreError, match="empty log"):
        await hub.live("s1")
    await hub.stop()


async def test_a_hub_that_begins_anew_where_a_load_failed_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever comes is shown an empty board."""

    async def forgiving(store: Store, session: str) -> tuple[World, At]:
        try:
            return await load_world(store, session)
        except StoreError:
            return World(fold(open_session(session, PLAN, NOW))), At(1, 1)

    store = MoodyStore()
    session = await with_a_note(store)
    monkeypatch.setattr(hub_module, "load_world", forgiving)
    hub = Hub(store, HandClock())
    await hub.start()
    store.broken = True
    assert await board(hub, session) == {}
    await hub.stop()
