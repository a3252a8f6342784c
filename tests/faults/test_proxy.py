"""The fault proxy does what it says, and nothing else: without weather every byte comes through in order."""

import asyncio
import contextlib
import random
import socket
import struct
import time
from collections.abc import AsyncIterator

import pytest
from msgspec import Struct

from tests.faults.proxy import Pair, Proxy, Weather, fault_proxy

SOON_S = 30.0


class Line(Struct):
    """A connection through the proxy, both ends of it."""

    proxy: Proxy
    here: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    there: tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.asynccontextmanager
async def line(weather: Weather | None = None, seed: int = 0) -> AsyncIterator[Line]:
    arrived: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    server = await asyncio.start_server(lambda *ends: arrived.put_nowait(ends), "127.0.0.1", 0)
    async with fault_proxy(server.sockets[0].getsockname()[1], weather, seed) as proxy:
        here = await asyncio.open_connection("127.0.0.1", proxy.port)
        here[1].write(b"!")
        there = await arrived.get()
        async with asyncio.timeout(SOON_S):
            assert await there[0].readexactly(1) == b"!"
        yield Line(proxy, here, there)
        for _, writer in (here, there):
            writer.transport.abort()
    server.close()


@pytest.mark.parametrize(
    "weather",
    [
        Weather(),
        Weather(slice_bytes=7),
        Weather(delay=0.05, jitter=0.05),
        Weather(bytes_per_s=400_000, slice_bytes=1000),
        Weather(stall_every=0.05, stall=(0.01, 0.05), slice_bytes=5000),
    ],
    ids=["calm", "slices", "jitter", "narrow", "stalls"],
)
async def test_every_byte_comes_through_in_order(weather: Weather) -> None:
    data = random.Random(1).randbytes(100_000)
    async with line(weather) as found:
        for (_, writer), (reader, _) in ((found.here, found.there), (found.there, found.here)):
            writer.write(data)
            async with asyncio.timeout(SOON_S):
                assert await reader.readexactly(len(data)) == data
        found.here[1].close()
        async with asyncio.timeout(SOON_S):
            assert await found.there[0].read() == b""


async def test_delay_and_bandwidth_take_the_time_they_say() -> None:
    for weather, data, least in (
        (Weather(delay=0.2), b"x", 0.2),
        (Weather(bytes_per_s=50_000, slice_bytes=1000), b"x" * 20_000, 0.38),
        (Weather(stall_every=0.001, stall=(0.3, 0.3)), b"x" * 2000, 0.29),
    ):
        async with line() as found:
            found.proxy.weather = weather
            began = time.monotonic()
            for number in range(0, len(data), 1000):
                await asyncio.sleep(0.05 if weather.stall_every else 0)
                found.here[1].write(data[number : number + 1000])
            async with asyncio.timeout(SOON_S):
                await found.there[0].readexactly(len(data))
            assert time.monotonic() - began >= least, weather


async def test_what_was_sent_shortly_after_arrives_shortly_after() -> None:
    """A delay is no queue: two messages on their way at once do not wait for each other."""
    async with line(Weather(delay=0.3)) as found:
        began = time.monotonic()
        for number in range(20):
            found.here[1].write(bytes([number]))
            await asyncio.sleep(0.005)
        async with asyncio.timeout(SOON_S):
            assert await found.there[0].readexactly(20) == bytes(range(20))
        assert time.monotonic() - began < 20 * 0.3 / 2


async def test_a_cut_ends_both_sides_and_a_reset_breaks_them() -> None:
    async with line() as found:
        assert found.proxy.cut() == 1
        for reader, _ in (found.here, found.there):
            async with asyncio.timeout(SOON_S):
                assert await reader.read() == b""
        assert found.proxy.cut() == 0
    async with line() as found:
        assert found.proxy.reset() == 1
        for reader, _ in (found.here, found.there):
            with pytest.raises(ConnectionResetError):
                async with asyncio.timeout(SOON_S):
                    await reader.read()


@pytest.mark.parametrize(("up", "down"), [(True, False), (False, True), (True, True)])
async def test_what_is_swallowed_is_told_to_nobody(up: bool, down: bool) -> None:
    async with line() as found:
        found.proxy.blackhole(up, down)
        for swallowed, (_, writer), (reader, _) in ((up, found.here, found.there), (down, found.there, found.here)):
            writer.write(b"?")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1 if swallowed else SOON_S):
                    assert await reader.readexactly(1) == b"?"
                    assert not swallowed
        if up:
            found.here[1].transport.abort()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await found.there[0].read()


async def test_one_sides_reset_reaches_the_other() -> None:
    async with line() as found:
        plain = found.here[1].get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        found.here[1].transport.abort()
        with pytest.raises(ConnectionResetError):
            async with asyncio.timeout(SOON_S):
                await found.there[0].read()


async def test_only_upgrades_are_refused() -> None:
    for head, refused in ((b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", True), (b"GET / HTTP/1.1\r\n\r\n", False)):
        came: asyncio.Queue[bytes] = asyncio.Queue()

        async def answer(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, came: asyncio.Queue[bytes] = came
        ) -> None:
            came.put_nowait(await reader.read(1000))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with fault_proxy(server.sockets[0].getsockname()[1], Weather(refuse_upgrades=True)) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(head)
            async with asyncio.timeout(SOON_S):
                assert (await reader.read()).split()[1] == (b"403" if refused else b"200")
                assert await came.get() == (b"" if refused else head)
            writer.close()
        assert proxy.refused == refused
        server.close()


async def test_a_reader_that_takes_nothing_holds_its_sender_back() -> None:
    async with line() as found:
        found.there[1].transport.pause_reading()  # type: ignore[attr-defined]
        taken = 0
        with contextlib.suppress(TimeoutError):
            for _ in range(1000):
                found.here[1].write(b"x" * 65_536)
                async with asyncio.timeout(0.3):
                    await found.here[1].drain()
                taken += 65_536
        assert taken < 30_000_000


async def test_who_sleeps_takes_nothing_until_woken() -> None:
    async with line() as found:
        found.proxy.sleep()
        found.there[1].write(b"z" * 200_000)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await found.here[0].read(1)
        found.proxy.sleep(False)
        async with asyncio.timeout(SOON_S):
            await found.here[0].readexactly(200_000)


async def test_the_same_seed_makes_the_same_weather() -> None:
    weather = Weather(delay=0.3, jitter=0.2, stall_every=5, reset_every=60)

    def forecast(seed: int, number: int) -> list[float]:
        pair = Pair(Proxy(0, weather, seed), number)
        return [pair.up._when(weather, 100, now=second) for second in range(50)] + [pair._misfortune.random()]

    assert forecast(1, 1) == forecast(1, 1)
    assert forecast(1, 1) != forecast(2, 1)
    assert forecast(1, 1) != forecast(1, 2)
