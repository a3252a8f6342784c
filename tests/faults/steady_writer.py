"""A process that writes all a store is given and is watched by strace: `python -m tests.faults.steady_writer FILE SYNC`.

One line on standard output for every acknowledged write: its number, which is the version of its one commit. It empties the
WAL into the file all the time, and ends without closing. SYNC: "FULL", or "OFF" for the control.
"""

import asyncio
import os
import sqlite3
import sys

from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.store.base import Receipt, Write
from server.store.sqlite import SqliteStore
from tests.store.samples import AT, closing, commit, row

WRITES = 120
SESSION = "s1"


def write(number: int) -> Write:
    """Write `number`: a commit, its answer, a ballot. Every tenth closes the round, so that its ballots leave the disk."""
    round_id = f"round{number // 10:05}"
    done = closing(number, round_id) if number % 10 == 9 else commit(number, command_id=f"c{number}")
    dots = () if number % 10 == 9 else (DotsPlaced(round_id, f"p{number}", "n1", 2),)
    return Write((done,), (Receipt("anna", f"c{number}", None, at=AT),), dots, (NameSet("anna", f"Anna {number}"),))


def _careless(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA synchronous = OFF")


def _often_emptied(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA wal_autocheckpoint = 20").fetchall()


async def main(path: str, sync: str) -> None:
    store = SqliteStore(path)
    await store.open()
    await store.writer.read(_often_emptied)
    if sync == "OFF":
        await store.writer.read(_careless)
    for number in range(1, WRITES + 1):
        if number == 1:
            await store.create(row(SESSION), write(1))
        else:
            await store.append(SESSION, number - 1, write(number))
        os.write(1, f"{number}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
