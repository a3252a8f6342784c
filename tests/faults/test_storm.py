"""R9: a whole hall loses its lines at once, as when an access point starts again, and is back before anybody asks."""

import asyncio
import time
from pathlib import Path

import pytest
from msgspec import Struct

from bench.servers import Serving, cpu_s, resident_kib, serving
from server.rehearsal.doorstep import enter, read_door
from server.rehearsal.waiting import until
from tests.faults.crowd import allow_many_files, at_their_phones, come_in, port_of
from tests.faults.metronome import metronome, p95
from tests.faults.proxy import fault_proxy

PHONES = 1000
CALM_S = 4.0


class Outcome(Struct):
    """`seconds` until all were back, `cpu` the server spent on them; a facilitator's p95 in ms; KiB the server grew by."""

    seconds: float
    cpu: float
    calm: float
    meanwhile: float
    grown: int

    @property
    def stretch(self) -> float:
        """How much slower than its own work the server got on: other work on the machine, and ours."""
        return max(self.seconds / self.cpu, 1)


async def storm(server: Serving, phones: int) -> Outcome:
    people = await come_in(server, phones)
    facilitator = await enter(read_door(None, server.facilitator), "ka")
    async with (
        fault_proxy(port_of(server.base)) as proxy,
        at_their_phones(proxy.url, people) as clients,
        metronome(server.base, facilitator) as beats,
    ):
        assert await until(lambda: bool(beats), 10)
        await asyncio.sleep(CALM_S)
        before, spent, cut_at = resident_kib(server.pid), cpu_s(server.pid), time.monotonic()
        assert proxy.reset() == phones
        assert await until(lambda: not any(client.live.is_set() for client in clients), 10)
        most = before
        while not all(client.live.is_set() for client in clients):
            most = max(most, resident_kib(server.pid))
            assert time.monotonic() - cut_at < 60, "not everybody came back"
            await asyncio.sleep(0.1)
        back_at, spent = time.monotonic(), cpu_s(server.pid) - spent
        await asyncio.sleep(1)
    calm, meanwhile = p95(beats, cut_at - CALM_S, cut_at), p95(beats, cut_at, back_at)
    return Outcome(back_at - cut_at, spent, calm, meanwhile, max(most, resident_kib(server.pid)) - before)


@pytest.mark.long
async def test_a_thousand_phones_cut_at_once_are_back_at_once(tmp_path: Path) -> None:
    allow_many_files()
    async with serving(tmp_path) as server:
        found = await storm(server, PHONES)
    print(
        f"R9: all {PHONES} back in {found.seconds:.1f} s, {found.cpu:.2f} s of them the server's work; ack p95 "
        f"{found.calm:.0f} ms before, {found.meanwhile:.0f} ms meanwhile; +{found.grown} KiB"
    )
    assert found.cpu < 5
    assert found.seconds < 30
    assert found.meanwhile < 500 * found.stretch
    assert found.grown < 80 * 1024
