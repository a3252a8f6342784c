"""The snapshots' table: at most one of each session. All of this runs in the writer's thread."""

import sqlite3

from server.store.base import StateSnapshot


def find(session: str, shape: str, db: sqlite3.Connection) -> StateSnapshot | None:
    row = db.execute(
        "SELECT version, shape, data FROM snapshots WHERE session = ? AND shape = ?", (session, shape)
    ).fetchone()
    return None if row is None or not shape else StateSnapshot(*row)


def keep(session: str, snapshot: StateSnapshot, db: sqlite3.Connection) -> None:
    """In the place of an older one."""
    db.execute(
        "INSERT INTO snapshots SELECT id, ?2, ?3, ?4 FROM sessions WHERE id = ?1 AND version >= ?2 "
        "ON CONFLICT (session) DO UPDATE SET version = excluded.version, shape = excluded.shape, data = excluded.data "
        "WHERE excluded.version > snapshots.version",
        (session, snapshot.version, snapshot.shape, snapshot.data),
    )


def forbid(session: str, version: int, db: sqlite3.Connection) -> None:
    """The one that is there goes, and none up to `version` is taken any more. Its row stays, without data, to say so."""
    db.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, '', x'')", (session, version))
