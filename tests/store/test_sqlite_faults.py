"""Disks and files as operators meet them: full, read-only, damaged, taken, somebody else's. One sentence each, no data lost."""

import asyncio
import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.core.notes import NoteEdited
from server.errors import NotSaved, StoreError
from server.store import sqlite_file
from server.store.base import Write
from server.store.sqlite import SqliteStore
from tests.store.samples import AT, commit, commits, row


def large(version: int, size: int = 20_000) -> Write:
    return Write(commits=(commit(version, NoteEdited("note000001", "x" * size, AT)),))


async def pragma(store: SqliteStore, text: str) -> int:
    value: int = await store.writer.read(lambda db: db.execute(f"PRAGMA {text}").fetchone()[0])
    return value


async def append_until_refused(store: SqliteStore, first: int, most: int = 100) -> tuple[int, NotSaved | None]:
    """The next free version and what was said, or None when everything went in."""
    for version in range(first, first + most):
        try:
            await store.append("s1", version - 1, large(version))
        except NotSaved as error:
            return version, error
    return first + most, None


async def versions(store: SqliteStore) -> list[int]:
    return [found.version for found in (await store.load("s1")).commits]


async def test_a_full_disk_is_said_and_works_again_once_there_is_room(sqlite: SqliteStore) -> None:
    await pragma(sqlite, f"max_page_count = {await pragma(sqlite, 'page_count') + 40}")
    free, error = await append_until_refused(sqlite, 2)
    assert 2 < free < 20
    assert str(error) == f"The disk that holds {sqlite.path} is full: free some space, the server goes on by itself."
    assert await versions(sqlite) == list(range(1, free)), "reading goes on"
    assert await sqlite.secret()
    await pragma(sqlite, "max_page_count = 100000")
    await sqlite.append("s1", free - 1, large(free))
    await sqlite.close()
    await sqlite.open()
    assert await versions(sqlite) == list(range(1, free + 1))


async def test_a_disk_with_room_takes_everything(sqlite: SqliteStore) -> None:
    """The control: it is the full disk that refuses."""
    assert await append_until_refused(sqlite, 2) == (102, None)


async def test_a_write_too_large_for_the_disk_sinks_no_small_one_beside_it(sqlite: SqliteStore) -> None:
    for session in ("small", "huge", "also-small"):
        await sqlite.create(row(session), Write())
    await pragma(sqlite, f"max_page_count = {await pragma(sqlite, 'page_count') + 20}")
    outcomes = await asyncio.gather(
        sqlite.append("small", 1, commits(1, 1)),
        sqlite.append("huge", 1, large(1, 1_000_000)),
        sqlite.append("also-small", 1, commits(1, 1)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), NotSaved, type(None)]
    counts = [len((await sqlite.load(session)).commits) for session in ("small", "huge", "also-small")]
    assert counts == [1, 0, 1]


async def test_a_file_that_may_not_grow_is_said_and_works_again(sqlite: SqliteStore) -> None:
    """RLIMIT_FSIZE: the system refuses in the middle of a write, as some quotas do."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    await sqlite.append("s1", 1, large(2, 500_000))
    wal = Path(f"{sqlite.path}-wal").stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wal + 100_000, hard))
        free, error = await append_until_refused(sqlite, 3)
        assert await versions(sqlite) == list(range(1, free))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert 3 < free < 10
    assert "check the disk and its free space" in str(error)
    await sqlite.append("s1", free - 1, large(free))
    await sqlite.close()
    await sqlite.open()
    assert await versions(sqlite) == list(range(1, free + 1))


async def test_a_file_turned_read_only_is_said_and_works_again(sqlite: SqliteStore) -> None:
    await sqlite.writer.read(lambda db: db.execute("PRAGMA query_only = ON"))
    with pytest.raises(NotSaved, match=r"cannot be written: let the server's user write to it and to its folder\.$"):
        await sqlite.append("s1", 1, commits(2, 2))
    assert await versions(sqlite) == [1]
    await sqlite.writer.read(lambda db: db.execute("PRAGMA query_only = OFF"))
    await sqlite.append("s1", 1, commits(2, 2))


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def plain_user() -> Iterator[None]:
    """Permissions hold for root only when it is not root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def refusal(path: Path) -> str:
    """What opening says, with nothing left open or locked."""
    with pytest.raises(StoreError) as refused:
        await SqliteStore(path).open()
    return str(refused.value)


async def test_a_folder_not_to_be_written_is_refused(shared_folder: Path) -> None:
    path = shared_folder / "sessions.db"
    shared_folder.chmod(0o555)
    with plain_user():
        said = await refusal(path)
    assert said == f"{path} cannot be written (Permission denied): let the server's user write to it and to its folder."
    assert not path.exists()


async def test_a_file_not_to_be_written_is_refused(shared_folder: Path) -> None:
    path = shared_folder / "sessions.db"
    path.touch(0o444)
    shared_folder.chmod(0o777)
    with plain_user():
        assert "cannot be written (Permission denied)" in await refusal(path)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written (" in await refusal(tmp_path / "file" / "deeper" / "sessions.db")


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "data" / "here" / "sessions.db")
    await store.open()
    await store.close()
    assert store.path.exists()


async def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "sessions.db")
    store.path.touch(0o644)
    before = os.umask(0)
    try:
        await store.open()
        await store.create(row(), commits(1, 1))
    finally:
        os.umask(before)
    modes = {found.name: found.stat().st_mode & 0o777 for found in tmp_path.iterdir()}
    await store.close()
    assert modes == {"sessions.db": 0o600, "sessions.db-wal": 0o600, "sessions.db.lock": 0o600}


async def test_a_file_in_use_by_another_server_is_refused(sqlite: SqliteStore) -> None:
    said = f"{sqlite.path} is in use by another server: stop that one, or choose another file."
    assert await refusal(sqlite.path) == said
    await sqlite.append("s1", 1, commits(2, 2))
    await sqlite.close()
    second = SqliteStore(sqlite.path)
    await second.open()
    assert await versions(second) == [1, 2]
    await second.close()


async def test_another_program_finds_the_file_locked(sqlite: SqliteStore) -> None:
    other = sqlite3.connect(sqlite.path, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("SELECT * FROM sessions")
    other.close()


async def test_a_file_open_in_another_program_is_refused(sqlite: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sqlite_file, "_PRAGMAS", sqlite_file._PRAGMAS.replace("busy_timeout = 1000", "busy_timeout = 0")
    )
    await sqlite.close()
    other = sqlite3.connect(sqlite.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert await refusal(sqlite.path) == f"{sqlite.path} is open in another program: close that program."
    other.close()
    await sqlite.open()


async def closed_with_much(store: SqliteStore) -> bytes:
    await store.append("s1", 1, commits(2, 500))
    await store.close()
    return store.path.read_bytes()


async def test_a_damaged_file_is_refused_and_left_as_it_is(sqlite: SqliteStore) -> None:
    whole = await closed_with_much(sqlite)
    middle = len(whole) // 2 // 4096 * 4096
    damaged = whole[:middle] + b"\xaa" * 4096 + whole[middle + 4096 :]
    sqlite.path.write_bytes(damaged)
    said = await refusal(sqlite.path)
    assert said.startswith(f"{sqlite.path} is damaged")
    assert said.endswith(": restore the newest backup.")
    assert sqlite.path.read_bytes() == damaged
    sqlite.path.write_bytes(whole)
    await sqlite.open()  # the control, and the lock is free again
    assert len(await versions(sqlite)) == 500


async def test_a_file_cut_short_is_refused(sqlite: SqliteStore) -> None:
    whole = await closed_with_much(sqlite)
    sqlite.path.write_bytes(whole[: len(whole) // 2])
    assert "is damaged" in await refusal(sqlite.path)


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but somebody's notes.\n" * 200)
    before = path.read_bytes(), path.stat().st_mode
    assert await refusal(path) == f"{path} is not a database: choose another file, or restore the newest backup."
    assert (path.read_bytes(), path.stat().st_mode) == before


async def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE sessions (id TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes(), path.stat().st_mode
    assert await refusal(path) == f"{path} belongs to another program: choose another file."
    assert (path.read_bytes(), path.stat().st_mode) == before


async def test_a_file_of_a_newer_version_is_refused(sqlite: SqliteStore) -> None:
    await sqlite.close()
    newer = sqlite3.connect(sqlite.path)
    newer.execute(f"PRAGMA user_version = {sqlite_file.SCHEMA_VERSION + 1}")
    newer.close()
    said = f"{sqlite.path} was written by a newer version of this server: install that version, or a newer one."
    assert await refusal(sqlite.path) == said


async def test_an_event_of_a_newer_version_refuses_to_load(sqlite: SqliteStore) -> None:
    event = b'[{"type":"NotePainted","note_id":"n"}]'
    await sqlite.append("s1", 1, commits(2, 2))
    await sqlite.writer.write(lambda db: db.execute("UPDATE commits SET events = ? WHERE version = 2", (event,)))
    with pytest.raises(StoreError, match="event this version does not know"):
        await sqlite.load("s1")
