"""Who may publish and who may watch: the table, and nobody else."""

from itertools import product

import pytest

from server.core.interpreting import HandOver, TakeChannel
from server.core.links import EndLink, WithdrawStation
from server.rtc.access import StreamName, may
from server.rtc.tokens import Act
from tests.core.cases import LIVE, OFFERED, STATIONS, WARM
from tests.core.worlds import ANNA, BORIS, FKA, FKR, IKA, IKR, PKA, PKR, START, Step, after

PEOPLE = (ANNA, BORIS, FKA, FKR, PKA, PKR, IKA, IKR)
ACTS: tuple[Act, ...] = ("publish", "watch")
Allowed = set[tuple[str, Act, str]]

OF_STATIONS: Allowed = {
    ("pka", "publish", "ka"),
    ("pkr", "publish", "kr"),
    ("pka", "watch", "kr"),
    ("pkr", "watch", "ka"),
}
OF_INTERPRETERS: Allowed = {(person, "watch", room) for person in ("ika", "ikr") for room in ("ka", "kr")}
LISTENERS: Allowed = {
    (person, "watch", language) for person in ("anna", "boris", "pka", "pkr", "ika", "ikr") for language in ("de", "ru")
}
OTHER_INTERPRETERS: Allowed = {one for one in LISTENERS if one[0] in ("ika", "ikr")}
AT_HOME: Allowed = {(person, "watch", room) for person in ("anna", "boris") for room in ("ka", "kr")}


def allowed(steps: tuple[Step, ...], kind: str = "hall", activity: str = "link", session: str = "") -> Allowed:
    state = after(START, *steps).state
    found = set()
    for actor, act, name in product(PEOPLE, ACTS, ("ka", "kr", "de", "ru", "en")):
        stream = StreamName(session or state.session, activity, kind, name)
        if may(state, state.people[actor.person], act, stream):
            found.add((actor.person, act, name))
    return found


@pytest.mark.parametrize(
    ("steps", "who"),
    [
        (STATIONS, set()),
        (WARM, OF_STATIONS | OF_INTERPRETERS),
        (LIVE, OF_STATIONS | OF_INTERPRETERS | AT_HOME),
        ((*LIVE, (FKA, EndLink("link"))), set()),
    ],
    ids=["before", "warm", "live", "over"],
)
def test_stations_and_interpreters_from_warm_on_and_phones_while_it_is_live(
    steps: tuple[Step, ...], who: Allowed
) -> None:
    assert allowed(steps) == who


@pytest.mark.parametrize(
    ("steps", "who"),
    [
        (STATIONS, set()),
        ((*WARM, (IKA, TakeChannel("link", "ru"))), OTHER_INTERPRETERS | {("ika", "publish", "ru")}),
        (LIVE, LISTENERS),
        (OFFERED, LISTENERS | {("ika", "publish", "ru")}),
        ((*OFFERED, (IKA, HandOver("link", "ru"))), LISTENERS | {("ikr", "publish", "ru")}),
        ((*OFFERED, (FKA, EndLink("link"))), set()),
    ],
    ids=["before", "warm", "live", "held", "handed over", "over"],
)
def test_a_channel_is_published_by_who_has_it_and_heard_while_it_is_live(steps: tuple[Step, ...], who: Allowed) -> None:
    assert allowed(steps, kind="channel") == who


def test_of_one_interpreters_pages_the_one_that_speaks_publishes_and_every_one_listens() -> None:
    state = after(START, *LIVE, (IKA, TakeChannel("link", "ru", "page0000one"))).state
    ines, stream = state.people["ika"], StreamName(state.session, "link", "channel", "ru")
    assert [may(state, ines, "publish", stream, page) for page in ("page0000one", "page0000two")] == [True, False]
    assert may(state, ines, "watch", stream, "page0000two")


def test_nothing_else_is_to_be_had() -> None:
    assert allowed(LIVE, kind="recording") == set()
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
