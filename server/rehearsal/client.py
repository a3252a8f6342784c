"""A small, faithful client of the wire (docs/protocol.md): hello, resume, patches, acknowledgements, ping and pong.

It comes back by itself whatever happens to its line, and sends each command with the same id until it is answered.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from server.core.ids import Language
from server.protocol import (
    PROTOCOL,
    Ack,
    Bye,
    ClientCommand,
    CommandMessage,
    ErrorMessage,
    Hello,
    Measured,
    PatchMessage,
    Ping,
    Pong,
    Presence,
    RejectedMessage,
    Resume,
    ServerMessage,
    Signaled,
    Snapshot,
    Welcome,
    Whispered,
    encode,
)
from server.rehearsal.doorstep import Door, Person
from server.rehearsal.stats import Stats
from server.rehearsal.view import View

PING_EVERY_S = 10.0
PONG_WITHIN_S = 8.0
FIRST_RETRY_S, LAST_RETRY_S = 0.25, 8.0
AGAIN_AFTER_S = 2.0
FRESH_START, STAY_AWAY, STAY_AWAY_END = 4100, 4200, 5000
# These pass by themselves: the command stays waiting and is sent again.
_PASSING = frozenset({"not_saved", "too_fast"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

_decode = msgspec.json.Decoder(ServerMessage).decode


def new_id() -> str:
    """An id for a command or for what it creates, as every client makes them."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))


class Answer(Struct, frozen=True):
    """`code` is None when the command was accepted."""

    code: str | None = None
    message: str = ""

    @property
    def ok(self) -> bool:
        return self.code is None


class _Waiting:
    """A command that has no answer yet. `sent_at` is None until it went out; `again`: it went out more than once."""

    __slots__ = ("again", "answer", "data", "sent_at")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.sent_at: float | None = None
        self.again = False


class Client:
    """One person's line. `run()` holds it open until `stop()`; `give()` and `drop()` may be called at any time."""

    def __init__(self, door: Door, person: Person, language: Language, stats: Stats) -> None:
        self.door = door
        self.person = person
        self.language: Language = language
        self.view = View()
        self.role = self.room = self.id = ""
        self.live = asyncio.Event()
        self.stopped: int | None = None
        self.clock_offset = 0.0
        self.on_change: Callable[[PatchMessage], None] | None = None
        self._stats = stats
        self._waiting: dict[str, _Waiting] = {}
        self._line: ClientConnection | None = None
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self._awaited: set[str] = set()
        self._away_until = 0.0
        self.pongs = 0
        self._pong_at = 0.0
        self._best_trip = float("inf")

    @property
    def unanswered(self) -> int:
        return len(self._waiting)

    def give(self, command: ClientCommand) -> "asyncio.Future[Answer]":
        """Resolves when the server has kept or refused it, over however many lines that takes."""
        command_id = new_id()
        message = encode(CommandMessage(command_id, msgspec.Raw(encode(command))))
        waiting = self._waiting[command_id] = _Waiting(message)
        self._stats.commands += 1
        if self.live.is_set():
            self._transmit(waiting)
        return waiting.answer

    def drop(self, away_s: float, hard: bool) -> None:
        """Lose the line: `hard` cuts it without a goodbye, as a phone in a lift does. Comes back after `away_s`."""
        self._away_until = time.monotonic() + away_s
        self.live.clear()
        line, self._line = self._line, None
        if line is None:
            return
        if hard:
            line.transport.abort()
        else:
            asyncio.get_running_loop().create_task(line.close())

    def stop(self) -> None:
        self.stopped = self.stopped or 1000
        if self._line is not None:
            self._line.transport.abort()

    async def run(self) -> None:
        tries = 0
        while self.stopped is None:
            await asyncio.sleep(max(self._away_until - time.monotonic(), 0))
            try:
                code = await self._hold_line()
            except (OSError, WebSocketException, TimeoutError, EOFError):
                code = 0
            if self.live.is_set():
                tries = 0
            self.live.clear()
            self._line = None
            if STAY_AWAY <= code < STAY_AWAY_END:
                self.stopped = code
                self._give_up(code)
                return
            if FRESH_START <= code < STAY_AWAY:
                self.view = View()
            if self._away_until <= time.monotonic():
                await asyncio.sleep(min(LAST_RETRY_S, FIRST_RETRY_S * 2**tries) * random.uniform(0.5, 1.5))
                tries += 1

    async def _hold_line(self) -> int:
        """One connection from handshake to end; gives its close code."""
        base, path = self.door.base, self.person.path.replace("/s/", "/ws/", 1)
        line = await connect(
            f"ws{base.removeprefix('http')}{path}",
            origin=Origin(base),
            additional_headers={"Cookie": self.person.cookie},
            compression=None,
            proxy=None,
            ping_interval=None,
            max_size=None,
            ssl=self.door.tls,
        )
        if self._away_until > time.monotonic() or self.stopped is not None:
            line.transport.abort()  # lost again before it was there
            return 0
        self._line = line
        self._out = asyncio.Queue()
        self._stats.lines += 1
        helpers = [asyncio.create_task(self._send(line)), asyncio.create_task(self._beat(line))]
        try:
            have = Resume(self.view.epoch, self.view.numbers) if self.view.epoch is not None else None
            self._out.put_nowait(encode(Hello(PROTOCOL, self.language, have)))
            async for data in line:
                if self._line is not line:
                    break
                self._receive(_decode(data))
        except ConnectionClosed:
            pass  # the close code says why
        finally:
            for helper in helpers:
                helper.cancel()
            line.transport.abort()
            await asyncio.gather(*helpers, return_exceptions=True)
        return line.close_code or 0

    async def _send(self, line: ClientConnection) -> None:
        while True:
            await line.send(await self._out.get(), text=True)

    async def _beat(self, line: ClientConnection) -> None:
        """Ping at application level: TCP alone notices a dead line after minutes."""
        while True:
            asked = time.monotonic()
            self._out.put_nowait(encode(Ping(time.time() * 1000)))
            await asyncio.sleep(PONG_WITHIN_S)
            if self._pong_at < asked:
                self._stats.silent += 1
                line.transport.abort()
                return
            await asyncio.sleep(PING_EVERY_S - PONG_WITHIN_S)

    def _receive(self, message: ServerMessage) -> None:
        match message:
            case PatchMessage():
                self._patched(message)
            case Ack(command_id):
                self._answered(command_id, Answer())
            case RejectedMessage(command_id, code, sentence) | ErrorMessage(code, sentence, command_id):
                self._refused(command_id, Answer(code, sentence))
            case Welcome():
                self.view.begin(message.epoch)
                self.id, self.role, self.room = message.you.person, message.you.role, message.you.room
                self._awaited = {stream for stream in message.streams if stream not in self.view.numbers}
                self._becomes_live()
            case Snapshot():
                self.view.restart(message)
                self._awaited.discard(message.stream)
                self._becomes_live()
            case Pong(at, server_at):
                self._pong(at, server_at)
            case Presence() | Signaled() | Whispered() | Measured() | Bye():
                pass

    def _patched(self, patch: PatchMessage) -> None:
        if not self.view.patch(patch):
            have = self.view.numbers.get(patch.stream)
            self._stats.disagree(f"{self.id}: stream {patch.stream} went from number {have} to {patch.n}")
            self.view = View()
            self.drop(0, hard=True)
            return
        self._stats.patches += 1
        if self.on_change is not None:
            self.on_change(patch)

    def _becomes_live(self) -> None:
        """With all streams at hand, what waits is sent, oldest first."""
        if self._awaited or self.live.is_set():
            return
        self.live.set()
        for waiting in self._waiting.values():
            self._transmit(waiting)

    def _transmit(self, waiting: _Waiting) -> None:
        waiting.again = waiting.sent_at is not None
        waiting.sent_at = time.monotonic()
        self._out.put_nowait(waiting.data)

    def _refused(self, command_id: str | None, answer: Answer) -> None:
        if answer.code in _PASSING:
            self._stats.passing[answer.code or ""] += 1
            waiting = self._waiting.get(command_id or "")
            for again in [waiting] if waiting is not None else list(self._waiting.values()):
                asyncio.get_running_loop().call_later(AGAIN_AFTER_S, self._once_more, again)
            return
        if command_id is None:
            self._stats.disagree(f"{self.id}: the server found a message bad ({answer.code}: {answer.message})")
            return
        self._stats.refusals[answer.code or ""] += 1
        self._answered(command_id, answer)

    def _once_more(self, waiting: _Waiting) -> None:
        if not waiting.answer.done() and self.live.is_set():
            self._transmit(waiting)

    def _answered(self, command_id: str, answer: Answer) -> None:
        waiting = self._waiting.pop(command_id, None)
        if waiting is None:
            return  # the answer to a retry of what was answered meanwhile
        self._stats.answered(None if waiting.again or waiting.sent_at is None else time.monotonic() - waiting.sent_at)
        if not waiting.answer.done():
            waiting.answer.set_result(answer)

    def _give_up(self, close_code: int) -> None:
        for waiting in self._waiting.values():
            if not waiting.answer.done():
                waiting.answer.set_result(Answer(f"closed_{close_code}"))

    def _pong(self, at: float, server_at: int) -> None:
        """The quickest round trip tells the server's clock best."""
        self.pongs += 1
        self._pong_at = time.monotonic()
        now = time.time() * 1000
        if now - at <= self._best_trip:
            self._best_trip = now - at
            self.clock_offset = server_at - (at + now) / 2
