"""Who may publish and who may watch: the table, and nobody else."""

from itertools import product

import pytest

from server.core.links import EndLink, WithdrawStation
from server.rtc.access import StreamName, may
from server.rtc.tokens import Act
from tests.core.cases import LIVE, STATIONS, WARM
from tests.core.worlds import ANNA, BORIS, FKA, FKR, PKA, PKR, START, Step, after

PEOPLE = (ANNA, BORIS, FKA, FKR, PKA, PKR)
ACTS: tuple[Act, ...] = ("publish", "watch")
Allowed = set[tuple[str, Act, str]]

OF_STATIONS: Allowed = {
    ("pka", "publish", "ka"),
    ("pkr", "publish", "kr"),
    ("pka", "watch", "kr"),
    ("pkr", "watch", "ka"),
}
AT_HOME: Allowed = {(person, "watch", room) for person in ("anna", "boris") for room in ("ka", "kr")}


def allowed(steps: tuple[Step, ...], kind: str = "hall", activity: str = "link", session: str = "") -> Allowed:
    state = after(START, *steps).state
    found = set()
    for actor, act, room in product(PEOPLE, ACTS, ("ka", "kr", "elsewhere")):
        stream = StreamName(session or state.session, activity, kind, room)
        if may(state, state.people[actor.person], act, stream):
            found.add((actor.person, act, room))
    return found


@pytest.mark.parametrize(
    ("steps", "who"),
    [
        (STATIONS, set()),
        (WARM, OF_STATIONS),
        (LIVE, OF_STATIONS | AT_HOME),
        ((*LIVE, (FKA, EndLink("link"))), set()),
    ],
    ids=["before", "warm", "live", "over"],
)
def test_stations_from_warm_on_and_phones_while_it_is_live(steps: tuple[Step, ...], who: Allowed) -> None:
    assert allowed(steps) == who


def test_nothing_else_is_to_be_had() -> None:
    assert allowed(LIVE, kind="channel") == set()
    assert allowed(LIVE, activity="write") == set()
    assert allowed(LIVE, session="another") == set()


def test_a_wall_that_is_no_station_may_not() -> None:
    state = after(START, *LIVE, (PKA, WithdrawStation("station000ka"))).state
    assert not may(state, state.people["pka"], "publish", StreamName(state.session, "link", "hall", "ka"))


@pytest.mark.parametrize("text", ["", "a.b.c", "a.b.c.d.e", "..."])
def test_a_name_has_four_parts(text: str) -> None:
    found = StreamName.read(text)
    assert found is None or str(found) == text == "..."


def test_a_name_is_read_as_it_is_written() -> None:
    name = StreamName("s1", "live-1", "hall", "ka")
    assert StreamName.read(str(name)) == name
