"""The link on bad networks, between two real browsers (the goals of docs/live-link.md): how long until the picture is back."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from server.core.links import RestartLink
from server.rehearsal.waiting import until
from tests.rtc.lab.halls import BACK_WITHIN_S, allowance, back, back_after_away, link, still_under_loss
from tests.rtc.lab.net import HALLS, SERVER, WHY_NOT, Faults, Net, network, possible
from tests.rtc.link import WINDOW, Link

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.skipif(not possible(), reason=WHY_NOT)]

# From "go" to the picture on both walls, warm, at the 95th percentile.
WARM_WITHIN_S = 0.5

# How a system tells its router that it listens to a group of the local network.
IGMP = {"224.0.0.22"}


@pytest.fixture
def net() -> Iterator[Net]:
    with network() as net:
        net.faults = Faults(delay_ms=20)
        yield net


@pytest.fixture
async def live(net: Net, tmp_path: Path) -> AsyncIterator[Link]:
    """On the air, at a round trip of 80 ms."""
    async with link(net, tmp_path) as found:
        await found.ready()
        await asyncio.sleep(2)
        took = await found.go()
        print(f"go → picture: {took:.2f} s")
        assert took < WARM_WITHIN_S * allowance()
        await asyncio.sleep(2)
        yield found


def is_back_in_time(live: Link, took: float) -> None:
    print(f"picture again after {took:.2f} s, generation {live.generation}")
    assert took < BACK_WITHIN_S * allowance()


async def test_a_direct_way_that_dies_is_left_for_turn(live: Link, net: Net) -> None:
    is_back_in_time(live, await back(live, net, structs.replace(net.faults, direct=False)))


async def test_when_all_udp_dies_it_goes_on_over_tcp(live: Link, net: Net) -> None:
    is_back_in_time(live, await back(live, net, structs.replace(net.faults, udp=False)))


@pytest.mark.parametrize("seconds", [4, 20])
async def test_a_network_that_was_away_has_its_picture_back(live: Link, net: Net, seconds: int) -> None:
    is_back_in_time(live, await back_after_away(live, net, seconds))


@pytest.mark.parametrize("seconds", [0, 3])
async def test_a_hall_that_changes_networks_has_its_picture_back(live: Link, net: Net, seconds: int) -> None:
    if seconds:
        net.unplug("ka")
        await asyncio.sleep(seconds)
    came = time.time()
    net.move("ka", "10.81.1.77")
    took = await live.pictures_after(came, still=0.0 if seconds else 0.6)
    print(f"another network, after {seconds} s without one")
    is_back_in_time(live, took)


async def test_three_of_a_hundred_packets_lost_are_no_reason_to_begin_anew(live: Link, net: Net) -> None:
    before = live.generation
    still = await still_under_loss(live, net, 15)
    print(f"3 % lost on each leg: the picture stood still for {still:.2f} s at most")
    assert live.generation == before
    assert still < BACK_WITHIN_S * allowance()


@pytest.mark.parametrize("faults", [Faults(20, loss=0.15), Faults(20, kbps=90)], ids=["lossy", "narrow"])
async def test_a_line_too_weak_for_a_picture_goes_on_with_sound(live: Link, net: Net, faults: Faults) -> None:
    def held() -> list[str]:
        found = live.hall.live.state.links[WINDOW].held_back
        return [room for room in found if found[room].held]

    before, began = net.faults, time.time()
    net.faults = faults
    assert await until(lambda: bool(held()), 60)
    print(f"sound only after {time.time() - began:.1f} s: {held()}")
    net.faults, well = before, time.time()
    assert await until(lambda: not held(), 90)
    took = await live.pictures_after(time.time())
    print(f"picture again {time.time() - well:.1f} s after the line was well, {took:.2f} s after it was tried")


async def test_no_packet_goes_to_anybody_else(live: Link, net: Net) -> None:
    net.faults = structs.replace(net.faults, direct=False)
    await asyncio.sleep(5)
    await live.hall.give(live.hall.live.state.stations["ka"].person, RestartLink(WINDOW, live.generation))
    await asyncio.sleep(5)
    assert net.went_to - IGMP == {*HALLS.values(), *SERVER.values()}
    await live.walls["ka"].evaluate(
        """async () => {
          const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:198.51.100.7:3478" }] });
          peer.createDataChannel("x");
          await peer.setLocalDescription();
        }"""
    )
    await asyncio.sleep(2)
    assert "198.51.100.7" in net.went_to, "the control"
