"""The server as operators start it: a process of its own, on a port of its own, ended by its id."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from msgspec import Struct

from bench.servers import links
from server.rehearsal.doorstep import Door
from server.settings import ROOT
from tests.ports import free_port

STARTS_WITHIN_S = 60


class Served(Struct):
    """`hand`: the first facilitator's door; `code`: what participants type; `log`: where its error output goes."""

    process: asyncio.subprocess.Process
    hand: Door
    code: str
    log: Path

    @property
    def base(self) -> str:
        return self.hand.base


class ServedMedia(Struct):
    """`python -m server media`. `url`: what MEDIA_URL is to be; `key`: MEDIA_KEY."""

    process: asyncio.subprocess.Process
    url: str
    key: bytes


@contextlib.asynccontextmanager
async def served_media(pages: str, *options: str, port: int = 0) -> AsyncIterator[ServedMedia]:
    """Until the block ends, or the test ends the process. `pages`: the PUBLIC_URL whose pages may ask. `port` 0: any."""
    key, port = bytes(range(32)), port or free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "media", "--host", "127.0.0.1", "--port", str(port)),
        *("--public-url", pages, *options),
        cwd=ROOT,
        env={**os.environ, "MEDIA_KEY": key.hex()},
    )
    try:
        async with asyncio.timeout(STARTS_WITHIN_S):
            while not await listens(port):
                assert process.returncode is None, "it ended"
                await asyncio.sleep(0.05)
        yield ServedMedia(process, f"http://127.0.0.1:{port}/media", key)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def listens(port: int) -> bool:
    """Whether it answers by now: the socket is there a little earlier."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answered = await reader.read(1)
            writer.close()
            return answered != b""
    except (OSError, TimeoutError):
        return False


@contextlib.asynccontextmanager
async def served(
    directory: Path, *options: str, port: int = 0, start: str = "", environment: Mapping[str, str] | None = None
) -> AsyncIterator[Served]:
    """Until the block ends, or the test ends the process. Its database lies in `directory`.

    `start`: Python that runs before, to take something away that a control is to miss.
    """
    program = f"import sys; from server.cli import main; {start}\nsys.exit(main())"
    database = str(directory / "lab.sqlite")
    with (directory / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program, "serve", "--host", "127.0.0.1", "--port", str(port)),
            *("--plan", str(ROOT / "sessions" / "minimal.toml"), "--database", database, *options),
            cwd=directory,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        async with asyncio.timeout(STARTS_WITHIN_S):
            hand, code = await links(process)
        yield Served(process, hand, code, directory / "log")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
