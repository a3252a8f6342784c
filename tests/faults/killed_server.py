"""A server that dies at a chosen moment: `python -m tests.faults.killed_server DATABASE`.

A nursery: it imports everything once and keeps the listening socket, so that an address outlives its servers. A line
`POINT COUNT` on standard input forks a server that kills itself when it comes to POINT for the COUNTth time; any further
line kills it at once. It says its address first, then of each server the process id and how it ended.
"""

import asyncio
import os
import select
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

from server import logs
from server.app import create_app
from server.hub.live_session import LiveSession
from server.serving import uvicorn_config
from server.settings import Settings
from server.store.backup_door import ServedStore
from server.store.base import Write
from server.web.line import Line

POINTS = ("before-commit", "after-commit", "after-publish", "after-acknowledgement")
"""In the order a turn comes to them: decide, append, publish, acknowledge."""
NEVER = "never"
"""Until it is told to."""
EARLY = "early"
"""The control: acknowledges what it has not written, and dies before it would have."""
NO_SYNC = "no-sync"
"""The control: the system is never asked to bring anything to the disk."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class FaultyStore(ServedStore):
    def __init__(self, path: Path, point: str, reached: Callable[[], bool]) -> None:
        super().__init__(path)
        self._point = point
        self._reached = reached

    async def open(self) -> None:
        await super().open()
        if self._point == "before-commit":
            await self.writer.read(lambda db: db.set_trace_callback(self._traced))
        if self._point == NO_SYNC:
            await self.writer.read(_without_sync)

    def _traced(self, statement: str) -> None:
        if statement == "COMMIT" and self._reached():
            die()

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        if self._point == EARLY and self._reached():
            asyncio.get_running_loop().call_later(0.1, die)
            return
        await super().append(session, expected_revision, write)
        if self._point == "after-commit" and self._reached():
            die()


def _without_sync(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA synchronous = OFF")


def dies_after(method: Callable[..., None], reached: Callable[[], bool]) -> Callable[..., None]:
    def dying(*arguments: Any) -> None:
        method(*arguments)
        if reached():
            die()

    return dying


def counter(count: int) -> Callable[[], bool]:
    """True from the `count`th time it is asked."""
    times = 0

    def reached() -> bool:
        nonlocal times
        times += 1
        return times >= count

    return reached


def serve(listening: socket.socket, database: Path, point: str, reached: Callable[[], bool]) -> None:
    if point == "after-publish":
        LiveSession._publish = dies_after(LiveSession._publish, reached)  # type: ignore[method-assign]
    if point == "after-acknowledgement":
        Line._answered = dies_after(Line._answered, reached)  # type: ignore[method-assign]
    logs.configure()  # to standard error: what is said on the output is for the test
    settings = Settings(public_url=address(listening), database=database)
    app = create_app(settings, FaultyStore(database, point, reached))
    uvicorn.Server(uvicorn_config(app, settings)).run(sockets=[listening])


def address(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def main(database: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(address(listening), flush=True)
    while line := os.read(0, 1000):
        point, count = line.decode().split()
        child = os.fork()
        if child == 0:
            serve(listening, database, point, counter(int(count)))
            os._exit(0)
        print(child, flush=True)
        ended = os.pidfd_open(child)
        if 0 in select.select([ended, 0], [], [])[0]:
            os.read(0, 1000)
            signal.pidfd_send_signal(ended, signal.SIGKILL)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        os.close(ended)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
