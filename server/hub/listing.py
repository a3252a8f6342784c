"""The list of sessions as this process knows it, and how it stays in step with the store where others write to it too."""

import asyncio
from collections.abc import Awaitable, Callable

from msgspec import structs

from server.errors import Code, Rejected
from server.hub.trail import What
from server.store.base import SessionRow, Store, Write

# However many ask for sessions that are not there, the store is asked once in so long.
LOOK_AGAIN_S = 0.5
# So far back it is known that a session was deleted, and not only that there is none of that name.
TRAIL_LINES = 1000


class Listing:
    """`alone`: no other process writes, so what is known is true."""

    def __init__(self, store: Store, alone: bool) -> None:
        self.rows: dict[str, SessionRow] = {}
        self._deleted: set[str] = set()
        self._store = store
        self._alone = alone
        # Or a reading that began before a change would undo it here.
        self._lock = asyncio.Lock()
        self._next: asyncio.Task[None] | None = None
        self._looked_at = float("-inf")

    async def read(self) -> None:
        async with self._lock:
            self.rows = {row.id: row for row in await self._store.sessions()}
            trail = await self._store.audit_trail(limit=TRAIL_LINES)
            self._deleted |= {entry.session for entry in trail if entry.what == What.SESSION_DELETED}

    async def look(self) -> None:
        """Read the list anew, soon; one reading serves all who ask until it begins. Raises `StoreError`."""
        if self._next is None:
            self._next = asyncio.create_task(self._read_soon(), name="list of sessions")
            self._next.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(self._next)

    async def _read_soon(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await asyncio.sleep(max(self._looked_at + LOOK_AGAIN_S - loop.time(), 0))
        finally:
            self._next = None
        self._looked_at = loop.time()
        await self.read()

    async def find(self, session_id: str) -> SessionRow:
        """Looks again before it says no. Raises `Rejected(SESSION_UNKNOWN | SESSION_DELETED)`."""
        row = self.rows.get(session_id)
        if not self._alone and (row is None or row.archived):
            await self.look()
            row = self.rows.get(session_id)
        if row is None:
            raise Rejected(Code.SESSION_DELETED if self.was_deleted(session_id) else Code.SESSION_UNKNOWN)
        return row

    def was_deleted(self, session_id: str) -> bool:
        """As far as is known here: one that is only not here may be on another database."""
        return session_id in self._deleted

    async def in_use(self, session_id: str) -> None:
        """Raises `Rejected(SESSION_UNKNOWN | SESSION_DELETED | SESSION_ARCHIVED)`."""
        if (await self.find(session_id)).archived:
            raise Rejected(Code.SESSION_ARCHIVED)

    async def add(self, row: SessionRow, write: Write) -> None:
        async with self._lock:
            await self._store.create(row, write)
            self.rows[row.id] = row

    async def set_archived(self, session_id: str, archived: bool) -> None:
        async with self._lock:
            await self._store.set_archived(session_id, archived)
            self.rows[session_id] = structs.replace(self.rows[session_id], archived=archived)

    async def delete(self, session_id: str, first: Callable[[], Awaitable[None]]) -> None:
        """Nobody finds it from now on; `first` is done, then it is deleted."""
        async with self._lock:
            self.rows.pop(session_id, None)
            self._deleted.add(session_id)
            await first()
            await self._store.delete(session_id)

    async def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
