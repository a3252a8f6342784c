"""What was erased leaves Redis' files as well (S4). Each test sees its canaries there first."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import pytest

from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.store import redis_tidy
from server.store.base import Receipt, Write
from server.store.redis import RedisStore
from tests.store.redis_server import RedisServer
from tests.store.samples import closing, commit, row

ROUND, OTHER = "round00001", "round00002"
PEOPLE = range(60)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """With dumps too, as Debian has it. Nothing is compressed, or a canary might hide."""
    with RedisServer(tmp_path, save="3600 1") as server:
        yield server


@pytest.fixture
async def store(redis: RedisServer) -> AsyncIterator[RedisStore]:
    store = RedisStore(redis.url)
    await store.open()
    await store.create(row(), Write((commit(1),)))
    yield store
    await store.close()


def found_on_disk(redis: RedisServer, canaries: Iterable[str]) -> int:
    data = redis.on_disk()
    return sum(canary.encode() in data for canary in canaries)


async def settled(redis: RedisServer) -> None:
    async with asyncio.timeout(30):
        while redis.ask("EXISTS", "tcl:untidy"):
            await asyncio.sleep(0.02)


def voter(number: int) -> str:
    return f"voter{number:05d}canary"


async def vote(store: RedisStore, redis: RedisServer) -> list[str]:
    """Two open rounds; the canaries of the first. They lie in a dump as well."""
    dots = [DotsPlaced(round_id, f"{voter(n)}{round_id}", "item", 1) for n in PEOPLE for round_id in (ROUND, OTHER)]
    await store.append("s1", 1, Write(dots=tuple(dots)))
    redis.ask("SAVE")
    gone = [f"{voter(number)}{ROUND}" for number in PEOPLE]
    assert found_on_disk(redis, gone) == len(gone)
    return gone


async def test_a_closed_rounds_ballots_leave_redis_files(store: RedisStore, redis: RedisServer) -> None:
    gone = await vote(store, redis)
    await store.append("s1", 2, Write((closing(2, ROUND),)))
    await settled(redis)
    assert found_on_disk(redis, gone) == 0
    assert found_on_disk(redis, [f"{voter(number)}{OTHER}" for number in PEOPLE]) == len(PEOPLE)
    redis.restart()
    assert len((await store.load("s1")).ballots[OTHER]) == len(PEOPLE)


async def test_without_tidying_closed_ballots_stay_in_the_file(
    store: RedisStore, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control; and a crash before the files were tidied is made up for at the next start."""
    await settled(redis)
    monkeypatch.setattr(redis_tidy.Tidier, "wake", lambda _self: None)
    gone = await vote(store, redis)
    await store.append("s1", 2, Write((closing(2, ROUND),)))
    assert found_on_disk(redis, gone) == len(gone)
    await store.close()
    await store.open()
    await settled(redis)
    assert found_on_disk(redis, gone) == 0


async def test_an_erased_person_and_their_words_leave_redis_files(store: RedisStore, redis: RedisServer) -> None:
    anna = (NameSet("anna", "Anna-Canary"),)
    receipts = (Receipt("anna", "anna-command-canary", None),)
    dots = (DotsPlaced(ROUND, "anna", "item-canary", 1), DotsPlaced(ROUND, "ben", "item", 1))
    spoken = commit(2, command_id="canary-in-commit")
    await store.append("s1", 1, Write((spoken, commit(3)), receipts, dots, anna))
    gone = ["Anna-Canary", "anna-command-canary", "item-canary", "canary-in-commit"]
    assert found_on_disk(redis, gone) == len(gone)
    await store.erase("s1", "anna", [commit(2)])
    await settled(redis)
    assert found_on_disk(redis, gone) == 0
    assert (await store.load("s1")).commits == [commit(1), commit(2), commit(3)]


async def test_a_deleted_session_leaves_redis_files(store: RedisStore, redis: RedisServer) -> None:
    write = Write((commit(1),), (Receipt("p", "receipt-canary", None),), (), (NameSet("p", "name-canary"),))
    await store.create(row("session-canary"), write)
    gone = ["session-canary", "receipt-canary", "name-canary"]
    assert found_on_disk(redis, gone) == len(gone)
    await store.delete("session-canary")
    await settled(redis)
    assert found_on_disk(redis, gone) == 0
    assert [found.id for found in await store.sessions()] == ["s1"]


async def test_tidying_that_is_refused_is_tried_again(
    store: RedisStore, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_tidy, "_AGAIN_S", 0.05)
    await settled(redis)
    gone = await vote(store, redis)
    redis.ask("ACL", "SETUSER", "default", "-bgrewriteaof")
    await store.append("s1", 2, Write((closing(2, ROUND),)))
    async with asyncio.timeout(30):
        while not (refused := redis.ask("ACL", "LOG")) or refused[0][b"count"] < 2:
            await asyncio.sleep(0.02)
    assert found_on_disk(redis, gone) > 0
    redis.ask("ACL", "SETUSER", "default", "+bgrewriteaof")
    await settled(redis)
    assert found_on_disk(redis, gone) == 0
