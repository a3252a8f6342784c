"""`move` carries a session from one store to another, and back again, whole; or it changes nothing and says why."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import cli
from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.errors import NotSaved, StoreError
from server.mistakes import Mistake
from server.store import moving
from server.store.base import AuditEntry, Receipt, Store, Write
from server.store.memory import MemoryStore
from server.store.moving import move
from server.store.redis import RedisStore
from server.store.sqlite import SqliteStore
from tests.store.redis_server import RedisServer
from tests.store.samples import AT, EVENTS, closing, commit, commits, row

ROUND, OTHER = "round00001", "round00002"


async def fill(store: Store) -> None:
    """Two sessions, the first with all that a session can have, a closed round among it."""
    await store.create(row(), Write(tuple(commit(n, event) for n, event in enumerate(EVENTS, 1))))
    await store.append("s1", 1, Write(dots=(DotsPlaced(OTHER, "ben", "n1", 1),)))
    last = len(EVENTS)
    receipts = tuple(
        Receipt("anna", f"r{n}", "budget_spent" if n % 3 else None, {"limit": n}, AT + n) for n in range(40)
    )
    names = (NameSet("anna", "Анна"), NameSet("ben", "Ben"))
    dots = (DotsPlaced(ROUND, "anna", "n1", 1), DotsPlaced(OTHER, "anna", "n2", 2))
    await store.append("s1", 2, Write((commit(last + 1, command_id="c1"),), receipts, dots, names))
    await store.append("s1", 3, Write((closing(last + 2, ROUND),)))
    await store.set_keep_days("s1", 90)
    await store.create(row("s2", AT + 5), commits(1, 3))
    await store.set_archived("s2", True)
    await store.audit(AuditEntry(AT, "opened", "s1", "host"))
    await store.audit(AuditEntry(AT + 1, "opened", "s2", "host"))


async def everything(store: Store) -> list[object]:
    """All that a store keeps, but for what it counts for itself."""
    rows = await store.sessions()
    each = [await moving._contents(store, found.id) for found in rows]
    return [await store.secret(), await store.audit_trail(), *(contents.fingerprint() for contents in each), *rows]


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "source.db")
    await store.open()
    await fill(store)
    yield store
    await store.close()


@pytest.fixture
async def target(empty_redis: RedisServer) -> AsyncIterator[RedisStore]:
    store = RedisStore(empty_redis.url)
    await store.open()
    yield store
    await store.close()


async def test_there_and_back_everything_is_the_same(
    source: SqliteStore, target: RedisStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 7)
    before = await everything(source)
    said = io.StringIO()
    await move(source, target, None, said)
    assert await everything(target) == before
    home = SqliteStore(tmp_path / "home.db")
    await home.open()
    await move(target, home, None, said)
    assert await everything(home) == await everything(source) == before
    loaded = await home.load("s1")
    assert loaded.ballots == {OTHER: {"ben": {"n1": 1}, "anna": {"n2": 2}}}
    assert len(await home.receipts("s1")) == 40
    await home.append("s2", loaded_revision := (await home.load("s2")).revision, commits(4, 4))
    assert (await home.load("s2")).revision == loaded_revision + 1
    await home.close()
    assert said.getvalue().count("equal on both sides") == 4
    assert "links and codes anew" not in said.getvalue()


async def test_one_session_comes_alone_and_a_store_in_use_keeps_its_key(
    source: SqliteStore, target: RedisStore
) -> None:
    own = await target.secret()
    await target.create(row("theirs"), Write())
    said = io.StringIO()
    await move(source, target, "s2", said)
    assert [found.id for found in await target.sessions()] == ["theirs", "s2"]
    assert [entry.session for entry in await target.audit_trail()] == ["s2"]
    assert await target.secret() == own
    assert "give out its links and codes anew" in said.getvalue()


async def test_a_session_that_is_there_is_not_touched(source: SqliteStore, target: RedisStore) -> None:
    await target.create(row("s2"), Write((commit(1),)))
    before = await everything(target)
    with pytest.raises(Mistake, match="the target has s2 already"):
        await move(source, target, None, io.StringIO())
    with pytest.raises(Mistake, match="no session s9 in the source, only s1, s2"):
        await move(source, target, "s9", io.StringIO())
    assert await everything(target) == before


class Refusing(MemoryStore):
    """Full after so many writes."""

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        if expected_revision == 3:
            raise NotSaved("The disk is full: make room.")
        await super().append(session, expected_revision, write)


async def test_a_target_that_fills_up_keeps_no_half_session(source: SqliteStore) -> None:
    target = Refusing()
    await target.open()
    with pytest.raises(StoreError, match="make room"):
        await move(source, target, None, io.StringIO())
    assert await target.sessions() == []


class Busy(MemoryStore):
    """Somebody writes into it while it is read."""

    async def receipts(self, session: str) -> list[Receipt]:
        found = await super().receipts(session)
        loaded = await self.load(session)
        await self.append(session, loaded.revision, Write(names=(NameSet("late", f"Late {loaded.revision}"),)))
        return found


async def test_a_source_that_is_written_to_meanwhile_is_noticed(target: RedisStore) -> None:
    source = Busy()
    await source.open()
    await fill(source)
    with pytest.raises(Mistake, match="was written to while it was moved"):
        await move(source, target, None, io.StringIO())
    assert await target.sessions() == []


def test_the_command_moves_and_says_what_is_wrong(
    tmp_path: Path, empty_redis: RedisServer, capsys: pytest.CaptureFixture[str]
) -> None:
    async def make() -> None:
        store = SqliteStore(tmp_path / "lab.sqlite")
        await store.open()
        await fill(store)
        await store.close()

    asyncio.run(make())
    place = f"sqlite:{tmp_path}/lab.sqlite"
    assert cli.main(["move", "--from", place, "--to", empty_redis.url]) == 0
    assert "2 sessions moved." in capsys.readouterr().out
    wrong = {
        ("--from", place, "--to", empty_redis.url): "the target has s1, s2 already",
        ("--from", place, "--to", place): "are the same store",
        ("--from", f"sqlite:{tmp_path}/nowhere", "--to", place): "there is no file",
        ("--from", place, "--to", "lab.sqlite"): "lab.sqlite is no store",
        ("--from", place, "--to", "redis://h:port"): "REDIS_URL does not do",
    }
    for arguments, told in wrong.items():
        assert cli.main(["move", *arguments]) == 2
        assert told in capsys.readouterr().err
