"""The check before a live window: who asks, whose word counts, and what is said about what was found."""

import pytest

from server.core.audiences import FACILITATOR, PARTICIPANT, PROJECTOR
from server.core.link_checks import AskForCheck, LinkChecked, advice, light
from server.core.link_entities import CheckEntity
from server.core.link_state import Findings, LinkCheck
from server.core.links import EndLink
from server.core.people import RemovePerson
from server.core.scenes import scene
from server.core.tools import replace
from server.core.views import project
from server.errors import Code
from tests.core.cases import LIVE, STATIONS, TOLD
from tests.core.worlds import FKA, FKR, NOW, PKA, PKR, given

GOOD = Findings(True, "good", "good", "direct", ("udp", "tcp", "tls"), 2100, 84, 0)
DONE = LinkCheck("link", "ka", None, NOW, GOOD)


def test_a_facilitator_asks_and_the_station_answers() -> None:
    asked = given(*STATIONS).when(AskForCheck("link"), by=FKA)
    asked.then(LinkChecked(LinkCheck("link", "ka", NOW)))
    told = given(world=asked.world).when(TOLD, by=PKA)
    told.then(LinkChecked(DONE))
    again = given(world=told.world).when(AskForCheck("link"), by=FKA, at=NOW + 9)
    again.then(LinkChecked(replace(DONE, asked_at=NOW + 9)))


def test_somebody_at_the_wall_needs_nobody_to_ask() -> None:
    given(*STATIONS).when(TOLD, by=PKA).then(LinkChecked(DONE))


def test_without_a_station_there_is_nothing_to_check() -> None:
    given().when(AskForCheck("link"), by=FKA).refused(Code.NO_STATION)
    given(*STATIONS, (FKA, RemovePerson("pka"))).when(AskForCheck("link"), by=FKA).refused(Code.NO_STATION)


def test_only_the_rooms_own_station_is_believed() -> None:
    given(*STATIONS).when(TOLD, by=PKR).refused(Code.NO_STATION)
    given(*STATIONS).when(replace(TOLD, station_id="station001ka"), by=PKA).refused(Code.NO_STATION)


def test_what_is_live_needs_no_check() -> None:
    given(*LIVE).when(AskForCheck("link"), by=FKA).nothing()
    given(*LIVE, (FKA, EndLink("link"))).when(AskForCheck("link"), by=FKR).then(
        LinkChecked(LinkCheck("link", "kr", NOW)),
    )


def test_a_step_that_is_no_window_is_not_checked() -> None:
    given(*STATIONS).when(AskForCheck("write"), by=FKA).refused(Code.ACTIVITY_UNKNOWN)


def test_desks_of_both_rooms_and_walls_see_it_and_phones_do_not() -> None:
    world = given(*STATIONS).when(TOLD, by=PKA).world
    for audience in (FACILITATOR, PROJECTOR):
        entity = project(scene(world), audience)["check:link/ka"]
        assert isinstance(entity, CheckEntity)
        assert (entity.light, entity.advice, entity.up_kbit) == ("good", (), 2100)
    assert "check:link/ka" not in project(scene(world), PARTICIPANT)


@pytest.mark.parametrize(
    ("changes", "expected", "said"),
    [
        ({}, "good", ()),
        ({"way": "tcp", "turn": ("tcp", "tls")}, "fair", ("udp_blocked",)),
        ({"way": "tls", "turn": ("tls",)}, "fair", ("udp_blocked",)),
        ({"way": "udp"}, "good", ()),
        ({"turn": None}, "fair", ("no_turn",)),
        ({"turn": ()}, "fair", ("turn_blocked",)),
        ({"turn": (), "turn_refused": True}, "fair", ("turn_refused",)),
        ({"way": None, "turn": (), "turn_refused": True}, "bad", ("turn_refused",)),
        ({"way": None, "turn": (), "picture": "none", "sound": "none"}, "bad", ("nothing",)),
        ({"way": None, "turn": None, "picture": "none", "sound": "none"}, "bad", ("nothing", "no_turn")),
        ({"way": None, "turn": ("tcp",), "picture": "none", "sound": "none"}, "fair", ("udp_blocked",)),
        ({"way": None, "picture": "none", "sound": "none"}, "fair", ("server",)),
        ({"answered": False, "way": None, "picture": "none", "sound": "none"}, "fair", ("server",)),
        ({"answered": False, "way": None, "turn": None}, "bad", ("server", "no_turn")),
        ({"picture": "off"}, "fair", ("no_camera",)),
        ({"picture": "none"}, "fair", ("picture_none",)),
        ({"picture": "poor", "up_kbit": 300}, "fair", ("picture_poor", "slow")),
        ({"sound": "off"}, "fair", ("no_microphone",)),
        ({"sound": "none"}, "fair", ("sound_none",)),
        ({"sound": "silent"}, "fair", ("silent",)),
        ({"sound": "poor"}, "fair", ("sound_poor",)),
    ],
)
def test_what_is_said_about_it(changes: dict[str, object], expected: str, said: tuple[str, ...]) -> None:
    found = replace(GOOD, **changes)
    assert (light(found), advice(found)) == (expected, said)
