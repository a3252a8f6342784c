"""The live link: stations, ready, go, over; a generation for every attempt at a connection."""

from server.core.link_state import Link, Station
from server.core.links import (
    GO_AFTER_MS,
    HOLDS_MS,
    AskToMute,
    EndLink,
    GoLive,
    LinkSet,
    OfferStation,
    RestartLink,
    SetHallMuted,
    SetLayout,
    SetReady,
    ShareLink,
    StationSet,
    WithdrawStation,
)
from server.core.people import RemovePerson
from server.core.state import SYSTEM
from server.errors import Code
from tests.core.cases import LIVE, STATIONS, WARM
from tests.core.worlds import BOTH, FKA, FKR, NOW, PKA, PKR, given

KA, KR = Station("station000ka", "ka", "pka", True, True), Station("station000kr", "kr", "pkr", True, True)
WAITING = Link("link", BOTH)
READY = Link("link", BOTH, "waiting", 1, BOTH)
GO = NOW + GO_AFTER_MS
ON = Link("link", BOTH, "live", 1, BOTH, live_at=GO)


def test_a_wall_with_camera_and_microphone_is_its_rooms_station() -> None:
    given().when(OfferStation("station000ka", True, True), by=PKA).then(StationSet("ka", KA))
    given(*STATIONS).when(OfferStation("station000ka", True, True), by=PKA).nothing()


def test_a_room_is_ready_only_with_a_station() -> None:
    given().when(SetReady("link", True), by=FKA).refused(Code.NO_STATION)
    given(*STATIONS, (FKA, RemovePerson("pka"))).when(SetReady("link", True), by=FKA).refused(Code.NO_STATION)
    given(*STATIONS).when(SetReady("link", True), by=FKA).then(LinkSet(Link("link", BOTH, ready=("ka",))))


def test_with_both_ready_a_connection_is_to_be_made() -> None:
    outcome = given(*STATIONS, (FKR, SetReady("link", True))).when(SetReady("link", True), by=FKA)
    outcome.then(LinkSet(READY))
    given(*WARM).when(SetReady("link", True), by=FKR).nothing()


def test_nobody_goes_live_before_both_are_ready() -> None:
    given().when(GoLive("link"), by=FKA).refused(Code.ROOMS_NOT_READY)
    given(*STATIONS, (FKA, SetReady("link", True))).when(GoLive("link"), by=FKA).refused(Code.ROOMS_NOT_READY)


def test_go_pressed_in_both_rooms_is_one_beginning() -> None:
    given(*WARM).when(GoLive("link"), by=FKA).then(LinkSet(ON))
    given(*LIVE).when(GoLive("link"), by=FKR, at=NOW + 1).nothing()


def test_a_page_loaded_anew_begins_a_new_generation() -> None:
    renewed = Station("station001ka", "ka", "pka", True, True)
    again = given(*LIVE).when(OfferStation("station001ka", True, True), by=PKA)
    again.then(StationSet("ka", renewed), LinkSet(Link("link", BOTH, "live", 2, BOTH, live_at=GO)))


def test_a_camera_that_is_pulled_out_leaves_the_connection_alone() -> None:
    deaf = given(*LIVE).when(OfferStation("station000ka", False, True), by=PKA)
    deaf.then(StationSet("ka", Station("station000ka", "ka", "pka", False, True)))


def test_two_watchdogs_that_bark_at_once_begin_one_generation() -> None:
    once = given(*LIVE).when(RestartLink("link", 1), by=PKA)
    once.then(LinkSet(Link("link", BOTH, "live", 2, BOTH, live_at=GO, restarted_at=NOW)))
    given(world=once.world).when(RestartLink("link", 1), by=PKR).nothing()
    given(*STATIONS).when(RestartLink("link", 0), by=PKA).nothing()


def test_a_way_that_fails_twice_is_left_for_the_other() -> None:
    once = given(*LIVE).when(RestartLink("link", 1), by=PKA)
    twice = given(world=once.world).when(RestartLink("link", 2), by=PKR, at=NOW + HOLDS_MS - 1)
    twice.then(LinkSet(Link("link", BOTH, "live", 3, BOTH, live_at=GO, way="relay")))
    later = given(world=once.world).when(RestartLink("link", 2), by=PKR, at=NOW + HOLDS_MS)
    later.then(LinkSet(Link("link", BOTH, "live", 3, BOTH, live_at=GO, restarted_at=NOW + HOLDS_MS)))


def test_another_way_is_kept_until_it_fails_as_well() -> None:
    relayed = given(*LIVE, (PKA, RestartLink("link", 1)), (PKA, RestartLink("link", 2)))
    again = relayed.when(RestartLink("link", 3), by=PKA, at=NOW + HOLDS_MS)
    again.then(LinkSet(Link("link", BOTH, "live", 4, BOTH, live_at=GO, way="relay", restarted_at=NOW + HOLDS_MS)))
    back = given(world=again.world).when(RestartLink("link", 4), by=PKR, at=NOW + HOLDS_MS + 1)
    back.then(LinkSet(Link("link", BOTH, "live", 5, BOTH, live_at=GO)))
    relayed.when(EndLink("link"), by=FKA).then(LinkSet(Link("link", BOTH, "over", 3, (), GO, NOW)))


def test_stations_publish_for_who_is_at_home_until_the_end() -> None:
    shared = given(*LIVE).when(ShareLink("link"), by=SYSTEM)
    shared.then(LinkSet(Link("link", BOTH, "live", 1, BOTH, live_at=GO, shared=True)))
    given(world=shared.world).when(ShareLink("link"), by=SYSTEM).nothing()
    given(world=shared.world).when(EndLink("link"), by=FKA).then(LinkSet(Link("link", BOTH, "over", 1, (), GO, NOW)))
    given(*STATIONS).when(ShareLink("link"), by=SYSTEM).nothing()


def test_a_room_whose_station_leaves_is_not_ready_any_more() -> None:
    left = given(*WARM).when(WithdrawStation("station000ka"), by=PKA)
    left.then(StationSet("ka", None), LinkSet(Link("link", BOTH, "waiting", 1, ("kr",))))
    given(*WARM).when(WithdrawStation("station999ka"), by=PKA).nothing()


def test_a_live_link_waits_for_a_station_that_left() -> None:
    left = given(*LIVE).when(WithdrawStation("station000ka"), by=PKA)
    left.then(StationSet("ka", None), LinkSet(Link("link", BOTH, "live", 2, BOTH, live_at=GO)))


def test_an_ended_link_can_begin_again() -> None:
    over = given(*LIVE).when(EndLink("link"), by=FKR, at=NOW + 5)
    over.then(LinkSet(Link("link", BOTH, "over", 1, (), GO, NOW + 5)))
    given(world=over.world).when(EndLink("link"), by=FKA).nothing()
    again = given(world=over.world).when(SetReady("link", True), by=FKA)
    again.then(LinkSet(Link("link", BOTH, "waiting", 1, ("ka",), GO, NOW + 5)))


def test_a_hall_mutes_itself() -> None:
    muted = given(*LIVE).when(SetHallMuted("link", True), by=FKR)
    muted.then(LinkSet(Link("link", BOTH, "live", 1, BOTH, live_at=GO, muted=("kr",))))
    given(world=muted.world).when(SetHallMuted("link", False), by=FKR).then(LinkSet(ON))


def test_a_hall_is_asked_for_silence_and_answers_either_way() -> None:
    asked = given(*LIVE).when(AskToMute("link", True), by=FKR)
    asked.then(LinkSet(Link("link", BOTH, "live", 1, BOTH, live_at=GO, asked=("ka",))))
    given(world=asked.world).when(AskToMute("link", True), by=FKR).nothing()
    given(world=asked.world).when(AskToMute("link", False), by=FKR).then(LinkSet(ON))
    given(world=asked.world).when(SetHallMuted("link", False), by=FKA).then(LinkSet(ON))
    silent = given(world=asked.world).when(SetHallMuted("link", True), by=FKA)
    silent.then(LinkSet(Link("link", BOTH, "live", 1, BOTH, live_at=GO, muted=("ka",))))
    given(world=silent.world).when(AskToMute("link", True), by=FKR).nothing()
    given(*WARM).when(AskToMute("link", True), by=FKR).nothing()


def test_each_wall_has_its_own_layout_and_keeps_it_for_the_next_time() -> None:
    laid = given(*LIVE).when(SetLayout("link", "board"), by=FKA)
    laid.then(LinkSet(Link("link", BOTH, "live", 1, BOTH, live_at=GO, layouts={"ka": "board"})))
    over = given(world=laid.world).when(EndLink("link"), by=FKR)
    over.then(LinkSet(Link("link", BOTH, "over", 1, (), GO, NOW, layouts={"ka": "board"})))
    given(world=laid.world).when(SetLayout("link", "hall"), by=FKA).then(LinkSet(ON))


def test_a_step_without_a_window_has_no_link() -> None:
    given(*STATIONS).when(SetReady("write", True), by=FKA).refused(Code.ACTIVITY_UNKNOWN)
