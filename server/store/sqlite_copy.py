"""Copies of the file: page by page into another one while the server runs, and into memory to be looked at.

A copy has every session, and the key from which all links and cookies are made.
"""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from server.errors import StoreError
from server.store import sqlite_file
from server.store.sqlite import SqliteStore
from server.store.sqlite_writer import Writer


def copy_pages(target: Path, db: sqlite3.Connection) -> None:
    """All that is committed, into the empty file `target`. Whoever asked brings it to the disk.

    Page by page, five times as fast as VACUUM INTO: other writes wait some 4 ms for each megabyte. What was deleted is
    zeroed in the pages as they are.
    """
    copy = sqlite3.connect(target)
    try:
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA journal_mode = OFF").fetchall()
        db.backup(copy)
    finally:
        copy.close()


def copy_at_rest(path: Path, target: Path) -> None:
    """The same where no server runs. The file is not lifted to a newer schema by it. Raises `StoreError`."""
    lock = sqlite_file.Lock(path)
    connection = sqlite_file.connect(path, lock, lifted=False)
    try:
        copy_pages(target, connection)
    except sqlite3.Error as error:
        raise StoreError(sqlite_file.sentence(error, path)) from error
    finally:
        connection.close()
        lock.release()


class CopyStore(SqliteStore):
    """A file as a store to read from, in memory: nothing is changed where it lies, and an older schema is lifted here."""

    async def open(self) -> None:
        self._writer = Writer(
            connect=partial(_in_memory, self.path),
            disconnect=lambda: None,
            tidy=lambda _db: None,
            sentence=partial(sqlite_file.sentence, path=self.path),
        )
        await self._writer.start()


def _in_memory(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise StoreError(f"There is no file {path}: check its name.")
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        raise StoreError(
            f"{wal} lies beside it, so the file alone is not all: make a backup of it and look at that one."
        )
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        # Immutable: SQLite makes no files beside it, and needs no right to.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as file:
            file.backup(memory)
        sqlite_file.check(memory, path)
        sqlite_file.lift(memory)
    except sqlite3.Error as error:
        memory.close()
        raise StoreError(sqlite_file.sentence(error, path)) from error
    except StoreError:
        memory.close()
        raise
    return memory
