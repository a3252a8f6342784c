"""The daily round: deletes sessions whose time is over, drops old receipts and lines of the trail, finishes erasing.

Every process may run it, and at any time: what is done is done, and nothing happens twice.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from server.errors import Rejected, StoreError
from server.hub.erasing import finish_erasing
from server.hub.hub import Hub
from server.hub.trail import RETENTION, What
from server.store.base import DAY_MS, SessionRow, deleted_at

ROUND_S = 24 * 3600.0
FIRST_S = 60.0
"""The first round soon after the start, for a server that is started for each workshop lives no day."""
RECEIPTS_DAYS = 7
AUDIT_DAYS = 365

log = structlog.get_logger()


class Housekeeping:
    def __init__(
        self,
        hub: Hub,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._hub = hub
        self._sleep = sleep
        self._chance = chance

    async def go_on(self) -> None:
        """Rounds for ever; with chance, so that many processes do not all begin at once."""
        await self._sleep(FIRST_S * (0.5 + self._chance()))
        while True:
            try:
                await self.round()
            except StoreError as error:  # the next round does what this one could not
                log.error("housekeeping_failed", reason=str(error))
            await self._sleep(ROUND_S * (0.95 + 0.1 * self._chance()))

    async def round(self) -> list[str]:
        """One round; gives the ids of the sessions it deleted."""
        hub, now = self._hub, self._hub.now()
        deleted: list[str] = []
        for row in await hub.store.sessions():
            if now >= deleted_at(row):
                if await self._delete(row):
                    deleted.append(row.id)
            elif hub.awake(row.id) is None:  # one at work looks after itself
                await self._finish(row)
        await hub.store.forget(now - RECEIPTS_DAYS * DAY_MS, now - AUDIT_DAYS * DAY_MS)
        await hub.trail.note(What.RETENTION_RAN, by=RETENTION)
        return deleted

    async def _delete(self, row: SessionRow) -> bool:
        """Not under the feet of people who are in it now; a wall that was left on keeps nothing."""
        if self._hub.people_here(row.id):
            return False
        try:
            await self._hub.delete(row.id, by=RETENTION)
        except Rejected:  # somebody else was quicker
            return False
        return True

    async def _finish(self, row: SessionRow) -> None:
        try:
            await finish_erasing(self._hub.store, row.id)
        except StoreError as error:  # one that cannot be read does not keep the others waiting
            log.error("erasing_unfinished", session=row.id, reason=str(error))
