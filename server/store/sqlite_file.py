"""The SQLite file: opened for one server alone, checked before it is trusted, its troubles put into plain sentences.

One lock, one connection: SQLite before 3.51.3 may damage a WAL that two connections write and checkpoint at once.
"""

import fcntl
import os
import secrets
import sqlite3
from pathlib import Path

from server.errors import StoreError

APPLICATION_ID = 0x54434C42  # "TCLB" in the file's header, for file(1) and for us
SCHEMA_VERSION = 3

# WITHOUT ROWID: the key is the order things are read in, and a row lies once in the file instead of twice.
# No foreign key on ballots and names: with one, "DELETE FROM ballots" goes row by row and leaves copies behind.
# `version` is that of the newest commit; a receipt's `code` is NULL when the command was accepted.
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, title BLOB NOT NULL, plan_slug TEXT NOT NULL, created_at INTEGER NOT NULL,
    archived INTEGER NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL,
    keep_days INTEGER NOT NULL, used_at INTEGER NOT NULL
);
CREATE TABLE commits (
    session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, version INTEGER NOT NULL, at INTEGER NOT NULL,
    actor TEXT NOT NULL, command_id TEXT, format INTEGER NOT NULL, events BLOB NOT NULL,
    PRIMARY KEY (session, version)
) WITHOUT ROWID;
CREATE TABLE receipts (
    session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE, person TEXT NOT NULL, command_id TEXT NOT NULL,
    code TEXT, params BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (session, person, command_id)
) WITHOUT ROWID;
CREATE TABLE ballots (
    session TEXT NOT NULL, round TEXT NOT NULL, voter TEXT NOT NULL,
    item TEXT NOT NULL, dots INTEGER NOT NULL,
    PRIMARY KEY (session, round, voter, item)
) WITHOUT ROWID;
CREATE TABLE names (
    session TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (session, person)
) WITHOUT ROWID;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL,
    session TEXT NOT NULL, by TEXT NOT NULL, about TEXT NOT NULL
);
CREATE TABLE snapshots (
    session TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    version INTEGER NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL
);
"""

# From a schema to the next. A file is lifted when it is opened, in one transaction.
_LIFTS = {
    1: """
ALTER TABLE sessions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE sessions ADD COLUMN keep_days INTEGER NOT NULL DEFAULT 30;
ALTER TABLE sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET used_at = COALESCE((SELECT MAX(at) FROM commits WHERE session = sessions.id), created_at);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, what TEXT NOT NULL,
    session TEXT NOT NULL, by TEXT NOT NULL, about TEXT NOT NULL
);
""",
    2: """
CREATE TABLE snapshots (
    session TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    version INTEGER NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL
);
""",
}

# locking_mode=EXCLUSIVE: no other program becomes a second connection, and the WAL needs no -shm file beside it.
# temp_store=MEMORY: VACUUM's copy of everything never lies in a temporary folder.
# fullfsync: on macOS a plain fsync leaves the data in the drive's cache; nothing elsewhere.
_PRAGMAS = """
PRAGMA busy_timeout = 1000;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA secure_delete = ON;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
"""


class Lock:
    """`<file>.lock`, held as long as the server runs; the system lets go of it however the process dies."""

    def __init__(self, path: Path) -> None:
        self._held = -1
        self.path = path.with_name(f"{path.name}.lock")

    def take(self) -> None:
        self._held = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            # flock, not lockf: the latter is by process, so a second store in one process would pass.
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise

    def release(self) -> None:
        if self._held >= 0:
            os.close(self._held)
            self._held = -1


def connect(path: Path, lock: Lock, lifted: bool = True) -> sqlite3.Connection:
    """The one connection, ready for use, with `lock` taken. Raises `StoreError` and holds nothing then.

    `lifted`: an older schema becomes this version's.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.take()
        _make(path)
    except BlockingIOError as error:
        raise StoreError(f"{path} is in use by another server: stop that one, or choose another file.") from error
    except OSError as error:
        lock.release()
        raise StoreError(_os_sentence(error, path)) from error
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(_PRAGMAS)
        check(connection, path)
        if lifted:
            lift(connection)
        # Only now that the file is known to be ours: a stranger's is left as it was. By path: closing a second
        # descriptor of the file would let go of SQLite's own locks. SQLite gives the WAL the file's mode.
        path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    except (sqlite3.Error, OSError, StoreError) as error:
        if connection is not None:
            connection.close()
        lock.release()
        match error:
            case sqlite3.Error():
                raise StoreError(sentence(error, path)) from error
            case OSError():
                raise StoreError(_os_sentence(error, path)) from error
            case _:
                raise
    return connection


def _make(path: Path) -> None:
    """There for certain, and open for writing to nobody's surprise later."""
    new = not path.exists()
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # or a power cut might take the whole file, its synced pages with it
        finally:
            os.close(folder)


def check(connection: sqlite3.Connection, path: Path) -> None:
    """One of ours, whole, and of no schema we do not know; an empty one is given its tables. Raises `StoreError`."""
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    schema: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == schema == 0 and not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
        _create(connection)
        return
    if application != APPLICATION_ID:
        raise StoreError(f"{path} belongs to another program: choose another file.")
    if schema > SCHEMA_VERSION:
        raise StoreError(f"{path} was written by a newer version of this server: install that version, or a newer one.")
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        where = found.rpartition("\n")[2]
        raise StoreError(f"{path} is damaged ({where}): restore the newest backup.")


def lift(connection: sqlite3.Connection) -> None:
    schema: int = connection.execute("PRAGMA user_version").fetchone()[0]
    for version in range(schema, SCHEMA_VERSION):
        connection.execute("BEGIN IMMEDIATE")
        _run(connection, _LIFTS[version])
        connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")


def _run(connection: sqlite3.Connection, statements: str) -> None:
    """Not `executescript`: it would commit what is open first."""
    for statement in statements.split(";\n"):
        connection.execute(statement)


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    _run(connection, _SCHEMA)
    connection.execute("INSERT INTO meta VALUES ('secret', ?)", (secrets.token_bytes(32),))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def sentence(error: sqlite3.Error, path: Path) -> str:
    """What is wrong and what to do, for the operator."""
    # Extended names ("SQLITE_IOERR_WRITE") begin with the plain one; errors of the module itself have none.
    name: str = getattr(error, "sqlite_errorname", "")
    match name.removeprefix("SQLITE_").partition("_")[0]:
        case "FULL":
            return f"The disk that holds {path} is full: free some space, the server goes on by itself."
        case "READONLY" | "PERM" | "AUTH" | "CANTOPEN":
            return f"{path} cannot be written: let the server's user write to it and to its folder."
        case "NOTADB":
            return f"{path} is not a database: choose another file, or restore the newest backup."
        case "CORRUPT":
            return f"{path} is damaged: restore the newest backup."
        case "BUSY" | "LOCKED":
            return f"{path} is open in another program: close that program."
        case "IOERR":
            return f"The disk that holds {path} fails ({name}): check the disk and its free space."
        case _:
            return f"{path} could not be used ({error}): look at the server's log and report this."


def _os_sentence(error: OSError, path: Path) -> str:
    reason = error.strerror or str(error)
    return f"{path} cannot be written ({reason}): let the server's user write to it and to its folder."
