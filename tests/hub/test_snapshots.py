"""Snapshots shorten a start and change nothing else: with one or without, a session is the same (R17)."""

import hashlib
import random
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog
from msgspec import structs

from server.core.decider import Event, fold, open_session
from server.core.notes import AddNote, EditNote, NoteAdded, NoteEdited
from server.core.people import PersonJoined
from server.core.state import Note, State
from server.errors import Close, NotSaved
from server.hub import snapshots
from server.hub.hub import Hub
from server.hub.snapshots import load_state, snapshot_of, state_in
from server.store.base import Commit, SessionRow, StateSnapshot, Store, Write
from server.store.memory import MemoryStore
from server.store.sqlite import SqliteStore
from tests.core.walk import Walk
from tests.core.worlds import ANNA, N1, NOW, PLAN, opened
from tests.hub.fakes import HandClock, create, everybody_joins, give, wake

EVERY = 20


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "EVERY", EVERY)


def hashed(state: State) -> str:
    return hashlib.sha256(msgspec.json.encode(state, order="deterministic")).hexdigest()


async def stored(store: Store, events: list[Event]) -> None:
    """A log of these, one commit each."""
    await store.open()
    await store.create(SessionRow("s1", PLAN.title, PLAN.slug, NOW), Write())
    every = [Commit(number, NOW, "anna", None, (event,)) for number, event in enumerate(events, start=1)]
    for start in range(0, len(every), 1000):
        await store.append("s1", start // 1000 + 1, Write(commits=tuple(every[start : start + 1000])))


def walked(seed: int) -> list[Event]:
    walk = Walk(seed)
    for _ in walk.steps(200):
        pass
    return walk.events


@pytest.mark.parametrize("seed", range(8))
async def test_a_snapshot_and_its_tail_lead_where_the_whole_log_leads(seed: int) -> None:
    events, store = walked(seed), MemoryStore()
    await stored(store, events)
    whole = fold(events)
    for version in sorted(random.Random(seed).sample(range(1, len(events) + 1), 6)):
        await store.keep_snapshot("s1", snapshot_of(version, fold(events[:version])))
        state, at, loaded = await load_state(store, "s1")
        assert loaded.snapshot is not None
        assert (state, at, hashed(state)) == (whole, len(events), hashed(whole))


async def test_a_snapshot_that_lacks_an_event_leads_elsewhere() -> None:
    """The control: the snapshot is what is read."""
    events, store = walked(3), MemoryStore()
    await stored(store, events)
    last_note = max(number for number, event in enumerate(events) if isinstance(event, NoteAdded))
    await store.keep_snapshot("s1", snapshot_of(last_note + 1, fold(events[:last_note])))
    assert hashed((await load_state(store, "s1"))[0]) != hashed(fold(events))


def spoiled(snapshot: StateSnapshot) -> Iterator[bytes]:
    data = snapshot.data
    yield b""
    yield data[:-1]
    yield data[:40]
    yield data[:500] + bytes([data[500] ^ 1]) + data[501:]
    yield hashlib.sha256(b"{}").digest() + b"{}"  # whole, and no state


async def test_a_damaged_snapshot_counts_as_none_and_is_told_in_the_log() -> None:
    events = walked(1)
    whole = fold(events)
    snapshot = snapshot_of(len(events), whole)
    assert state_in(snapshot) == whole
    for data in spoiled(snapshot):
        store = MemoryStore()
        await stored(store, events)
        await store.keep_snapshot("s1", structs.replace(snapshot, data=data))
        with structlog.testing.capture_logs() as told:
            state, at, _ = await load_state(store, "s1")
        assert (state, at) == (whole, len(events))
        assert [line["event"] for line in told] == ["snapshot_damaged"]


async def test_other_code_reads_the_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    events, store = walked(1), MemoryStore()
    await stored(store, events)
    await store.keep_snapshot("s1", snapshot_of(len(events) - 1, fold(events[:9])))  # what that code made of it
    monkeypatch.setattr(snapshots, "shape", lambda: "other")
    state, _, loaded = await load_state(store, "s1")
    assert (state, loaded.snapshot) == (fold(events), None)


async def test_a_session_at_work_keeps_one_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    await store.open()
    await create(store)
    live = await wake(store, HandClock())
    await everybody_joins(live)
    await give(live, opened("write"), (ANNA, AddNote(N1, "write", "topics", "0", "de")))
    first = (await store.load("s1", snapshots.shape())).snapshot
    await give(live, *((ANNA, EditNote(N1, str(number))) for number in range(1, 3 * EVERY)))
    before = live.world
    await live.close(Close.RESTARTING)
    loaded = await store.load("s1", snapshots.shape())
    assert first is None
    assert loaded.snapshot is not None
    assert len(loaded.commits) < EVERY
    again = await wake(store, HandClock())
    assert again.world == before
    await again.close(Close.RESTARTING)


async def test_a_long_log_without_one_is_given_one_when_it_is_read() -> None:
    events, store = walked(1), MemoryStore()
    await stored(store, events)
    await load_state(store, "s1")
    state, _, loaded = await load_state(store, "s1")
    assert (state, loaded.commits) == (fold(events), [])


class Full(MemoryStore):
    async def keep_snapshot(self, session: str, snapshot: StateSnapshot) -> None:
        raise NotSaved("The disk is full: free some space.")


async def test_a_snapshot_that_finds_no_room_is_a_line_in_the_log() -> None:
    events, store = walked(1), Full()
    await stored(store, events)
    with structlog.testing.capture_logs() as told:
        state, _, _ = await load_state(store, "s1")
    assert state == fold(events)
    assert [line["event"] for line in told] == ["snapshot_not_kept"]


def many_events(count: int) -> Iterator[Event]:
    """A session as full as it may be, whose notes are changed over and over."""
    yield from open_session("s1", PLAN, NOW)
    for n in range(300):
        yield PersonJoined(f"p{n:06}", "participant", "ka", NOW)
    for n in range(5000):
        rank, text = f"{n:06}", f"Ein Gedanke von mittlerer Länge über die Bäume am Platz, Nummer {n}"
        yield NoteAdded(
            Note(
                f"n{n:06}", "p000001", "ka", "ideas", "write", "topics", None, rank, text, "de", "", "active", NOW, None
            )
        )
    for n in range(count - 5301):
        yield NoteEdited(f"n{n % 5000:06}", f"Ein Gedanke von mittlerer Länge, in Fassung {n}", NOW)


async def seconds_to_wake(path: Path) -> tuple[float, str]:
    """From opening the file to a session at work, and its hash."""
    began = time.monotonic()
    hub = Hub(SqliteStore(path), HandClock())
    await hub.start()
    live = await hub.live("s1")
    took = time.monotonic() - began
    await hub.stop()
    return took, hashed(live.state)


@pytest.mark.long
async def test_a_log_of_a_hundred_thousand_events_is_ready_within_three_seconds(tmp_path: Path) -> None:
    """The first start has no snapshot and is the control: it is many times slower."""
    events = list(many_events(100_000))
    store = SqliteStore(tmp_path / "lab.sqlite")
    await stored(store, events)
    await store.close()
    without, whole = await seconds_to_wake(store.path)
    within, same = await seconds_to_wake(store.path)
    print(f"without a snapshot {without:.2f} s, with one {within:.3f} s")
    assert same == whole == hashed(fold(events))
    assert within < 3
    assert without > 5 * within
