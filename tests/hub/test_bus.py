"""The contract of a bus, run by each of them: messages to all who listen, values that are shared for a while."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from server.hub.bus import Bus, Gathered, Listed, MemoryBus, Message, Written
from server.hub.bus_redis import RedisBus
from tests.store.redis_server import RedisServer

SOON = 30.0


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
async def two(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    """The same bus as two processes have it."""
    buses: tuple[Bus, Bus]
    if request.param == "memory":
        memory = MemoryBus(alone=False)
        buses = memory, memory
    else:
        server = request.getfixturevalue("redis_server")
        server.ask("FLUSHALL")
        buses = RedisBus(server.url), RedisBus(server.url)
    for bus in buses:
        await bus.open()
    yield buses
    for bus in buses:
        await bus.close()
        await bus.close()


def nothing() -> None:
    pass


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not condition():
            await asyncio.sleep(0.005)


# -- messages


async def test_a_message_reaches_all_who_listen_in_order(two: tuple[Bus, Bus]) -> None:
    here, there = two
    heard: list[list[Message]] = [[], []]
    here.listen(heard[0].append, nothing)
    there.listen(heard[1].append, nothing)
    told: list[Message] = [
        Written("p1", "s1", 7),
        Listed("p1"),
        Gathered("p1", "s1", ("anna", "boris"), ()),
        Written("p1", "s1", 8),
    ]
    for message in told:
        here.publish(message)
    await until(lambda: len(heard[0]) >= 4 and len(heard[1]) >= 4)
    assert heard == [told, told]


async def test_who_no_longer_listens_hears_nothing(two: tuple[Bus, Bus]) -> None:
    here, there = two
    heard: list[Message] = []
    still: list[Message] = []
    stop = there.listen(heard.append, nothing)
    there.listen(still.append, nothing)
    here.publish(Listed("p1"))
    await until(lambda: len(heard) == 1)
    stop()
    stop()
    here.publish(Listed("p2"))
    await until(lambda: len(still) == 2)
    assert heard == [Listed("p1")]


async def test_publishing_waits_for_nobody_and_tells_later(two: tuple[Bus, Bus]) -> None:
    here, _ = two
    heard: list[Message] = []
    here.listen(heard.append, nothing)
    here.publish(Listed("p1"))
    assert heard == []
    await until(lambda: heard == [Listed("p1")])


# -- values


async def test_what_one_puts_the_other_gets(two: tuple[Bus, Bus]) -> None:
    here, there = two
    assert await there.get("door") is None
    await here.put("door", b"\x00open\xff", 60_000)
    assert await there.get("door") == b"\x00open\xff"
    await there.put("door", b"shut", 60_000)
    assert await here.get("door") == b"shut"
    await here.delete("door")
    await here.delete("door")
    assert await there.get("door") is None


async def test_a_value_is_gone_when_its_time_is_over(two: tuple[Bus, Bus]) -> None:
    here, there = two
    await here.put("short", b"1", 60)
    await here.put("long", b"1", 60_000)
    await asyncio.sleep(0.1)
    assert await there.get("short") is None
    assert await there.get("long") == b"1"


async def test_of_many_who_claim_one_succeeds(two: tuple[Bus, Bus]) -> None:
    claims = [two[0].claim("first", b"here %d" % n, 60_000) for n in range(10)]
    claims += [two[1].claim("first", b"there %d" % n, 60_000) for n in range(10)]
    assert sum(await asyncio.gather(*claims)) == 1
    found = await two[0].get("first")
    assert found is not None
    assert await two[0].claim("first", found, 60_000), "its own is no other's"
    assert not await two[1].claim("first", b"late", 60_000)
    await two[0].delete("first")
    assert await two[1].claim("first", b"again", 60_000)
    assert await two[0].get("first") == b"again"


async def test_a_claim_ends_with_its_time(two: tuple[Bus, Bus]) -> None:
    here, there = two
    assert await here.claim("first", b"1", 60)
    await asyncio.sleep(0.1)
    assert await there.claim("first", b"2", 60_000)


async def test_counts_add_up_over_processes_until_the_window_ends(two: tuple[Bus, Bus]) -> None:
    here, there = two
    assert await here.count("wrong", 60_000, more=0) == 0
    assert await here.count("wrong", 60_000) == 1
    assert await there.count("wrong", 60_000, more=2) == 3
    assert await here.count("wrong", 60_000, more=0) == 3
    assert await here.count("other", 60_000) == 1
    assert await here.count("short", 60) == 1
    await asyncio.sleep(0.1)  # the 60 ms are over
    assert await there.count("short", 60_000, more=0) == 0
    assert await there.count("short", 60_000) == 1


async def test_a_window_begins_with_its_first_count_not_with_its_last(two: tuple[Bus, Bus]) -> None:
    here, _ = two
    for attempt in range(20):
        key = f"wrong {attempt}"
        await here.count(key, 300)
        await asyncio.sleep(0.2)
        if await here.count(key, 300) == 2:  # on a busy machine the window may be over by now
            break
    await asyncio.sleep(0.2)
    assert await here.count(key, 300, more=0) == 0
