"""A facilitator who acts at an even pace, in a process of their own: `python -m tests.faults.metronome BASE PATH COOKIE`.

So the times are the server's, whatever else the test is busy with. What changes is their own name, which is kept like all
else and shown to facilitators alone: a hall's patches would be as much work for the test as for the server. One line for each
answer: when the command was given, on the system's steady clock, and how many ms its acknowledgement took. Ends when its
input is closed.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator

from msgspec import Struct

from server.core.people import SetName
from server.rehearsal.client import Client
from server.rehearsal.doorstep import Door, Person
from server.rehearsal.stats import Stats
from server.settings import ROOT

EVERY_S = 0.12
"""Below ten a second, which is what one line may say."""


class Beat(Struct):
    at: float
    ms: float


async def main(base: str, path: str, cookie: str) -> None:
    client = Client(Door(base), Person(path, cookie), "de", Stats())
    running = asyncio.create_task(client.run())
    await client.live.wait()
    asked = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    answers: set[asyncio.Task[None]] = set()
    while not asked.done():
        answers.add(asyncio.create_task(_beat(client, SetName(f"Sabine {len(answers)}"))))
        await asyncio.sleep(EVERY_S)
    await asyncio.gather(*answers)
    client.stop()
    running.cancel()


async def _beat(client: Client, command: SetName) -> None:
    at = time.monotonic()
    answer = await client.give(command)
    assert answer.ok, answer
    print(json.dumps([at, 1000 * (time.monotonic() - at)]), flush=True)


@contextlib.asynccontextmanager
async def metronome(base: str, facilitator: Person) -> AsyncIterator[list[Beat]]:
    """Beats while the block runs; the list is whole when it has ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.metronome", base, facilitator.path, facilitator.cookie),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    beats: list[Beat] = []

    async def listen() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            beats.append(Beat(*json.loads(line)))

    listening = asyncio.create_task(listen())
    try:
        yield beats
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await listening
        assert await process.wait() == 0


def p95(beats: list[Beat], since: float, until: float) -> float:
    """Of what was given between two instants, in ms."""
    times = sorted(beat.ms for beat in beats if since <= beat.at < until)
    return times[int(0.95 * len(times))] if times else 0.0


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
