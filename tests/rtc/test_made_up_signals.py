"""Signals as somebody makes them up, over a real line (S18): they cost their sender the line at most, and reach nobody."""

from pathlib import Path
from typing import Any

import pytest

from server.core.agenda import StartSession
from server.core.links import OfferStation, SetReady
from tests.hall import Hall, running_hall
from tests.web.phone import line

WINDOW = "live-1"


def signal(**fields: Any) -> dict[str, Any]:
    return {"type": "signal", "activity": WINDOW, "generation": 1, **fields}


def candidate(text: str) -> dict[str, Any]:
    return signal(candidate={"candidate": text})


def offer(sdp: str) -> dict[str, Any]:
    return signal(description={"type": "offer", "sdp": sdp})


GOOD = candidate("candidate:1 1 udp 1 198.51.100.7 50000 typ host")
MADE_UP = {
    "another generation": GOOD | {"generation": 2},
    "a generation from before": GOOD | {"generation": -(2**60)},
    "a window of nobody": GOOD | {"activity": "write"},
    "its own machine": candidate("candidate:1 1 udp 1 127.0.0.1 6379 typ host"),
    "a made-up host": candidate("candidate:1 1 udp 1 victim.example.org 50000 typ host"),
    "an answer where it offers": signal(description={"type": "answer", "sdp": "v=0\r\n"}),
}
REFUSED = {
    "a long description": offer("x" * 14_001),
    "a long candidate": candidate("x" * 501),
    "a description of no kind": signal(description={"type": "rollback", "sdp": ""}),
    "more than there is": GOOD | {"to": "somebody"},
    "figures out of reach": {"type": "measure", "activity": WINDOW, "generation": 1, "figures": {"way": "pigeon"}},
}


async def warm(hall: Hall) -> dict[str, str]:
    """A warm link; gives the walls by room."""
    head = await hall.join("facilitator", "ka")
    await hall.give(head, StartSession())
    walls = {}
    for room, desk in (("ka", head), ("kr", await hall.join("facilitator", "kr"))):
        walls[room] = await hall.join("projector", room)
        await hall.give(walls[room], OfferStation(f"station00{room}0", True, True))
        await hall.give(desk, SetReady(WINDOW, True))
    assert hall.live.state.links[WINDOW].generation == 1
    return walls


async def test_what_is_made_up_reaches_nobody_and_what_is_real_does(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        walls = await warm(hall)
        async with line(hall, walls["ka"]) as one, line(hall, walls["kr"]) as other:
            await one.hello()
            await other.hello()
            for message in MADE_UP.values():
                await one.send(message)
            for message in REFUSED.values():
                await one.send(message)
                assert (await one.until("error"))["code"] == "malformed"
            await one.alive()
            assert [got for got in await other.alive() if got["type"] == "signaled"] == []
            await one.send(GOOD)
            assert (await other.until("signaled"))["candidate"]["candidate"] == GOOD["candidate"]["candidate"]


@pytest.mark.parametrize(("length", "told"), [(20_000, "too_large"), (1_000_000, "")])
async def test_a_description_of_a_megabyte_ends_its_senders_line_at_most(
    tmp_path: Path, length: int, told: str
) -> None:
    async with running_hall(tmp_path) as hall:
        walls = await warm(hall)
        async with line(hall, walls["ka"]) as one, line(hall, walls["kr"]) as other:
            await one.hello()
            await other.hello()
            await one.send(offer("x" * length))
            if told:
                assert (await one.until("error"))["code"] == told
                await one.alive()
            else:
                assert await one.closed() == 1009
            assert [got for got in await other.alive() if got["type"] == "signaled"] == []


async def test_another_wall_of_the_room_is_not_its_station(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        walls = await warm(hall)
        third = await hall.join("projector", "ka")
        async with line(hall, third) as one, line(hall, walls["kr"]) as other:
            await one.hello()
            await other.hello()
            await one.send(GOOD)
            await one.alive()
            assert [got for got in await other.alive() if got["type"] == "signaled"] == []
