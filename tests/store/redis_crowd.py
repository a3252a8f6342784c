"""Writers and a watcher on one Redis, who go on through every fault; afterwards what they were told is held to the log.

A writer does as a live session does: it appends on what it knows, catches up after trouble, and gives the same command
until it has its answer. The watcher stands for another process: what it reads, it would show.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.errors import AlreadyAnswered, StoreError
from server.store.base import Commit, Receipt, Write
from server.store.redis import RedisStore
from tests.store.samples import AT, commit, row

SESSIONS = tuple(f"s{number}" for number in range(6))
PACE_S = 0.002


class Crowd:
    """`acknowledged`: commands by session, in the order of their answers. `shown`: what the watcher saw as each version."""

    def __init__(self, writing: RedisStore, watching: RedisStore) -> None:
        self._writing, self._watching = writing, watching
        self.acknowledged: dict[str, list[str]] = {session: [] for session in SESSIONS}
        self.shown: dict[str, set[tuple[int, str | None]]] = {session: set() for session in SESSIONS}
        self.newest_at = 0.0

    @property
    def count(self) -> int:
        return sum(map(len, self.acknowledged.values()))

    async def answered_since(self, began: float) -> float:
        """How long after `began` the next command that was given then or later was acknowledged."""
        while self.newest_at <= began:
            await asyncio.sleep(0.002)
        return self.newest_at - began

    async def more(self, count: int) -> None:
        """Until so many more are acknowledged."""
        target = self.count + count
        while self.count < target:
            await asyncio.sleep(0.002)

    async def write(self, session: str) -> None:
        at: tuple[int, int] | None = None
        number = 0
        while True:
            number += 1
            command, given_at, answered = f"{session}-{number}", time.monotonic(), False
            while not answered:
                try:
                    if at is None:
                        loaded = await self._writing.load(session)
                        at = len(loaded.commits), loaded.revision
                    version, revision = at
                    one = commit(version + 1, command_id=command)
                    await self._writing.append(session, revision, Write((one,), (Receipt("p", command, None, at=AT),)))
                    at, answered = (version + 1, revision + 1), True
                except AlreadyAnswered:
                    at, answered = None, True
                except StoreError:
                    at = None
                    await asyncio.sleep(PACE_S)
            self.acknowledged[session].append(command)
            self.newest_at = max(self.newest_at, given_at)
            await asyncio.sleep(PACE_S)

    async def watch(self, session: str) -> None:
        version = revision = 0
        while True:
            try:
                news = await self._watching.news(session, version, revision)
            except StoreError:
                version = revision = 0  # a page that is opened anew
            else:
                if news is not None:
                    self.shown[session] |= {(found.version, found.command_id) for found in news.commits}
                    version, revision = version + len(news.commits), news.revision
            await asyncio.sleep(PACE_S)


@asynccontextmanager
async def crowd(url: str, *, replicas: int = 0, accept_loss: bool = False) -> AsyncIterator[Crowd]:
    """At work until the block ends."""
    stores = [RedisStore(url, replicas, accept_loss) for _ in range(2)]
    for store in stores:
        await store.open()
    for session in SESSIONS:
        await stores[0].create(row(session), Write())
    people = Crowd(*stores)
    tasks = [asyncio.create_task(work(session)) for session in SESSIONS for work in (people.write, people.watch)]
    try:
        yield people
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for store in stores:
            await store.close()


async def logs(url: str, *, replicas: int = 0, accept_loss: bool = False) -> dict[str, list[Commit]]:
    """What is there in the end; nothing for a session that is gone."""
    store = RedisStore(url, replicas, accept_loss)
    await store.open()
    known = {found.id for found in await store.sessions()}
    found = {session: (await store.load(session)).commits if session in known else [] for session in SESSIONS}
    await store.close()
    return found


def lost(people: Crowd, found: dict[str, list[Commit]]) -> int:
    """Acknowledged commands that are not in the log. What is there must be there once, in the order it was given."""
    missing = 0
    for session in SESSIONS:
        kept = [entry.command_id for entry in found[session]]
        assert kept == sorted(set(kept), key=lambda command: int(str(command).partition("-")[2])), session
        missing += len(set(people.acknowledged[session]) - set(kept))
    return missing


def phantoms(people: Crowd, found: dict[str, list[Commit]]) -> int:
    """What the watcher saw and the log does not say."""
    return sum(
        len(people.shown[session] - {(entry.version, entry.command_id) for entry in found[session]})
        for session in SESSIONS
    )
