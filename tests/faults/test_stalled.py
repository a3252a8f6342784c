"""R11: phones that stop reading, as one does that fell asleep in a pocket, cost the others nothing and the server little."""

import asyncio
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.lines import Line, Stopwatch
from bench.load import measure, percentile
from bench.servers import Phones, Serving, open_line, resident_kib, serving
from server.core.agenda import OpenStep
from server.core.boards import SetBoardHidden
from server.core.notes import AddNote
from server.hub.outbox import MAX_QUEUED_BYTES
from server.rehearsal.doorstep import enter, read_door
from server.rehearsal.waiting import until
from tests.core.worlds import BOTH, PLAN
from tests.faults.crowd import at_their_phones, come_in, join, notes_of, port_of
from tests.faults.figures import figures
from tests.faults.proxy import fault_proxy
from tests.hall import Hall, running_hall

PER_TURN = 30
WINDOW = 8192
"""What the system takes for a phone that does not read: on loopback it would be megabytes."""


# -- a small hall, in this process


async def write(hall: Hall, person: str, watch: Stopwatch, first: int, turns: int, readers: Sequence[Line]) -> float:
    """In each turn notes of some 40 kB together. Gives the fan-out's p99 in ms, once all who read have them."""
    watch.start()
    for turn in range(first, first + turns):
        notes = [f"many{turn:03}{n:04}" for n in range(PER_TURN)]
        for note in notes:
            watch.sent[note.encode()] = time.perf_counter()
        await asyncio.gather(*(hall.give(person, AddNote(note, "write", "topics", "ж" * 500, "ru")) for note in notes))
        await asyncio.sleep(0.03)
    assert await until(lambda: watch.deliveries >= turns * PER_TURN * len(readers), 60)
    return percentile(watch.fan_out, 0.99)


async def stalled_hall(hall: Hall, reading: int, stalling: int, patience_s: float) -> dict[str, Any]:
    """First all read what is written, then some have stopped. `most`: bytes that waited for one line.

    `patience_s`: how long, when all is written, to wait for those to be gone.
    """
    facilitator = await hall.join("facilitator", "ka")
    await hall.give(facilitator, OpenStep("write", BOTH))
    await hall.give(facilitator, SetBoardHidden("ideas", False))
    people, watch = await join(hall, reading + stalling), Stopwatch()
    lines = [await open_line(hall.url, person.path, person.cookie, watch) for person in people[:reading]]
    async with (
        fault_proxy(port_of(hall.url), window=WINDOW) as proxy,
        at_their_phones(proxy.url, people[reading:]) as clients,
    ):
        before = await write(hall, facilitator, watch, 0, 10, lines)
        names = [client.person.path.rpartition("/")[2] for client in clients]
        proxy.sleep()
        writing = asyncio.create_task(write(hall, facilitator, watch, 10, 25, lines))
        most, patient_until = 0, float("inf")
        while not writing.done() or any(name in hall.live._connections for name in names):
            most = max(most, *(line.outbox.queued[1] for line in hall.live.lines()))
            if writing.done() and patient_until == float("inf"):
                patient_until = time.monotonic() + patience_s
            if time.monotonic() > patient_until:
                break
            await asyncio.sleep(0.01)
        gone = [name not in hall.live._connections for name in names]
        proxy.sleep(False)
        whole = len(hall.live.state.notes)
        assert await until(lambda: all(len(notes_of(client)) == whole for client in clients), 60)
        disagreements = [sentence for client in clients for sentence in client._stats.disagreements]
    for line in lines:
        line.transport.abort()
    return {"before": before, "meanwhile": await writing, "most": most, "gone": gone, "odd": disagreements}


async def test_phones_that_stop_reading_are_let_go_and_nobody_else_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.wire.STALLED_AFTER_S", 3.0)
    async with running_hall(tmp_path, PLAN) as hall:
        found = await stalled_hall(hall, reading=24, stalling=6, patience_s=60)
    assert all(found["gone"])
    assert found["most"] <= MAX_QUEUED_BYTES
    assert found["meanwhile"] < 3 * found["before"] + 2_000, "and not as long as those who stopped are waited for"
    assert found["odd"] == []


async def test_without_limit_and_clock_a_stalled_phone_takes_all_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what waits grows with what happens, and they stay."""
    monkeypatch.setattr("server.web.wire.STALLED_AFTER_S", 1e6)
    monkeypatch.setattr("server.hub.outbox.MAX_QUEUED_BYTES", 1 << 40)
    async with running_hall(tmp_path, PLAN) as hall:
        found = await stalled_hall(hall, reading=2, stalling=2, patience_s=1)
    assert not any(found["gone"])
    assert found["most"] > MAX_QUEUED_BYTES


# -- a large one, in a process of its own


async def stalled_server(server: Serving, reading: int, stalling: int, per_s: int, seconds: float) -> dict[str, Any]:
    door, watch, rng = read_door(server.base, server.code), Stopwatch(), random.Random(11)
    people = await come_in(server, reading + stalling)
    lines = [await open_line(door.base, person.path, person.cookie, watch) for person in people[:reading]]
    phones = Phones([server.pid], lines, watch, 0)
    async with (
        fault_proxy(port_of(door.base), window=WINDOW) as proxy,
        at_their_phones(proxy.url, people[reading:]) as clients,
    ):
        await measure(phones, per_s, 3, rng)
        before = await measure(phones, per_s, seconds / 2, rng)
        memory = resident_kib(server.pid)
        proxy.sleep()
        watching = asyncio.create_task(watch_queues(server, stalling))
        meanwhile = await measure(phones, per_s, seconds, rng)
        grown = resident_kib(server.pid) - memory
        waited, most = await asyncio.wait_for(watching, 60)
        proxy.sleep(False)
        whole = await seen_by_another(server)
        assert await until(lambda: all(notes_of(client) == whole for client in clients), 30)
        odd = [sentence for client in clients for sentence in client._stats.disagreements]
    for line in lines:
        line.transport.abort()
    return {"before": before, "meanwhile": meanwhile, "grown": grown, "waited": waited, "most": most, "odd": odd}


async def seen_by_another(server: Serving) -> dict[str, str]:
    door = read_door(server.base, server.code)
    async with at_their_phones(door.base, [await enter(door, "ka")]) as (reader,):
        return notes_of(reader)


async def watch_queues(server: Serving, stalling: int) -> tuple[float, float]:
    """Seconds from the first byte that had to wait until all stalled lines are cut; and the most bytes of one line."""
    first, most = 0.0, 0.0
    while True:
        told = await figures(server.base)
        most = max(most, told["tcl_outbox_bytes_max"])
        if told["tcl_outbox_bytes"] and not first:
            first = time.monotonic()
        if told.get("tcl_lines_cut", 0) >= stalling:
            return time.monotonic() - first, most
        await asyncio.sleep(0.5)


@pytest.mark.long
async def test_fifty_of_three_hundred_stop_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A phone asleep does not look whether its line is alive either; the server has to find out.
    monkeypatch.setattr("server.rehearsal.client.PONG_WITHIN_S", 1e6)
    async with serving(tmp_path) as server:
        found = await stalled_server(server, reading=250, stalling=50, per_s=50, seconds=30)
    before, meanwhile, each = found["before"], found["meanwhile"], found["grown"] / 50
    print(
        f"R11: fan-out p99 {before.fan_out_p99:.0f} ms before, {meanwhile.fan_out_p99:.0f} ms meanwhile; {each:.0f} KiB for "
        f"each stalled one, at most {found['most'] / 1024:.0f} KiB queued; all gone after {found['waited']:.1f} s"
    )
    assert meanwhile.missing == 0
    assert meanwhile.fan_out_p99 < 2 * before.fan_out_p99 + 50
    assert each < 256
    assert found["most"] <= MAX_QUEUED_BYTES
    assert found["waited"] < 15
    assert found["odd"] == []
