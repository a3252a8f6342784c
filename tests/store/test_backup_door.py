"""The way to a database in use: open to its owner alone, as long as its server runs, and never half a copy."""

import asyncio
import shutil
from pathlib import Path

import pytest
import structlog

from server import backups
from server.errors import StoreError
from server.store.backup_door import ServedStore, door_of, fetch
from server.store.sqlite_file import Lock
from tests.faults.editors import open_workshop


@pytest.fixture
async def stopped(tmp_path: Path) -> Path:
    """A database that no server has, with one session."""
    await open_workshop(tmp_path / "lab.sqlite", 3)
    return tmp_path / "lab.sqlite"


async def test_the_door_is_the_owners_alone_and_gone_with_the_server(stopped: Path) -> None:
    left = [door_of(stopped), stopped.with_name("lab.sqlite.copy-1234")]
    for path in left:
        path.touch()
    store = ServedStore(stopped)
    await store.open()
    assert door_of(stopped).stat().st_mode & 0o777 == 0o600
    assert not left[1].exists(), "what a killed server left"
    await store.close()
    assert not door_of(stopped).exists()


async def test_two_backups_at_once_are_both_whole(stopped: Path) -> None:
    store = ServedStore(stopped)
    await store.open()
    one, two = [
        b"".join(pieces) for pieces in await asyncio.gather(*(asyncio.to_thread(list, fetch(stopped)) for _ in "ab"))
    ]
    await store.close()
    assert one == two
    assert one.startswith(b"SQLite format 3\0")


async def test_a_path_too_long_for_a_door_serves_without_one(stopped: Path) -> None:
    deep = stopped.parent / ("x" * 100)
    deep.mkdir()
    path = Path(shutil.copy(stopped, deep / "lab.sqlite"))
    store = ServedStore(path)
    with structlog.testing.capture_logs() as said:
        await store.open()
    assert [line["event"] for line in said] == ["no_online_backup"]
    assert len(await store.sessions()) == 1
    with pytest.raises(StoreError, match="is in use, and its server gives no copy"):
        await asyncio.to_thread(list, fetch(path))
    await store.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'{"bytes": 100}\nabc', "ended in the middle of the copy"),
        (b'{"trouble": "The disk is full."}\n', "The disk is full."),
        (b"", "gives no copy"),
    ],
)
async def test_a_server_that_ends_in_the_middle_leaves_no_half_a_backup(
    tmp_path: Path, answer: bytes, said: str
) -> None:
    database = tmp_path / "lab.sqlite"
    database.touch()
    held = Lock(database)
    held.take()

    async def speak(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with await asyncio.start_unix_server(speak, str(door_of(database))):
        with pytest.raises(StoreError, match=said):
            await asyncio.to_thread(backups.backup, database, tmp_path / "copy.sqlite", False)
    held.release()
    assert not [found.name for found in tmp_path.iterdir() if "copy" in found.name]
