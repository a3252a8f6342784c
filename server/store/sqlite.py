"""The default store: one SQLite file, one connection, one writer thread (`sqlite_writer.py`). Contract: `base.py`.

Deleting is meant seriously. `secure_delete` zeroes what is deleted, but may leave a copy of a row in a page that was
split or joined before (one ballot in about sixty rounds of 300 voters). So closing a round writes the ballots of the
other rounds anew into emptied pages, and deleting a session rebuilds the file.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from server import codec
from server.core.state import Ballots
from server.errors import AlreadyAnswered, StoreError, VersionConflict
from server.store import sqlite_file, sqlite_snapshots
from server.store.base import (
    AuditEntry,
    Commit,
    Loaded,
    Receipt,
    SessionRow,
    StateSnapshot,
    Write,
    check_dense,
    closed_rounds,
    used_at,
    whole_characters,
)
from server.store.sqlite_writer import Writer

_TITLE = msgspec.json.Decoder(dict[str, str])
_PARAMS = msgspec.json.Decoder(dict[str, int | str])

_CommitRow = tuple[str, int, int, str, str | None, int, bytes]
_Read = tuple[
    list[tuple[int, int, str, str | None, int, bytes]],
    dict[str, str],
    dict[str, Ballots],
    int,
    StateSnapshot | None,
]


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

    async def put_secret(self, secret: bytes) -> None:
        await self.writer.write(partial(_put_secret, secret))

    async def sessions(self) -> list[SessionRow]:
        return await self.writer.read(_sessions)

    async def create(self, row: SessionRow, write: Write) -> None:
        check_dense(0, write)
        await self.writer.write(partial(_create, row, write, _commit_rows(row.id, write.commits)))

    async def set_archived(self, session: str, archived: bool) -> None:
        await self.writer.write(partial(_set_archived, session, archived))

    async def set_keep_days(self, session: str, days: int) -> None:
        await self.writer.write(partial(_set_keep_days, session, days))

    async def delete(self, session: str) -> None:
        await self.writer.write(partial(_delete, session), erases=True)

    async def load(self, session: str, shape: str = "") -> Loaded:
        return await _decoded(await self.writer.read(partial(_load, session, shape)))

    async def keep_snapshot(self, session: str, snapshot: StateSnapshot) -> None:
        await self.writer.write(partial(_keep_snapshot, session, snapshot))

    async def news(self, session: str, version: int, revision: int) -> Loaded | None:
        found = await self.writer.read(partial(_news, session, version, revision))
        return None if found is None else await _decoded(found)

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        rows = _commit_rows(session, write.commits)
        erases = bool(closed_rounds(write)) or any(not named.name for named in write.names)
        await self.writer.write(partial(_append, session, expected_revision, write, rows), erases=erases)

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        return await self.writer.read(partial(_receipt, session, person, command_id))

    async def receipts(self, session: str) -> list[Receipt]:
        return await self.writer.read(partial(_receipts, session))

    async def erase(self, session: str, person: str, commits: Sequence[Commit]) -> None:
        rows = _commit_rows(session, commits)
        await self.writer.write(partial(_erase, session, person, rows), erases=True)

    async def audit(self, entry: AuditEntry) -> None:
        await self.writer.write(partial(_audit, entry))

    async def audit_trail(self, session: str | None = None, limit: int = 500) -> list[AuditEntry]:
        return await self.writer.read(partial(_audit_trail, session, limit))

    async def forget(self, receipts_before: int, audit_before: int) -> None:
        await self.writer.write(partial(_forget, receipts_before, audit_before))


def _commit_rows(session: str, commits: Sequence[Commit]) -> list[_CommitRow]:
    return [
        (session, c.version, c.at, c.actor, c.command_id, codec.FORMAT, codec.encode_events(c.events)) for c in commits
    ]


async def _decoded(read: _Read) -> Loaded:
    """Neither in the loop nor in the writer's thread: a long log holds up no other session."""
    rows, names, ballots, revision, snapshot = read
    return Loaded(await asyncio.to_thread(_commits, rows), names, ballots, revision, snapshot)


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


def _put_secret(secret: bytes, db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET value = ? WHERE key = 'secret'", (secret,))


def _sessions(db: sqlite3.Connection) -> list[SessionRow]:
    rows = db.execute(
        "SELECT id, title, plan_slug, created_at, archived, keep_days, used_at FROM sessions ORDER BY created_at, rowid"
    )
    return [
        SessionRow(id, _TITLE.decode(title), slug, at, bool(archived), keep_days, used)
        for id, title, slug, at, archived, keep_days, used in rows
    ]


def _create(row: SessionRow, write: Write, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sessions WHERE id = ?", (row.id,)).fetchone():
        raise StoreError(f"There is a session {row.id} already: choose another id.")
    values = (row.id, msgspec.json.encode(row.title), row.plan_slug, row.created_at, row.archived)
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)", (*values, row.keep_days, row.used_at))
    _keep(row.id, write, rows, db)


def _set_archived(session: str, archived: bool, db: sqlite3.Connection) -> None:
    if not db.execute("UPDATE sessions SET archived = ? WHERE id = ?", (archived, session)).rowcount:
        raise _unknown(session)


def _set_keep_days(session: str, days: int, db: sqlite3.Connection) -> None:
    if not db.execute("UPDATE sessions SET keep_days = ? WHERE id = ?", (days, session)).rowcount:
        raise _unknown(session)


def _delete(session: str, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM sessions WHERE id = ?", (session,))  # commits and receipts by foreign key
    db.execute("DELETE FROM ballots WHERE session = ?", (session,))
    db.execute("DELETE FROM names WHERE session = ?", (session,))
    _compact(db)


def _compact(db: sqlite3.Connection) -> None:
    """Have the file rebuilt soon. Kept in the file, so that a crash does not forget it."""
    db.execute("INSERT OR REPLACE INTO meta VALUES ('compact', x'')")


def _at(session: str, db: sqlite3.Connection) -> tuple[int, int]:
    """The version and the revision a session is at."""
    found: tuple[int, int] | None = db.execute(
        "SELECT version, revision FROM sessions WHERE id = ?", (session,)
    ).fetchone()
    if found is None:
        raise _unknown(session)
    return found


def _load(session: str, shape: str, db: sqlite3.Connection) -> _Read:
    _at(session, db)
    snapshot = sqlite_snapshots.find(session, shape, db)
    return _read(session, snapshot.version if snapshot is not None else 0, snapshot, db)


def _keep_snapshot(session: str, snapshot: StateSnapshot, db: sqlite3.Connection) -> None:
    _at(session, db)
    sqlite_snapshots.keep(session, snapshot, db)


def _read(session: str, after: int, snapshot: StateSnapshot | None, db: sqlite3.Connection) -> _Read:
    """The commits after a version, and what lies beside them."""
    _, revision = _at(session, db)
    rows = db.execute(
        "SELECT version, at, actor, command_id, format, events FROM commits "
        "WHERE session = ? AND version > ? ORDER BY version",
        (session, after),
    ).fetchall()
    names = dict(db.execute("SELECT person, name FROM names WHERE session = ?", (session,)).fetchall())
    ballots: dict[str, Ballots] = {}
    for round_id, voter, item, dots in db.execute(
        "SELECT round, voter, item, dots FROM ballots WHERE session = ?", (session,)
    ):
        ballots.setdefault(round_id, {}).setdefault(voter, {})[item] = dots
    return rows, names, ballots, revision, snapshot


def _news(session: str, version: int, revision: int, db: sqlite3.Connection) -> _Read | None:
    return None if _at(session, db)[1] == revision else _read(session, version, None, db)


def _append(session: str, expected_revision: int, write: Write, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    version, revision = _at(session, db)
    if revision != expected_revision:
        raise VersionConflict(f"The session is at revision {revision}, not {expected_revision}.")
    check_dense(version, write)
    _keep(session, write, rows, db)


def _keep(session: str, write: Write, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    with whole_characters():
        db.executemany("INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute(
            "UPDATE sessions SET version = version + ?, revision = revision + 1, used_at = MAX(used_at, ?) WHERE id = ?",
            (len(rows), used_at(write), session),
        )
        _keep_receipts(session, write, db)
        _keep_dots(session, write, db)
        _keep_names(session, write, db)


def _keep_receipts(session: str, write: Write, db: sqlite3.Connection) -> None:
    rows = [(session, r.person, r.command_id, r.code, msgspec.json.encode(r.params), r.at) for r in write.receipts]
    kept = db.executemany("INSERT OR IGNORE INTO receipts VALUES (?, ?, ?, ?, ?, ?)", rows).rowcount if rows else 0
    if kept != len(rows):
        raise AlreadyAnswered("A command of this write has been answered before.")


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


def _receipts(session: str, db: sqlite3.Connection) -> list[Receipt]:
    rows = db.execute("SELECT person, command_id, code, params, at FROM receipts WHERE session = ?", (session,))
    return [Receipt(person, command, code, _PARAMS.decode(params), at) for person, command, code, params, at in rows]


def _erase(session: str, person: str, rows: list[_CommitRow], db: sqlite3.Connection) -> None:
    version, _ = _at(session, db)
    for row in rows:
        changed = db.execute(
            "UPDATE commits SET actor = ?, format = ?, events = ? WHERE session = ? AND version = ?",
            (row[3], *row[5:], *row[:2]),
        ).rowcount
        if not changed:
            raise ValueError("a commit to be replaced is not in the log")
    db.execute("DELETE FROM names WHERE session = ? AND person = ?", (session, person))
    db.execute("DELETE FROM ballots WHERE session = ? AND voter = ?", (session, person))
    db.execute("DELETE FROM receipts WHERE session = ? AND person = ?", (session, person))
    sqlite_snapshots.forbid(session, version, db)
    _compact(db)


def _audit(entry: AuditEntry, db: sqlite3.Connection) -> None:
    values = (entry.at, entry.what, entry.session, entry.by, entry.about)
    db.execute("INSERT INTO audit (at, what, session, by, about) VALUES (?, ?, ?, ?, ?)", values)


def _audit_trail(session: str | None, limit: int, db: sqlite3.Connection) -> list[AuditEntry]:
    rows = db.execute(
        "SELECT at, what, session, by, about FROM audit WHERE ?1 IS NULL OR session = ?1 ORDER BY number DESC LIMIT ?2",
        (session, limit),
    )
    return [AuditEntry(*row) for row in rows]


def _forget(receipts_before: int, audit_before: int, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM receipts WHERE at < ?", (receipts_before,))
    db.execute("DELETE FROM audit WHERE at < ?", (audit_before,))


def _unknown(session: str) -> StoreError:
    return StoreError(f"There is no session {session}: look at the list of sessions.")


def _tidy(db: sqlite3.Connection) -> None:
    """Leave no trace of what was deleted, in the file or in the WAL. Raises `sqlite3.Error` when it has to wait."""
    if db.execute("SELECT 1 FROM meta WHERE key = 'compact'").fetchone():
        db.execute("VACUUM")
        db.execute("DELETE FROM meta WHERE key = 'compact'")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
