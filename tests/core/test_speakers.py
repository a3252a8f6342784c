"""Who wants to speak while two halls are connected: one queue for both, in either room's hands; what they call themselves goes."""

from msgspec import json

from server.core.audiences import FACILITATOR, PARTICIPANT, PROJECTOR
from server.core.decider import World
from server.core.invitations import RenewLink
from server.core.link_state import Hand
from server.core.links import EndLink
from server.core.own_views import touched_people
from server.core.people import ErasePerson, Join, NameSet, PersonErased, PersonRemoved, RemovePerson
from server.core.scenes import scene
from server.core.speakers import (
    GiveWord,
    HandLowered,
    HandMoved,
    HandRaised,
    LowerHand,
    MoveHand,
    RaiseHand,
    WordGiven,
    queue,
)
from server.core.state import SYSTEM, Actor, Entrance
from server.core.views import project
from server.errors import Code
from tests.core.cases import H1, H2, HANDS, LIVE
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, given, opened

H3 = "hand000003"
OPEN = opened("link")


def waiting(world: World) -> list[str]:
    return [hand.id for hand in queue(world.state, "link")]


def test_a_raised_hand_keeps_what_it_is_called_beside_the_log() -> None:
    raised = given(OPEN).when(RaiseHand(H1, "link", " Anna, \n Reihe 3 "), by=ANNA)
    raised.then(HandRaised(Hand(H1, "link", "anna", "ka", "000001")), NameSet(H1, "Anna, Reihe 3"))
    given(OPEN).when(RaiseHand(H1, "link"), by=ANNA).then(HandRaised(Hand(H1, "link", "anna", "ka", "000001")))
    given(OPEN).when(RaiseHand(H1, "link", "x" * 41), by=ANNA).refused(Code.NAME_TOO_LONG, limit=40)


def test_everybody_has_one_place_in_the_queue() -> None:
    given(*HANDS).when(RaiseHand(H1, "link"), by=ANNA).nothing()
    given(*HANDS).when(RaiseHand(H3, "link"), by=ANNA).nothing()
    assert waiting(given(*HANDS).world) == [H1, H2]


def test_hands_are_raised_in_a_live_window_that_is_on_the_phones() -> None:
    given(opened("write")).when(RaiseHand(H1, "write"), by=ANNA).refused(Code.ACTIVITY_UNKNOWN)
    given(opened("write")).when(RaiseHand(H1, "link"), by=ANNA).refused(Code.STEP_CLOSED)


def test_a_hand_is_lowered_by_its_owner_or_at_a_desk_of_either_room() -> None:
    for by in (ANNA, FKA, FKR):
        given(*HANDS).when(LowerHand(H1), by=by).then(HandLowered(H1), NameSet(H1, ""))
    given(*HANDS).when(LowerHand(H1), by=BORIS).refused(Code.NOT_ALLOWED)
    given(*HANDS).when(LowerHand(H3), by=FKA).nothing()


def test_the_word_goes_from_one_to_the_next_and_both_desks_may_press() -> None:
    first = given(*HANDS).when(GiveWord(H2), by=FKA)
    first.then(WordGiven(H2))
    assert waiting(first.world) == [H2, H1]
    given(world=first.world).when(GiveWord(H2), by=FKR).nothing()
    following = given(world=first.world).when(GiveWord(H1), by=FKR)
    following.then(HandLowered(H2), NameSet(H2, ""), WordGiven(H1))
    given(world=following.world).when(GiveWord(H2), by=FKA).refused(Code.HAND_UNKNOWN)


def test_the_queue_can_be_put_in_another_order() -> None:
    three = (*HANDS, (ALEX, RaiseHand(H3, "link")))
    moved = given(*three).when(MoveHand(H3, H2), by=FKA)
    assert waiting(moved.world) == [H1, H3, H2]
    assert isinstance(moved.records[0], HandMoved)
    given(world=moved.world).when(MoveHand(H3, H2), by=FKR).nothing()
    assert waiting(given(world=moved.world).when(MoveHand(H1), by=FKR).world) == [H3, H2, H1]
    given(*three).when(MoveHand(H3), by=FKA).nothing()
    given(*three).when(MoveHand(H3, "hand999999"), by=FKA).refused(Code.HAND_UNKNOWN)
    given(*three).when(MoveHand("hand999999", H3), by=FKA).refused(Code.HAND_UNKNOWN)


def test_names_are_for_desks_and_walls_and_a_phone_knows_its_own_hand() -> None:
    seen = scene(given(*HANDS).world)
    for audience, names in ((FACILITATOR, ["Anna, Reihe 3", "Борис"]), (PROJECTOR, ["Anna, Reihe 3", "Борис"])):
        assert [entity.name for key, entity in project(seen, audience).items() if key.startswith("hand:")] == names  # type: ignore[union-attr]
    assert "Reihe" not in json.encode(project(seen, PARTICIPANT)).decode()
    assert project(seen, "person:anna")["own_hand:link"].hand == H1  # type: ignore[union-attr]
    assert "own_hand:link" not in project(seen, "person:alex")
    assert touched_people(given(OPEN).world, given(*HANDS).world) >= {"anna", "boris"}


def test_the_hand_of_somebody_who_goes_goes_too() -> None:
    removed = given(*HANDS).when(RemovePerson("anna"), by=FKA)
    removed.then(PersonRemoved("anna"), NameSet(H1, ""))
    erased = given(*HANDS).when(ErasePerson("anna", False), by=ANNA)
    erased.then(PersonErased("anna", ()), NameSet("anna", ""), NameSet(H1, ""))
    for outcome in (removed, erased):
        assert waiting(outcome.world) == [H2]
        assert H1 not in outcome.world.names


def test_those_shown_out_with_a_renewed_link_leave_no_name() -> None:
    mia = Actor("mia", "participant", "ka")
    let_in = ((SYSTEM, Join("mia", "participant", "ka", "", Entrance("ka"))), (mia, RaiseHand(H3, "link", "Mia")))
    world = given(OPEN, *let_in, (FKA, RenewLink("ka", "participant", remove=True))).world
    assert (waiting(world), H3 in world.names) == ([], False)


def test_the_end_of_a_window_empties_the_queue() -> None:
    over = given(*HANDS, *LIVE).when(EndLink("link"), by=FKR)
    assert (waiting(over.world), over.world.names.keys() & {H1, H2}) == ([], set())
