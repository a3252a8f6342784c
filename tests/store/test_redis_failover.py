"""Redis killed, restarted and failed over under load: nothing acknowledged is lost, nothing shown was never there (R4)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from server.errors import AlreadyAnswered, NotSaved, StoreError
from server.store import redis_line
from server.store.base import Receipt, Write
from server.store.redis import RedisStore
from tests.faults.proxy import Proxy, fault_proxy
from tests.store.redis_crowd import Crowd, crowd, logs, lost, phantoms
from tests.store.redis_server import RedisServer
from tests.store.samples import AT, commit, row

BACK_WITHIN_S = 10.0


async def kills(folder: Path, times: int, **options: str) -> tuple[int, int, float]:
    """Lost, phantoms, and the longest time until a write was acknowledged again."""
    random, longest, accept_loss = Random(4), 0.0, bool(options)
    with RedisServer(folder, **options) as server:
        async with crowd(server.url, accept_loss=accept_loss) as people:
            for _ in range(times):
                await people.more(random.randrange(30, 120))
                server.kill()
                killed_at = time.monotonic()
                await asyncio.to_thread(server.start)
                if accept_loss:
                    break  # nobody can write to what is gone
                longest = max(longest, await people.answered_since(killed_at))
        found = await logs(server.url, accept_loss=accept_loss)
        return lost(people, found), phantoms(people, found), longest


async def test_a_redis_that_is_killed_loses_nothing_acknowledged(tmp_path: Path) -> None:
    missing, never_there, longest = await kills(tmp_path, 3)
    assert (missing, never_there) == (0, 0)
    assert longest < BACK_WITHIN_S


async def test_a_redis_without_a_file_is_found_out(tmp_path: Path) -> None:
    """The control."""
    missing, never_there, _ = await kills(tmp_path, 1, appendonly="no")
    assert missing > 0
    assert never_there > 0


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_fifty_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    missing, never_there, longest = await kills(tmp_path, 50)
    print(f"50 kills: back after at most {longest:.1f} s")
    assert (missing, never_there) == (0, 0)
    assert longest < BACK_WITHIN_S


class Pair:
    """A primary and its replica. `clients` is the address that moves, `link` the way from the one to the other."""

    def __init__(self, primary: RedisServer, replica: RedisServer, clients: Proxy, link: Proxy) -> None:
        self.primary, self.replica, self.clients, self.link = primary, replica, clients, link

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.clients.port}/0"

    async def fail_over(self, people: Crowd, random: Random) -> float:
        """Cut the link while writes are on their way, promote the replica, send everyone there. How long until it serves."""
        self.link.blackhole()
        before = await asyncio.to_thread(self.written)
        while await asyncio.to_thread(self.written) < before + random.randrange(1, 6):
            await asyncio.sleep(0)
        if random.random() < 0.5:
            self.primary.kill()
        began = time.monotonic()
        await asyncio.to_thread(self.replica.ask, "REPLICAOF", "NO", "ONE")
        self.clients.upstream = self.link.upstream = self.replica.port
        self.clients.cut()
        self.link.cut()
        self.link.blackhole(False, False)
        self.primary, self.replica = self.replica, self.primary
        self.replica.options["replicaof"] = f"127.0.0.1 {self.link.port}"
        await asyncio.to_thread(self.replica.restart)
        return await people.answered_since(began)

    def written(self) -> int:
        """How much the primary has done, confirmed or not."""
        lines = dict(line.split(b":", 1) for line in self.primary.info("replication").splitlines() if b":" in line)
        return int(lines[b"master_repl_offset"])


@asynccontextmanager
async def pair(folder: Path) -> AsyncIterator[Pair]:
    with RedisServer(folder, repl_ping_replica_period="3600") as primary:
        async with fault_proxy(primary.port) as clients, fault_proxy(primary.port) as link:
            replica = primary.replica(folder, link.port)
            both = Pair(primary, replica, clients, link)
            try:
                await asyncio.to_thread(replica.start)
                await asyncio.to_thread(primary.followed)
                yield both
            finally:
                primary.kill()
                replica.kill()


async def failovers(folder: Path, times: int, replicas: int) -> tuple[int, int, int, float]:
    """Acknowledged, lost, phantoms, and the longest time until a write was acknowledged again."""
    random, longest = Random(5), 0.0
    async with pair(folder) as both:
        async with crowd(both.url, replicas=replicas) as people:
            await asyncio.to_thread(
                both.primary.followed
            )  # or the control may lose whole sessions, and nobody can go on
            for _ in range(times):
                await people.more(random.randrange(20, 80))
                longest = max(longest, await both.fail_over(people, random))
                await asyncio.to_thread(both.primary.followed)
        found = await logs(both.url, replicas=replicas)
        return people.count, lost(people, found), phantoms(people, found), longest


async def test_a_failover_loses_nothing_acknowledged_and_shows_nothing_that_goes(tmp_path: Path) -> None:
    _, missing, never_there, longest = await failovers(tmp_path, 3, replicas=1)
    assert (missing, never_there) == (0, 0)
    assert longest < BACK_WITHIN_S


async def test_without_waiting_for_the_replica_acknowledged_writes_are_lost_and_phantoms_shown(tmp_path: Path) -> None:
    """The control."""
    _, missing, never_there, _ = await failovers(tmp_path, 2, replicas=0)
    assert missing > 0
    assert never_there > 0


async def test_what_the_replica_has_not_got_is_shown_to_nobody_and_confirmed_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_line, "WAIT_S", 0.2)
    receipt = Receipt("anna", "c1", None, at=AT)
    async with pair(tmp_path) as both:
        writer, reader, careless = (RedisStore(both.url, replicas) for replicas in (1, 1, 0))
        for store in (writer, reader, careless):
            await store.open()
        await writer.create(row(), Write())
        both.link.blackhole()
        with pytest.raises(NotSaved, match="too few replicas that keep up"):
            await writer.append("s1", 1, Write((commit(1),), (receipt,)))
        both.clients.cut()  # a new connection has sent nothing that its WAIT would have to wait for
        for asked in (reader.news("s1", 0, 1), reader.load("s1"), reader.receipt("s1", "anna", "c1")):
            with pytest.raises(StoreError, match="too few replicas that keep up"):
                await asked
        with pytest.raises(NotSaved, match="too few replicas that keep up"):
            await writer.append("s1", 2, Write((commit(2),), (receipt,)))
        early = await careless.news("s1", 0, 1)
        assert early is not None, "the control: it is there to be read, and a failover would take it back"
        both.link.blackhole(False, False)
        both.link.cut()
        await asyncio.to_thread(both.primary.followed)
        late = await reader.news("s1", 0, 1)
        assert late is not None
        assert late.commits == early.commits == [commit(1)]
        with pytest.raises(AlreadyAnswered):
            await writer.append("s1", 2, Write((commit(2),), (receipt,)))
        for store in (writer, reader, careless):
            await store.close()


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_thirty_failovers_lose_nothing_acknowledged(tmp_path: Path) -> None:
    count, missing, never_there, longest = await failovers(tmp_path, 30, replicas=1)
    print(f"30 failovers, {count} acknowledged: back after at most {longest:.1f} s")
    assert (missing, never_there) == (0, 0)
    assert longest < BACK_WITHIN_S
