"""What the SQLite store reads and writes, statement by statement. All of this runs in the writer's thread.

Deleting is meant seriously. `secure_delete` zeroes what is deleted, but may leave a copy of a row in a page that was
split or joined before (one ballot in about sixty rounds of 300 voters). So closing a round writes the ballots of the
other rounds anew into emptied pages, and deleting a session rebuilds the file.
"""

import sqlite3

import msgspec

from server.core.state import Ballots
from server.errors import AlreadyAnswered, StoreError, VersionConflict
from server.store import sqlite_snapshots
from server.store.base import (
    AuditEntry,
    Receipt,
    SessionRow,
    StateSnapshot,
    Write,
    check_dense,
    closed_rounds,
    used_at,
    whole_characters,
)

_TITLE = msgspec.json.Decoder(dict[str, str])
_PARAMS = msgspec.json.Decoder(dict[str, int | str])

CommitRow = tuple[str, int, int, str, str | None, int, bytes]
Read = tuple[
    list[tuple[int, int, str, str | None, int, bytes]],
    dict[str, str],
    dict[str, Ballots],
    int,
    StateSnapshot | None,
]


def secret(db: sqlite3.Connection) -> bytes:
    found: bytes = db.execute("SELECT value FROM meta WHERE key = 'secret'").fetchone()[0]
    return found


def put_secret(secret: bytes, db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET value = ? WHERE key = 'secret'", (secret,))


def sessions(db: sqlite3.Connection) -> list[SessionRow]:
    rows = db.execute(
        "SELECT id, title, plan_slug, created_at, archived, keep_days, used_at FROM sessions ORDER BY created_at, rowid"
    )
    return [
        SessionRow(id, _TITLE.decode(title), slug, at, bool(archived), keep_days, used)
        for id, title, slug, at, archived, keep_days, used in rows
    ]


def create(row: SessionRow, write: Write, rows: list[CommitRow], db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sessions WHERE id = ?", (row.id,)).fetchone():
        raise StoreError(f"There is a session {row.id} already: choose another id.")
    values = (row.id, msgspec.json.encode(row.title), row.plan_slug, row.created_at, row.archived)
    db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)", (*values, row.keep_days, row.used_at))
    _keep(row.id, write, rows, db)


def set_archived(session: str, archived: bool, db: sqlite3.Connection) -> None:
    if not db.execute("UPDATE sessions SET archived = ? WHERE id = ?", (archived, session)).rowcount:
        raise _unknown(session)


def set_keep_days(session: str, days: int, db: sqlite3.Connection) -> None:
    if not db.execute("UPDATE sessions SET keep_days = ? WHERE id = ?", (days, session)).rowcount:
        raise _unknown(session)


def delete(session: str, db: sqlite3.Connection) -> None:
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


def load(session: str, shape: str, db: sqlite3.Connection) -> Read:
    _at(session, db)
    snapshot = sqlite_snapshots.find(session, shape, db)
    return _read(session, snapshot.version if snapshot is not None else 0, snapshot, db)


def keep_snapshot(session: str, snapshot: StateSnapshot, db: sqlite3.Connection) -> None:
    _at(session, db)
    sqlite_snapshots.keep(session, snapshot, db)


def _read(session: str, after: int, snapshot: StateSnapshot | None, db: sqlite3.Connection) -> Read:
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


def news(session: str, version: int, revision: int, db: sqlite3.Connection) -> Read | None:
    return None if _at(session, db)[1] == revision else _read(session, version, None, db)


def append(session: str, expected_revision: int, write: Write, rows: list[CommitRow], db: sqlite3.Connection) -> None:
    version, revision = _at(session, db)
    if revision != expected_revision:
        raise VersionConflict(f"The session is at revision {revision}, not {expected_revision}.")
    check_dense(version, write)
    _keep(session, write, rows, db)


def _keep(session: str, write: Write, rows: list[CommitRow], db: sqlite3.Connection) -> None:
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


def receipt(session: str, person: str, command_id: str, db: sqlite3.Connection) -> Receipt | None:
    key = (session, person, command_id)
    found = db.execute(
        "SELECT code, params, at FROM receipts WHERE session = ? AND person = ? AND command_id = ?", key
    ).fetchone()
    return None if found is None else Receipt(person, command_id, found[0], _PARAMS.decode(found[1]), found[2])


def receipts(session: str, db: sqlite3.Connection) -> list[Receipt]:
    rows = db.execute("SELECT person, command_id, code, params, at FROM receipts WHERE session = ?", (session,))
    return [Receipt(person, command, code, _PARAMS.decode(params), at) for person, command, code, params, at in rows]


def erase(session: str, person: str, rows: list[CommitRow], db: sqlite3.Connection) -> None:
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


def audit(entry: AuditEntry, db: sqlite3.Connection) -> None:
    values = (entry.at, entry.what, entry.session, entry.by, entry.about)
    db.execute("INSERT INTO audit (at, what, session, by, about) VALUES (?, ?, ?, ?, ?)", values)


def audit_trail(session: str | None, limit: int, db: sqlite3.Connection) -> list[AuditEntry]:
    rows = db.execute(
        "SELECT at, what, session, by, about FROM audit WHERE ?1 IS NULL OR session = ?1 ORDER BY number DESC LIMIT ?2",
        (session, limit),
    )
    return [AuditEntry(*row) for row in rows]


def forget(receipts_before: int, audit_before: int, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM receipts WHERE at < ?", (receipts_before,))
    db.execute("DELETE FROM audit WHERE at < ?", (audit_before,))


def _unknown(session: str) -> StoreError:
    return StoreError(f"There is no session {session}: look at the list of sessions.")


def tidy(db: sqlite3.Connection) -> None:
    """Leave no trace of what was deleted, in the file or in the WAL. Raises `sqlite3.Error` when it has to wait."""
    if db.execute("SELECT 1 FROM meta WHERE key = 'compact'").fetchone():
        db.execute("VACUUM")
        db.execute("DELETE FROM meta WHERE key = 'compact'")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
