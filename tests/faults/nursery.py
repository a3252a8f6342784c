"""Starts servers that are meant to die: the test's end of `killed_server.py`."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from server.settings import ROOT


class Nursery:
    """`url` stays the same whichever server answers there. `server`: the process id of the present one."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.url = url
        self.server = 0
        self._process = process

    async def start(self, point: str, count: int = 1) -> None:
        self._tell(f"{point} {count}")
        self.server = int(await self._hear())

    async def kill(self) -> None:
        self._tell("kill")

    async def ended(self, within_s: float = 60) -> int:
        """The exit code, -9 when it was killed, once it has ended."""
        async with asyncio.timeout(within_s):
            return int(await self._hear())

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    async def _hear(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode()


@contextlib.asynccontextmanager
async def nursery(database: Path, before: Sequence[str] = ()) -> AsyncIterator[Nursery]:
    """`before`: what the command line begins with, as strace. Closing its input ends it and whatever it runs."""
    process = await asyncio.create_subprocess_exec(
        *(*before, sys.executable, "-m", "tests.faults.killed_server", str(database)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Nursery(process, (await process.stdout.readline()).decode().strip())
    finally:
        process.stdin.close()
        await process.communicate()
