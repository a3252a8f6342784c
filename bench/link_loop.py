"""`python -m bench.link_loop`: what boards feel of the media that one server process passes on beside them.

`serve` answers a small page, asked for by a process of its own twenty times a second: at rest, then while two halls in 720p and ten
viewers go through it. What an answer takes longer is what the loop was busy with.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx2
from msgspec import Struct, json

from bench.__main__ import in_markdown, machine
from bench.link_media import KEY, Ends, share_of_a_core
from bench.servers import serving
from server.settings import ROOT

EVERY_S = 0.05
VIEWERS = 10
ROOMS = ("ka", "kr")


class Asked(Struct):
    """Times of answers in seconds; `core`: the server's processor time meanwhile, as a share of one core; `arrived`: bits/s."""

    took: list[float]
    core: float
    arrived: float


def put_first(pid: int) -> None:
    """Where we may: what is to be seen is the server's loop, and not who else wants the processor."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, pid, -15)


def ask(base: str, seconds: float) -> list[float]:
    """How long each answer took. Runs in a process of its own: the loops of this one have viewers to count."""
    took, ends = [], time.monotonic() + seconds
    with httpx2.Client(timeout=30) as client:
        while (began := time.monotonic()) < ends:
            client.get(f"{base}/healthz").raise_for_status()
            took.append(time.monotonic() - began)
            time.sleep(max(0.0, EVERY_S - took[-1]))
    return took


async def asked(pid: int, base: str, seconds: float, ends: Ends) -> Asked:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.link_loop", "--ask", base, "--seconds", str(seconds)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    put_first(process.pid)
    before = ends.bytes
    core, (output, _) = await asyncio.gather(share_of_a_core(pid, seconds), process.communicate())
    return Asked(json.decode(output, type=list[float]), core, 8 * (ends.bytes - before) / seconds)


async def measure(seconds: float) -> tuple[Asked, Asked]:
    """At rest, and with the media."""
    os.environ["MEDIA_KEY"] = KEY.hex()  # of the server that is started here: leave is given by this end
    with tempfile.TemporaryDirectory() as directory:
        async with serving(Path(directory)) as server, httpx2.AsyncClient(timeout=30) as client:
            put_first(server.pid)
            ends = Ends(f"{server.base}/media", client)
            rest = await asked(server.pid, server.base, seconds, ends)
            for room in ROOMS:
                await ends.publish(f"s.live.hall.{room}", "audio", "video")
            # The halls see each other, and of the viewers half see the one and half the other.
            for number in range(len(ROOMS) + VIEWERS):
                await ends.watch(f"s.live.hall.{ROOMS[number % 2]}", "audio", "video")
            await asyncio.sleep(1)
            busy = await asked(server.pid, server.base, seconds, ends)
            await ends.close()
    return rest, busy


def table(rest: Asked, busy: Asked) -> str:
    def at(percent: int) -> tuple[str, ...]:
        found = [statistics.quantiles(one.took, n=100)[percent - 1] for one in (rest, busy)]
        return (*(f"{1000 * took:.1f} ms" for took in found), f"{found[1] / found[0]:.1f}")

    return in_markdown(
        [
            ("an answer of `serve`", "without media", f"two halls, {VIEWERS} viewers", "ratio"),
            ("p50", *at(50)),
            ("p95", *at(95)),
            ("p99", *at(99)),
            ("processor, of one core", f"{rest.core:.0%}", f"{busy.core:.0%}", ""),
            ("passed on", "", f"{busy.arrived / 1e6:.0f} Mb/s", ""),
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.link_loop", description="Measure what boards feel of media.")
    parser.add_argument("--seconds", type=float, default=15.0, help="with and without (default: 15)")
    parser.add_argument("--ask", metavar="BASE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        sys.stdout.buffer.write(json.encode(ask(options.ask, options.seconds)))
        return 0
    shown = f"{machine()}. {options.seconds:.0f} s each.\n\n{table(*asyncio.run(measure(options.seconds)))}"
    print(f"\n{shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
