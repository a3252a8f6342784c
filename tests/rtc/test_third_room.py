"""A room of the same session that has no part in a live window: its wall, its camera and its desk say nothing in it."""

from collections.abc import AsyncIterator

import pytest
from msgspec import structs

from server.core.decider import Command
from server.core.links import EndLink, GoLive, OfferStation, RestartLink, SetHallMuted, SetReady
from server.core.people import Join
from server.core.recording import AskToRecord
from server.core.state import SYSTEM, Actor
from server.errors import Close, Code
from server.hub.live_session import LiveSession
from server.protocol import Measure
from server.rtc.access import StreamName, may
from server.rtc.signaling import pass_on, show
from server.rtc.tokens import Act
from server.store.memory import MemoryStore
from tests.core.cases import LIVE
from tests.core.worlds import PKA, PKR, PLAN
from tests.hub.fakes import Client, HandClock, create, everybody_joins, give, wake
from tests.rtc.test_signaling import FIGURES, OFFER, SAID, signaled

PRO, FRO = Actor("pro", "projector", "ro"), Actor("fro", "facilitator", "ro")
THREE = structs.replace(PLAN, rooms=(*PLAN.rooms, structs.replace(PLAN.rooms[0], id="ro", mark="RO")))
ACTS: tuple[Act, ...] = ("publish", "watch")


@pytest.fixture
async def live() -> AsyncIterator[LiveSession]:
    """Two of three rooms are on the air, and the third has a station as well."""
    store = MemoryStore()
    await store.open()
    await create(store, THREE)
    live = await wake(store, HandClock())
    await everybody_joins(live)
    joins = ((SYSTEM, Join(one.person, one.role, one.room)) for one in (PRO, FRO))
    await give(live, *joins, *LIVE, (PRO, OfferStation("station000ro", True, True)))
    yield live
    await live.close(Close.RESTARTING)
    await store.close()


async def test_what_its_station_says_reaches_nobody(live: LiveSession) -> None:
    lines = [Client(actor).connect(live) for actor in (PKA, PKR, PRO)]
    for signal in (SAID, OFFER):
        assert not pass_on(live, PRO, signal)
    assert not show(live, PRO, Measure("link", 1, FIGURES))
    assert [signaled(line) for line in lines] == [[], [], []]
    assert pass_on(live, PKA, SAID)
    assert [len(signaled(line)) for line in lines] == [0, 1, 0], "nor does it hear what the others say"


async def test_its_station_has_leave_for_no_hall(live: LiveSession) -> None:
    for hall in ("ka", "kr", "ro"):
        stream = StreamName(live.id, "link", "hall", hall)
        assert not any(may(live.state, live.state.people["pro"], act, stream) for act in ACTS)
    assert may(live.state, live.state.people["pka"], "watch", StreamName(live.id, "link", "hall", "kr"))


@pytest.mark.parametrize(
    ("by", "command"),
    [
        (FRO, SetReady("link", True)),
        (FRO, GoLive("link")),
        (FRO, EndLink("link")),
        (FRO, SetHallMuted("link", True)),
        (FRO, AskToRecord("link")),
        (PRO, RestartLink("link", 1)),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, Actor) else value.role,
)
async def test_what_it_presses_is_refused(live: LiveSession, by: Actor, command: Command) -> None:
    before = live.state.links
    assert (await live.submit(by, command)).code == Code.OTHER_ROOM
    assert live.state.links == before
