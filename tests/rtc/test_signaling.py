"""Signals go from station to station, for the generation that counts, and nowhere else."""

from typing import Any

import msgspec

from server.core.links import EndLink, OfferStation
from server.core.state import Actor
from server.hub.live_session import LiveSession
from server.protocol import Candidate, Signal
from server.rtc.signaling import pass_on
from tests.core.cases import LIVE, WARM
from tests.core.worlds import ANNA, FKA, PKA, PKR
from tests.hub.fakes import Client, give

SAID = Signal("link", 1, candidate=Candidate("candidate:1 1 udp 1 192.0.2.1 9 typ host"))


def signaled(client: Client) -> list[dict[str, Any]]:
    return [message for message in client.read() if message["type"] == "signaled"]


async def heard(live: LiveSession, by: Actor, signal: Signal = SAID) -> list[str]:
    """Who is told what `by` says."""
    lines = {actor.person: Client(actor).connect(live) for actor in (ANNA, FKA, PKA, PKR)}
    pass_on(live, by, signal)
    told = [person for person, line in lines.items() if signaled(line)]
    for line in lines.values():
        line.disconnect(live)
    return told


async def test_a_signal_reaches_the_other_rooms_station_alone(live: LiveSession) -> None:
    await give(live, *WARM)
    assert await heard(live, PKA) == ["pkr"]
    assert await heard(live, PKR) == ["pka"]


async def test_it_arrives_as_it_was_said(live: LiveSession) -> None:
    await give(live, *WARM)
    wall = Client(PKR).connect(live)
    assert pass_on(live, PKA, SAID)
    assert signaled(wall) == [
        {"type": "signaled", "activity": "link", "generation": 1, "description": None}
        | {"candidate": msgspec.to_builtins(SAID.candidate)}
    ]


async def test_what_bears_another_generation_goes_no_further(live: LiveSession) -> None:
    await give(live, *WARM)
    for generation in (0, 2, -1):
        assert await heard(live, PKA, Signal("link", generation)) == []
    assert await heard(live, PKA, Signal("write", 1)) == []


async def test_nobody_but_a_station_is_passed_on(live: LiveSession) -> None:
    await give(live, *WARM)
    for by in (ANNA, FKA):
        assert await heard(live, by) == []
    third = Actor("another-wall", "projector", "ka")
    assert await heard(live, third) == []


async def test_an_ended_link_passes_nothing_on(live: LiveSession) -> None:
    await give(live, *LIVE, (FKA, EndLink("link")))
    assert await heard(live, PKA) == []


async def test_a_page_loaded_anew_speaks_for_the_new_generation(live: LiveSession) -> None:
    await give(live, *LIVE, (PKA, OfferStation("station001ka", True, True)))
    assert await heard(live, PKA) == []
    assert await heard(live, PKA, Signal("link", 2)) == ["pkr"]
