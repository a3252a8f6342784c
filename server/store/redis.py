"""The store that several processes share: Redis, one stream of commits a session. Contract: `base.py`.

What a session is made of in Redis: `redis_rows.py`; how it gets there: `redis_line.py`; what happens there in one piece:
`lua/`. Deleting is meant seriously here too: `redis_tidy.py`.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Any

from redis.asyncio.connection import parse_url

from server.errors import AlreadyAnswered, StoreError, VersionConflict
from server.store import redis_rows as rows
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
from server.store.redis_check import Check, check_format, our_format
from server.store.redis_line import Line, Replies, script
from server.store.redis_tidy import Tidier
from server.store.redis_trouble import shown

PAGE = 1000
"""Commits in one answer: a long log is read in pieces, so that it holds up no other session."""
START_S = 30.0


class RedisStore:
    """`url`: redis://, rediss:// or unix://. `replicas`: how many must have a write before it is acknowledged."""

    def __init__(self, url: str, replicas: int = 0, accept_loss: bool = False, start_s: float = START_S) -> None:
        try:
            parse_url(url)
        except ValueError as error:
            raise StoreError(f"REDIS_URL does not do ({error}): it is like redis://:PASSWORD@HOST:6379/0.") from error
        self._url, self._replicas, self._accept_loss, self._start_s = url, replicas, accept_loss, start_s
        self._shown = shown(url)
        self._line: Line | None = None
        self._tidier: Tidier | None = None

    async def open(self) -> None:
        if self._line is not None:
            return
        line = Line(self._url, self._replicas, Check(self._shown, self._replicas, self._accept_loss))
        await line.start(self._start_s)
        try:
            _, found = await line.ask(("SET", "tcl:format", our_format(), "NX"), ("GET", "tcl:format"), writes=True)
            check_format(found, self._shown)
            await line.ask(("SET", "tcl:secret", secrets.token_bytes(32), "NX"), writes=True)
        except BaseException:
            await line.stop()
            raise
        self._line, self._tidier = line, Tidier(line)

    async def close(self) -> None:
        if self._line is not None and self._tidier is not None:
            line, tidier, self._line, self._tidier = self._line, self._tidier, None, None
            await tidier.stop()
            await line.stop()

    @property
    def line(self) -> Line:
        if self._line is None:
            raise StoreError("The store is closed: open it again.")
        return self._line

    async def secret(self) -> bytes:
        (found,) = await self.line.ask(("GET", "tcl:secret"))
        if found is None:
            raise StoreError(f"Redis at {self._shown} has lost its data: restore the newest backup.")
        secret: bytes = found
        return secret

    async def put_secret(self, secret: bytes) -> None:
        await self.line.ask(("SET", "tcl:secret", secret), writes=True)

    async def sessions(self) -> list[SessionRow]:
        """One that is listed and not there is being made or deleted."""
        (found,) = await self.line.ask(("ZRANGE", "tcl:sessions", 0, -1))
        ids = [session.decode() for session in found]
        if not ids:
            return []
        each = await self.line.ask(*(("HMGET", rows.keys(session)[0], *rows.ROW_FIELDS) for session in ids))
        return [rows.unpacked_row(session, values) for session, values in zip(ids, each, strict=True) if all(values)]

    async def create(self, row: SessionRow, write: Write) -> None:
        check_dense(0, write)
        packed = rows.pack(_write_id(), 0, write, row)
        # Listed first: what is listed and not there is passed over, what is there and not listed would be lost.
        _, (status, *_rest) = await self.line.ask(
            ("ZADD", "tcl:sessions", "NX", row.created_at, row.id),
            script("append", rows.keys(row.id), packed),
            writes=True,
        )
        if status == b"taken":
            raise StoreError(f"There is a session {row.id} already: choose another id.")

    async def set_archived(self, session: str, archived: bool) -> None:
        await self._set(session, "archived", int(archived))

    async def set_keep_days(self, session: str, days: int) -> None:
        await self._set(session, "keep_days", days)

    async def _set(self, session: str, field: str, value: int) -> None:
        (reply,) = await self.line.ask(script("set", rows.keys(session), field, value), writes=True)
        _known(session, reply)

    async def delete(self, session: str) -> None:
        await self._erasing(script("delete", rows.keys(session)), ("ZREM", "tcl:sessions", session))

    async def load(self, session: str, shape: str = "") -> Loaded:
        (reply,) = await self.line.ask(script("load", rows.keys(session), 0, PAGE, "", shape))
        return await self._loaded(session, shape, reply)

    async def keep_snapshot(self, session: str, snapshot: StateSnapshot) -> None:
        call = script("snapshot", rows.keys(session), snapshot.version, snapshot.shape, snapshot.data)
        (reply,) = await self.line.ask(call, writes=True)
        _known(session, reply)

    async def news(self, session: str, version: int, revision: int) -> Loaded | None:
        (reply,) = await self.line.ask(script("load", rows.keys(session), version, PAGE, revision, ""))
        match reply[0]:
            case b"same":
                return None
            case b"behind":
                raise StoreError(
                    f"Redis at {self._shown} has lost writes it had acknowledged (it is at {reply[1]}, not {revision}): "
                    "restart all processes of this server, and see docs/operating.md."
                )
            case _:
                return await self._loaded(session, "", reply)

    async def _loaded(self, session: str, shape: str, reply: Replies) -> Loaded:
        """The rest of the log, page by page: it does not change, only grows. Decoded outside the loop, so that a long one
        holds up no other session.
        """
        _known(session, reply)
        _, revision, version, packed, after, data = reply
        entries, names, ballots = rows.unpack(packed)
        commits = await asyncio.to_thread(rows.commits, entries, after)
        while after + len(commits) < version:
            start = after + len(commits)
            page = script("page", rows.keys(session), f"{start + 1}-1", f"{version}-1", PAGE)
            entries = rows.unpack_page((await self.line.ask(page))[0])
            if not entries:
                raise StoreError(f"The log of session {session} ends at version {start}: restore the newest backup.")
            commits += await asyncio.to_thread(rows.commits, entries, start)
        snapshot = None if data is None else StateSnapshot(after, shape, data)
        return Loaded(commits, names, ballots, revision, snapshot)

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        if write.commits:
            check_dense(write.commits[0].version - 1, write)
        packed = rows.pack(_write_id(), expected_revision, write)
        erases = bool(closed_rounds(write)) or any(not named.name for named in write.names)
        call = script("append", rows.keys(session), packed)
        status, *rest = await self._erasing(call) if erases else (await self.line.ask(call, writes=True))[0]
        if status == b"unknown":
            raise _unknown(session)
        if status == b"conflict":
            raise VersionConflict(f"The session is at revision {rest[0]}, not {expected_revision}.")
        if status == b"gap":
            check_dense(rest[0], write)
        if status == b"answered":
            raise AlreadyAnswered("A command of this write has been answered before.")

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        (found,) = await self.line.ask(("HGET", rows.keys(session)[2], rows.receipt_field(person, command_id)))
        return None if found is None else rows.unpacked_receipt(person, command_id, found)

    async def receipts(self, session: str) -> list[Receipt]:
        """Page by page, and what comes twice while the hash grows is one."""
        found: dict[bytes, bytes] = {}
        cursor: bytes | int = 0
        while cursor != b"0":
            ((cursor, page),) = await self.line.ask(("HSCAN", rows.keys(session)[2], cursor, "COUNT", PAGE))
            found |= rows.pairs(page)
        return [rows.unpacked_receipt(*rows.of_receipt(field), value) for field, value in found.items()]

    async def erase(self, session: str, person: str, commits: Sequence[Commit]) -> None:
        reply = await self._erasing(script("erase", rows.keys(session), person, rows.pack_replaced(commits)))
        _known(session, reply)
        if reply[0] == b"missing":
            raise ValueError("a commit to be replaced is not in the log")

    async def _erasing(self, *commands: Any) -> Replies:
        """The first reply. What goes must leave Redis' files too; a note of that is kept, so that a crash forgets nothing."""
        line, tidier = self.line, self._tidier
        _, reply, *_rest = await line.ask(("SET", "tcl:untidy", _write_id()), *commands, writes=True)
        if tidier is not None:
            tidier.wake()
        first: Replies = reply
        return first

    async def audit(self, entry: AuditEntry) -> None:
        await self.line.ask(("ZADD", "tcl:audit", entry.at, rows.packed_audit(entry, _write_id())), writes=True)

    async def audit_trail(self, session: str | None = None, limit: int = 500) -> list[AuditEntry]:
        trail: list[AuditEntry] = []
        start, page = 0, None
        while len(trail) < limit and page != []:
            (page,) = await self.line.ask(("ZRANGE", "tcl:audit", start, start + PAGE - 1, "REV"))
            entries = (rows.unpacked_audit(value) for value in page)
            trail += [entry for entry in entries if session in (None, entry.session)]
            start += PAGE
        return trail[:limit]

    async def forget(self, receipts_before: int, audit_before: int) -> None:
        (found,) = await self.line.ask(("ZRANGE", "tcl:sessions", 0, -1))
        forgetting = [script("forget", rows.keys(session.decode()), receipts_before) for session in found]
        await self.line.ask(("ZREMRANGEBYSCORE", "tcl:audit", "-inf", f"({audit_before}"), *forgetting, writes=True)


def _write_id() -> str:
    """Of one write, never used again; those of one process sort by their time."""
    return f"{time.time_ns():016x}{secrets.token_hex(4)}"


def _known(session: str, reply: Replies) -> None:
    if reply[0] == b"unknown":
        raise _unknown(session)


def _unknown(session: str) -> StoreError:
    return StoreError(f"There is no session {session}: look at the list of sessions.")
