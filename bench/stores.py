"""Appends as the live sessions make them, on each kind of store: how many a second, and how long one takes."""

import asyncio
import statistics
import tempfile
import time
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from bench.load import percentile
from server.store.base import Store, Write
from server.store.redis import RedisStore
from server.store.sqlite import SqliteStore
from tests.store.redis_server import RedisServer
from tests.store.samples import commits, row

SESSIONS = (1, 8, 64)
SECONDS = 3.0
KINDS = {
    "SQLite": "SQLite, synchronous=FULL",
    "always": "Redis, appendfsync always",
    "everysec": "Redis, appendfsync everysec",
    "replica": "Redis, always, and a replica waited for",
}


class Appends(Struct):
    """Times in ms."""

    per_s: float
    p50: float
    p99: float


@asynccontextmanager
async def opened(kind: str) -> AsyncIterator[Store]:
    """An empty store of one kind, with servers of its own where it needs any."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fsync = "everysec" if kind == "everysec" else "always"
        redis = RedisServer(folder, appendfsync=fsync)
        replica = redis.replica(folder)
        try:
            if kind == "SQLite":
                store: Store = SqliteStore(folder / "bench.sqlite")
            else:
                redis.start()
                store = RedisStore(redis.url, 1 if kind == "replica" else 0)
            if kind == "replica":
                replica.start()
                redis.followed()
            await store.open()
            yield store
            await store.close()
        finally:
            replica.kill()
            redis.kill()


async def measure(repeat: int, seconds: float) -> dict[tuple[str, int], list[Appends]]:
    """Each kind with each number of sessions, in turn."""
    results: dict[tuple[str, int], list[Appends]] = {}
    for _ in range(repeat):
        for kind in KINDS:
            for sessions in SESSIONS:
                async with opened(kind) as store:
                    results.setdefault((kind, sessions), []).append(await _appends(store, sessions, seconds))
    return results


async def _appends(store: Store, sessions: int, seconds: float) -> Appends:
    """So many sessions, each with its next write as soon as the last is durable."""
    took, ends = array("d"), time.perf_counter() + seconds

    async def write(session: str) -> None:
        await store.create(row(session), Write())
        version = 0
        while (began := time.perf_counter()) < ends:
            await store.append(session, version + 1, commits(version + 1, version + 1))
            took.append(time.perf_counter() - began)
            version += 1

    await asyncio.gather(*(write(f"s{number}") for number in range(sessions)))
    return Appends(len(took) / seconds, percentile(took, 0.5), percentile(took, 0.99))


def table(results: dict[tuple[str, int], list[Appends]]) -> str:
    """Medians, in Markdown."""
    head = " | ".join(f"{number} session{'s' if number > 1 else ''}: appends/s, p50 / p99 ms" for number in SESSIONS)
    lines = [f"| store | {head} |", "|---|" + "---|" * len(SESSIONS)]
    for kind, name in KINDS.items():
        cells = []
        for sessions in SESSIONS:
            runs = results[kind, sessions]
            per_s, p50, p99 = (
                statistics.median(getattr(run, field) for run in runs) for field in ("per_s", "p50", "p99")
            )
            cells.append(f"{per_s:,.0f}, {p50:.1f} / {p99:.1f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
