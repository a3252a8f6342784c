"""Erasing a person in a session at work (P2): gone from every screen at once, from the store soon, whatever dies in between."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec import json

from server.core.decider import Command
from server.core.notes import AddNote, EditNote, TranslateNote, WithdrawNote
from server.core.people import ErasePerson, SetName
from server.core.state import Actor
from server.core.voting import PlaceDots, StartRound
from server.errors import Close, NotSaved
from server.hub import erasing
from server.hub.erasing import finish_erasing
from server.hub.housekeeping import Housekeeping
from server.hub.hub import Hub
from server.hub.live_session import LiveSession
from server.hub.world import load_world
from server.store.base import Store
from server.store.memory import MemoryStore
from server.store.sqlite import SqliteStore
from tests.core.worlds import ALEX, ANNA, FKA, N1, N2, N3, R1, opened
from tests.hub.fakes import Client, HandClock, create, everybody_joins, give, wake

CANARIES = tuple(f"kanarienvogel{number}" for number in range(6))
NAME, FIRST, SECOND, TRANSLATION, WITHDRAWN, BY_HAND = CANARIES

WRITTEN: tuple[tuple[Actor, Command], ...] = (
    (ANNA, SetName(NAME)),
    opened("write"),
    (ANNA, AddNote(N1, "write", "topics", FIRST, "de")),
    (ANNA, EditNote(N1, SECOND)),
    (FKA, TranslateNote(N1, TRANSLATION)),
    (FKA, EditNote(N1, BY_HAND)),
    (ANNA, AddNote(N2, "write", "topics", WITHDRAWN, "de")),
    (ANNA, WithdrawNote(N2)),
    (ALEX, AddNote(N3, "write", "topics", "Bänke", "de")),
    opened("vote"),
    (FKA, StartRound(R1, "vote")),
    (ANNA, PlaceDots(R1, N3, 1)),
    (ALEX, PlaceDots(R1, N1, 1)),
)


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "hall.sqlite")
    await store.open()
    await create(store)
    yield store
    await store.close()


def hits(store: SqliteStore, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    """Which canaries are in the bytes of the file, its WAL or whatever lies beside it."""
    data = b"".join(found.read_bytes() for found in store.path.parent.iterdir())
    return [canary for canary in canaries if canary.encode() in data]


async def written(store: Store) -> LiveSession:
    live = await wake(store, HandClock())
    await everybody_joins(live)
    await give(live, *WRITTEN)
    return live


async def finished(live: LiveSession) -> None:
    """Until the background has done its part and the store has tidied."""
    await asyncio.gather(*live._eraser._tasks)
    await live._store.sessions()


@pytest.mark.parametrize("by", [ANNA, FKA], ids=["themself", "a facilitator"])
async def test_an_erased_person_is_nowhere_on_the_disk(disk: SqliteStore, by: Actor) -> None:
    live = await written(disk)
    assert hits(disk) == list(CANARIES)
    await give(live, (by, ErasePerson("anna", True)))
    await finished(live)
    assert hits(disk) == []
    assert (await load_world(disk, "s1"))[0] == live.world
    assert "anna" not in {commit.actor for commit in (await disk.load("s1")).commits}
    await live.close(Close.RESTARTING)
    await disk.close()
    assert hits(disk) == []


async def test_notes_that_were_left_stay_as_nobodys(disk: SqliteStore) -> None:
    live = await written(disk)
    await give(live, (ANNA, ErasePerson("anna", False)))
    await finished(live)
    assert hits(disk) == [FIRST, SECOND, TRANSLATION, BY_HAND]
    loaded = await disk.load("s1")
    assert "anna" not in {commit.actor for commit in loaded.commits}
    assert '"author":"anna"' not in json.encode([commit.events for commit in loaded.commits]).decode()
    assert (await load_world(disk, "s1"))[0] == live.world
    await live.close(Close.RESTARTING)


async def test_control_an_event_alone_leaves_every_word_on_the_disk(
    disk: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_store: Store, _session: str, _person: str = "") -> None:
        return None

    monkeypatch.setattr(erasing, "finish_erasing", nothing)
    live = await written(disk)
    await give(live, (ANNA, ErasePerson("anna", True)))
    await finished(live)
    assert hits(disk) == [canary for canary in CANARIES if canary != NAME]
    await live.close(Close.RESTARTING)


async def test_whoever_is_erased_is_shown_out_with_a_word_of_its_own(live: LiveSession) -> None:
    await give(live, *WRITTEN)
    anna, alex, desk = (Client(who).connect(live) for who in (ANNA, ALEX, FKA))
    await give(live, (ANNA, ErasePerson("anna", True)))
    assert (anna.closed, alex.closed, desk.closed) == ([Close.ERASED], [], [])
    for client in (anna, alex, desk):
        client.read()
        assert not [canary for canary in CANARIES if canary in json.encode(client.entities).decode()]
    assert anna.entities["person:anna"] == {}
    late = Client(ANNA).connect(live)
    assert (late.closed, late.read()) == ([Close.ERASED], [])


async def test_nobody_who_comes_back_is_told_the_words_again(live: LiveSession) -> None:
    """The patches kept for those who were away hold what was said meanwhile: after erasing there is a snapshot instead."""
    alex = Client(ALEX).connect(live)
    alex.disconnect(live)
    desk = Client(FKA).connect(live)
    await give(live, *WRITTEN, (ANNA, ErasePerson("anna", True)))
    seen = len(alex.all_frames)
    alex.connect(live).read()
    back = b"".join(alex.all_frames[seen:])
    assert not [canary for canary in CANARIES if canary.encode() in back]
    desk.read()
    assert [canary for canary in CANARIES if canary.encode() in b"".join(desk.all_frames)], "who was there was told"


class Dying(MemoryStore):
    """Dies between the event and the rewriting of the log, `deaths` times."""

    deaths = 1

    async def erase(self, session: str, person: str, commits: object) -> None:
        if self.deaths:
            self.deaths -= 1
            raise NotSaved("The disk is full: make room.")
        await super().erase(session, person, commits)  # type: ignore[arg-type]


async def stored(store: Store) -> str:
    return json.encode(await store.load("s1")).decode()


async def test_the_next_start_finishes_what_a_death_left_undone() -> None:
    store = Dying()
    await store.open()
    await create(store)
    live = await written(store)
    await give(live, (ANNA, ErasePerson("anna", True)))
    await finished(live)
    assert FIRST in await stored(store), "the control: it died before"
    await live.close(Close.RESTARTING)
    again = await wake(store, HandClock())
    await finished(again)
    assert not [canary for canary in CANARIES if canary in await stored(store)]
    assert again.world == live.world
    assert (await store.load("s1")).ballots == {R1: {"alex": {N1: 1}}}
    await again.close(Close.RESTARTING)


async def test_the_daily_round_finishes_what_a_death_left_undone() -> None:
    store = Dying()
    await store.open()
    await create(store)
    live = await written(store)
    await give(live, (ANNA, ErasePerson("anna", True)))
    await finished(live)
    assert FIRST in await stored(store), "the control: it died before"
    await live.close(Close.RESTARTING)
    hub = Hub(store, HandClock())
    await hub.start()
    await Housekeeping(hub).round()
    assert not [canary for canary in CANARIES if canary in await stored(store)]
    await hub.stop()


async def test_finishing_again_changes_nothing() -> None:
    store = Dying()
    await store.open()
    await create(store)
    live = await written(store)
    await give(live, (ANNA, ErasePerson("anna", True)))
    await finished(live)
    assert await finish_erasing(store, "s1") == 1
    before = await stored(store)
    assert await finish_erasing(store, "s1") == 0
    assert await stored(store) == before
    await live.close(Close.RESTARTING)


class Slow(MemoryStore):
    """Another process erases somebody else between this one's reading and writing; once."""

    meanwhile: object = None

    async def erase(self, session: str, person: str, commits: object) -> None:
        other, self.meanwhile = self.meanwhile, None
        if other is not None:
            await other()  # type: ignore[operator]
        await super().erase(session, person, commits)  # type: ignore[arg-type]


async def test_two_people_erased_at_once_by_two_processes_are_both_gone() -> None:
    store = Slow()
    await store.open()
    await create(store)
    live = await written(store)
    elsewhere = await wake(store, HandClock())

    async def by_the_other() -> None:
        await give(elsewhere, (ALEX, ErasePerson("alex", True)))
        await finished(elsewhere)

    store.meanwhile = by_the_other
    await give(live, (ANNA, ErasePerson("anna", True)))
    await finished(live)
    assert not [word for word in (*CANARIES, "Bänke") if word in await stored(store)]
    for session in (live, elsewhere):
        await session.close(Close.RESTARTING)
