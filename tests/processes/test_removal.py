"""S13: whoever is removed in one process is shown out in all."""

import asyncio
import time
from pathlib import Path

from server.core.people import RemovePerson
from server.errors import Close
from server.rehearsal.client import Client
from server.rehearsal.doorstep import enter
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from server.web.windows import LINES_PER_PERSON
from tests.processes.installation import installation

# The goal is two seconds; a busy machine may take as long again, and more. Without the message nobody looks sooner than this.
WITHIN_S = 10.0
SCREENS = LINES_PER_PERSON


async def in_both(screens: list[Client]) -> None:
    """By lot they may all have come to one process: then one of them comes anew until it comes to the other."""
    while len({screen.view.epoch for screen in screens}) == 1:
        screens[0].drop(0, hard=True)
        assert await until(screens[0].live.is_set, within_s=60)


async def test_a_removed_persons_lines_are_closed_in_every_process(tmp_path: Path) -> None:
    async with installation(tmp_path, processes=2) as found:
        facilitator = found.facilitators()["ka"]
        hand = Client(facilitator, await enter(facilitator, "ka"), "de", Stats())
        person = await enter(found.door(), "ka")
        screens = [Client(found.door(), person, "de", Stats()) for _ in range(SCREENS)]
        lines = [asyncio.create_task(client.run()) for client in (hand, *screens)]
        try:
            assert await until(lambda: all(client.live.is_set() for client in (hand, *screens)), within_s=60)
            await in_both(screens)
            began = time.monotonic()
            assert (await hand.give(RemovePerson(screens[0].id))).ok
            assert await until(lambda: all(screen.stopped is not None for screen in screens), within_s=60)
            took = time.monotonic() - began
            assert {screen.stopped for screen in screens} == {Close.REMOVED}
            assert took < WITHIN_S
            print(f"\nclosed in both processes after {took:.2f} s")
        finally:
            for client in (hand, *screens):
                client.stop()
            for line in lines:
                await finished(line)
