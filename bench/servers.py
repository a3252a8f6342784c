"""Both servers as child processes, and what the system says about them (Linux: /proc)."""

import asyncio
import contextlib
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import Struct

from bench.lines import STEP, Line, Stopwatch
from server.core.agenda import OpenStep
from server.protocol import PROTOCOL, Hello, encode
from server.rehearsal.client import Client
from server.rehearsal.doorstep import Door, enter, read_door
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished
from server.settings import ROOT

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
OPENING_AT_ONCE = 20
OPENING_WITHIN_S = 20


class Phones(Struct):
    """All lines to the processes of one server, open and answered. `memory_kib`: what it grew by for each of them."""

    pids: list[int]
    lines: list[Line]
    watch: Stopwatch
    memory_kib: float


def cpu_s(pid: int) -> float:
    """User and system time of a process so far, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_kib(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


@contextlib.asynccontextmanager
async def _child(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


class Serving(Struct):
    """The real server as a child process, its kickoff session at the open writing step.

    `facilitator`: a link; `code`: what participants type.
    """

    pid: int
    base: str
    facilitator: str
    code: str


@contextlib.asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[Serving]:
    database = str(directory / "bench.sqlite")
    async with _child("server", "serve", "--host", "127.0.0.1", "--port", "0", "--database", database) as process:
        facilitator, code = await links(process)
        hand = Client(facilitator, await enter(facilitator, "ka"), "de", Stats())
        task = asyncio.create_task(hand.run())
        await hand.live.wait()
        assert (await hand.give(OpenStep(STEP, ("ka", "kr")))).ok
        try:
            yield Serving(process.pid, facilitator.base, f"{facilitator.base}/enter#{facilitator.invitation}", code)
        finally:
            hand.stop()
            await finished(task)


@contextlib.asynccontextmanager
async def ours(phones: int) -> AsyncIterator[Phones]:
    """The real server with its own SQLite file and so many participants."""
    with tempfile.TemporaryDirectory() as directory:
        async with serving(Path(directory)) as server:
            before = resident_kib(server.pid)
            door = read_door(server.base, server.code)
            watch, gate = Stopwatch(), asyncio.Semaphore(OPENING_AT_ONCE)

            async def one(number: int) -> Line:
                async with gate:
                    person = await enter(door, ("ka", "kr")[number % 2])
                    return await open_line(door.base, person.path, person.cookie, watch)

            lines = await asyncio.gather(*(one(number) for number in range(phones)))
            await asyncio.sleep(2)
            yield Phones([server.pid], list(lines), watch, (resident_kib(server.pid) - before) / phones)


async def links(process: asyncio.subprocess.Process) -> tuple[Door, str]:
    """A facilitator's door and the join code, from what the server prints."""
    assert process.stdout is not None
    facilitator: Door | None = None
    async for line in process.stdout:
        text = line.decode()
        if facilitator is None and (link := re.search(r"http\S+#facilitator\S+", text)):
            facilitator = read_door(None, link[0])
        if facilitator is not None and (code := re.search(r" type  (\w{4} \w{4})", text)):
            return facilitator, code[1]
    raise RuntimeError("the server ended before it said how to come in")


@contextlib.asynccontextmanager
async def bare(phones: int, change_bytes: int) -> AsyncIterator[Phones]:
    async with _child("bench.bare", str(change_bytes)) as process:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        before = resident_kib(process.pid)
        watch, gate = Stopwatch(), asyncio.Semaphore(OPENING_AT_ONCE)

        async def one() -> Line:
            async with gate:
                return await _open(f"http://127.0.0.1:{port}", "/", "", None, watch)

        lines = await asyncio.gather(*(one() for _ in range(phones)))
        await asyncio.sleep(2)
        yield Phones([process.pid], list(lines), watch, (resident_kib(process.pid) - before) / phones)


async def open_line(base: str, path: str, cookie: str, watch: Stopwatch) -> Line:
    """A person's line to our server, greeted. `path` is the person's."""
    return await _open(base, path.replace("/s/", "/ws/", 1), cookie, encode(Hello(PROTOCOL, "de")), watch)


async def _open(base: str, path: str, cookie: str, hello: bytes | None, watch: Stopwatch) -> Line:
    host = base.removeprefix("http://")
    address, _, port = host.rpartition(":")
    _, line = await asyncio.get_running_loop().create_connection(
        lambda: Line(host, path, cookie, hello, watch), address, int(port)
    )
    async with asyncio.timeout(OPENING_WITHIN_S):
        await line.ready
    return line
