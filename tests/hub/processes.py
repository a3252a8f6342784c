"""Several processes in one: hubs with a store and a bus between them, as it is with Redis, but with troubles at hand."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable

from server.errors import StoreError
from server.hub.bus import Hear, MemoryBus, Message
from server.hub.hub import Hub
from server.store.base import Loaded, SessionRow, Write
from server.store.memory import MemoryStore
from tests.hub.fakes import HandClock


class PoorBus(MemoryBus):
    """`mute`: what is published is lost. `back()`: messages arrive again, and all are told that some did not."""

    def __init__(self) -> None:
        super().__init__(alone=False)
        self.mute = False
        self.published: list[Message] = []
        self._missed: list[Callable[[], None]] = []

    def publish(self, message: Message) -> None:
        self.published.append(message)
        if not self.mute:
            super().publish(message)

    def listen(self, hear: Hear, missed: Callable[[], None]) -> Callable[[], None]:
        self._missed.append(missed)
        return super().listen(hear, missed)

    def back(self) -> None:
        self.mute = False
        for missed in self._missed:
            missed()


class FarStore(MemoryStore):
    """As far away as another machine (`far_s`), where it may be `down`. Closed by the last of several hubs only."""

    def __init__(self) -> None:
        super().__init__()
        self.far_s = 0.0
        self.down = False
        self.lists_read = 0

    async def close(self) -> None:
        """Stays open for the others."""

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        await self._way()
        await super().append(session, expected_revision, write)

    async def news(self, session: str, version: int, revision: int) -> Loaded | None:
        await self._way()
        return await super().news(session, version, revision)

    async def sessions(self) -> list[SessionRow]:
        self.lists_read += 1
        await self._way()
        return await super().sessions()

    async def _way(self) -> None:
        if self.far_s:
            await asyncio.sleep(self.far_s * random.uniform(0.5, 1.5))
        if self.down:
            raise StoreError("The store does not answer: start it.")


class Town:
    """The processes of one installation."""

    def __init__(self) -> None:
        self.store = FarStore()
        self.bus = PoorBus()
        self.clock = HandClock()
        self.hubs: list[Hub] = []

    async def start(self) -> Hub:
        """One more process."""
        hub = Hub(self.store, self.clock, self.bus)
        await hub.start()
        self.hubs.append(hub)
        return hub

    async def kill(self, hub: Hub) -> None:
        """As kill -9 would: nobody is told. Its lines are cut by the kernel, in a test by the test."""
        self.hubs.remove(hub)
        hub._stop_listening()
        muted, self.bus.mute = self.bus.mute, True
        await hub.stop()
        self.bus.mute = muted


@contextlib.asynccontextmanager
async def town(processes: int) -> AsyncIterator[Town]:
    found = Town()
    for _ in range(processes):
        await found.start()
    try:
        yield found
    finally:
        for hub in found.hubs:
            await hub.stop()


async def until(condition: Callable[[], bool], within_s: float = 30.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)
