"""R12: lines that are dead without a word, as when a phone leaves the building: each side notices, on either transport."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from bench.servers import serving
from server.rehearsal.doorstep import Person
from server.rehearsal.waiting import until
from server.serving import uvicorn_config
from tests.faults.crowd import at_their_phones, come_in, join, port_of
from tests.faults.figures import figures
from tests.faults.proxy import fault_proxy
from tests.hall import running_hall
from tests.web.event_phone import EventPhone


@contextlib.asynccontextmanager
async def on_streams(url: str, people: Sequence[Person], ping_every_s: float) -> AsyncIterator[None]:
    """All of them on the way round, pinging as a browser does, until the block ends."""
    async with contextlib.AsyncExitStack() as stack:
        pinging: list[asyncio.Task[None]] = []
        for person in people:
            client = httpx2.AsyncClient(base_url=url, headers={"Cookie": person.cookie})
            phone = EventPhone(person.path.removeprefix("/s/"), await stack.enter_async_context(client))
            await stack.enter_async_context(phone.stream())
            await phone.until("presence")
            pinging.append(asyncio.create_task(ping(phone, ping_every_s)))
        try:
            yield
        finally:
            for task in pinging:
                task.cancel()
            await asyncio.gather(*pinging, return_exceptions=True)


async def ping(phone: EventPhone, every_s: float) -> None:
    while True:
        await phone.say({"type": "ping", "at": 1})
        await asyncio.sleep(every_s)


# -- with short intervals, in this process

# A busy machine answers within this.
INTERVAL_S = 2.0


def hasten(monkeypatch: pytest.MonkeyPatch, interval_s: float | None) -> None:
    """All intervals of both sides; None: nobody looks whether the other is there."""

    def hastened(*given: Any) -> uvicorn.Config:
        config = uvicorn_config(*given)
        config.ws_ping_interval = config.ws_ping_timeout = interval_s
        return config

    monkeypatch.setattr("tests.hall.uvicorn_config", hastened)
    monkeypatch.setattr("server.web.events.BEAT_EVERY_S", (interval_s or 1e6) / 4)
    monkeypatch.setattr("server.web.events.UNHEARD_AFTER_S", interval_s or 1e6)
    monkeypatch.setattr("server.rehearsal.client.PING_EVERY_S", interval_s or 1e6)
    monkeypatch.setattr("server.rehearsal.client.PONG_WITHIN_S", (interval_s or 1e6) * 0.8)


async def noticed(tmp_path: Path, within_s: float) -> tuple[bool, bool]:
    """Lines are live for a while, then nothing comes through. Whether the server let all go, and whether all saw it."""
    async with running_hall(tmp_path) as hall, fault_proxy(port_of(hall.url)) as proxy:
        people = await join(hall, 6)
        async with on_streams(proxy.url, people[:2], 0.1), at_their_phones(proxy.url, people[2:]) as clients:
            await asyncio.sleep(1.6 * INTERVAL_S)
            assert len(hall.live._connections) == 6, "nobody is let go who is there"
            proxy.blackhole()
            released = await until(lambda: not hall.live._connections, within_s)
            return released, await until(lambda: not any(client.live.is_set() for client in clients), within_s)


async def test_dead_lines_are_noticed_on_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hasten(monkeypatch, INTERVAL_S)
    assert await noticed(tmp_path, 30) == (True, True)


async def test_without_a_look_at_each_other_dead_lines_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the system's own clocks run for a quarter of an hour."""
    hasten(monkeypatch, None)
    assert await noticed(tmp_path, 1) == (False, False)


# -- with the real ones


@pytest.mark.long
async def test_dead_lines_are_let_go_and_given_up_in_time(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, fault_proxy(port_of(server.base)) as proxy:
        people = await come_in(server, 60)
        others = (await figures(server.base))["tcl_connections"]
        async with on_streams(proxy.url, people[:20], 10), at_their_phones(proxy.url, people[20:]) as clients:
            await asyncio.sleep(25)
            assert (await figures(server.base))["tcl_connections"] == others + 60
            proxy.blackhole()
            began = time.monotonic()
            given_up = asyncio.create_task(until(lambda: not any(client.live.is_set() for client in clients), 60))
            given_up_after, let_go_after = 0.0, 0.0
            while not (given_up_after and let_go_after):
                if given_up.done() and not given_up_after:
                    given_up_after = time.monotonic() - began
                if not let_go_after and (await figures(server.base))["tcl_connections"] == others:
                    let_go_after = time.monotonic() - began
                assert time.monotonic() - began < 90
                await asyncio.sleep(0.2)
    print(f"R12: clients gave up after {given_up_after:.1f} s, the server let all go after {let_go_after:.1f} s")
    assert given_up_after < 30
    assert let_go_after < 45 + 1
