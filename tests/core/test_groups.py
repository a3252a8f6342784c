"""Groups of notes: formed, named, moved, dissolved, restored."""

import pytest

from server.core.agenda import SetPhones
from server.core.boards import SetBoardHidden, SetBoardLocked
from server.core.groups import (
    DissolveGroup,
    GroupDissolved,
    GroupFormed,
    GroupMoved,
    GroupNotes,
    GroupRenamed,
    GroupRestored,
    MoveGroup,
    RenameGroup,
    RestoreGroup,
)
from server.core.notes import AddNote, ArchiveNote, MoveNote, RestoreNote
from server.core.ranks import nth
from server.core.state import Group
from server.errors import Code
from tests.core.worlds import ANNA, BORIS, FKA, FKR, G1, G2, N1, N2, N3, N4, Outcome, given, opened

WRITTEN = (
    opened("write"),
    (ANNA, AddNote(N1, "write", "topics", "Bäume", "de")),
    (BORIS, AddNote(N2, "write", "topics", "Деревья", "ru")),
    (ANNA, AddNote(N3, "write", "actors", "Gärtner", "de")),
    (FKA, AddNote(N4, "write-secret", "topics", "Geheim", "de")),
    opened("sort"),
)
GROUPED = (*WRITTEN, (ANNA, GroupNotes(G1, (N1, N2), "Grün")))
DISSOLVED = (*GROUPED, (ANNA, DissolveGroup(G1)))


def members(outcome: Outcome, group_id: str = G1) -> set[str]:
    return {note.id for note in outcome.world.state.notes.values() if note.group == group_id}


def test_notes_come_together_where_the_first_of_them_stands() -> None:
    formed = given(*WRITTEN).when(GroupNotes(G1, (N3, N1, N3), " Grün "), by=ANNA)
    formed.then(GroupFormed(Group(G1, "ideas", "actors", nth(3), "Grün", ""), (N3, N1)))
    assert members(formed) == {N1, N3}
    assert formed.world.state.notes[N1].column == "actors"


def test_a_note_taken_from_a_group_starts_one_at_the_end() -> None:
    given(*GROUPED).when(GroupNotes(G2, (N2,)), by=FKA).then(
        GroupFormed(Group(G2, "ideas", "topics", nth(6), "", ""), (N2,))
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (GroupNotes(G1, (N3,)), Code.GROUP_EXISTS),
        (GroupNotes(N1, (N3,)), Code.GROUP_EXISTS),
        (GroupNotes(G2, (N3, "note000009")), Code.NOTE_UNKNOWN),
    ],
)
def test_a_group_that_cannot_be_is_refused(command: GroupNotes, code: Code) -> None:
    given(*GROUPED).when(command, by=ANNA).refused(code)


def test_a_group_across_boards_of_archived_notes_or_with_too_long_a_title_is_refused() -> None:
    given(*WRITTEN).when(GroupNotes(G1, (N1, N4)), by=FKA).refused(Code.NOTE_UNKNOWN)
    archived = given(*WRITTEN, (FKA, ArchiveNote(N2)))
    archived.when(GroupNotes(G1, (N1, N2)), by=FKA).refused(Code.NOTE_ARCHIVED)
    archived.when(GroupNotes(G1, (N1, N2)), by=ANNA).refused(Code.NOTE_UNKNOWN)
    given(*WRITTEN).when(GroupNotes(G1, (N1,), "x" * 121), by=FKA).refused(Code.TEXT_TOO_LONG, limit=120)


def test_a_group_of_hidden_notes_is_refused_as_if_there_were_none() -> None:
    hidden = given(*WRITTEN, (FKA, SetBoardHidden("ideas", True)))
    hidden.when(GroupNotes(G1, (N1, N2)), by=FKA).refused(Code.NOTE_UNKNOWN)
    hidden.when(GroupNotes(G1, (N1, N2)), by=ANNA).refused(Code.NOTE_UNKNOWN)


ON_A_GROUP = [
    RenameGroup(G1, "Neu"),
    MoveGroup(G1, "actors"),
    DissolveGroup(G1),
    RestoreGroup(G1),
]


@pytest.mark.parametrize("command", ON_A_GROUP, ids=lambda c: type(c).__name__)
def test_a_group_that_is_not_there_or_hidden_is_unknown(command: DissolveGroup) -> None:
    given(*WRITTEN).when(command, by=FKA).refused(Code.GROUP_UNKNOWN)
    hidden = given(*GROUPED, (FKA, SetBoardHidden("ideas", True)))
    hidden.when(command, by=FKA).refused(Code.GROUP_UNKNOWN)
    hidden.when(command, by=ANNA).refused(Code.GROUP_UNKNOWN)


@pytest.mark.parametrize("command", [*ON_A_GROUP, GroupNotes(G2, (N3,))], ids=lambda c: type(c).__name__)
def test_participants_sort_only_in_a_step_for_it_and_never_on_a_locked_board(command: DissolveGroup) -> None:
    given(*GROUPED, opened("tidy")).when(command, by=ANNA).refused(Code.STEP_CLOSED)
    given(*GROUPED, (FKA, SetPhones("ka", "write"))).when(command, by=ANNA).refused(Code.STEP_CLOSED)
    locked = given(*GROUPED, (FKA, SetBoardLocked("ideas", True)))
    locked.when(command, by=ANNA).refused(Code.BOARD_LOCKED)
    assert isinstance(locked.when(command, by=FKR).records, tuple)


def test_the_moderators_of_a_board_sort_it_while_it_is_hidden() -> None:
    watched = given(
        opened("write-watched"),
        (ANNA, AddNote(N1, "write-watched", "topics", "Leise", "de")),
        (FKR, GroupNotes(G1, (N1,))),
    )
    watched.when(RenameGroup(G1, "Laut"), by=FKR).then(GroupRenamed(G1, "Laut", ""))
    watched.when(RenameGroup(G1, "Laut"), by=ANNA).refused(Code.GROUP_UNKNOWN)


def test_a_group_is_named_in_two_languages() -> None:
    renamed = given(*GROUPED).when(RenameGroup(G1, " Grünes ", " Зелёное "), by=BORIS)
    renamed.then(GroupRenamed(G1, "Grünes", "Зелёное"))
    given(world=renamed.world).when(RenameGroup(G1, "Grünes", "Зелёное"), by=BORIS).nothing()
    given(*GROUPED).when(RenameGroup(G1, " "), by=ANNA).refused(Code.TEXT_EMPTY)
    given(*GROUPED).when(RenameGroup(G1, "x" * 121), by=ANNA).refused(Code.TEXT_TOO_LONG, limit=120)
    given(*GROUPED).when(RenameGroup(G1, "x", "y" * 121), by=ANNA).refused(Code.TEXT_TOO_LONG, limit=120)
    given(*DISSOLVED).when(RenameGroup(G1, "Neu"), by=ANNA).refused(Code.GROUP_UNKNOWN)


def test_a_group_moves_with_all_its_notes() -> None:
    moved = given(*GROUPED).when(MoveGroup(G1, "actors", N3), by=ANNA)
    (event,) = moved.records
    assert isinstance(event, GroupMoved)
    assert (event.column_id, event.rank < nth(3)) == ("actors", True)
    assert {moved.world.state.notes[note].column for note in members(moved)} == {"actors"}
    given(world=moved.world).when(MoveGroup(G1, "actors", N3), by=FKA).nothing()
    given(*GROUPED).when(MoveGroup(G1, "topics", G1), by=ANNA).nothing()
    given(*GROUPED).when(MoveGroup(G1, "topics"), by=ANNA).nothing()
    given(*GROUPED).when(MoveGroup(G1, "nowhere"), by=ANNA).refused(Code.COLUMN_UNKNOWN)
    given(*DISSOLVED).when(MoveGroup(G1, "actors"), by=ANNA).refused(Code.GROUP_UNKNOWN)


def test_an_archived_note_moves_with_its_group_and_comes_back_there() -> None:
    outcome = given(*GROUPED, (FKA, ArchiveNote(N2)), (FKA, MoveGroup(G1, "actors"))).when(RestoreNote(N2), by=FKA)
    note = outcome.world.state.notes[N2]
    assert (note.column, note.group, note.status) == ("actors", G1, "active")


def test_a_dissolved_group_leaves_its_notes_and_restored_has_them_again() -> None:
    dissolved = given(*GROUPED).when(DissolveGroup(G1), by=ANNA)
    dissolved.then(GroupDissolved(G1))
    assert members(dissolved) == set()
    assert {dissolved.world.state.notes[note].status for note in (N1, N2)} == {"active"}
    given(world=dissolved.world).when(DissolveGroup(G1), by=ANNA).nothing()
    restored = given(world=dissolved.world).when(RestoreGroup(G1), by=ANNA)
    restored.then(GroupRestored(G1, (N1, N2)))
    assert members(restored) == {N1, N2}
    given(world=restored.world).when(RestoreGroup(G1), by=ANNA).nothing()


def test_a_restored_group_takes_back_only_notes_that_are_still_loose() -> None:
    gone_on = (*DISSOLVED, (ANNA, GroupNotes(G2, (N2,))), (ANNA, MoveNote(N1, "actors")))
    restored = given(*gone_on).when(RestoreGroup(G1), by=ANNA)
    restored.then(GroupRestored(G1, (N1,)))
    assert restored.world.state.notes[N1].column == "topics"
    assert members(restored, G2) == {N2}


def test_a_note_archived_in_a_group_that_is_dissolved_since_comes_back_loose() -> None:
    gone = (*GROUPED, (FKA, ArchiveNote(N2)), (FKA, DissolveGroup(G1)))
    back = given(*gone).when(RestoreNote(N2), by=FKA)
    assert (back.world.state.notes[N2].status, back.world.state.notes[N2].group) == ("active", None)
    restored = given(*gone).when(RestoreGroup(G1), by=FKA)
    restored.then(GroupRestored(G1, (N1, N2)))
