"""The default store: one SQLite file, one connection, one writer thread (`sqlite_writer.py`). Contract: `base.py`.

Here is what happens in the event loop; what is said to the file, in the writer's thread, is in `sqlite_rows`.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from server import codec
from server.errors import StoreError
from server.store import sqlite_file, sqlite_rows
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
)
from server.store.sqlite_rows import CommitRow, Read
from server.store.sqlite_writer import Writer


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
            tidy=sqlite_rows.tidy,
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
        return await self.writer.read(sqlite_rows.secret)

    async def put_secret(self, secret: bytes) -> None:
        await self.writer.write(partial(sqlite_rows.put_secret, secret))

    async def sessions(self) -> list[SessionRow]:
        return await self.writer.read(sqlite_rows.sessions)

    async def create(self, row: SessionRow, write: Write) -> None:
        check_dense(0, write)
        await self.writer.write(partial(sqlite_rows.create, row, write, _commit_rows(row.id, write.commits)))

    async def set_archived(self, session: str, archived: bool) -> None:
        await self.writer.write(partial(sqlite_rows.set_archived, session, archived))

    async def set_keep_days(self, session: str, days: int) -> None:
        await self.writer.write(partial(sqlite_rows.set_keep_days, session, days))

    async def delete(self, session: str) -> None:
        await self.writer.write(partial(sqlite_rows.delete, session), erases=True)

    async def load(self, session: str, shape: str = "") -> Loaded:
        return await _decoded(await self.writer.read(partial(sqlite_rows.load, session, shape)))

    async def keep_snapshot(self, session: str, snapshot: StateSnapshot) -> None:
        await self.writer.write(partial(sqlite_rows.keep_snapshot, session, snapshot))

    async def news(self, session: str, version: int, revision: int) -> Loaded | None:
        found = await self.writer.read(partial(sqlite_rows.news, session, version, revision))
        return None if found is None else await _decoded(found)

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        rows = _commit_rows(session, write.commits)
        erases = bool(closed_rounds(write)) or any(not named.name for named in write.names)
        await self.writer.write(partial(sqlite_rows.append, session, expected_revision, write, rows), erases=erases)

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        return await self.writer.read(partial(sqlite_rows.receipt, session, person, command_id))

    async def receipts(self, session: str) -> list[Receipt]:
        return await self.writer.read(partial(sqlite_rows.receipts, session))

    async def erase(self, session: str, person: str, commits: Sequence[Commit]) -> None:
        rows = _commit_rows(session, commits)
        await self.writer.write(partial(sqlite_rows.erase, session, person, rows), erases=True)

    async def audit(self, entry: AuditEntry) -> None:
        await self.writer.write(partial(sqlite_rows.audit, entry))

    async def audit_trail(self, session: str | None = None, limit: int = 500) -> list[AuditEntry]:
        return await self.writer.read(partial(sqlite_rows.audit_trail, session, limit))

    async def forget(self, receipts_before: int, audit_before: int) -> None:
        await self.writer.write(partial(sqlite_rows.forget, receipts_before, audit_before))


def _commit_rows(session: str, commits: Sequence[Commit]) -> list[CommitRow]:
    return [
        (session, c.version, c.at, c.actor, c.command_id, codec.FORMAT, codec.encode_events(c.events)) for c in commits
    ]


async def _decoded(read: Read) -> Loaded:
    """Neither in the loop nor in the writer's thread: a long log holds up no other session."""
    rows, names, ballots, revision, snapshot = read
    return Loaded(await asyncio.to_thread(_commits, rows), names, ballots, revision, snapshot)


def _commits(rows: list[tuple[int, int, str, str | None, int, bytes]]) -> list[Commit]:
    decode = codec.decode_events
    return [
        Commit(version, at, actor, command_id, decode(data, format))
        for version, at, actor, command_id, format, data in rows
    ]
