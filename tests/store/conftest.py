"""Stores to test. `store` is each kind in turn, `sqlite` the default one alone; both open, with a session `s1` at version 1."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.store.base import Store, Write
from server.store.memory import MemoryStore
from server.store.redis import RedisStore
from server.store.sqlite import SqliteStore
from tests.store.redis_server import RedisServer
from tests.store.samples import EVENTS, commit, row


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all tests that leave it as they found it; `empty_redis` is the same, with nothing in it."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def empty_redis(redis_server: RedisServer) -> RedisServer:
    redis_server.ask("FLUSHALL")
    return redis_server


@pytest.fixture(params=["memory", "sqlite", "redis"])
async def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store: Store
    match request.param:
        case "memory":
            store = MemoryStore()
        case "sqlite":
            store = SqliteStore(tmp_path / "sessions.db")
        case _:
            store = RedisStore(request.getfixturevalue("empty_redis").url)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def store(empty_store: Store) -> Store:
    await empty_store.create(row(), Write(commits=(commit(1, EVENTS[0]),)))
    return empty_store


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "sessions.db")
    await store.open()
    await store.create(row(), Write(commits=(commit(1, EVENTS[0]),)))
    yield store
    await store.close()
