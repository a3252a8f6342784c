"""The lower steps of a live link: sound without a picture, and the picture again; whether the way stands."""

import pytest

from server.core.link_ladder import FIRST_WAIT_MS, MOST_WAIT_MS, HoldBack, TellConnected, TryPicture, tried_again_at
from server.core.link_state import HeldBack, Link
from server.core.links import GO_AFTER_MS, HOLDS_MS, EndLink, LinkSet, RestartLink
from tests.core.cases import HELD_BACK, LIVE, WARM
from tests.core.worlds import BOTH, FKA, NOW, PKA, PKR, given

GO = NOW + GO_AFTER_MS


def on(**more: object) -> LinkSet:
    return LinkSet(Link("link", BOTH, "live", 1, BOTH, live_at=GO, **more))  # type: ignore[arg-type]


def test_a_picture_that_does_not_hold_is_held_back_whoever_sees_it() -> None:
    for station in (PKA, PKR):
        held = given(*LIVE).when(HoldBack("link", "ka"), by=station)
        held.then(on(held_back={"ka": HeldBack(NOW)}))
        given(world=held.world).when(HoldBack("link", "ka"), by=PKR).nothing()


def test_nothing_is_held_back_that_is_not_on_the_air() -> None:
    given(*WARM).when(HoldBack("link", "ka"), by=PKA).nothing()
    given().when(HoldBack("link", "ka"), by=PKA).nothing()
    given(*LIVE).when(HoldBack("link", "elsewhere"), by=PKA).nothing()


def test_it_is_tried_again_after_a_while_and_not_before() -> None:
    given(*HELD_BACK).when(TryPicture("link", "ka"), by=PKR, at=NOW + FIRST_WAIT_MS - 1).nothing()
    tried = given(*HELD_BACK).when(TryPicture("link", "ka"), by=PKR, at=NOW + FIRST_WAIT_MS)
    tried.then(on(held_back={"ka": HeldBack(NOW + FIRST_WAIT_MS, held=False)}))
    given(world=tried.world).when(TryPicture("link", "ka"), by=PKR, at=NOW + HOLDS_MS).nothing()
    given(*LIVE).when(TryPicture("link", "ka"), by=PKR).nothing()


@pytest.mark.parametrize(("held_for", "times"), [(HOLDS_MS - 1, 2), (HOLDS_MS, 1)])
def test_what_fails_soon_again_waits_longer(held_for: int, times: int) -> None:
    tried_at = NOW + FIRST_WAIT_MS
    again = given(*HELD_BACK).when(TryPicture("link", "ka"), by=PKR, at=tried_at)
    held = given(world=again.world).when(HoldBack("link", "ka"), by=PKR, at=tried_at + held_for)
    held.then(on(held_back={"ka": HeldBack(tried_at + held_for, times=times)}))


def test_it_never_waits_longer_than_people_do() -> None:
    waits = [tried_again_at(HeldBack(0, times=times)) for times in (1, 2, 3, 4, 5, 50)]
    assert waits == [20_000, 40_000, 80_000, 160_000, MOST_WAIT_MS, MOST_WAIT_MS]


def test_another_way_and_another_time_begin_with_a_picture() -> None:
    once = given(*HELD_BACK).when(RestartLink("link", 1), by=PKA)
    once.then(LinkSet(Link("link", BOTH, "live", 2, BOTH, GO, restarted_at=NOW, held_back={"ka": HeldBack(NOW)})))
    twice = given(world=once.world).when(RestartLink("link", 2), by=PKA)
    twice.then(LinkSet(Link("link", BOTH, "live", 3, BOTH, GO, way="relay")))
    given(*HELD_BACK).when(EndLink("link"), by=FKA).then(LinkSet(Link("link", BOTH, "over", 1, (), GO, NOW)))


def test_each_hall_says_that_the_other_comes_to_it() -> None:
    one = given(*LIVE).when(TellConnected("link", 1), by=PKR)
    one.then(on(came=("kr",)))
    given(world=one.world).when(TellConnected("link", 1), by=PKR).nothing()
    both = given(world=one.world).when(TellConnected("link", 1), by=PKA)
    both.then(on(came=BOTH))
    anew = given(world=both.world).when(RestartLink("link", 1), by=PKA)
    anew.then(LinkSet(Link("link", BOTH, "live", 2, BOTH, live_at=GO, restarted_at=NOW)))
    given(world=anew.world).when(TellConnected("link", 1), by=PKA).nothing()
