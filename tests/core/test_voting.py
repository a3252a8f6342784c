"""Voting rounds: opened, dotted, closed, shown. A budget is never exceeded, a count never negative."""

import random

import pytest
from msgspec import structs

from server.core.boards import SetBoardHidden
from server.core.decider import World
from server.core.groups import DissolveGroup, GroupNotes
from server.core.limits import LIMITS
from server.core.notes import AddNote, ArchiveNote, EditNote
from server.core.people import RemovePerson
from server.core.state import Round, RoundItem
from server.core.voting import (
    CloseRound,
    DotsPlaced,
    PlaceDots,
    RoundClosed,
    RoundOpened,
    RoundShown,
    ShowRound,
    StartRound,
)
from server.errors import Code, Rejected
from tests.core.worlds import ALEX, ANNA, BORIS, BOTH, FKA, FKR, G1, N1, N2, N3, N4, NOW, R1, R2, after, given, opened

WRITTEN = (
    opened("write"),
    (ANNA, AddNote(N1, "write", "actors", "Gärtner", "de")),
    (ANNA, AddNote(N2, "write", "topics", "Bäume", "de")),
    (BORIS, AddNote(N3, "write", "topics", "Деревья", "ru")),
    (BORIS, AddNote(N4, "write", "topics", "Вода", "ru")),
    (FKA, GroupNotes(G1, (N2, N3), "Grün")),
    opened("vote"),
)
VOTING = (*WRITTEN, (FKA, StartRound(R1, "vote")))
ITEMS = (
    RoundItem(G1, "group", "Grün", "", "topics", BOTH, 2),
    RoundItem(N4, "note", "Вода", "", "topics", ("kr",), 1),
    RoundItem(N1, "note", "Gärtner", "", "actors", ("ka",), 1),
)
ROUND = Round(R1, "vote", "ideas", 1, BOTH, 3, 2, ITEMS, NOW)


# -- opening


def test_a_round_opens_with_the_plans_dots_on_all_that_stands_on_the_board() -> None:
    given(*WRITTEN).when(StartRound(R1, "vote"), by=FKA).then(RoundOpened(ROUND))


def test_a_second_round_is_among_what_was_chosen_with_other_dots() -> None:
    second = given(*VOTING, (FKA, CloseRound(R1))).when(StartRound(R2, "vote", 1, 0, (N1, N4, N1)), by=FKR)
    second.then(
        RoundOpened(structs.replace(ROUND, id=R2, number=2, dots=1, max_per_item=1, items=(ITEMS[2], ITEMS[1])))
    )


@pytest.mark.parametrize(
    ("dots", "most", "kept"), [(None, None, (3, 2)), (1, None, (1, 1)), (9, 0, (9, 9)), (2, 5, (2, 2))]
)
def test_no_item_takes_more_dots_than_a_person_has(dots: int | None, most: int | None, kept: tuple[int, int]) -> None:
    (event,) = given(*WRITTEN).when(StartRound(R1, "vote", dots, most), by=FKA).records
    assert isinstance(event, RoundOpened)
    assert (event.round.dots, event.round.max_per_item) == kept


def test_a_round_of_one_room_is_on_its_columns_and_its_facilitators_alone() -> None:
    (event,) = given(*WRITTEN).when(StartRound(R1, "vote-ka"), by=FKA).records
    assert isinstance(event, RoundOpened)
    assert [item.id for item in event.round.items] == [G1, N4]
    given(*WRITTEN).when(StartRound(R1, "vote-ka"), by=FKR).refused(Code.OTHER_ROOM)


def test_archived_notes_empty_and_dissolved_groups_are_not_voted_on() -> None:
    left = given(*WRITTEN, (FKA, ArchiveNote(N2)), (FKA, ArchiveNote(N3)), (FKA, ArchiveNote(N1)))
    (event,) = left.when(StartRound(R1, "vote"), by=FKA).records
    assert isinstance(event, RoundOpened)
    assert [item.id for item in event.round.items] == [N4]
    loose = given(*WRITTEN, (FKA, DissolveGroup(G1))).when(StartRound(R1, "vote"), by=FKA).records[0]
    assert isinstance(loose, RoundOpened)
    assert [item.id for item in loose.round.items] == [N2, N3, N4, N1]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (StartRound(R2, "nothing"), Code.ACTIVITY_UNKNOWN),
        (StartRound(R2, "write"), Code.ACTIVITY_UNKNOWN),
        (StartRound(R1, "vote"), Code.ROUND_EXISTS),
        (StartRound(R2, "vote"), Code.ROUND_OPEN),
    ],
)
def test_a_round_that_cannot_open_is_refused(command: StartRound, code: Code) -> None:
    given(*VOTING).when(command, by=FKA).refused(code)


def test_a_round_on_nothing_on_something_else_or_on_a_hidden_board_is_refused() -> None:
    given().when(StartRound(R1, "vote"), by=FKA).refused(Code.NOTHING_TO_VOTE_ON)
    given(*WRITTEN).when(StartRound(R1, "vote", items=()), by=FKA).refused(Code.NOTHING_TO_VOTE_ON)
    given(*WRITTEN).when(StartRound(R1, "vote", items=(N1, N2)), by=FKA).refused(Code.ITEM_UNKNOWN)
    hidden = given(*WRITTEN, (FKA, SetBoardHidden("ideas", True)))
    hidden.when(StartRound(R1, "vote"), by=FKA).refused(Code.BOARD_HIDDEN)


def test_a_round_on_more_than_anyone_can_read_is_refused() -> None:
    world = given(*WRITTEN).world
    many = {
        f"old{n:07}": structs.replace(world.state.notes[N1], id=f"old{n:07}") for n in range(LIMITS.round_items + 1)
    }
    crowded = structs.replace(world, state=structs.replace(world.state, notes=many))
    given(world=crowded).when(StartRound(R1, "vote"), by=FKA).refused(Code.TOO_MANY_ITEMS, limit=400)


# -- placing dots


def test_dots_are_placed_moved_and_taken_away() -> None:
    placed = given(*VOTING).when(PlaceDots(R1, G1, 2), by=ANNA)
    placed.then(DotsPlaced(R1, "anna", G1, 2))
    given(world=placed.world).when(PlaceDots(R1, G1, 2), by=ANNA).nothing()
    fewer = given((ANNA, PlaceDots(R1, N1, 1)), world=placed.world).when(PlaceDots(R1, G1, 0), by=ANNA)
    fewer.then(DotsPlaced(R1, "anna", G1, 0))
    assert fewer.world.ballots == {R1: {"anna": {N1: 1}}}
    given(*VOTING).when(PlaceDots(R1, G1, 0), by=ANNA).nothing()


def test_a_ballot_emptied_again_is_none() -> None:
    """Bug: an empty ballot stayed until the next restart, after which it was gone."""
    emptied = given(*VOTING, (ANNA, PlaceDots(R1, G1, 1))).when(PlaceDots(R1, G1, 0), by=ANNA)
    assert emptied.world.ballots == {}


@pytest.mark.parametrize(
    ("command", "code", "params"),
    [
        (PlaceDots(R2, G1, 1), Code.ROUND_UNKNOWN, {}),
        (PlaceDots(R1, N2, 1), Code.ITEM_UNKNOWN, {}),
        (PlaceDots(R1, "nothing000", 0), Code.ITEM_UNKNOWN, {}),
        (PlaceDots(R1, N1, 3), Code.ITEM_FULL, {"limit": 2}),
        (PlaceDots(R1, N1, 2), Code.BUDGET_SPENT, {"limit": 3}),
    ],
)
def test_dots_that_cannot_lie_there_are_refused(command: PlaceDots, code: Code, params: dict[str, int]) -> None:
    given(*VOTING, (ANNA, PlaceDots(R1, G1, 2))).when(command, by=ANNA).refused(code, **params)


def test_dots_that_come_late_or_from_the_other_room_are_refused() -> None:
    given(*VOTING, (FKA, CloseRound(R1))).when(PlaceDots(R1, G1, 1), by=ANNA).refused(Code.ROUND_CLOSED)
    own = given(*WRITTEN, (FKA, StartRound(R1, "vote-ka")))
    own.when(PlaceDots(R1, G1, 1), by=BORIS).refused(Code.OTHER_ROOM)


def test_on_an_archived_note_dots_are_taken_away_but_not_placed() -> None:
    gone = given(*VOTING, (ANNA, PlaceDots(R1, N1, 1)), (FKA, ArchiveNote(N1)))
    gone.when(PlaceDots(R1, N1, 2), by=ANNA).refused(Code.NOTE_ARCHIVED)
    gone.when(PlaceDots(R1, N1, 0), by=ANNA).then(DotsPlaced(R1, "anna", N1, 0))


def test_what_is_voted_on_stays_as_it_stood_when_the_round_opened() -> None:
    changed = given(*VOTING, (FKA, EditNote(N1, "Anders")), (FKA, DissolveGroup(G1)))
    assert changed.world.state.rounds[R1].items == ITEMS
    changed.when(PlaceDots(R1, G1, 1), by=ANNA).then(DotsPlaced(R1, "anna", G1, 1))


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_tried_a_ballot_stays_within_its_budget(seed: int) -> None:
    chooser = random.Random(seed)
    world = after(given(*WRITTEN).world, (FKA, StartRound(R1, "vote", chooser.randint(1, 6), chooser.randint(0, 4))))
    limits = world.state.rounds[R1]
    accepted, refusals = 0, set()
    for _ in range(120):
        tried = PlaceDots(R1, chooser.choice(ITEMS).id, chooser.randint(0, 5))
        try:
            world = after(world, (chooser.choice((ANNA, ALEX, BORIS)), tried))
            accepted += 1
        except Rejected as no:
            refusals.add(no.code)
        for ballot in world.ballots.get(R1, {}).values():
            assert sum(ballot.values()) <= limits.dots
            assert all(0 < dots <= limits.max_per_item for dots in ballot.values())
    assert accepted > 20
    assert refusals <= {Code.ITEM_FULL, Code.BUDGET_SPENT}


# -- closing and showing


def counted() -> World:
    dots = ((ANNA, PlaceDots(R1, G1, 2)), (ALEX, PlaceDots(R1, G1, 1)), (BORIS, PlaceDots(R1, N4, 1)))
    return given(*VOTING, *dots, (ALEX, PlaceDots(R1, N1, 1)), (ALEX, PlaceDots(R1, N1, 0))).world


def test_a_round_is_counted_by_item_and_room_and_its_ballots_are_erased() -> None:
    closed = given(world=counted()).when(CloseRound(R1), by=FKR, at=NOW + 9)
    tally = {G1: {"ka": 3, "kr": 0}, N4: {"ka": 0, "kr": 1}, N1: {"ka": 0, "kr": 0}}
    closed.then(RoundClosed(R1, NOW + 9, tally, {"ka": 2, "kr": 1}))
    assert closed.world.ballots == {}
    found = closed.world.state.rounds[R1]
    assert (found.status, found.shown, found.tally) == ("closed", False, tally)
    given(world=closed.world).when(CloseRound(R1), by=FKA, at=NOW + 99).nothing()


def test_the_dots_of_somebody_removed_since_do_not_count() -> None:
    (event,) = given((FKA, RemovePerson("anna")), world=counted()).when(CloseRound(R1), by=FKA).records
    assert isinstance(event, RoundClosed)
    assert event.tally[G1]["ka"] == 1
    assert event.voters == {"ka": 1, "kr": 1}


def test_a_closed_round_is_shown_and_taken_off_again() -> None:
    closed = given((FKA, CloseRound(R1)), world=counted())
    shown = closed.when(ShowRound(R1, True), by=FKR)
    shown.then(RoundShown(R1, True))
    given(world=shown.world).when(ShowRound(R1, True), by=FKA).nothing()
    given(world=shown.world).when(ShowRound(R1, False), by=FKA).then(RoundShown(R1, False))
    closed.when(ShowRound(R1, False), by=FKA).nothing()


def test_a_round_that_is_open_or_not_there_is_not_shown() -> None:
    given(*VOTING).when(ShowRound(R1, True), by=FKA).refused(Code.ROUND_OPEN)
    given().when(ShowRound(R1, True), by=FKA).refused(Code.ROUND_UNKNOWN)
    given().when(CloseRound(R1), by=FKA).refused(Code.ROUND_UNKNOWN)
