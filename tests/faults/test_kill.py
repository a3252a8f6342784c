"""`kill -9` of a serving process, again and again: nothing acknowledged is lost, doubled or out of order (R1)."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from server.rehearsal.waiting import until
from tests.faults.editors import Editor, at_work, broken_promises, open_workshop, read_log
from tests.faults.killed_server import EARLY, NEVER, POINTS
from tests.faults.nursery import Nursery, nursery

PEOPLE = 60


def rounds(kills: int, seed: int) -> list[str]:
    """Half at a moment nobody chose, half at the points of a turn, mixed."""
    found = [NEVER] * (kills // 2) + [POINTS[number % len(POINTS)] for number in range(kills - kills // 2)]
    Random(seed).shuffle(found)
    return found


async def serve_and_die(found: Nursery, point: str, editors: list[Editor], random: Random) -> None:
    """At NEVER: killed after a while. Elsewhere it kills itself there, some turns after its start."""
    before = sum(len(one.acknowledged) for one in editors)
    await found.start(point, random.randint(2, 15))
    if point == NEVER:
        await until(lambda: sum(len(one.acknowledged) for one in editors) > before, 60)
        await asyncio.sleep(random.uniform(0, 0.3))
        await found.kill()
    assert await found.ended() == -9, "it ended by itself, so this proves nothing"


async def kill_again_and_again(path: Path, points: list[str]) -> int:
    """Gives how many commands were acknowledged. Every log in between is held against all journals."""
    session, people = await open_workshop(path, PEOPLE)
    random = Random(7)
    async with nursery(path) as found, at_work(found.url, people) as editors:
        for number, point in enumerate(points):
            await serve_and_die(found, point, editors, random)
            assert broken_promises(await read_log(path, session), editors) == [], f"after kill {number}, {point}"
        acknowledged = [len(one.acknowledged) for one in editors]
    return sum(acknowledged)


async def test_a_server_killed_twenty_times_under_load_keeps_every_promise(tmp_path: Path) -> None:
    acknowledged = await kill_again_and_again(tmp_path / "lab.sqlite", rounds(20, seed=1))
    assert acknowledged > 20 * PEOPLE / 4


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_server_killed_two_hundred_times_under_load_keeps_every_promise(tmp_path: Path) -> None:
    acknowledged = await kill_again_and_again(tmp_path / "lab.sqlite", rounds(200, seed=2))
    print(f"200 kills, {acknowledged} commands acknowledged")


async def test_a_server_that_acknowledges_early_is_found_out(tmp_path: Path) -> None:
    """The control: what it promised in its last turn is not in the log."""
    path = tmp_path / "lab.sqlite"
    session, people = await open_workshop(path, 6)
    async with nursery(path) as found, at_work(found.url, people) as editors:
        await serve_and_die(found, EARLY, editors, Random(3))
        broken = broken_promises(await read_log(path, session), editors)
    assert any("lost" in sentence for sentence in broken)
