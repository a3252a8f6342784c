"""`/healthz?deep`: whether our TURN server relays, by every way. It costs a little, so one look at a time, for all who ask."""

import asyncio
import importlib
from collections.abc import Callable

from server.rtc.turn import TurnServer, WayTried


class DeepLook:
    """`now`: UTC ms."""

    def __init__(self, turn: TurnServer | None, now: Callable[[], int]) -> None:
        self._turn = turn
        self._now = now
        self._looking: asyncio.Task[tuple[WayTried, ...]] | None = None

    async def ways(self) -> tuple[WayTried, ...]:
        """Best way first; empty without a TURN server of our own. Within 5 s; who asks meanwhile is told the same."""
        if self._turn is None:
            return ()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(self._turn), name="deep look")
        return await asyncio.shield(self._looking)

    async def _look(self, turn: TurnServer) -> tuple[WayTried, ...]:
        # A second of importing, once, that no phone should wait for.
        selftest = await asyncio.to_thread(importlib.import_module, "server.rtc.media.selftest")
        found: tuple[WayTried, ...] = await selftest.try_ways(turn, self._now())
        return found
