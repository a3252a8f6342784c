"""Crowds for tests: simulated people in a hall of this process, at a pace a test can wait for."""

import contextlib
from collections.abc import AsyncIterator

from server.core.agenda import OpenStep
from server.rehearsal.crowd import Crowd, Setting
from server.rehearsal.doorstep import Door, read_door
from tests.hall import Hall

OPEN_WRITING = "karte-schreiben"
BOTH = ("ka", "kr")


def door(hall: Hall, room: str = "ka") -> Door:
    return read_door(None, hall.link("participant", room))


async def open_step(hall: Hall, step: str, facilitator: str | None = None) -> str:
    """Gives the facilitator's id."""
    facilitator = facilitator or await hall.join("facilitator", "ka")
    receipt = await hall.give(facilitator, OpenStep(step, BOTH))
    assert receipt.code is None
    return facilitator


@contextlib.asynccontextmanager
async def crowd_in(hall: Hall, people: int, speed: float = 40, drops: bool = False) -> AsyncIterator[Crowd]:
    """All in and doing what the step lets them."""
    crowd = Crowd(door(hall), Setting(people=people, speed=speed, joining_s=1, drops=drops))
    try:
        await crowd.open()
        await crowd.join()
        yield crowd
    finally:
        await crowd.close()
