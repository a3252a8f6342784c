"""What processes tell each other and never log, and small values they share for a while.

Beside the store: the store keeps, the bus only tells. A message may be lost, with the bus away or with a process that was;
whoever hears makes up for it from the store. On it travel numbers and ids, and what stations of a live link say to each other;
never a text, a name or a ballot.
`tests/hub/test_bus.py` is this contract as tests; each bus runs it. Durations are milliseconds.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import msgspec
from msgspec import Struct


class Written(Struct, frozen=True, tag=True):
    """`session` is at `revision` now. `by`, here and below: the process that says so."""

    by: str
    session: str
    revision: int


class Listed(Struct, frozen=True, tag=True):
    """A session was opened, archived, brought back or deleted."""

    by: str


class Gathered(Struct, frozen=True, tag=True):
    """Who is connected to a session in that process, all of them each time. `people`: with a role other than projector."""

    by: str
    session: str
    people: tuple[str, ...]
    projectors: tuple[str, ...]


class Heard(Struct, frozen=True, tag=True):
    """Somebody whose line another process may hold spoke to that one by POST."""

    by: str
    session: str
    person: str
    line: str


class Passed(Struct, frozen=True, tag=True):
    """A frame for these people's lines, wherever they are: what stations of a link say. `replaces`: as `Outbox.send` has it."""

    by: str
    session: str
    people: tuple[str, ...]
    frame: str
    replaces: str | None = None


class Serving(Struct, frozen=True, tag=True):
    """That a process is there. `assets`: the digest of its static files. `at`: its clock, UTC ms."""

    by: str
    release: str
    assets: str
    at: int


Message = Written | Listed | Gathered | Heard | Passed | Serving
Hear = Callable[[Message], None]

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Message).decode


class Bus(Protocol):
    """Between all processes of one installation. Values may raise `StoreError`, whose text says what to do."""

    @property
    def alone(self) -> bool:
        """That there is no other process, and nothing to make up for."""

    async def open(self) -> None:
        """Before anything else. Raises `StoreError` when nobody answers there."""

    async def close(self) -> None:
        """Closing twice is fine."""

    def publish(self, message: Message) -> None:
        """To all who listen, ourselves as well, in the order of publishing. Never waits, never fails; may be lost."""

    def listen(self, hear: Hear, missed: Callable[[], None]) -> Callable[[], None]:
        """`hear` gets each message from now on; `missed` is called when some may have been lost. Gives the way to end it."""

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        """Share a value; the last one stands."""

    async def claim(self, key: str, value: bytes, ttl_ms: int) -> bool:
        """Put a value where there is none, and say whether it lies there: of many who try with a value each, one succeeds."""

    async def get(self, key: str) -> bytes | None:
        """None: nobody put it, or its time is over."""

    async def delete(self, key: str) -> None:
        """Deleting what is not there is fine."""

    async def count(self, key: str, window_ms: int, more: int = 1) -> int:
        """How many were counted, these included, since the window began; its first count begins it. `more` 0: only look."""


def make_bus(redis_url: str | None) -> Bus:
    """Not opened yet. The one between all who share that Redis; None: there is one process."""
    if redis_url is None:
        return MemoryBus()
    from server.hub.bus_redis import RedisBus  # takes a while, which nobody else need wait for

    return RedisBus(redis_url)


class MemoryBus:
    """For one process, and for several hubs of one process in tests (`alone` False). `now`: ms of any clock that only grows."""

    def __init__(self, alone: bool = True, now: Callable[[], float] = lambda: time.monotonic() * 1000) -> None:
        self._alone = alone
        self._now = now
        self._listening: list[Hear] = []
        self._values: dict[str, tuple[bytes, float]] = {}

    @property
    def alone(self) -> bool:
        return self._alone

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    def publish(self, message: Message) -> None:
        # As bytes and later, as from elsewhere: tests meet what they would meet between processes.
        data, loop = encode(message), asyncio.get_running_loop()
        for hear in self._listening:
            loop.call_soon(self._tell, hear, data)

    def _tell(self, hear: Hear, data: bytes) -> None:
        if hear in self._listening:
            hear(decode(data))

    def listen(self, hear: Hear, missed: Callable[[], None]) -> Callable[[], None]:  # noqa: ARG002  nothing is lost here
        self._listening.append(hear)

        def stop() -> None:
            self._listening = [other for other in self._listening if other != hear]

        return stop

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        now = self._now()
        self._values = {k: (v, until) for k, (v, until) in self._values.items() if until > now}
        self._values[key] = (value, now + ttl_ms)

    async def claim(self, key: str, value: bytes, ttl_ms: int) -> bool:
        if self._found(key) is None:
            await self.put(key, value, ttl_ms)
        return self._found(key) == value

    async def get(self, key: str) -> bytes | None:
        return self._found(key)

    def _found(self, key: str) -> bytes | None:
        value, until = self._values.get(key, (None, 0.0))
        return value if until > self._now() else None

    async def delete(self, key: str) -> None:
        self._values.pop(key, None)

    async def count(self, key: str, window_ms: int, more: int = 1) -> int:
        counted = int(self._found(key) or b"0") + more
        if not more:
            return counted
        if counted == more:
            await self.put(key, b"%d" % counted, window_ms)
        else:
            self._values[key] = (b"%d" % counted, self._values[key][1])
        return counted
