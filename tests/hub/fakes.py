"""What stands in for the outside of a live session: a clock by hand, sinks that write down, clients, a store with troubles."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from server.core.decider import Command, open_session
from server.core.people import Join
from server.core.plan import Plan
from server.core.state import SYSTEM, Actor
from server.errors import Close, NotSaved, VersionConflict
from server.hub.connection import Connection
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame, Outbox
from server.hub.world import load_world
from server.store.base import Commit, Receipt, SessionRow, Store, Write
from server.store.memory import MemoryStore
from tests.core.worlds import NAMES, NOW, PEOPLE, PLAN


class HandClock:
    """UTC milliseconds; goes on when told to."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> int:
        return self.at


class Sink:
    """A transport that writes down what it is given. `clog` and `clear` play a reader who stalls."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.aborts = 0
        self.writable_now = True
        self.cut_for = ""
        self._on_writable: Callable[[], None] = lambda: None

    def write(self, frame: Frame) -> None:
        assert self.writable_now
        self.frames.append(frame.data)

    def abort(self) -> None:
        self.aborts += 1

    def set_on_writable(self, callback: Callable[[], None]) -> None:
        self._on_writable = callback

    def clog(self) -> None:
        self.writable_now = False

    def clear(self) -> None:
        self.writable_now = True
        self._on_writable()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(frame) for frame in self.frames]


class Client:
    """A person's screen: does with frames what `lib/store.js` does, and refuses a gap."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.sink = Sink()
        self.closed: list[Close] = []
        self.connection = Connection(actor, Outbox(self.sink), self.closed.append)
        self.numbers: dict[str, int] = {}
        self.entities: dict[str, dict[str, Any]] = {}
        self.all_frames: list[bytes] = []
        self._read = 0

    def connect(self, live: LiveSession, resume: bool = True) -> "Client":
        """A new line, from the numbers it has."""
        self.read()
        self.sink, self._read = Sink(), 0
        self.connection = Connection(self.actor, Outbox(self.sink), self.closed.append)
        live.connect(self.connection, dict(self.numbers) if resume else {})
        return self

    def disconnect(self, live: LiveSession) -> None:
        live.disconnect(self.connection)

    def read(self) -> list[dict[str, Any]]:
        """What arrived since, applied."""
        new = self.sink.frames[self._read :]
        self._read += len(new)
        self.all_frames += new
        messages: list[dict[str, Any]] = [msgspec.json.decode(frame) for frame in new]
        for message in messages:
            self._apply(message)
        return messages

    def _apply(self, message: dict[str, Any]) -> None:
        stream = message.get("stream", "")
        if message["type"] == "snapshot":
            self.entities[stream], self.numbers[stream] = message["entities"], message["n"]
        elif message["type"] == "patch":
            assert message["n"] == self.numbers[stream] + 1, "a gap"
            self.numbers[stream] = message["n"]
            for key in message["gone"]:
                del self.entities[stream][key]
            self.entities[stream] |= message["set"]


class TroubledStore(MemoryStore):
    """Fails when told to, once for each: "full" (NotSaved), "conflict" (somebody else was first), "broken" (a bug)."""

    def __init__(self) -> None:
        super().__init__()
        self.troubles: list[str] = []
        self.appends: list[Write] = []
        self.before_append: Callable[[], Any] | None = None

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        if self.before_append is not None:
            await self.before_append()
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble == "full":
            raise NotSaved("The disk is full: make room.")
        if trouble == "conflict":
            raise VersionConflict("Somebody else was first.")
        if trouble == "broken":
            raise ZeroDivisionError("a bug")
        await super().append(session, expected_revision, write)
        self.appends.append(write)


async def create(store: Store, plan: Plan = PLAN) -> None:
    """The session s1, with everybody of `PEOPLE` in it."""
    row = SessionRow("s1", plan.title, plan.slug, NOW)
    await store.create(row, Write(commits=(Commit(1, NOW, "system", None, open_session("s1", plan, NOW)),)))


async def wake(store: Store, now: Callable[[], int]) -> LiveSession:
    """As after a start of the server."""
    world, at = await load_world(store, "s1")
    return LiveSession(store, "s1", world, at, now)


async def everybody_joins(live: LiveSession) -> None:
    joins = (Join(p.person, p.role, p.room, NAMES.get(p.person, "")) for p in PEOPLE)
    await asyncio.gather(*(live.submit(SYSTEM, join) for join in joins))


async def give(live: LiveSession, *steps: tuple[Actor, Command]) -> list[Receipt]:
    """Commands one after the other, all accepted."""
    receipts = [await live.submit(by, command) for by, command in steps]
    assert [receipt.code for receipt in receipts] == [None] * len(receipts)
    return receipts
