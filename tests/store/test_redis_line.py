"""Replies that get lost, a Redis that restarts, fills up or stays away: nothing twice, nothing lost, a sentence."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio.connection import AbstractConnection
from redis.crc import key_slot
from redis.exceptions import ConnectionError

from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.errors import NotSaved, StoreError, VersionConflict
from server.store import redis as redis_module
from server.store import redis_line, redis_rows
from server.store.base import AuditEntry, Receipt, Write
from server.store.redis import RedisStore
from tests.store.redis_server import RedisServer
from tests.store.samples import AT, EVENTS, closing, commit, commits, row


@pytest.fixture
async def store(empty_redis: RedisServer) -> AsyncIterator[RedisStore]:
    store = RedisStore(empty_redis.url)
    await store.open()
    await store.create(row(), Write(commits=(commit(1, EVENTS[0]),)))
    yield store
    await store.close()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


def lose_replies(monkeypatch: pytest.MonkeyPatch, count: int) -> list[int]:
    """The next replies get lost behind what was done. Gives how many were."""
    lost: list[int] = []
    real = redis_line.exchange

    async def exchange(connection: AbstractConnection, commands: Sequence[redis_line.Command]) -> list[Any]:
        replies = await real(connection, commands)
        if any(command[0] != "SCRIPT LOAD" for command in commands) and len(lost) < count:
            lost.append(len(commands))
            raise ConnectionError("the reply was lost")
        return replies

    monkeypatch.setattr(redis_line, "exchange", exchange)
    return lost


async def test_writes_whose_replies_are_lost_three_times_happen_once(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """redis-py by itself made four entries of one."""
    lost = lose_replies(monkeypatch, 3)
    receipt = Receipt("anna", "c2", None, at=AT)
    await store.append("s1", 1, Write((commit(2, command_id="c2"),), (receipt,)))
    assert len(lost) == 3
    loaded = await store.load("s1")
    assert (len(loaded.commits), loaded.revision) == (2, 2)
    others: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = (
        lambda: store.create(row("s2"), commits(1, 1)),
        lambda: store.audit(AuditEntry(AT, "opened")),
        lambda: store.erase("s1", "anna", [commit(2)]),
        lambda: store.set_keep_days("s1", 9),
    )
    for make in others:
        lost.clear()
        await make()
        assert len(lost) == 3
    assert [entry.what for entry in await store.audit_trail()] == ["opened"]
    assert (await store.load("s2")).revision == 1
    assert (await store.load("s1")).commits == [commit(1, EVENTS[0]), commit(2)]


async def test_a_write_that_is_not_recognised_conflicts_with_itself(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the id of a write is for."""
    lose_replies(monkeypatch, 1)
    monkeypatch.setattr(redis_line, "PATIENCE_S", 0.0)
    for expected in (NotSaved, VersionConflict):  # never sent again, so the second has an id of its own
        with pytest.raises(expected):
            await store.append("s1", 1, commits(2, 2))
    assert (await store.load("s1")).revision == 2


async def test_what_waits_goes_out_together(store: RedisStore) -> None:
    """A round trip and an fsync for each would make every session wait for all others."""
    for number in range(60):
        await store.create(row(f"t{number}"), Write())
    before = store.line.groups
    await asyncio.gather(*(store.append(f"t{number}", 1, commits(1, 2)) for number in range(60)))
    assert store.line.groups - before <= 2
    assert {(await store.load(f"t{number}")).revision for number in range(60)} == {2}


async def test_scripts_that_redis_forgot_are_told_again(store: RedisStore, empty_redis: RedisServer) -> None:
    empty_redis.ask("SCRIPT", "FLUSH")
    await store.append("s1", 1, commits(2, 2))
    assert (await store.load("s1")).revision == 2


async def test_a_redis_that_restarts_is_waited_for(own_redis: RedisServer) -> None:
    store = RedisStore(own_redis.url)
    await store.open()
    await store.create(row(), commits(1, 1))
    for number in (2, 3, 4):
        own_redis.kill()
        waiting = asyncio.gather(store.append("s1", number - 1, commits(number, number)), store.load("s1"))
        await asyncio.to_thread(own_redis.start)
        _, loaded = await waiting
        assert [found.version for found in loaded.commits] == list(range(1, number + 1))
    await store.close()


async def test_a_redis_that_stays_away_saves_nothing_and_says_so(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_line, "PATIENCE_S", 0.3)
    store = RedisStore(own_redis.url)
    await store.open()
    await store.create(row(), commits(1, 1))
    own_redis.kill()
    with pytest.raises(NotSaved, match="cannot be reached"):
        await store.append("s1", 1, commits(2, 2))
    with pytest.raises(StoreError, match="cannot be reached"):
        await store.load("s1")
    await asyncio.to_thread(own_redis.start)
    await store.append("s1", 1, commits(2, 2))
    await store.close()


async def test_a_full_redis_saves_nothing_and_still_reads(own_redis: RedisServer) -> None:
    store = RedisStore(own_redis.url)
    await store.open()
    await store.create(row(), commits(1, 3))
    before = await store.load("s1")
    own_redis.ask("CONFIG", "SET", "maxmemory", "1")
    for refused in (store.append("s1", 1, commits(4, 4)), store.create(row("s2"), commits(1, 1))):
        with pytest.raises(NotSaved, match="no memory left"):
            await refused
    assert await store.load("s1") == before
    assert [found.id for found in await store.sessions()] == ["s1"]
    own_redis.ask("CONFIG", "SET", "maxmemory", "0")
    await store.append("s1", 1, commits(4, 4))
    await store.close()


async def test_a_redis_that_lost_writes_never_gives_a_shorter_log(store: RedisStore, empty_redis: RedisServer) -> None:
    """As after a power cut with `everysec`: who knows more than Redis must not go on as if nothing were."""
    await store.append("s1", 1, commits(2, 2))
    empty_redis.ask("HSET", redis_rows.keys("s1")[0], "revision", 1)
    with pytest.raises(StoreError, match="has lost writes"):
        await store.news("s1", 2, 2)
    empty_redis.ask("XDEL", redis_rows.keys("s1")[1], "1-1")
    with pytest.raises(StoreError, match="lacks version 1"):
        await store.load("s1")
    empty_redis.ask("DEL", "tcl:secret")
    with pytest.raises(StoreError, match="lost its data"):
        await store.secret()


async def test_a_long_log_is_read_in_pages(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_module, "PAGE", 7)
    for number in range(9):
        await store.append("s1", 1 + number, commits(2 + 5 * number, 6 + 5 * number))
    loaded, other = await asyncio.gather(store.load("s1"), store.news("s1", 4, 1))
    assert [found.version for found in loaded.commits] == list(range(1, 47))
    assert other is not None
    assert other.commits == loaded.commits[4:]
    for number in range(20):
        await store.audit(AuditEntry(AT + number, "opened", f"s{number % 2}"))
    assert [entry.at for entry in await store.audit_trail("s1", 8)] == [AT + 19 - 2 * number for number in range(8)]


async def test_all_keys_of_a_call_lie_in_one_slot_of_a_cluster(store: RedisStore, empty_redis: RedisServer) -> None:
    """Those that a script makes up itself, too: as Redis saw them."""
    dots = tuple(DotsPlaced(round_id, "anna", "n1", 1) for round_id in ("r1", "r2"))
    with empty_redis.client() as client, client.monitor() as monitor:
        await store.create(row("s2"), commits(1, 2))
        await store.append("s2", 1, Write((commit(3),), dots=dots, names=(NameSet("anna", "Anna"),)))
        await store.append("s2", 2, Write((closing(4, "r1"),)))
        await store.erase("s2", "anna", [commit(2)])
        await store.load("s2")
        await store.forget(AT, AT)
        await store.delete("s2")
        empty_redis.ask("ECHO", "done")
        seen: list[str] = []
        while not (seen and seen[-1] == "ECHO done"):
            seen.append(monitor.next_command()["command"])
    touched = {word for line in seen for word in line.split() if word.startswith("tcl:{s2}:")}
    assert len(touched) >= 8
    assert len({key_slot(key.encode()) for key in touched}) == 1
