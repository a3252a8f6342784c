"""R10: an ordinary, busy afternoon: 300 phones in two rooms, twenty commands a second, measured beside a bare broadcast."""

import random

import pytest

from bench.load import measure, percentile
from bench.servers import Phones, bare, ours

PHONES = 300
PER_S = 20
SECONDS = 30
WARM_UP_S = 3


async def timed(phones: Phones) -> tuple[float, float, int]:
    """Acknowledgements' p95 and the fan-out's p99 in ms, and how much did not arrive."""
    rng = random.Random(10)
    await measure(phones, PER_S, WARM_UP_S, rng)
    measured = await measure(phones, PER_S, SECONDS, rng)
    return percentile(phones.watch.acks, 0.95), measured.fan_out_p99, measured.missing


@pytest.mark.long
async def test_three_hundred_phones_are_answered_and_told_at_once() -> None:
    async with bare(PHONES, 700) as phones:
        bare_ack, bare_fan_out, _ = await timed(phones)
    async with ours(PHONES) as phones:
        ack, fan_out, missing = await timed(phones)
    print(f"R10: ack p95 {ack:.0f} ms, fan-out p99 {fan_out:.0f} ms; bare: {bare_ack:.0f} and {bare_fan_out:.0f} ms")
    assert missing == 0
    assert ack < max(50, 10 * bare_ack)
    assert fan_out < max(300, 10 * bare_fan_out)
