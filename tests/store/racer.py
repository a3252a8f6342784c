"""Writers who race for the next place in one log; in a process of its own for test_many_writers.py:
`python -m tests.store.racer URL NAME WRITERS COUNT`, which prints how often somebody else was first.
"""

import asyncio
import sys

from server.errors import VersionConflict
from server.store.base import Receipt, Store, Write
from server.store.redis import RedisStore
from tests.store.samples import AT, commit


async def race(store: Store, name: str, writers: int, count: int) -> int:
    """Each writer keeps `count` commits, one after the other. Gives the number of conflicts."""
    return sum(await asyncio.gather(*(_write(store, f"{name}{number}", count) for number in range(writers))))


async def _write(store: Store, writer: str, count: int) -> int:
    version = revision = conflicts = 0
    for number in range(count):
        command, kept = f"{writer}-{number}", False
        while not kept:
            one = Write((commit(version + 1, command_id=command),), (Receipt(writer, command, None, at=AT),))
            try:
                await store.append("s1", revision, one)
                version, revision, kept = version + 1, revision + 1, True
            except VersionConflict:
                conflicts += 1
                news = await store.news("s1", version, revision)
                assert news is not None
                version, revision = version + len(news.commits), news.revision
    return conflicts


async def main(url: str, name: str, writers: int, count: int) -> None:
    store = RedisStore(url)
    await store.open()
    print(await race(store, name, writers, count), flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
