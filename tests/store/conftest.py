"""Stores to test. `store` is each kind in turn, `sqlite` the default one alone; both open, with a session `s1` at version 1."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.store.base import Store, Write
from server.store.memory import MemoryStore
from server.store.sqlite import SqliteStore
from tests.store.samples import EVENTS, commit, row


@pytest.fixture(params=["memory", "sqlite"])
async def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "sessions.db")
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
