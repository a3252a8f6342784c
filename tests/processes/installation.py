"""A whole installation as a city runs it: one Redis, several server processes, a load balancer before them.

async with installation(tmp_path, processes=2) as found:
    found.kill(found.running[0])
    await found.start()
"""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import Struct, field

from server.rehearsal.doorstep import Door, read_door
from server.settings import ROOT
from server.store.redis import RedisStore
from tests.ports import free_port
from tests.processes.balancer import Balancer
from tests.store.redis_server import RedisServer

STARTS_WITHIN_S = 60.0
_LINK = re.compile(r"(http\S+#facilitator\.\w+\.(\w+)\.\S*)")


class Process(Struct):
    """One server process. `log`: where its output goes."""

    port: int
    log: Path
    child: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        return self.child.pid


class Installation(Struct):
    """`ports`: of processes that run, have run or are to come; the balancer knows them all."""

    folder: Path
    redis: RedisServer
    ports: list[int]
    url: str
    running: list[Process] = field(default_factory=list)

    async def start(self, module: str = "server", fault: str = "") -> Process:
        """One more process, until it serves. `module`: another main program, with a fault planted in it."""
        port = next(port for port in self.ports if port not in {process.port for process in self.running})
        log = self.folder / f"process-{len(list(self.folder.glob('process-*')))}.log"
        environment = {**os.environ, "REDIS_URL": self.redis.url, "PUBLIC_URL": self.url, "FAULT": fault}
        with log.open("wb") as out:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, "serve", "--host", "127.0.0.1", "--port", str(port)),
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
            )
        process = Process(port, log, child)
        self.running.append(process)
        async with asyncio.timeout(STARTS_WITHIN_S):
            while "Ctrl-C ends the server" not in log.read_text():
                if child.returncode is not None:
                    raise RuntimeError(log.read_text()[-2000:])
                await asyncio.sleep(0.05)
        return process

    async def kill(self, process: Process, how: int = signal.SIGKILL) -> None:
        """Without a word, or politely (SIGTERM)."""
        self.running.remove(process)
        process.child.send_signal(how)
        await process.child.wait()

    def facilitators(self) -> dict[str, Door]:
        """By room, as one of the processes printed them."""
        return {room: read_door(None, link) for link, room in _LINK.findall(self._printed())}

    def door(self) -> Door:
        """For participants, by the typed code."""
        found = re.search(r" type  (\w{4} \w{4})", self._printed())
        assert found is not None
        return read_door(self.url, found[1])

    def said(self, event: str) -> list[str]:
        """The log lines of one kind, of all processes."""
        return [line for line in self._printed().splitlines() if f'"event": "{event}"' in line]

    def _printed(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("process-*.log")))

    @contextlib.asynccontextmanager
    async def store(self) -> AsyncIterator[RedisStore]:
        """What is kept, read by none of the processes."""
        store = RedisStore(self.redis.url)
        await store.open()
        try:
            yield store
        finally:
            await store.close()


@contextlib.asynccontextmanager
async def installation(folder: Path, processes: int, spare: int = 2) -> AsyncIterator[Installation]:
    """All processes start at once, as after a deployment. `spare`: how many more the balancer knows of."""
    ports = [free_port() for _ in range(processes + spare)]
    with RedisServer(folder) as redis, Balancer(folder, ports) as balancer:
        found = Installation(folder, redis, ports, balancer.url)
        try:
            yield await _started(found, processes)
        finally:
            for process in list(found.running):
                with contextlib.suppress(ProcessLookupError):
                    await found.kill(process)


async def _started(found: Installation, processes: int) -> Installation:
    starting = []
    for _ in range(processes):
        starting.append(asyncio.create_task(found.start()))
        await asyncio.sleep(0.02)  # each has its port then
    await asyncio.gather(*starting)
    return found
