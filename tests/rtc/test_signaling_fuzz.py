"""Signals made up at random while halls come, go and begin anew (S18): what is passed on is a station's, and of this attempt."""

import random

import pytest

from server.core.links import EndLink, GoLive, OfferStation, RestartLink, SetReady
from server.core.state import Actor
from server.hub.live_session import LiveSession
from server.protocol import Candidate, ClientCommand, Description, Signal
from server.rtc import signaling
from tests.core.cases import WARM
from tests.core.worlds import ANNA, BORIS, FKA, FKR, PKA, PKR
from tests.hub.fakes import Client, give

SIGNALS = 1_000
GOOD = "candidate:1 1 udp 1 198.51.100.7 50000 typ host"
MADE_UP = ("candidate:1 1 udp 1 127.0.0.1 6379 typ host", "candidate:1 1 udp 1 victim.example.org 50000 typ host")
THIRD = Actor("another-wall", "projector", "ka")
EVERYBODY = (PKA, PKA, PKR, PKR, THIRD, ANNA, BORIS, FKA, FKR)


def made_up(rng: random.Random, generation: int) -> Signal:
    """Most are nearly right, for those that are wrong in every way say little."""
    activity = rng.choice(("link",) * 8 + ("write", "elsewhere"))
    bears = generation + rng.choice((0,) * 6 + (-1, 1, rng.randint(-(2**53), 2**53)))
    kind = rng.random()
    if kind < 0.4:
        return Signal(activity, bears, candidate=Candidate(rng.choice((GOOD, *MADE_UP))))
    if kind < 0.9:
        sdp = f"v=0\r\na={rng.choice((GOOD, *MADE_UP))}\r\n"
        return Signal(activity, bears, description=Description(rng.choice(("offer", "answer")), sdp))
    return Signal(activity, bears)


async def something_happens(live: LiveSession, rng: random.Random, number: int) -> None:
    by, room = rng.choice(((PKA, "ka"), (PKR, "kr")))
    desk = FKA if room == "ka" else FKR
    happens: tuple[tuple[Actor, ClientCommand], ...] = (
        (by, OfferStation(f"station{number:05d}", True, True)),
        (desk, SetReady("link", rng.random() < 0.8)),
        (desk, GoLive("link")),
        (by, RestartLink("link", live.state.links["link"].generation)),
        (desk, EndLink("link")),
    )
    actor, command = rng.choices(happens, weights=(3, 6, 2, 2, 1))[0]
    await live.submit(actor, command)


async def strays(live: LiveSession, seed: int) -> tuple[list[str], int]:
    """What was passed on and should not have been; and how many were, rightly or not."""
    rng, found, passed = random.Random(seed), list[str](), 0
    await give(live, *WARM)
    lines = {actor.person: Client(actor).connect(live) for actor in (ANNA, BORIS, FKA, FKR, PKA, PKR)}
    for number in range(SIGNALS):
        if rng.random() < 0.05:
            await something_happens(live, rng, number)
        for line in lines.values():
            line.read()
        actor, link = rng.choice(EVERYBODY), live.state.links["link"]
        signal = made_up(rng, link.generation)
        signaling.pass_on(live, actor, signal)
        told = {who: [got for got in line.read() if got["type"] == "signaled"] for who, line in lines.items()}
        heard = {who: got for who, got in told.items() if got}
        passed += len(heard)
        found += [f"{signal} of {actor.person} to {who}" for who in heard if is_stray(live, actor, signal, who)]
        found += [f"{got}" for all_of in heard.values() for got in all_of if any(host in str(got) for host in MADE_UP)]
    return found, passed


def is_stray(live: LiveSession, actor: Actor, signal: Signal, who: str) -> bool:
    state, link = live.state, live.state.links["link"]
    own = state.stations.get(actor.room)
    other = state.stations.get("kr" if actor.room == "ka" else "ka")
    right = (
        own is not None and own.person == actor.person,
        other is not None and other.person == who,
        (signal.activity, signal.generation) == ("link", link.generation),
        link.status == "live" or len(link.ready) == 2,
        signal.description is None or (signal.description.type == "offer") == (actor.room == "ka"),
    )
    return not all(right)


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_made_up_is_passed_on(live: LiveSession, seed: int) -> None:
    found, passed = await strays(live, seed)
    assert found == []
    assert passed > SIGNALS / 50, "right ones are"


@pytest.mark.parametrize("planted", ["_may_say", "_link_of"])
async def test_without_a_check_it_is(live: LiveSession, monkeypatch: pytest.MonkeyPatch, planted: str) -> None:
    """The control."""
    without = {"_may_say": lambda *_: True, "_link_of": lambda live, _, activity: live.state.links.get(activity)}
    monkeypatch.setattr(signaling, planted, without[planted])
    found, _ = await strays(live, 1)
    assert found
