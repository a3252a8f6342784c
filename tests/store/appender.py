"""A process that appends until it is killed, run by test_sqlite_kill.py: `python -m tests.store.appender FILE ORDER`.

Eight tasks, a session each, one line `session version` on standard output for every acknowledged append.
ORDER "durable": as the server does it. "early" (the control): acknowledges first, and is killed before it appends.
"""

import asyncio
import os
import signal
import sys

from server.store.sqlite import SqliteStore
from tests.store.samples import commits, row

SESSIONS = tuple(f"s{number}" for number in range(8))


def acknowledge(session: str, version: int) -> None:
    os.write(1, f"{session} {version}\n".encode())  # in one piece: a pipe takes that much at once or not at all


async def append_for_ever(store: SqliteStore, session: str, order: str) -> None:
    version = len((await store.load(session)).commits)
    while True:
        if order == "early":
            acknowledge(session, version + 1)
            os.kill(os.getpid(), signal.SIGKILL)
        await store.append(session, version + 1, commits(version + 1, version + 1))
        version += 1
        acknowledge(session, version)


async def main(path: str, order: str) -> None:
    store = SqliteStore(path)
    await store.open()
    known = {found.id for found in await store.sessions()}
    for session in SESSIONS:
        if session not in known:
            await store.create(row(session), commits(1, 0))
    await asyncio.gather(*(append_for_ever(store, session, order) for session in SESSIONS))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
