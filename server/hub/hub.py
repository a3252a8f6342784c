"""All sessions of this process: opened from a plan, brought to life when somebody comes, archived, deleted."""

import asyncio
import secrets
from collections.abc import Callable

import structlog
from msgspec import structs

from server.core.decider import World, open_session
from server.core.plan import Plan
from server.errors import Close, Code, Rejected, StoreError
from server.hub.live_session import At, LiveSession, load_world
from server.hub.meter import Meter
from server.store.base import Commit, SessionRow, Store, Write

# No vowels: an id never spells a word. 12 characters of 21 are about 53 bits; it is an address, not a secret.
_ID_LETTERS = "bcdfghjkmnpqrstvwxz23456789"

log = structlog.get_logger()


class Hub:
    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self.store = store
        self.now = now
        self.meter = Meter()
        self._rows: dict[str, SessionRow] = {}
        self._live: dict[str, LiveSession] = {}
        self._waking: dict[str, asyncio.Lock] = {}

    async def start(self) -> None:
        await self.store.open()
        self._rows = {row.id: row for row in await self.store.sessions()}

    async def stop(self) -> None:
        await asyncio.gather(*(live.close(Close.RESTARTING) for live in self._live.values()))
        self._live.clear()
        await self.store.close()

    def sessions(self) -> list[SessionRow]:
        """Oldest first, archived ones too."""
        return list(self._rows.values())

    def row(self, session_id: str) -> SessionRow | None:
        return self._rows.get(session_id)

    def awake(self, session_id: str) -> LiveSession | None:
        """The session if it is at work already; to ask does not wake it."""
        return self._live.get(session_id)

    def at_work(self) -> list[LiveSession]:
        """All sessions that are awake."""
        return list(self._live.values())

    async def open(self, plan: Plan) -> SessionRow:
        """A new session of a plan."""
        session_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(12))
        now = self.now()
        row = SessionRow(session_id, plan.title, plan.slug, now, keep_days=plan.keep_days, used_at=now)
        commit = Commit(1, now, "system", None, open_session(session_id, plan, now))
        await self.store.create(row, Write(commits=(commit,)))
        self._rows[session_id] = row
        log.info("session_opened", session=session_id)
        return row

    async def live(self, session_id: str) -> LiveSession:
        """The session at work; loaded when nobody needed it before. Raises `Rejected(SESSION_UNKNOWN | SESSION_ARCHIVED)`,
        or `StoreError` when it cannot be read in full: then it is read anew when somebody knocks again (R22).
        """
        self._check_in_use(session_id)
        found = self._live.get(session_id)
        if found is not None:
            return found
        async with self._waking.setdefault(session_id, asyncio.Lock()):
            if session_id not in self._live:
                world, at = await self._load(session_id)
                self._check_in_use(session_id)  # it may have been archived or deleted meanwhile
                self._live[session_id] = LiveSession(self.store, session_id, world, at, self.now, self.meter)
            return self._live[session_id]

    async def _load(self, session_id: str) -> tuple[World, At]:
        try:
            return await load_world(self.store, session_id)
        except StoreError as error:
            log.error("session_not_loaded", session=session_id, reason=str(error))
            raise

    def _check_in_use(self, session_id: str) -> None:
        row = self._rows.get(session_id)
        if row is None:
            raise Rejected(Code.SESSION_UNKNOWN)
        if row.archived:
            raise Rejected(Code.SESSION_ARCHIVED)

    async def set_archived(self, session_id: str, archived: bool) -> None:
        if session_id not in self._rows:
            raise Rejected(Code.SESSION_UNKNOWN)
        await self.store.set_archived(session_id, archived)
        row = self._rows[session_id]
        self._rows[session_id] = structs.replace(row, archived=archived)
        log.info("session_archived" if archived else "session_restored", session=session_id)
        if archived:
            await self._put_to_sleep(session_id)

    async def delete(self, session_id: str) -> None:
        if self._rows.pop(session_id, None) is None:
            raise Rejected(Code.SESSION_UNKNOWN)
        await self._put_to_sleep(session_id)
        await self.store.delete(session_id)
        log.info("session_deleted", session=session_id)

    async def _put_to_sleep(self, session_id: str) -> None:
        live = self._live.pop(session_id, None)
        if live is not None:
            await live.close(Close.SESSION_GONE)
