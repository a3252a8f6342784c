"""A TCP proxy between real clients and a real server that does to them what networks do.

It delays, slices, limits, stalls, resets, cuts, swallows and refuses upgrades. What is random comes from its seed: the same
seed gives the n-th connection the same weather.
"""

import asyncio
import contextlib
import random
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator
from typing import cast

from msgspec import Struct

# What may be on its way in one direction of a connection; more is not taken from the sender.
IN_FLIGHT_BYTES = 64 * 1024
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Weather(Struct, frozen=True, kw_only=True):
    """What holds for new connections and, from the next byte on, for open ones. Times in s, "every" on average; 0 for never.

    `delay` is that of one direction and `jitter` goes either way; what was sent first arrives first all the same.
    """

    delay: float = 0
    jitter: float = 0
    bytes_per_s: float = 0
    slice_bytes: int = 0
    stall_every: float = 0
    stall: tuple[float, float] = (0.2, 3.0)
    reset_every: float = 0
    refuse_upgrades: bool = False


class Proxy:
    """`port` is where clients connect. All methods act on what is open now, `weather` on what comes.

    `window`: bytes the system keeps at most of what a server sends on a new connection and nobody reads; 0 for its own choice.
    """

    def __init__(self, upstream: int, weather: Weather, seed: int, window: int = 0) -> None:
        self.upstream = upstream
        self.weather = weather
        self.seed = seed
        self.window = window
        self.port = 0
        self.accepted = 0
        self.refused = 0
        self.swallows_up = self.swallows_down = False
        self.asleep = False
        self.pairs: set[Pair] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def open(self) -> "list[Pair]":
        return [pair for pair in self.pairs if not pair.over]

    def cut(self) -> int:
        """End all connections as a polite peer does; gives how many there were."""
        pairs = self.open
        for pair in pairs:
            pair.close()
        return len(pairs)

    def reset(self) -> int:
        """End all with a reset, to both sides."""
        pairs = self.open
        for pair in pairs:
            pair.reset()
        return len(pairs)

    def sleep(self, asleep: bool = True) -> None:
        """Clients take nothing any more, or all again, as phones in pockets do: the server feels that they do not read."""
        self.asleep = asleep
        for pair in self.open:
            pair.server.hold(asleep)

    def blackhole(self, up: bool = True, down: bool = True) -> None:
        """From now on what is sent vanishes, goodbyes too: each side believes that the line is open."""
        self.swallows_up, self.swallows_down = up, down


class Pair:
    """One client's connection and its counterpart at the server."""

    def __init__(self, proxy: Proxy, number: int) -> None:
        self.proxy = proxy
        self.up = Pipe(self, random.Random(f"{proxy.seed} {number} up"))
        self.down = Pipe(self, random.Random(f"{proxy.seed} {number} down"))
        self.client = End(self, self.up, self.down)
        self.server = End(self, self.down, self.up)
        self.stalls = Stalls(random.Random(f"{proxy.seed} {number} stalls"))
        self._misfortune = random.Random(f"{proxy.seed} {number} resets")
        self._reset: asyncio.TimerHandle | None = None
        self._asked = False
        self.over = False
        proxy.pairs.add(self)

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.server, sock=await self._reach())
        except OSError:
            self.reset()
            return
        if self.over or self.client.transport is None:
            self.close()
            return
        every = self.proxy.weather.reset_every
        if every:
            self._reset = loop.call_later(self._misfortune.expovariate(1 / every), self.reset)

    async def _reach(self) -> socket.socket:
        plain = socket.socket()
        plain.setblocking(False)
        if self.proxy.window:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.proxy.window)
        try:
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", self.proxy.upstream))
        except BaseException:
            plain.close()
            raise
        return plain

    def swallows(self, pipe: "Pipe") -> bool:
        return self.proxy.swallows_up if pipe is self.up else self.proxy.swallows_down

    def refuses(self, pipe: "Pipe", data: bytes) -> bool:
        """A browser opens a connection of its own for each WebSocket, so its first bytes tell."""
        first, self._asked = not self._asked and pipe is self.up, True
        if not (first and self.proxy.weather.refuse_upgrades and b"upgrade: websocket" in data.lower()):
            return False
        self.proxy.refused += 1
        self.client.write(REFUSAL)
        self.close()
        return True

    def close(self) -> None:
        self._end()
        for end in (self.client, self.server):
            if end.transport is not None:
                end.transport.close()

    def reset(self) -> None:
        self._end()
        for end in (self.client, self.server):
            if end.transport is not None:
                plain = end.transport.get_extra_info("socket")
                if not end.transport.is_closing():
                    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()

    def lost(self) -> None:
        if all(end.gone for end in (self.client, self.server)):
            self.proxy.pairs.discard(self)

    def _end(self) -> None:
        self.over = True
        self.up.stop()
        self.down.stop()
        if self._reset is not None:
            self._reset.cancel()


class Stalls:
    """When nothing comes through, in either direction: what would arrive then arrives at the end of it."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._windows: list[tuple[float, float]] = []

    def put_off(self, due: float, weather: Weather) -> float:
        if not self._windows:
            self._windows.append((due, due))
        while self._windows[-1][1] <= due:
            start = self._windows[-1][1] + self._rng.expovariate(1 / weather.stall_every)
            self._windows.append((start, start + self._rng.uniform(*weather.stall)))
        return next((end for start, end in reversed(self._windows) if start <= due < end), due)


class Pipe:
    """One direction: what comes from one end goes to the other when its time has come."""

    def __init__(self, pair: Pair, rng: random.Random) -> None:
        self._pair = pair
        self._rng = rng
        self._loop = asyncio.get_running_loop()
        self._queue: deque[tuple[float, bytes | None]] = deque()
        self._queued_bytes = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.source: End
        self.target: End

    def push(self, data: bytes | None) -> None:
        """None: the end."""
        weather = self._pair.proxy.weather
        if self._pair.swallows(self) or (data is not None and self._pair.refuses(self, data)):
            return
        if self.target.gone:
            self._pair.reset()  # its goodbye was swallowed; now it is learned by talking to nobody
            return
        size = weather.slice_bytes or len(data or b"") or 1
        now = self._loop.time()
        for start in range(0, len(data or b"") or 1, size):
            piece = data[start : start + size] if data is not None else None
            self._queue.append((self._when(weather, len(piece or b""), now), piece))
            self._queued_bytes += len(piece or b"")
        if self._queued_bytes > IN_FLIGHT_BYTES:
            self.source.hold(True)
        self.flush()

    def flush(self) -> None:
        """Hand on what is due, as long as the target takes it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue and self.target.takes and self._queue[0][0] <= self._loop.time():
            _, piece = self._queue.popleft()
            if piece is None:
                self._pair.close()
                return
            self._queued_bytes -= len(piece)
            self.target.write(piece)
        if self._queued_bytes <= IN_FLIGHT_BYTES // 2 and self.target.takes:
            self.source.hold(False)
        if self._queue and self.target.takes:
            self._timer = self._loop.call_at(self._queue[0][0], self.flush)

    def stop(self) -> None:
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _when(self, weather: Weather, size: int, now: float) -> float:
        due = now + max(weather.delay + self._rng.uniform(-weather.jitter, weather.jitter), 0)
        due = max(due, self._due)
        if weather.bytes_per_s:
            due += size / weather.bytes_per_s
        if weather.stall_every:
            due = self._pair.stalls.put_off(due, weather)
        self._due = due
        return due


class End(asyncio.Protocol):
    """The proxy's side of one connection: what is heard goes `away`, what comes `here` is written."""

    def __init__(self, pair: Pair, away: Pipe, here: Pipe) -> None:
        self._pair, self._away, self._here = pair, away, here
        self.transport: asyncio.Transport | None = None
        self.gone = False
        self._writable = True
        self._held = False
        away.source = self
        here.target = self

    @property
    def takes(self) -> bool:
        return self.transport is not None and self._writable

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._here.flush()

    def data_received(self, data: bytes) -> None:
        self._away.push(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport, self.gone = None, True
        self._pair.lost()
        if self._pair.over:
            return
        if exc is not None and not self._pair.swallows(self._away):
            self._pair.reset()
        else:
            self._away.push(None)

    def pause_writing(self) -> None:
        self._writable = False
        self._away_from_other(True)

    def resume_writing(self) -> None:
        self._writable = True
        self._away_from_other(False)
        self._here.flush()

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def hold(self, held: bool) -> None:
        held = held or (self._pair.proxy.asleep and self is self._pair.server)
        if self.transport is None or self.transport.is_closing() or held == self._held:
            return
        self._held = held
        if held:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _away_from_other(self, held: bool) -> None:
        """A reader that takes nothing is felt by the sender, as without us."""
        self._here.source.hold(held)


@contextlib.asynccontextmanager
async def fault_proxy(
    upstream: int, weather: Weather | None = None, seed: int = 0, window: int = 0
) -> AsyncIterator[Proxy]:
    """In front of a port of this machine, until the block ends."""
    proxy = Proxy(upstream, weather or Weather(), seed, window)
    connecting: set[asyncio.Task[None]] = set()

    def accept() -> End:
        proxy.accepted += 1
        pair = Pair(proxy, proxy.accepted)
        task = asyncio.get_running_loop().create_task(pair.connect())
        connecting.add(task)
        task.add_done_callback(connecting.discard)
        return pair.client

    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0, backlog=2048)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await asyncio.gather(*connecting, return_exceptions=True)
        for pair in list(proxy.pairs):
            pair.reset()
        await asyncio.sleep(0)  # each end hears of it
