"""Whether this process can serve. Anyone may ask, so an answer costs little, and says nothing about sessions or people."""

import asyncio
import time
from enum import StrEnum

from server.errors import StoreError
from server.hub.meter import Saving
from server.store.base import Store

STORE_WITHIN_S = 3.0
# However many ask, the store is asked once in so long.
ASK_EVERY_S = 1.0
# A failed write speaks against us so long. For ever would be wrong: while a balancer sends us nobody, nobody writes.
FAILURE_COUNTS_S = 30.0


class Reason(StrEnum):
    """Why a process is not ready. `docs/operating.md` says what to do about each."""

    STOPPING = "stopping"
    STORE_UNREADABLE = "store_unreadable"
    STORE_SLOW = "store_slow"
    STORE_UNWRITABLE = "store_unwritable"


class Health:
    """`stopping` is set once the process has been told to end."""

    def __init__(self, store: Store, saving: Saving) -> None:
        self.stopping = False
        self._store = store
        self._saving = saving
        self._asked_at = 0.0
        self._asking: asyncio.Task[Reason | None] | None = None

    async def reasons(self) -> list[Reason]:
        """Why not ready; empty when ready."""
        found = await self._read()
        reasons = [found] if found is not None else []
        failed_at = self._saving.failed_at
        if failed_at is not None and time.monotonic() - failed_at < FAILURE_COUNTS_S:
            reasons.append(Reason.STORE_UNWRITABLE)
        return [Reason.STOPPING, *reasons] if self.stopping else reasons

    async def _read(self) -> Reason | None:
        """What the store's answer says; all who ask meanwhile wait for the same one."""
        now = time.monotonic()
        if self._asking is None or (self._asking.done() and now - self._asked_at >= ASK_EVERY_S):
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask(), name="store health")
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Reason | None:
        try:
            async with asyncio.timeout(STORE_WITHIN_S):
                await self._store.secret()
        except TimeoutError:
            return Reason.STORE_SLOW
        except StoreError:
            return Reason.STORE_UNREADABLE
        return None
