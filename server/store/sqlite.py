"""The default store: one SQLite file, one connection, one writer thread (`sqlite_writer.py`). Contract: `base.py`.

Deleting is meant seriously. `secure_delete` zeroes what is deleted, but may leave a copy of a row in a page that was
split or joined before (one ballot in about sixty rounds of 300 voters). So closing a round writes the ballots of the
other rounds anew into emptied pages, and deleting a session rebuilds the file.
"""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import msgspec

from server import codec
from server.core.state import Ballots
from server.errors import NotSaved, StoreError, VersionConflict
from server.store import sqlite_file
from server.store.base import Commit, Loaded, Receipt, SessionRow, Write, check_dense, closed_rounds
from server.store.sqlite_writer import Writer

_TITLE = msgspec.json.Decoder(dict[str, str])
_PARAMS = msgspec.json.Decoder(dict[str, int | str])

_CommitRow = tuple[str, int, int, str, str | None, int, bytes]


class SqliteStore:
    """`path`: the file; its folders are made, `<path>-wal` and `<path>.lock` appear beside it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._writer: Writer | None = None

    async def open(self) -> None:
        if self._writer is not None:
            return
        lock = sqlite_file.Lock(self.path)
        writer = Writer(
            connect=partial(sqlite_file.connect, self.path, lock),
            disconnect=lock.release,
            tidy=_tidy,
            sentence=partial(sqlite_file.sentence, path=self.path),
        )
        await writer.start()
        self._writer = writer

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.stop()
            self._writer = None

    @property
    def writer(self) -> Writer:
        if self._writer is None:
            raise StoreError("The store is closed: open it again.")
        return self._writer

    async def secret(self) -> bytes:
        return await self.writer.read(_secret)

    async def sessions(self) -> list[SessionRow]:
        return await self.writer.read(_sessions)

    async def create(self, row: SessionRow, write: Write) -> None:
        check_dense(0, write)
        await self.writer.write(partial(_create, row, write, _commit_rows(row.id, write)))

    async def set_archived(self, session: str, archived: bool) -> None:
        await self.writer.write(partial(_set_archived, session, archived))

    async def delete(self, session: str) -> None:
        await self.writer.write(partial(_delete, session), erases=True)

    async def load(self, session: str) -> Loaded:
        rows, names, ballots = await self.writer.read(partial(_load, session))
        # Neither in the loop nor in the writer's thread: a long log holds up no other session.
        commits = await asyncio.to_thread(_commits, rows)
        return Loaded(commits, names, ballots)

    async def append(self, session: str, expected_version: int, write: Write) -> None:
        check_dense(expected_version, write)
        rows = _commit_rows(session, write)
        erases = bool(closed_rounds(write)) or any(not named.name for named in write.names)
        await self.writer.write(partial(_append, session, expected_version, write, rows), erases=erases)

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        return await self.writer.read(partial(_receipt, session, person, command_id))


def _commit_rows(session: str, write: Write) -> list[_CommitRow]:
    return [
        (session, c.version, c.at, c.actor, c.command_id, codec.FORMAT, codec.encode_events(c.events))
        for c in write.commits
    ]


def _commits(rows: list[tuple[int, int, str, str | None, int, bytes]]) -> list[Commit]:
    decode = codec.decode_events
    return [
        Commit(version, at, actor, command_id, decode(data, format))
        for version, at, actor, command_id, format, data in rows
    ]


# From here on: what runs in the writer's thread.


def _secret(db: sqlite3.Connection) -> bytes:
    found: bytes = db.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()[0]
    return found


def _sessions(db: sqlite3.Connection) -> list[SessionRow]:
    rows = db.execute("SELECT id, title, plan_slug, created_at, archived FROM sessions ORDER BY created_at, rowid")
    return [SessionRow(id, _TITLE.decode(title), slug, at, bool(archived)) for id, title, slug, at, archived in rows]


def _create(row: SessionRow, write: Write, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sessions WHERE id = ?", (row.id,)).fetchone():
        raise StoreError(f"There is a session {row.id} already: choose another id.")
    values = (row.id, msgspec.json.encode(row.title), row.plan_slug, row.created_at, row.archived)
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, 0)", values)
    _keep(row.id, write, rows, db)


def _set_archived(session: str, archived: bool, db: sqlite3.Connection) -> None:
    if not db.execute("UPDATE sessions SET archived = ? WHERE id = ?", (archived, session)).rowcount:
        raise _unknown(session)


def _delete(session: str, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM sessions WHERE id = ?", (session,))  # commits and receipts by foreign key
    db.execute("DELETE FROM ballots WHERE session = ?", (session,))
    db.execute("DELETE FROM names WHERE session = ?", (session,))
    db.execute("INSERT OR REPLACE INTO meta VALUES ('compact', x'')")  # kept in the file, so a crash does not forget it


def _load(
    session: str, db: sqlite3.Connection
) -> tuple[list[tuple[int, int, str, str | None, int, bytes]], dict[str, str], dict[str, Ballots]]:
    if not db.execute("SELECT 1 FROM sessions WHERE id = ?", (session,)).fetchone():
        raise _unknown(session)
    rows = db.execute(
        "SELECT version, at, actor, command_id, format, events FROM commits WHERE session = ? ORDER BY version",
        (session,),
    ).fetchall()
    names = dict(db.execute("SELECT person, name FROM names WHERE session = ?", (session,)).fetchall())
    ballots: dict[str, Ballots] = {}
    for round_id, voter, item, dots in db.execute(
        "SELECT round, voter, item, dots FROM ballots WHERE session = ?", (session,)
    ):
        ballots.setdefault(round_id, {}).setdefault(voter, {})[item] = dots
    return rows, names, ballots


def _append(session: str, expected_version: int, write: Write, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    found = db.execute("SELECT version FROM sessions WHERE id = ?", (session,)).fetchone()
    if found is None:
        raise _unknown(session)
    if found[0] != expected_version:
        raise VersionConflict(f"The log is at version {found[0]}, not {expected_version}.")
    _keep(session, write, rows, db)


def _keep(session: str, write: Write, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    try:
        if rows:
            db.executemany("INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            db.execute("UPDATE sessions SET version = ? WHERE id = ?", (rows[-1][1], session))
        receipts = (
            (session, r.person, r.command_id, r.code, msgspec.json.encode(r.params), r.at) for r in write.receipts
        )
        db.executemany("INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?, ?, ?)", receipts)
        _keep_dots(session, write, db)
        _keep_names(session, write, db)
    except UnicodeEncodeError as error:
        raise NotSaved("A text holds half a character, which cannot be stored: type it anew.") from error


def _keep_dots(session: str, write: Write, db: sqlite3.Connection) -> None:
    for placed in write.dots:
        key = (session, placed.round_id, placed.voter, placed.item_id)
        if placed.dots:
            db.execute("INSERT OR REPLACE INTO ballots VALUES (?, ?, ?, ?, ?)", (*key, placed.dots))
        else:
            db.execute("DELETE FROM ballots WHERE session = ? AND round = ? AND voter = ? AND item = ?", key)
    gone = {(session, round_id) for round_id in closed_rounds(write)}
    if gone:
        _rewrite(db, "ballots", gone)


def _keep_names(session: str, write: Write, db: sqlite3.Connection) -> None:
    names = {named.person_id: named.name for named in write.names}
    kept = [(session, person, name) for person, name in names.items() if name]
    db.executemany("INSERT OR REPLACE INTO names VALUES (?, ?, ?)", kept)
    gone = {(session, person) for person, name in names.items() if not name}
    if gone:
        _rewrite(db, "names", gone)


def _rewrite(db: sqlite3.Connection, table: str, gone: set[tuple[str, str]]) -> None:
    """Take out the rows whose key begins with one of `gone`, and write the others anew into emptied pages."""
    rows = db.execute(f"SELECT * FROM {table}").fetchall()
    kept = [row for row in rows if row[:2] not in gone]
    if len(kept) < len(rows):
        # Without WHERE, triggers and foreign keys SQLite empties whole pages, and secure_delete zeroes them.
        db.execute(f"DELETE FROM {table}")
        if kept:
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(kept[0]))})", kept)


def _receipt(session: str, person: str, command_id: str, db: sqlite3.Connection) -> Receipt | None:
    key = (session, person, command_id)
    found = db.execute(
        "SELECT code, params, at FROM receipts WHERE session = ? AND person = ? AND command_id = ?", key
    ).fetchone()
    return None if found is None else Receipt(person, command_id, found[0], _PARAMS.decode(found[1]), found[2])


def _unknown(session: str) -> StoreError:
    return StoreError(f"There is no session {session}: look at the list of sessions.")


def _tidy(db: sqlite3.Connection) -> None:
    """Leave no trace of what was deleted, in the file or in the WAL. Raises `sqlite3.Error` when it has to wait."""
    if db.execute("SELECT 1 FROM meta WHERE key = 'compact'").fetchone():
        db.execute("VACUUM")
        db.execute("DELETE FROM meta WHERE key = 'compact'")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
