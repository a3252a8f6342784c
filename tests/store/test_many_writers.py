"""Eight writers on one log: its numbers are dense from 1 to N, and every command is in it once (R5).

In one process where the store allows no second, in two processes on one Redis.
"""

import asyncio
import sys
from pathlib import Path

import pytest

from server.store.base import Store, Write
from server.store.memory import MemoryStore
from server.store.redis import RedisStore
from server.store.sqlite import SqliteStore
from tests.store.racer import race
from tests.store.redis_server import RedisServer
from tests.store.samples import row

ROOT = Path(__file__).parents[2]
WRITERS = 8
KINDS = ("memory", "sqlite", "redis")


async def raced(kind: str, folder: Path, redis: RedisServer, count: int) -> int:
    """The conflicts of a race in which every writer keeps `count` commits, once its log has been looked through."""
    store: Store
    match kind:
        case "memory":
            store = MemoryStore()
        case "sqlite":
            store = SqliteStore(folder / "raced.db")
        case _:
            store = RedisStore(redis.url)
    await store.open()
    await store.create(row(), Write())
    if kind == "redis":
        conflicts = sum(await asyncio.gather(*(elsewhere(redis.url, name, count) for name in ("a", "b"))))
    else:
        conflicts = await race(store, "a", WRITERS, count)
    log = (await store.load("s1")).commits
    assert [found.version for found in log] == list(range(1, WRITERS * count + 1))
    given = {str(found.command_id).partition("-")[0] for found in log}
    assert len(given) == WRITERS
    for writer in given:
        own = [found.command_id for found in log if str(found.command_id).startswith(f"{writer}-")]
        assert own == [f"{writer}-{number}" for number in range(count)]
    await store.close()
    return conflicts


async def elsewhere(url: str, name: str, count: int) -> int:
    """Half the writers, in another process."""
    command = (sys.executable, "-m", "tests.store.racer", url, name, str(WRITERS // 2), str(count))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0
    return int(said)


@pytest.mark.parametrize("kind", KINDS)
async def test_eight_writers_leave_one_dense_log(kind: str, tmp_path: Path, empty_redis: RedisServer) -> None:
    assert await raced(kind, tmp_path, empty_redis, 250) > 0, "the writers never met, so this proves nothing"


async def test_without_the_check_of_the_revision_writers_overwrite_each_other(
    tmp_path: Path, empty_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a store that takes what comes at any revision."""
    plain = MemoryStore.append

    async def careless(store: MemoryStore, session: str, _expected: int, write: Write) -> None:
        loaded = await store.load(session)
        del store._sessions[session].log[write.commits[0].version - 1 :]
        await plain(store, session, loaded.revision, write)

    monkeypatch.setattr(MemoryStore, "append", careless)
    with pytest.raises((AssertionError, ValueError)):  # commands are missing, or a writer's log has become shorter
        await raced("memory", tmp_path, empty_redis, 10)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
async def test_eight_writers_leave_one_dense_log_of_80_000(kind: str, tmp_path: Path, empty_redis: RedisServer) -> None:
    print(f"{kind}: {await raced(kind, tmp_path, empty_redis, 10_000)} conflicts")
