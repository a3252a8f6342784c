"""One measurement: commands at an even rate from many phones, until every change has reached every phone."""

import asyncio
import math
import random
import secrets
from array import array

from msgspec import Struct

from bench.servers import Phones, cpu_s

DRAIN_S = 5.0
# About the length of the real notes (100 characters).
TEXTS = (
    "Gemeinschaftsgärten in beiden Städten tauschen Saatgut und schreiben sich, was bei ihnen gut gewachsen ist",
    "Общие прогулки по дворам: жители показывают гостям места, о которых не пишут в путеводителях по городу",
)


class Measured(Struct):
    """Times in ms, CPU in µs for each change delivered to one phone. `change_bytes`: of a frame with changes, for each."""

    cpu_us: float
    ack_p50: float
    ack_p99: float
    fan_out_p50: float
    fan_out_p99: float
    delivered: int
    missing: int
    changes_per_frame: float
    change_bytes: float


async def measure(phones: Phones, per_s: int, seconds: float, rng: random.Random) -> Measured:
    loop, watch, count = asyncio.get_running_loop(), phones.watch, int(per_s * seconds)
    watch.start()
    cpu, began = sum(map(cpu_s, phones.pids)), loop.time()
    for number in range(count):
        # Even on average, never in step with the server's own turns.
        await asyncio.sleep(max(began + (number + rng.random()) / per_s - loop.time(), 0))
        rng.choice(phones.lines).command(secrets.token_hex(10), rng.choice(TEXTS))
    expected = count * len(phones.lines)
    deadline = loop.time() + DRAIN_S
    while (watch.deliveries < expected or len(watch.acks) < count) and loop.time() < deadline:
        await asyncio.sleep(0.05)
    spent = sum(map(cpu_s, phones.pids)) - cpu
    frames = max(watch.frames - len(watch.acks), 1)
    return Measured(
        cpu_us=1e6 * spent / max(watch.deliveries, 1),
        ack_p50=percentile(watch.acks, 0.5),
        ack_p99=percentile(watch.acks, 0.99),
        fan_out_p50=percentile(watch.fan_out, 0.5),
        fan_out_p99=percentile(watch.fan_out, 0.99),
        delivered=watch.deliveries,
        missing=expected - watch.deliveries,
        changes_per_frame=watch.deliveries / frames,
        change_bytes=watch.bytes / max(watch.deliveries, 1),
    )


def percentile(seconds: "array[float]", share: float) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else math.nan
