"""Notes moved between columns and groups, and the order things stand in afterwards."""

import pytest
from msgspec import structs

from server.core.boards import SetBoardHidden, SetBoardLocked
from server.core.decider import World
from server.core.groups import DissolveGroup, GroupNotes, MoveGroup, RestoreGroup
from server.core.limits import LIMITS
from server.core.notes import AddNote, ArchiveNote, MoveNote, NoteMoved, WithdrawNote
from server.core.ranks import nth
from server.errors import Code
from tests.core.worlds import ANNA, BORIS, FKA, FKR, G1, G2, N1, N2, N3, N4, N5, given, opened

WRITTEN = (
    opened("write"),
    (ANNA, AddNote(N1, "write", "topics", "eins", "de")),
    (ANNA, AddNote(N2, "write", "topics", "zwei", "de")),
    (BORIS, AddNote(N3, "write", "topics", "три", "ru")),
    (BORIS, AddNote(N4, "write", "actors", "четыре", "ru")),
    opened("sort"),
)
GROUPED = (*WRITTEN, (ANNA, GroupNotes(G1, (N1, N2))))


def column(world: World, column_id: str = "topics") -> list[str]:
    """The ids of loose notes and groups, as they stand."""
    state = world.state
    found = [(n.rank, n.id) for n in state.notes.values() if n.column == column_id and n.group is None]
    found += [(g.rank, g.id) for g in state.groups.values() if g.column == column_id and not g.dissolved]
    return [thing for _, thing in sorted(found)]


def in_group(world: World, group_id: str = G1) -> list[str]:
    return [i for _, i in sorted((n.rank, n.id) for n in world.state.notes.values() if n.group == group_id)]


@pytest.mark.parametrize(
    ("note", "before", "order"),
    [
        (N3, N1, [N3, N1, N2]),
        (N3, N2, [N1, N3, N2]),
        (N1, N3, [N2, N1, N3]),
        (N1, None, [N2, N3, N1]),
        (N1, "note000009", [N2, N3, N1]),
        (N1, N4, [N2, N3, N1]),
    ],
)
def test_a_note_moves_in_front_of_another_or_to_the_end(note: str, before: str | None, order: list[str]) -> None:
    moved = given(*WRITTEN).when(MoveNote(note, "topics", None, before), by=ANNA)
    assert column(moved.world) == order
    given(world=moved.world).when(MoveNote(note, "topics", None, before), by=FKR).nothing()


def test_a_note_moves_to_another_column() -> None:
    moved = given(*WRITTEN).when(MoveNote(N1, "actors"), by=BORIS)
    moved.then(NoteMoved(N1, "actors", None, nth(5)))
    assert column(moved.world, "actors") == [N4, N1]


def test_a_note_moves_into_a_group_whatever_column_was_named_and_out_again() -> None:
    into = given(*GROUPED).when(MoveNote(N4, "actors", G1, N2), by=ANNA)
    assert in_group(into.world) == [N1, N4, N2]
    assert into.world.state.notes[N4].column == "topics"
    given(world=into.world).when(MoveNote(N4, "topics", G1, N2), by=ANNA).nothing()
    out = given(world=into.world).when(MoveNote(N4, "topics", None, G1), by=ANNA)
    assert column(out.world) == [N4, G1, N3]


def test_a_note_where_it_is_already_does_not_move() -> None:
    given(*WRITTEN).when(MoveNote(N3, "topics"), by=ANNA).nothing()
    given(*WRITTEN).when(MoveNote(N1, "topics", None, N2), by=ANNA).nothing()
    given(*WRITTEN).when(MoveNote(N1, "topics", None, N1), by=ANNA).nothing()
    given(*GROUPED).when(MoveNote(N2, "topics", G1), by=ANNA).nothing()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (MoveNote("note000009", "topics"), Code.NOTE_UNKNOWN),
        (MoveNote(N3, "nowhere"), Code.COLUMN_UNKNOWN),
        (MoveNote(N3, "topics", G2), Code.GROUP_UNKNOWN),
    ],
)
def test_a_move_to_or_of_what_is_not_there_is_refused(command: MoveNote, code: Code) -> None:
    given(*GROUPED).when(command, by=ANNA).refused(code)


def test_a_move_into_a_dissolved_group_or_one_of_another_board_is_refused() -> None:
    given(*GROUPED, (ANNA, DissolveGroup(G1))).when(MoveNote(N3, "topics", G1), by=ANNA).refused(Code.GROUP_UNKNOWN)
    elsewhere = (FKA, AddNote(N5, "write-secret", "topics", "x", "de"))
    given(*GROUPED, elsewhere).when(MoveNote(N5, "topics", G1), by=FKA).refused(Code.GROUP_UNKNOWN)


def test_what_is_no_longer_on_the_board_does_not_move() -> None:
    given(*WRITTEN, (FKA, ArchiveNote(N1))).when(MoveNote(N1, "actors"), by=FKA).refused(Code.NOTE_ARCHIVED)
    withdrawn = given(*WRITTEN, opened("write"), (ANNA, WithdrawNote(N1)), opened("sort"))
    withdrawn.when(MoveNote(N1, "actors"), by=ANNA).refused(Code.NOTE_WITHDRAWN)
    withdrawn.when(MoveNote(N1, "actors"), by=FKA).refused(Code.NOTE_UNKNOWN)


def test_participants_move_notes_only_in_a_step_for_it() -> None:
    given(*WRITTEN, opened("tidy")).when(MoveNote(N1, "actors"), by=ANNA).refused(Code.STEP_CLOSED)
    given(*WRITTEN, opened("tidy")).when(MoveNote(N1, "actors"), by=FKA).accepted()
    locked = given(*WRITTEN, (FKA, SetBoardLocked("ideas", True)))
    locked.when(MoveNote(N1, "actors"), by=ANNA).refused(Code.BOARD_LOCKED)
    hidden = given(*WRITTEN, (FKA, SetBoardHidden("ideas", True)))
    hidden.when(MoveNote(N1, "actors"), by=BORIS).refused(Code.NOTE_UNKNOWN)
    hidden.when(MoveNote(N1, "actors"), by=FKA).refused(Code.NOTE_UNKNOWN)


def full_group() -> World:
    world = given(*GROUPED).world
    some = world.state.notes[N1]
    many = {
        f"old{n:07}": structs.replace(some, id=f"old{n:07}", rank=nth(100 + n)) for n in range(LIMITS.group_notes - 2)
    }
    return structs.replace(world, state=structs.replace(world.state, notes={**world.state.notes, **many}))


def test_a_full_group_takes_no_more() -> None:
    given(world=full_group()).when(MoveNote(N3, "topics", G1), by=ANNA).refused(Code.GROUP_TOO_LARGE, limit=200)


def test_a_note_moves_within_a_full_group() -> None:
    """Bug: it counted itself as one more."""
    moved = given(world=full_group()).when(MoveNote(N2, "topics", G1, N1), by=ANNA)
    assert in_group(moved.world)[:2] == [N2, N1]


def test_notes_of_two_columns_that_come_together_never_share_a_rank() -> None:
    """Bug: between 000001 and 000003 it gave 000002, which a note of another column had; nothing fits between equals."""
    apart = given(*WRITTEN, (FKA, MoveNote(N2, "actors", None, N4)), (FKA, MoveNote(N4, "topics", None, N3)))
    ranks = [note.rank for note in apart.world.state.notes.values()]
    assert len(set(ranks)) == len(ranks)
    together = given((FKA, GroupNotes(G1, (N1, N2, N3, N4))), world=apart.world)
    before = in_group(together.world)
    moved = together.when(MoveNote(before[0], "topics", G1, before[-1]), by=FKA)
    assert in_group(moved.world) == [before[1], before[2], before[0], before[3]]


def test_in_front_of_a_group_that_shares_its_rank_with_another_is_still_in_front() -> None:
    """A group restored beside the one that was formed of its first note since."""
    twice = (*GROUPED, (FKA, DissolveGroup(G1)), (FKA, GroupNotes(G2, (N1,))), (FKA, RestoreGroup(G1)))
    moved = given(*twice).when(MoveNote(N3, "topics", None, G2), by=FKA)
    assert column(moved.world) == [N3, G1, G2]


def test_a_moved_group_stands_in_front_of_what_was_named() -> None:
    moved = given(*GROUPED, (FKA, MoveNote(N4, "topics"))).when(MoveGroup(G1, "topics", N4), by=FKA)
    assert column(moved.world) == [N3, G1, N4]
