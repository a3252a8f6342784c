"""A whole hall in one thread and no time at all: real live sessions and a store, simulated phones on a bad network (R7).

The loop's clock is virtual: it jumps to whatever comes next, so a minute of workshop takes milliseconds, and one seed is always
the same run. Phones do what `static/js/lib` does: keep a command until it is answered, say hello with the numbers they have,
take patches in order. The network delays, cuts and half-opens lines; the store refuses, conflicts, and loses its answer;
the server dies without a goodbye and is started again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from server.core.decider import Command, open_session
from server.core.people import Join
from server.core.state import SYSTEM, Actor
from server.errors import Close, NotSaved
from server.hub.connection import Connection
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame, Outbox
from server.hub.world import load_world
from server.protocol import encode
from server.store.base import Commit, Receipt, SessionRow, Write
from server.store.memory import MemoryStore
from tests.core.walk import BUSY, Chooser
from tests.core.worlds import NAMES, NOW, PEOPLE, PLAN, opened
from tests.hub.virtual import VirtualLoop

SESSION = "s1"
PHONES = [person for person in PEOPLE if person.person not in ("gone", "gonef")]
AGAIN_S = 2.0
RECONNECT_S = 0.3
HALF_OPEN_S = 20.0


class ShakyStore(MemoryStore):
    """Now and then refuses, is beaten by nobody, or keeps the write and loses the answer. `durable`: receipts kept so far."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self.rng = rng
        self.shaky = False
        self.durable: dict[tuple[str, str], str | None] = {}
        self.drops_writes = False
        """The planted fault: says that it saved, and did not."""

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        await asyncio.sleep(self.rng.random() * 0.02)
        luck = self.rng.random() if self.shaky else 1.0
        if luck < 0.03:
            raise NotSaved("The disk is full: make room.")
        if self.drops_writes and luck > 0.9 and not write.commits:
            return
        await super().append(session, expected_revision, write)
        self.durable |= {(r.person, r.command_id): r.code for r in write.receipts}
        if luck < 0.06:
            raise NotSaved("The answer was lost on the way.")


class Server:
    """One process: it dies and is started again, and everything it only remembered is gone."""

    def __init__(self, store: MemoryStore, now: Callable[[], int]) -> None:
        self.store, self.now = store, now
        self.live: LiveSession | None = None

    async def start(self) -> LiveSession:
        world, at = await load_world(self.store, SESSION)
        self.live = LiveSession(self.store, SESSION, world, at, self.now)
        return self.live

    def kill(self) -> None:
        """No goodbye: what was in memory is gone, its lines hear nothing more."""
        if self.live is not None:
            dead, self.live = self.live, None
            for task in (dead._task, dead._alarm._due, dead.presence._due):
                if task is not None:
                    task.cancel()


class Wire:
    """A line's way to the phone, as a `Sink`: in order, late, and possibly never."""

    writable_now = True
    cut_for = ""

    def __init__(self, phone: "Phone", rng: random.Random) -> None:
        self.phone, self.rng = phone, rng
        self.open = True
        self.due = 0.0

    def write(self, frame: Frame) -> None:
        loop = asyncio.get_running_loop()
        self.due = max(self.due + 1e-6, loop.time() + self.rng.random() * 0.4)  # in order, always
        loop.call_at(self.due, self._arrive, frame.data)

    def _arrive(self, data: bytes) -> None:
        if self.open and self.phone.wire is self:
            self.phone.receive(msgspec.json.decode(data))

    def abort(self) -> None:
        self.open = False

    def set_on_writable(self, callback: Callable[[], None]) -> None:
        pass


class Phone:
    """A person's screen. `journal`: every command it gave, with its answer (None: none yet)."""

    def __init__(self, actor: Actor, server: Server, rng: random.Random) -> None:
        self.actor, self.server, self.rng = actor, server, rng
        self.wire: Wire | None = None
        self.connection: Connection | None = None
        self.live: LiveSession | None = None
        self.epoch = ""
        self.numbers: dict[str, int] = {}
        self.entities: dict[str, dict[str, Any]] = {}
        self.waiting: dict[str, Command] = {}
        self.journal: dict[str, tuple[Command, str | None]] = {}
        self.closed: list[Close] = []
        self.faults: list[str] = []
        self.new_id_each_time = False
        """The planted fault: a retry is taken for something new."""

    def connect(self) -> None:
        live = self.server.live
        if live is None or self.actor.person not in live.state.people:
            return
        wire = self.wire = Wire(self, self.rng)
        self.live = live
        self.connection = Connection(self.actor, Outbox(wire), self.closed.append)
        if self.epoch != live.epoch:
            self.epoch, self.numbers = live.epoch, {}
        live.connect(self.connection, dict(self.numbers))
        for command_id in list(self.waiting):
            self._send(command_id)

    def cut(self, half_open: bool) -> None:
        """The line is lost here; the server notices at once or, half open, much later."""
        wire, self.wire = self.wire, None
        if wire is None or self.connection is None or self.live is None:
            return
        wire.open = False
        live, connection = self.live, self.connection
        asyncio.get_running_loop().call_later(HALF_OPEN_S if half_open else 0, live.disconnect, connection)

    def give(self, command: Command, command_id: str) -> None:
        self.waiting[command_id] = command
        if self.wire is not None:
            self._send(command_id)

    def _send(self, command_id: str) -> None:
        asyncio.get_running_loop().call_later(self.rng.random() * 0.3, self._arrives, command_id, self.wire)

    def _arrives(self, command_id: str, wire: Wire | None) -> None:
        live = self.server.live
        if command_id not in self.waiting or wire is None or not wire.open or live is not self.live or live is None:
            return
        said = f"{command_id}x{self.rng.getrandbits(24)}" if self.new_id_each_time else command_id
        answer = live.submit(self.actor, self.waiting[command_id], said)
        answer.add_done_callback(lambda done: self._answered(command_id, wire, done))

    def _answered(self, command_id: str, wire: Wire, done: "asyncio.Future[Receipt]") -> None:
        """The answer sets out; it travels behind the patches."""
        if done.cancelled():
            return
        if done.exception() is not None:
            asyncio.get_running_loop().call_later(AGAIN_S, self._again, command_id)
            return
        code = done.result().code
        wire.write(Frame(encode({"type": "answer", "id": command_id, "code": code})))

    def _again(self, command_id: str) -> None:
        if command_id in self.waiting and self.wire is not None:
            self._send(command_id)

    def receive(self, message: dict[str, Any]) -> None:
        stream = message.get("stream", "")
        match message["type"]:
            case "snapshot":
                self.entities[stream], self.numbers[stream] = message["entities"], message["n"]
            case "patch":
                if message["n"] != self.numbers.get(stream, -1) + 1:
                    self.faults.append(f"a gap in {stream}")
                self.numbers[stream] = message["n"]
                for key in message["gone"]:
                    self.entities[stream].pop(key, None)
                self.entities[stream] |= message["set"]
            case "presence":
                pass
            case "answer":
                command = self.waiting.pop(message["id"], None)
                if command is not None:
                    self.journal[message["id"]] = (command, message["code"])
            case kind:
                self.faults.append(f"was sent {kind}")


Judge = Callable[["Run"], Awaitable[list[str]]]


class Run:
    """One seed. `judge` says at the end what did not hold, in words, into `faults`; none is good."""

    def __init__(self, seed: int, judge: "Judge", commands: int = 40) -> None:
        self.judge = judge
        self.seed = seed
        self.rng = random.Random(seed)
        self.chooser = Chooser(seed)
        self.commands = commands
        self.store = ShakyStore(random.Random(f"{seed} store"))
        self.loop = VirtualLoop()
        self.server = Server(self.store, lambda: NOW + int(self.loop.time() * 1000))
        # Luck of their own: in which order the hub tells its lines is nobody's promise, and must change nothing here.
        self.phones = [Phone(actor, self.server, random.Random(f"{seed} {actor.person}")) for actor in PHONES]
        self.faults: list[str] = []
        self.crashes = 0

    def play(self) -> "Run":
        random.seed(self.seed)  # a session that was not first waits by chance
        try:
            self.loop.run_until_complete(asyncio.wait_for(self._whole(), 10_000))
        finally:
            self.loop.close()
        return self

    async def _whole(self) -> None:
        await self._open()
        self.store.shaky = True
        for _ in range(self.commands):
            await asyncio.sleep(self.rng.random() * 2)
            self._happens()
        self.store.shaky = False
        await self._settle()
        self.faults = await self.judge(self)
        assert self.server.live is not None
        await self.server.live.close(Close.RESTARTING)

    async def _open(self) -> None:
        await self.store.open()
        row = SessionRow(SESSION, PLAN.title, PLAN.slug, NOW)
        await self.store.create(row, Write((Commit(1, NOW, "system", None, open_session(SESSION, PLAN, NOW)),)))
        live = await self.server.start()
        for person in PHONES:
            await live.submit(SYSTEM, Join(person.person, person.role, person.room, NAMES.get(person.person, "")))
        by, command = opened("write")
        await live.submit(by, command)
        for phone in self.phones:
            phone.connect()

    def _happens(self) -> None:
        """Somebody does something, or something goes wrong."""
        luck, phone = self.rng.random(), self.rng.choice(self.phones)
        if luck < 0.02:
            self._crash()
        elif luck < 0.12:
            phone.cut(half_open=self.rng.random() < 0.5)
            self.loop.call_later(RECONNECT_S + self.rng.random() * 5, phone.connect)
        elif self.server.live is not None:
            by = phone.actor if phone.actor.role != "projector" else self.phones[0].actor
            world = self.server.live.world
            doing = next(other for other in self.phones if other.actor is by)
            if self.rng.random() < 0.1:
                by, command = opened(self.rng.choice(BUSY))
                doing = next(other for other in self.phones if other.actor is by)
            else:
                command = self.chooser.command(world, by, self.server.now())
            doing.give(command, self.chooser.id())

    def _crash(self) -> None:
        self.crashes += 1
        self.server.kill()
        for phone in self.phones:
            phone.cut(half_open=False)
        self.loop.call_later(1, lambda: self.loop.create_task(self._back()))

    async def _back(self) -> None:
        if self.server.live is None:
            await self.server.start()
        for phone in self.phones:
            if phone.wire is None:
                self.loop.call_later(self.rng.random() * 2, phone.connect)

    async def _settle(self) -> None:
        """The network is well again: everyone comes back, everything is answered."""
        await asyncio.sleep(HALF_OPEN_S + 10)
        await self._back()
        await asyncio.sleep(5)
        for phone in self.phones:
            if phone.wire is None:
                phone.connect()
        await asyncio.sleep(30)
