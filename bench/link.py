"""`python -m bench.link`: every goal of the live link with the figure measured here, into docs/benchmarks-link.md.

Two real browsers and the server, each in a network of its own; needs root and /dev/net/tun. Takes some ten minutes by itself, and a
machine that does nothing else: what else runs is in the figures.
"""

import argparse
import asyncio
import os
import sys

from bench import link_media
from bench.__main__ import machine, write
from bench.link_glass import glass
from bench.link_goals import Row, table
from bench.link_ways import deaths, ways
from server import logs
from server.settings import ROOT
from tests.rtc.lab.net import WHY_NOT, network, possible

PAGE = ROOT / "docs" / "benchmarks-link.md"


async def measure(rounds: int, at_once: int, seconds: float) -> list[Row]:
    """The process first, while no browser runs. Each row is told as it comes."""
    rows = link_media.rows(await link_media.measure(seconds))
    with network() as net:
        for part in (ways(net, rounds, at_once), deaths(net), glass(net, seconds)):
            async for row in part:
                print(f"{row.what}: {row.measured}", flush=True)
                rows.append(row)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.link", description="Measure the live link.")
    parser.add_argument("--rounds", type=int, default=8, help="of each way from go to the picture (default: 8)")
    parser.add_argument("--at-once", type=int, default=50, help="ready and go in both rooms at once (default: 50)")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each look and share of a core (default: 10)")
    parser.add_argument("--only-print", action="store_true", help="leave docs/ alone")
    options = parser.parse_args()
    if not possible():
        print(f"bench-link {WHY_NOT}", file=sys.stderr)
        return 2
    logs.configure()
    begins = f"{machine()}; load at the beginning {os.getloadavg()[0]:.1f}."
    rows = asyncio.run(measure(options.rounds, options.at_once, options.seconds))
    shown = f"{begins}\n\n{table(rows)}"
    print(f"\n{shown}")
    if not options.only_print:
        write(PAGE, "goals", shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
