"""Channels of interpretation: whose the microphone is, who takes over from whom, what a hall's loudspeakers play."""

import pytest

from server.core.audiences import SHARED
from server.core.interpreting import (
    GiveUpChannels,
    HandOver,
    LeaveChannel,
    SetHallSound,
    SetSpeaking,
    TakeChannel,
)
from server.core.invitations import INVITED_FOR_MS, InviteInterpreter
from server.core.link_entities import OwnChannelEntity
from server.core.link_state import Channel
from server.core.links import EndLink, LinkSet
from server.core.people import ErasePerson, Join, RemovePerson, SetName
from server.core.scenes import Scene, scene
from server.core.state import SYSTEM, Actor, Entrance, State
from server.core.views import project
from server.errors import Code
from tests.core.cases import HELD, LIVE, OFFERED, WARM
from tests.core.worlds import FKA, FKR, I1, IKA, IKR, NOW, START, Outcome, after, given

PAGE, OTHER_PAGE = "page0000one", "page0000two"
BOTH_TAKEN = (*HELD, (IKA, TakeChannel("link", "de")))


def channels(state: State) -> dict[str, Channel]:
    return state.links["link"].channels


def leads_to(outcome: Outcome, **expected: Channel) -> None:
    (event,) = outcome.records
    assert isinstance(event, LinkSet)
    assert channels(outcome.world.state) == expected


def test_an_empty_channel_is_taken_at_any_time() -> None:
    leads_to(given().when(TakeChannel("link", "ru"), by=IKA), ru=Channel("ika"))
    leads_to(given(*WARM).when(TakeChannel("link", "ru"), by=IKR), ru=Channel("ikr"))
    given(*HELD).when(TakeChannel("link", "ru"), by=IKA).nothing()


def test_a_channel_that_somebody_has_is_offered_to_be_taken_over() -> None:
    leads_to(given(*HELD).when(TakeChannel("link", "ru"), by=IKR), ru=Channel("ika", "ikr", True))
    given(*OFFERED).when(TakeChannel("link", "ru"), by=IKR).nothing()


def test_two_cannot_offer_at_once() -> None:
    third = (SYSTEM, Join("ivo", "interpreter", "ka"))
    ivo = Actor("ivo", "interpreter", "ka")
    given(*OFFERED, third).when(TakeChannel("link", "ru"), by=ivo).refused(Code.CHANNEL_OFFERED)


def test_handed_over_the_microphone_is_closed_until_the_next_one_opens_it() -> None:
    leads_to(given(*OFFERED).when(HandOver("link", "ru"), by=IKA), ru=Channel("ikr"))
    given(*HELD).when(HandOver("link", "ru"), by=IKA).nothing()
    given(*OFFERED).when(HandOver("link", "ru"), by=IKR).refused(Code.CHANNEL_NOT_YOURS)


def test_who_leaves_leaves_it_to_who_offered_or_to_nobody() -> None:
    leads_to(given(*OFFERED).when(LeaveChannel("link", "ru"), by=IKA), ru=Channel("ikr"))
    leads_to(given(*HELD).when(LeaveChannel("link", "ru"), by=IKA))
    leads_to(given(*OFFERED).when(LeaveChannel("link", "ru"), by=IKR), ru=Channel("ika", None, True))
    given(*HELD).when(LeaveChannel("link", "ru"), by=IKR).nothing()
    given().when(LeaveChannel("link", "ru"), by=IKR).nothing()


def test_only_who_has_the_microphone_opens_it() -> None:
    given(*HELD).when(SetSpeaking("link", "ru", True), by=IKR).refused(Code.CHANNEL_NOT_YOURS)
    given().when(SetSpeaking("link", "ru", True), by=IKA).refused(Code.CHANNEL_NOT_YOURS)
    given(*HELD).when(SetSpeaking("link", "ru", True), by=IKA).nothing()


def test_a_voice_goes_into_one_channel_at_a_time() -> None:
    outcome = given(*BOTH_TAKEN).when(SetSpeaking("link", "de", True), by=IKA)
    leads_to(outcome, ru=Channel("ika"), de=Channel("ika", None, True))


def test_the_page_that_took_the_microphone_last_speaks_and_the_one_before_is_closed() -> None:
    first = (*LIVE, (IKA, TakeChannel("link", "ru", PAGE)), (IKA, SetSpeaking("link", "ru", True, PAGE)))
    again = given(*first).when(TakeChannel("link", "ru", OTHER_PAGE), by=IKA)
    leads_to(again, ru=Channel("ika"))
    assert again.world.state.links["link"].pages == {"ika": OTHER_PAGE}
    for speaking in (True, False):
        given(world=again.world).when(SetSpeaking("link", "ru", speaking, PAGE), by=IKA).nothing()
    leads_to(
        given(world=again.world).when(SetSpeaking("link", "ru", True, OTHER_PAGE), by=IKA),
        ru=Channel("ika", None, True),
    )
    given(*first).when(TakeChannel("link", "ru", PAGE), by=IKA).nothing()


def test_a_page_that_no_channel_is_taken_from_is_forgotten() -> None:
    offered = (*HELD, (IKR, TakeChannel("link", "ru", PAGE)))
    handed = given(*offered).when(HandOver("link", "ru"), by=IKA)
    assert handed.world.state.links["link"].pages == {"ikr": PAGE}
    left = given(world=handed.world).when(LeaveChannel("link", "ru"), by=IKR)
    assert left.world.state.links["link"].pages == {}


@pytest.mark.parametrize("command", [TakeChannel, HandOver, LeaveChannel])
def test_there_are_no_channels_but_the_plans(command: type[TakeChannel] | type[HandOver] | type[LeaveChannel]) -> None:
    given(*LIVE).when(command("link", "en"), by=IKA).refused(Code.CHANNEL_UNKNOWN)
    given(*LIVE).when(command("write", "de"), by=IKA).refused(Code.ACTIVITY_UNKNOWN)
    given(*LIVE).when(SetHallSound("link", "en"), by=FKA).refused(Code.CHANNEL_UNKNOWN)


def test_a_halls_loudspeakers_play_what_its_own_facilitators_say() -> None:
    russian = given(*LIVE).when(SetHallSound("link", "ru"), by=FKR)
    assert russian.world.state.links["link"].sounds == {"kr": "ru"}
    floor = given(world=russian.world).when(SetHallSound("link", "floor"), by=FKR)
    assert floor.world.state.links["link"].sounds == {}
    given(*LIVE).when(SetHallSound("link", "floor"), by=FKA).nothing()


def test_at_the_end_every_microphone_is_closed() -> None:
    ended = given(*OFFERED).when(EndLink("link"), by=FKA)
    assert channels(ended.world.state) == {"ru": Channel("ika", "ikr")}


@pytest.mark.parametrize("gone", [GiveUpChannels("ika"), RemovePerson("ika"), ErasePerson("ika", True)])
def test_who_is_away_or_gone_has_no_channel(gone: GiveUpChannels | RemovePerson | ErasePerson) -> None:
    by = SYSTEM if isinstance(gone, GiveUpChannels) else FKA
    assert channels(given(*BOTH_TAKEN).when(gone, by=by).world.state) == {}
    assert channels(given(*OFFERED).when(gone, by=by).world.state) == {"ru": Channel("ikr")}


def test_who_has_no_channel_gives_none_up() -> None:
    given(*HELD).when(GiveUpChannels("ikr"), by=SYSTEM).nothing()


# -- who sees what of it


def test_names_of_interpreters_are_for_desks_and_interpreters() -> None:
    seen = scene(after(START, *OFFERED, (IKR, SetName("Илья"))))
    for audience in SHARED:
        channel = project(seen, audience)["link:link"].channels["ru"]  # type: ignore[union-attr]
        known = audience in ("facilitator", "interpreter")
        assert (channel.interpreter, channel.next) == (("Ines", "Илья") if known else ("", "")), audience
        assert channel.speaking


def test_a_channel_that_nobody_has_says_so() -> None:
    channel = project(scene(after(START, *HELD)), "participant")["link:link"].channels["de"]  # type: ignore[union-attr]
    assert (channel.interpreter, channel.next, channel.speaking) == (None, None, False)


def own_channel(seen: Scene, person: str) -> OwnChannelEntity:
    found = project(seen, f"person:{person}")["own_channel:link/ru"]
    assert isinstance(found, OwnChannelEntity)
    return found


def test_one_knows_what_is_in_ones_own_hands() -> None:
    seen = scene(after(START, *OFFERED))
    assert own_channel(seen, "ika").holds
    assert not own_channel(seen, "ikr").holds
    assert not any("channel" in key for key in project(seen, "person:anna"))


def test_which_page_speaks_is_known_to_who_opened_it_alone() -> None:
    seen = scene(after(START, *LIVE, (IKA, TakeChannel("link", "ru", PAGE)), (IKR, TakeChannel("link", "ru"))))
    assert own_channel(seen, "ika").page == PAGE
    assert own_channel(seen, "ikr").page is None
    assert PAGE not in str([project(seen, audience) for audience in SHARED])


def test_interpreters_see_what_the_walls_do_without_checks_and_links() -> None:
    seen = scene(after(START, *OFFERED))
    wall = {key.partition(":")[0] for key in project(seen, "projector")}
    assert {key.partition(":")[0] for key in project(seen, "interpreter")} == wall - {"check", "renewals"}


# -- coming in


def test_an_interpreter_comes_in_by_an_invitation_of_one_day() -> None:
    invited = (FKA, InviteInterpreter(I1, "Ira"))

    def join(role: str = "interpreter") -> Join:
        return Join("ira", role, "ka", "Ira", Entrance("ka", invitation=I1))  # type: ignore[arg-type]

    given(invited).when(join(), by=SYSTEM).accepted()
    given(invited).when(join("facilitator"), by=SYSTEM).refused(Code.LINK_INVALID)
    given(invited).when(join(), by=SYSTEM, at=NOW + INVITED_FOR_MS).refused(Code.LINK_EXPIRED)
