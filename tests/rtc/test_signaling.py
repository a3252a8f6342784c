"""Signals go from station to station, for the generation that counts, and nowhere else."""

import asyncio
from typing import Any

import msgspec
from msgspec import structs

from server.core.links import EndLink, OfferStation
from server.core.state import Actor
from server.hub.live_session import LiveSession
from server.protocol import Candidate, Description, Figures, Measure, Signal
from server.rtc.signaling import pass_on, show
from tests.core.cases import LIVE, WARM
from tests.core.worlds import ANNA, FKA, FKR, PKA, PKR, PLAN
from tests.hub.fakes import Client, everybody_joins, give
from tests.hub.processes import Town, town, until

SAID = Signal("link", 1, candidate=Candidate("candidate:1 1 udp 1 192.0.2.1 50000 typ host"))
OFFER = Signal("link", 1, description=Description("offer", "v=0\r\n"))
FIGURES = Figures("turn_tls", 84, 0.4, 1800, 1750, 1280, 720)


def signaled(client: Client) -> list[dict[str, Any]]:
    return [message for message in client.read() if message["type"] == "signaled"]


def measured(client: Client) -> list[dict[str, Any]]:
    return [message for message in client.read() if message["type"] == "measured"]


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


async def test_of_two_offers_that_cross_only_the_named_rooms_is_passed_on(live: LiveSession) -> None:
    await give(live, *WARM)
    answer = structs.replace(OFFER, description=Description("answer", "v=0\r\n"))
    assert [await heard(live, by, OFFER) for by in (PKA, PKR)] == [["pkr"], []]
    assert [await heard(live, by, answer) for by in (PKA, PKR)] == [[], ["pka"]]


async def test_both_pages_of_a_projector_that_was_opened_twice_are_told(live: LiveSession) -> None:
    """Which of them is the station they know by `station_id`; the other passes it over."""
    await give(live, *WARM)
    pages = [Client(PKR).connect(live), Client(PKR).connect(live)]
    assert pass_on(live, PKA, SAID)
    assert [len(signaled(page)) for page in pages] == [1, 1]


async def test_figures_reach_the_desks_of_both_rooms_and_nobody_else(live: LiveSession) -> None:
    await give(live, *LIVE)
    lines = {actor.person: Client(actor).connect(live) for actor in (ANNA, FKA, FKR, PKA, PKR)}
    assert show(live, PKA, Measure("link", 1, FIGURES))
    told = {person: measured(line) for person, line in lines.items()}
    said = [{"type": "measured", "activity": "link", "room": "ka", "figures": msgspec.to_builtins(FIGURES)}]
    assert told == {"anna": [], "fka": said, "fkr": said, "pka": [], "pkr": []}


async def test_of_figures_that_wait_for_a_slow_desk_only_the_newest_of_each_room_go_out(live: LiveSession) -> None:
    await give(live, *LIVE)
    desk = Client(FKA).connect(live)
    desk.read()
    desk.sink.clog()
    for up in range(50):
        show(live, PKA, Measure("link", 1, structs.replace(FIGURES, up_kbps=up)))
        show(live, PKR, Measure("link", 1, FIGURES))
    desk.sink.clear()
    assert sorted((one["room"], one["figures"]["up_kbps"]) for one in measured(desk)) == [("ka", 49), ("kr", 1800)]


async def test_figures_of_nobody_or_of_another_generation_go_no_further(live: LiveSession) -> None:
    await give(live, *LIVE)
    assert not show(live, FKA, Measure("link", 1, FIGURES))
    assert not show(live, PKA, Measure("link", 2, FIGURES))
    assert not show(live, PKA, Measure("write", 1, FIGURES))


# -- two processes


async def test_stations_on_two_processes_reach_each_other() -> None:
    async with town(2) as found:
        one, two, wall, desk = await apart(found)
        assert pass_on(one, PKA, SAID)
        assert show(one, PKA, Measure("link", 1, FIGURES))
        await until(lambda: bool(signaled(wall)))
        await until(lambda: bool(measured(desk)))
        assert pass_on(two, PKR, SAID)


async def test_without_the_bus_they_do_not() -> None:
    """The control."""
    async with town(2) as found:
        one, _, wall, _ = await apart(found)
        found.bus.mute = True
        assert pass_on(one, PKA, SAID)
        await asyncio.sleep(0.1)
        assert not signaled(wall)


async def test_nothing_that_stations_say_is_stored_or_said_twice() -> None:
    async with town(2) as found:
        one, _, wall, _ = await apart(found)
        before = one.at
        here = Client(PKR).connect(one)
        assert pass_on(one, PKA, SAID)
        await until(lambda: bool(wall.sink.messages[-1]["type"] == "signaled"))
        await asyncio.sleep(0.05)
        assert len(signaled(here)) == len(signaled(wall)) == 1
        assert one.at == before


async def apart(found: Town) -> tuple[LiveSession, LiveSession, Client, Client]:
    """A warm link with Karlsruhe in one process, Krasnodar's wall and desk in the other."""
    row = await found.hubs[0].open(PLAN)
    one, two = [await hub.live(row.id) for hub in found.hubs]
    await everybody_joins(one)
    await give(one, *WARM)
    await until(lambda: one.at == two.at)
    return one, two, Client(PKR).connect(two), Client(FKR).connect(two)
