"""How long from "go" to the picture on both walls, by each way, and until it is back when something dies, in real browsers.

In a lab of network namespaces with a round trip of 80 ms; needs root and /dev/net/tun.
"""

import asyncio
import contextlib
import math
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from msgspec import Struct, structs
from playwright.async_api import Error

from bench.link_goals import Row, once, times
from tests.rtc.lab.halls import BACK_WITHIN_S, back, back_after_away, link, still_under_loss
from tests.rtc.lab.net import Faults, Net
from tests.rtc.link import Link

SLOW = Faults(delay_ms=20)


class Case(Struct, frozen=True):
    """`goal_s`: at the 95th percentile."""

    name: str
    faults: Faults
    warm: bool
    goal_s: float


WARM = Case("warm", SLOW, True, 0.5)
COLD = Case("cold", SLOW, False, 1.0)
BLOCKED = (
    Case("through TURN over UDP, cold", structs.replace(SLOW, direct=False), False, 1.2),
    Case("UDP blocked: TURN over TCP, cold", structs.replace(SLOW, udp=False), False, 1.5),
)


async def ways(net: Net, rounds: int, at_once: int) -> AsyncIterator[Row]:
    """`at_once`: how often both rooms press ready and go at the same instant, which is what "cold" is."""
    async with _lab(net) as found:
        yield _until_the_picture(WARM, await _rounds(found, net, WARM, rounds))
        pressed = await _rounds(found, net, COLD, at_once)
        yield _until_the_picture(COLD, pressed)
        came = sum(map(math.isfinite, pressed))
        what = "ready and go pressed at the same instant in both rooms"
        yield Row(what, f"{at_once} of {at_once}", f"{came} of {at_once}", came == at_once)
        for case in BLOCKED:
            yield _until_the_picture(case, await _rounds(found, net, case, rounds))


def _until_the_picture(case: Case, took: list[float]) -> Row:
    return times(f"go → picture on both walls, {case.name}", case.goal_s, took)


async def _rounds(found: Link, net: Net, case: Case, rounds: int) -> list[float]:
    """Infinite where no picture came."""
    net.faults = case.faults
    took = []
    for _ in range(rounds):
        try:
            if case.warm:
                await found.ready()
                await asyncio.sleep(2)
            took.append(await (found.go() if case.warm else found.go_at_once()))
        except Error:  # the browser's word for "not within so long"
            took.append(math.inf)
        with contextlib.suppress(Error):  # a wall that is slow to leave the air may be slow for the next round, too
            await found.end()
    return took


Act = Callable[[Link, Net], Awaitable[float]]
DEATHS: tuple[tuple[str, Act], ...] = (
    ("the direct way dies → picture again", lambda live, net: back(live, net, structs.replace(SLOW, direct=False))),
    ("all UDP dies → picture again", lambda live, net: back(live, net, structs.replace(SLOW, udp=False))),
    ("network away for 4 s → picture after its return", lambda live, net: back_after_away(live, net, 4)),
    ("network away for 20 s → picture after its return", lambda live, net: back_after_away(live, net, 20)),
    ("3 % lost on each leg for 15 s: stood still", lambda live, net: still_under_loss(live, net, 15)),
)


async def deaths(net: Net) -> AsyncIterator[Row]:
    for what, act in DEATHS:
        net.faults = SLOW
        async with _lab(net) as live:
            await live.ready()
            await asyncio.sleep(2)
            try:
                await live.go()
                await asyncio.sleep(2)
                took = await act(live, net)
            except Error:
                took = math.inf
        yield once(what, BACK_WITHIN_S, took)


@contextlib.asynccontextmanager
async def _lab(net: Net) -> AsyncIterator[Link]:
    with tempfile.TemporaryDirectory() as directory:
        async with link(net, Path(directory)) as found:
            yield found
