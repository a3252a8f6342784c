"""Several server processes on one Redis: what a change costs them together, and how long it takes to the last phone.

Phones are spread evenly and come to the processes directly, so that no load balancer is measured.
"""

import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bench.lines import STEP, Line, Stopwatch
from bench.load import Measured, measure
from bench.servers import OPENING_AT_ONCE, Phones, open_line
from server.core.agenda import OpenStep
from server.rehearsal.client import Client
from server.rehearsal.doorstep import enter
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished
from tests.processes.installation import installation

PROCESSES = (1, 2, 4)
RATES = (20, 100)

Results = dict[tuple[int, int], list[Measured]]


async def run(phones: int, seconds: float, repeat: int) -> Results:
    rng = random.Random(1)
    results: Results = {}
    for repetition in range(repeat):
        print(f"repetition {repetition + 1} of {repeat}", file=sys.stderr)
        for processes in PROCESSES:
            async with _served(processes, phones) as found:
                for rate in RATES:
                    measured = await measure(found, rate, seconds, rng)
                    results.setdefault((processes, rate), []).append(measured)
                    print(f"  {processes} processes, {rate}/s: missing {measured.missing}", file=sys.stderr)
    return results


@contextlib.asynccontextmanager
async def _served(processes: int, phones: int) -> AsyncIterator[Phones]:
    with tempfile.TemporaryDirectory() as directory:
        async with installation(Path(directory), processes, spare=0) as found:
            facilitator = found.facilitators()["ka"]
            hand = Client(facilitator, await enter(facilitator, "ka"), "de", Stats())
            holding = asyncio.create_task(hand.run())
            await hand.live.wait()
            assert (await hand.give(OpenStep(STEP, ("ka", "kr")))).ok
            watch, gate = Stopwatch(), asyncio.Semaphore(OPENING_AT_ONCE)

            async def one(number: int) -> Line:
                async with gate:
                    person = await enter(found.door(), ("ka", "kr")[number % 2])
                    port = found.running[number % processes].port
                    return await open_line(f"http://127.0.0.1:{port}", person.path, person.cookie, watch)

            try:
                lines = await asyncio.gather(*(one(number) for number in range(phones)))
                await asyncio.sleep(2)
                yield Phones([process.pid for process in found.running], list(lines), watch, 0)
            finally:
                hand.stop()
                await finished(holding)


def rows(results: Results) -> list[tuple[str, ...]]:
    """The table's head and its rows, medians of the repetitions."""
    table: list[tuple[str, ...]] = [
        (
            "processes",
            "commands/s",
            "CPU µs / delivery, all processes",
            "ack p50 / p99 ms",
            "fan-out p50 / p99 ms",
            "missing",
        )
    ]
    for (processes, rate), runs in sorted(results.items()):
        middle = {field: statistics.median(getattr(r, field) for r in runs) for field in Measured.__struct_fields__}
        table.append(
            (
                str(processes),
                str(rate),
                f"{middle['cpu_us']:.1f}",
                f"{middle['ack_p50']:.1f} / {middle['ack_p99']:.1f}",
                f"{middle['fan_out_p50']:.1f} / {middle['fan_out_p99']:.1f}",
                str(sum(r.missing for r in runs)),
            )
        )
    return table
