"""Glass to glass: how old a hall's picture is when it is on the other hall's wall, read off a barcode in it.

By each way, at a round trip of 80 ms from hall to hall, in the lab of network namespaces. What camera and projector take for
themselves comes on top.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import structs
from playwright.async_api import Error

from bench.link_goals import Row, median
from bench.link_ways import SLOW
from server.core.links import RestartLink
from tests.rtc.barcode import PAINTS, ages
from tests.rtc.lab.halls import link
from tests.rtc.lab.net import Net
from tests.rtc.link import WINDOW, Link

GOAL_S = 0.2
FEWEST = 20
"""Pictures without which a median says nothing."""


async def glass(net: Net, seconds: float) -> AsyncIterator[Row]:
    net.faults = SLOW
    with tempfile.TemporaryDirectory() as directory:
        async with link(net, Path(directory), first=PAINTS) as found:
            yield await _looked("direct", found, seconds)
            net.faults = structs.replace(SLOW, direct=False)
            yield await _looked("through TURN over UDP", found, seconds)
            net.faults = SLOW
            yield await _looked("through our own process", found, seconds, relayed=True)


async def _looked(way: str, found: Link, seconds: float, relayed: bool = False) -> Row:
    what = f"glass to glass, {way}"
    try:
        await found.go_at_once()
        if relayed:
            began = time.time()
            await _give_up_twice(found)
            await found.pictures_after(began + 1, still=0.0)
        # Until the jitter buffers have found their size.
        await asyncio.sleep(5)
        seen = await asyncio.gather(*(ages(wall, ".far video", seconds) for wall in found.walls.values()))
        taken = found.hall.live.state.links[WINDOW].way
        await found.end()
    except Error:
        return _nothing(what)
    if (taken == "relay") is not relayed:
        return _nothing(what)
    return median(what, GOAL_S, seen[0] + seen[1]) if min(map(len, seen)) >= FEWEST else _nothing(what)


def _nothing(what: str) -> Row:
    return Row(what, f"p50 ≤ {1000 * GOAL_S:.0f} ms", "no picture to read", met=False)


async def _give_up_twice(found: Link) -> None:
    """As a wall's watchdog does over a way that does not hold."""
    station = found.hall.live.state.stations["ka"]
    for _ in range(2):
        await found.hall.give(station.person, RestartLink(WINDOW, found.generation))
