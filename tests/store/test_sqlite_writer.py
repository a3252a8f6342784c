"""One thread, one transaction for all that wait, and no answer before COMMIT."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.errors import NotSaved, StoreError, VersionConflict
from server.store.base import Write
from server.store.sqlite import SqliteStore
from tests.store.samples import commits, row


@asynccontextmanager
async def held(store: SqliteStore) -> AsyncIterator[None]:
    """The writer's thread stands still, so that what is asked for within is found waiting, all of it."""
    go = threading.Event()
    standing = asyncio.create_task(store.writer.read(lambda _: go.wait()))
    await asyncio.sleep(0)
    try:
        yield
        await asyncio.sleep(0)
    finally:
        go.set()
        await standing


async def test_appends_that_wait_share_one_transaction(sqlite: SqliteStore) -> None:
    for number in range(50):
        await sqlite.create(row(f"x{number}"), Write())
    before = sqlite.writer.transactions
    async with held(sqlite):
        waiting = [asyncio.create_task(sqlite.append(f"x{number}", 1, commits(1, 2))) for number in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert sqlite.writer.transactions - before == 1
    assert [len((await sqlite.load(f"x{number}")).commits) for number in range(50)] == [2] * 50


async def test_appends_one_after_another_have_a_transaction_each(sqlite: SqliteStore) -> None:
    """The control: the counter would show if nothing were grouped."""
    before = sqlite.writer.transactions
    for version in range(1, 11):
        await sqlite.append("s1", version, commits(version + 1, version + 1))
    assert sqlite.writer.transactions - before == 10


async def test_conflicts_in_a_group_leave_the_others_saved(sqlite: SqliteStore) -> None:
    before = sqlite.writer.transactions
    async with held(sqlite):
        waiting = [
            asyncio.create_task(sqlite.append("s1", expected, commits(expected + 1, expected + 1)))
            for expected in (1, 1, 2, 0, 2, 3)
        ]
        nowhere = asyncio.create_task(sqlite.append("nowhere", 0, commits(1, 1)))
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*waiting, nowhere, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [
        type(None), VersionConflict, type(None), VersionConflict, VersionConflict, type(None), StoreError,
    ]  # fmt: skip
    assert sqlite.writer.transactions - before == 1
    assert [found.version for found in (await sqlite.load("s1")).commits] == [1, 2, 3, 4]


async def test_a_request_that_fails_after_writing_is_undone_alone(sqlite: SqliteStore) -> None:
    def breaks_off(db: sqlite3.Connection) -> None:
        db.execute("UPDATE sessions SET plan_slug = 'half done'")
        db.execute("INSERT INTO sessions SELECT * FROM sessions")

    async with held(sqlite):
        broken = asyncio.create_task(sqlite.writer.write(breaks_off))
        good = asyncio.create_task(sqlite.append("s1", 1, commits(2, 2)))
        await asyncio.sleep(0)
    with pytest.raises(NotSaved):
        await broken
    await good
    assert (await sqlite.sessions())[0].plan_slug == "twin"


async def test_an_append_is_not_answered_before_commit(sqlite: SqliteStore) -> None:
    within, go = threading.Event(), threading.Event()

    def lingers(_: sqlite3.Connection) -> None:
        within.set()
        go.wait()

    async with held(sqlite):
        append = asyncio.create_task(sqlite.append("s1", 1, commits(2, 2)))
        await asyncio.sleep(0)
        lingering = asyncio.create_task(sqlite.writer.write(lingers))
        await asyncio.sleep(0)
    await asyncio.to_thread(within.wait)  # the append's rows are written, its transaction is still open
    for _ in range(20):
        await asyncio.sleep(0)
    assert not append.done()
    go.set()
    await asyncio.gather(append, lingering)


async def test_a_load_between_two_appends_of_a_group_sees_the_first_alone(sqlite: SqliteStore) -> None:
    async with held(sqlite):
        first = asyncio.create_task(sqlite.append("s1", 1, commits(2, 2)))
        load = asyncio.create_task(sqlite.load("s1"))
        second = asyncio.create_task(sqlite.append("s1", 2, commits(3, 3)))
        await asyncio.sleep(0)
    await asyncio.gather(first, second)
    assert len((await load).commits) == 2


async def test_a_cancelled_append_in_a_group_happens_with_the_others(sqlite: SqliteStore) -> None:
    async with held(sqlite):
        first = asyncio.create_task(sqlite.append("s1", 1, commits(2, 2)))
        second = asyncio.create_task(sqlite.append("s1", 2, commits(3, 3)))
        await asyncio.sleep(0)
        first.cancel()
    await second
    assert first.cancelled()
    assert len((await sqlite.load("s1")).commits) == 3


async def test_a_cancelled_opening_lets_go_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    before = set(threading.enumerate())
    opening = asyncio.create_task(SqliteStore(path).open())
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for thread in set(threading.enumerate()) - before:
        if thread.name == "sqlite":
            thread.join(timeout=10)
    store = SqliteStore(path)
    await store.open()
    await store.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_thread_that_dies_leaves_nobody_waiting(tmp_path: Path) -> None:
    class OutOfLuck(BaseException):
        pass

    def dies(_: sqlite3.Connection) -> None:
        raise OutOfLuck

    store = SqliteStore(tmp_path / "sessions.db")
    await store.open()
    await store.create(row(), Write())
    async with held(store):
        doomed = asyncio.create_task(store.writer.write(dies))
        beside = asyncio.create_task(store.append("s1", 0, commits(1, 1)))
        await asyncio.sleep(0)
    for waiting in (doomed, beside, store.append("s1", 0, commits(1, 1))):
        with pytest.raises(StoreError, match="closed"):
            await waiting
    await store.close()
    await store.open()
    assert (await store.load("s1")).commits == []
    await store.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("synchronous", 2),
        ("journal_mode", "wal"),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("locking_mode", "exclusive"),
    ],
)
async def test_the_connection_is_set_as_durability_needs_it(sqlite: SqliteStore, pragma: str, value: int | str) -> None:
    assert await sqlite.writer.read(lambda db: db.execute(f"PRAGMA {pragma}").fetchone()[0]) == value
