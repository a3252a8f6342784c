"""How long from "go" to the picture on both walls, by each way, in real browsers: `make bench-link`.

In a lab of network namespaces with a round trip of 80 ms; needs root and /dev/net/tun.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
from pathlib import Path

from msgspec import Struct, structs

from server import logs
from tests.rtc.lab.halls import link
from tests.rtc.lab.net import WHY_NOT, Faults, network, possible
from tests.rtc.link import Link

ROUNDS = 10
SLOW = Faults(delay_ms=20)


class Case(Struct, frozen=True):
    """`goal_s`: at the 95th percentile."""

    name: str
    faults: Faults
    warm: bool
    goal_s: float


CASES = (
    Case("direct, warm", SLOW, True, 0.5),
    Case("direct, cold: ready and go at the same instant", SLOW, False, 1.0),
    Case("through TURN over UDP, cold", structs.replace(SLOW, direct=False), False, 1.2),
    Case("UDP blocked: TURN over TCP, cold", structs.replace(SLOW, udp=False), False, 1.5),
)


async def main(rounds: int) -> int:
    if not possible():
        print(f"bench-link {WHY_NOT}", file=sys.stderr)
        return 2
    logs.configure()
    print("| go → picture on both walls | median | 95 of 100 | goal |\n| --- | --- | --- | --- |")
    with network() as net, tempfile.TemporaryDirectory() as directory:
        net.faults = SLOW
        async with link(net, Path(directory)) as found:
            for case in CASES:
                net.faults = case.faults
                took = sorted([await once(found, case) for _ in range(rounds)])
                last = took[min(rounds - 1, int(rounds * 0.95))]
                print(f"| {case.name} | {statistics.median(took):.2f} s | {last:.2f} s | {case.goal_s:.1f} s |")
    return 0


async def once(found: Link, case: Case) -> float:
    if case.warm:
        await found.ready()
        await asyncio.sleep(2)
        took = await found.go()
    else:
        took = await found.go_at_once()
    await found.end()
    return took


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)))
