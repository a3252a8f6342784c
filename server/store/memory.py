"""A store that forgets everything with its process: for tests and for trying things out. Same contract as the others.

Events go through the codec as they do elsewhere, so what could not be stored is found in tests that never touch a disk.
"""

import asyncio
import secrets
from collections.abc import Sequence
from copy import deepcopy
from typing import TypeVar

from msgspec import Struct, field, structs

from server import codec
from server.core.state import Ballots
from server.core.voting import DotsPlaced
from server.errors import AlreadyAnswered, StoreError, VersionConflict
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

T = TypeVar("T")


class _Session(Struct):
    """`log`: the commits without their events, and those encoded."""

    row: SessionRow
    revision: int = 1
    log: list[tuple[Commit, bytes]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    ballots: dict[str, Ballots] = field(default_factory=dict)
    snapshot: StateSnapshot = StateSnapshot(0, "", b"")
    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)


class MemoryStore:
    """Keeps its sessions across close and open, so that a restart can be played."""

    def __init__(self) -> None:
        self._sessions: dict[str, _Session] = {}
        self._audit: list[AuditEntry] = []
        self._secret = secrets.token_bytes(32)
        self._open = False

    async def open(self) -> None:
        self._open = True

    async def close(self) -> None:
        self._open = False

    async def secret(self) -> bytes:
        return await self._answer(self._secret)

    async def put_secret(self, secret: bytes) -> None:
        self._check_open()
        self._secret = secret
        await self._answer(None)

    async def sessions(self) -> list[SessionRow]:
        rows = [found.row for found in self._sessions.values()]
        return await self._answer(deepcopy(sorted(rows, key=lambda row: row.created_at)))

    async def create(self, row: SessionRow, write: Write) -> None:
        self._check_open()
        check_dense(0, write)
        if row.id in self._sessions:
            raise StoreError(f"There is a session {row.id} already: choose another id.")
        found = _Session(deepcopy(row))
        _apply(found, write, _encoded(write))
        self._sessions[row.id] = found
        await self._answer(None)

    async def set_archived(self, session: str, archived: bool) -> None:
        found = self._known(session)
        found.row = structs.replace(found.row, archived=archived)
        await self._answer(None)

    async def set_keep_days(self, session: str, days: int) -> None:
        found = self._known(session)
        found.row = structs.replace(found.row, keep_days=days)
        await self._answer(None)

    async def delete(self, session: str) -> None:
        self._check_open()
        self._sessions.pop(session, None)
        await self._answer(None)

    async def load(self, session: str, shape: str = "") -> Loaded:
        found = self._known(session)
        if not shape or found.snapshot.shape != shape:
            return await self._answer(_loaded(found, 0))
        tail = _loaded(found, found.snapshot.version)
        return await self._answer(structs.replace(tail, snapshot=found.snapshot))

    async def keep_snapshot(self, session: str, snapshot: StateSnapshot) -> None:
        found = self._known(session)
        if found.snapshot.version < snapshot.version <= len(found.log):
            found.snapshot = snapshot
        await self._answer(None)

    async def news(self, session: str, version: int, revision: int) -> Loaded | None:
        found = self._known(session)
        return await self._answer(None if found.revision == revision else _loaded(found, version))

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        found = self._known(session)
        if found.revision != expected_revision:
            raise VersionConflict(f"The session is at revision {found.revision}, not {expected_revision}.")
        check_dense(len(found.log), write)
        if any((receipt.person, receipt.command_id) in found.receipts for receipt in write.receipts):
            raise AlreadyAnswered("A command of this write has been answered before.")
        _apply(found, write, _encoded(write))
        found.revision += 1
        await self._answer(None)

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        found = self._sessions.get(session)
        return await self._answer(None if found is None else deepcopy(found.receipts.get((person, command_id))))

    async def receipts(self, session: str) -> list[Receipt]:
        found = self._sessions.get(session)
        return await self._answer([] if found is None else deepcopy(list(found.receipts.values())))

    async def erase(self, session: str, person: str, commits: Sequence[Commit]) -> None:
        found = self._known(session)
        if any(not 1 <= commit.version <= len(found.log) for commit in commits):
            raise ValueError("a commit to be replaced is not in the log")
        for commit, encoded in _encoded(Write(commits=tuple(commits))):
            found.log[commit.version - 1] = (commit, encoded)
        found.snapshot = StateSnapshot(len(found.log), "", b"")
        found.names.pop(person, None)
        for round_id in list(found.ballots):
            found.ballots[round_id].pop(person, None)
            if not found.ballots[round_id]:
                del found.ballots[round_id]
        found.receipts = {key: kept for key, kept in found.receipts.items() if key[0] != person}
        await self._answer(None)

    async def audit(self, entry: AuditEntry) -> None:
        self._check_open()
        self._audit.append(entry)
        await self._answer(None)

    async def audit_trail(self, session: str | None = None, limit: int = 500) -> list[AuditEntry]:
        found = [entry for entry in reversed(self._audit) if session in (None, entry.session)]
        return await self._answer(found[:limit])

    async def forget(self, receipts_before: int, audit_before: int) -> None:
        self._check_open()
        for found in self._sessions.values():
            found.receipts = {key: kept for key, kept in found.receipts.items() if kept.at >= receipts_before}
        self._audit = [entry for entry in self._audit if entry.at >= audit_before]
        await self._answer(None)

    async def _answer(self, result: T) -> T:
        """Others run between what happens and its answer, as with every real store: tests see the same races."""
        self._check_open()
        await asyncio.sleep(0)
        return result

    def _check_open(self) -> None:
        if not self._open:
            raise StoreError("The store is closed: open it again.")

    def _known(self, session: str) -> _Session:
        self._check_open()
        found = self._sessions.get(session)
        if found is None:
            raise StoreError(f"There is no session {session}: look at the list of sessions.")
        return found


def _loaded(found: _Session, after: int) -> Loaded:
    commits = [
        structs.replace(commit, events=codec.decode_events(data, codec.FORMAT)) for commit, data in found.log[after:]
    ]
    return Loaded(commits, dict(found.names), deepcopy(found.ballots), found.revision)


def _encoded(write: Write) -> list[tuple[Commit, bytes]]:
    """All that can fail about a write happens here, before anything is changed."""
    with whole_characters():
        for named in write.names:
            named.name.encode()
        return [(structs.replace(commit, events=()), codec.encode_events(commit.events)) for commit in write.commits]


def _apply(found: _Session, write: Write, log: list[tuple[Commit, bytes]]) -> None:
    found.log.extend(log)
    found.row = structs.replace(found.row, used_at=max(found.row.used_at, used_at(write)))
    for receipt in write.receipts:
        found.receipts[receipt.person, receipt.command_id] = deepcopy(receipt)
    for placed in write.dots:
        _place(found.ballots, placed)
    for round_id in closed_rounds(write):
        found.ballots.pop(round_id, None)
    for named in write.names:
        if named.name:
            found.names[named.person_id] = named.name
        else:
            found.names.pop(named.person_id, None)


def _place(ballots: dict[str, Ballots], placed: DotsPlaced) -> None:
    """An entry of 0 dots is none; a voter or a round without entries is none either."""
    ballot = ballots.setdefault(placed.round_id, {}).setdefault(placed.voter, {})
    ballot[placed.item_id] = placed.dots
    if not placed.dots:
        del ballot[placed.item_id]
    if not ballot:
        del ballots[placed.round_id][placed.voter]
    if not ballots[placed.round_id]:
        del ballots[placed.round_id]
