"""Notes: written, edited, translated, withdrawn, archived, restored; the switches of a board. Moving: test_moving.py."""

import pytest
from msgspec import structs

from server.core.agenda import SetPhones
from server.core.boards import BoardHidden, BoardLocked, SetBoardHidden, SetBoardLocked
from server.core.decider import Command, World
from server.core.limits import LIMITS
from server.core.notes import (
    AddNote,
    ArchiveNote,
    EditNote,
    NoteAdded,
    NoteArchived,
    NoteEdited,
    NoteRestored,
    NoteTranslated,
    NoteWithdrawn,
    RestoreNote,
    TranslateNote,
    WithdrawNote,
)
from server.core.state import Actor, Note
from server.errors import Code
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, N1, N2, NOW, given, opened

ADD = AddNote(N1, "write", "topics", "Bäume", "de")
WRITTEN = (opened("write"), (ANNA, ADD))
SECRET = (opened("write-secret"), (ANNA, AddNote(N1, "write-secret", "topics", "Leise", "de")))
WATCHED = (opened("write-watched"), (ANNA, AddNote(N1, "write-watched", "topics", "Leise", "de")))
NOTE = Note(N1, "anna", "ka", "ideas", "write", "topics", None, "000001", "Bäume", "de", "", "active", NOW, None)


def filled(notes: int, author: str = "anna") -> World:
    """A world with this many notes of somebody in the step "write", which is open."""
    world = given(*WRITTEN).world
    many = {f"old{n:07}": structs.replace(NOTE, id=f"old{n:07}", author=author) for n in range(notes)}
    return structs.replace(world, state=structs.replace(world.state, notes=many))


# -- writing


def test_a_note_is_written_on_the_step_on_the_phone() -> None:
    written = given(opened("write")).when(AddNote(N1, "write", "topics", "  Bäume ", "de"), by=ANNA)
    written.then(NoteAdded(NOTE))
    given(world=written.world).when(ADD, by=ANNA).refused(Code.NOTE_EXISTS)


def test_a_facilitator_writes_for_people_without_a_phone_whatever_step_is_open() -> None:
    written = given((FKA, SetBoardLocked("ideas", True))).when(ADD, by=FKA)
    written.then(NoteAdded(structs.replace(NOTE, author="fka")))


@pytest.mark.parametrize("step", ["sort", "tidy", "vote", "arrive", "link", "write-topics"])
def test_a_note_that_comes_when_its_step_is_over_is_refused(step: str) -> None:
    given(opened("write"), opened(step)).when(ADD, by=ANNA).refused(Code.STEP_CLOSED)
    given(opened("write"), (FKA, SetPhones("ka", step))).when(ADD, by=ANNA).refused(Code.STEP_CLOSED)


def test_a_note_before_any_step_or_for_a_step_without_notes_is_refused() -> None:
    given().when(ADD, by=ANNA).refused(Code.STEP_CLOSED)
    given(opened("sort")).when(AddNote(N1, "sort", "topics", "x", "de"), by=ANNA).refused(Code.STEP_CLOSED)
    given(opened("sort")).when(AddNote(N1, "sort", "topics", "x", "de"), by=FKA).refused(Code.STEP_CLOSED)
    given().when(AddNote(N1, "nothing", "topics", "x", "de"), by=ANNA).refused(Code.ACTIVITY_UNKNOWN)
    given().when(AddNote(N1, "nothing", "topics", "x", "de"), by=FKA).refused(Code.ACTIVITY_UNKNOWN)


def test_the_step_of_the_other_room_is_not_mine() -> None:
    there = given(opened("write", ("kr",)))
    there.when(ADD, by=ANNA).refused(Code.STEP_CLOSED)
    assert there.when(ADD, by=BORIS).world.state.notes[N1].room == "kr"


def test_a_note_in_a_column_that_is_not_there_or_not_open_is_refused() -> None:
    given(opened("write")).when(AddNote(N1, "write", "nowhere", "x", "de"), by=ANNA).refused(Code.COLUMN_UNKNOWN)
    topics = given(opened("write-topics"))
    topics.when(AddNote(N1, "write-topics", "actors", "x", "de"), by=ANNA).refused(Code.COLUMN_CLOSED)
    topics.when(AddNote(N1, "write-topics", "actors", "x", "de"), by=FKA).refused(Code.COLUMN_CLOSED)


def test_a_note_on_a_locked_board_is_refused_to_phones() -> None:
    given(opened("write"), (FKR, SetBoardLocked("ideas", True))).when(ADD, by=ANNA).refused(Code.BOARD_LOCKED)


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", Code.TEXT_EMPTY, {}),
        (" \n\u200b ", Code.TEXT_EMPTY, {}),
        ("ж" * 501, Code.TEXT_TOO_LONG, {"limit": 500}),
    ],
)
def test_a_text_too_short_or_too_long_is_refused(text: str, code: Code, params: dict[str, int]) -> None:
    given(opened("write")).when(AddNote(N1, "write", "topics", text, "de"), by=ANNA).refused(code, **params)
    given(*WRITTEN).when(EditNote(N1, text), by=ANNA).refused(code, **params)


def test_a_text_of_the_full_length_is_taken_spaces_around_it_do_not_count() -> None:
    text = "ж" * LIMITS.note_chars
    given(opened("write")).when(AddNote(N1, "write", "topics", f"  {text}\n", "ru"), by=ANNA).then(
        NoteAdded(structs.replace(NOTE, text=text, language="ru"))
    )


def test_a_person_writes_fifty_notes_in_a_step_and_not_one_more() -> None:
    limit = LIMITS.notes_per_person_and_activity
    given(world=filled(limit - 1)).when(ADD, by=ANNA).then(NoteAdded(structs.replace(NOTE, rank="000002")))
    full = given(world=filled(limit))
    full.when(ADD, by=ANNA).refused(Code.TOO_MANY_NOTES, limit=50)
    full.when(ADD, by=ALEX).accepted()
    room_again = given((ANNA, WithdrawNote("old0000000")), world=full.world)
    filled_again = given((ANNA, ADD), world=room_again.world)
    filled_again.when(RestoreNote("old0000000"), by=ANNA).refused(Code.TOO_MANY_NOTES, limit=50)
    given(world=filled(limit, author="fka")).when(ADD, by=FKA).accepted()


def test_a_full_session_takes_no_more_notes() -> None:
    full = given(world=filled(LIMITS.notes_per_session, author="alex"))
    full.when(ADD, by=ANNA).refused(Code.BOARD_FULL, limit=5000)
    full.when(ADD, by=FKA).refused(Code.BOARD_FULL, limit=5000)


# -- editing and translating


def test_a_note_is_edited_by_its_author_or_a_facilitator() -> None:
    edited = given(*WRITTEN).when(EditNote(N1, " Büsche "), by=ANNA, at=NOW + 1)
    edited.then(NoteEdited(N1, "Büsche", NOW + 1))
    given(world=edited.world).when(EditNote(N1, "Büsche"), by=ANNA, at=NOW + 2).nothing()
    given(*WRITTEN, opened("vote")).when(EditNote(N1, "Büsche"), by=FKR).then(NoteEdited(N1, "Büsche", NOW))
    given(*WRITTEN).when(EditNote(N1, "Büsche"), by=ALEX).refused(Code.NOT_ALLOWED)


def test_a_note_is_translated() -> None:
    translated = given(*WRITTEN).when(TranslateNote(N1, " Деревья "), by=FKR)
    translated.then(NoteTranslated(N1, "Деревья"))
    given(world=translated.world).when(TranslateNote(N1, "Деревья"), by=FKA).nothing()
    given(world=translated.world).when(TranslateNote(N1, " "), by=FKA).then(NoteTranslated(N1, ""))
    given(*WRITTEN).when(TranslateNote(N1, "x" * 501), by=FKA).refused(Code.TEXT_TOO_LONG, limit=500)


# -- withdrawing, archiving and coming back


def test_a_withdrawn_note_comes_back_unchanged() -> None:
    withdrawn = given(*WRITTEN).when(WithdrawNote(N1), by=ANNA)
    withdrawn.then(NoteWithdrawn(N1))
    given(world=withdrawn.world).when(WithdrawNote(N1), by=ANNA).nothing()
    back = given(world=withdrawn.world).when(RestoreNote(N1), by=ANNA)
    back.then(NoteRestored(N1))
    assert back.world.state.notes[N1] == NOTE
    given(world=back.world).when(RestoreNote(N1), by=ANNA).nothing()


def test_an_archived_note_comes_back_unchanged() -> None:
    archived = given(*WRITTEN).when(ArchiveNote(N1), by=FKR)
    archived.then(NoteArchived(N1))
    given(world=archived.world).when(ArchiveNote(N1), by=FKA).nothing()
    back = given(world=archived.world).when(RestoreNote(N1), by=FKA)
    back.then(NoteRestored(N1))
    assert back.world.state.notes[N1] == NOTE


def test_what_was_archived_is_no_longer_its_authors_to_change() -> None:
    archived = given(*WRITTEN, (FKA, ArchiveNote(N1)))
    archived.when(EditNote(N1, "Doch"), by=ANNA).refused(Code.NOTE_ARCHIVED)
    archived.when(WithdrawNote(N1), by=ANNA).refused(Code.NOTE_ARCHIVED)
    archived.when(RestoreNote(N1), by=ANNA).refused(Code.NOT_ALLOWED)
    archived.when(EditNote(N1, "Besser"), by=FKA).then(NoteEdited(N1, "Besser", NOW))


@pytest.mark.parametrize("command", [EditNote(N1, "x"), ArchiveNote(N1), TranslateNote(N1, "x"), RestoreNote(N1)])
def test_what_was_withdrawn_is_unknown_to_facilitators(command: Command) -> None:
    given(*WRITTEN, (ANNA, WithdrawNote(N1))).when(command, by=FKA).refused(Code.NOTE_UNKNOWN)


def test_a_withdrawn_note_is_restored_before_it_is_edited() -> None:
    given(*WRITTEN, (ANNA, WithdrawNote(N1))).when(EditNote(N1, "x"), by=ANNA).refused(Code.NOTE_WITHDRAWN)


AUTHORS = [EditNote(N1, "Büsche"), WithdrawNote(N1)]


@pytest.mark.parametrize("command", AUTHORS, ids=lambda c: type(c).__name__)
def test_an_author_changes_a_note_only_while_its_step_is_open_and_its_board_is_not_locked(command: Command) -> None:
    given(*WRITTEN, opened("vote")).when(command, by=ANNA).refused(Code.STEP_CLOSED)
    given(*WRITTEN, (FKA, SetBoardLocked("ideas", True))).when(command, by=ANNA).refused(Code.BOARD_LOCKED)
    given(*WRITTEN).when(command, by=ALEX).refused(Code.NOT_ALLOWED)
    given(*WRITTEN, opened("vote"), opened("write")).when(command, by=ANNA).accepted()


def test_a_note_is_restored_only_while_its_step_is_open_and_its_board_is_not_locked() -> None:
    withdrawn = (*WRITTEN, (ANNA, WithdrawNote(N1)))
    given(*withdrawn, opened("vote")).when(RestoreNote(N1), by=ANNA).refused(Code.STEP_CLOSED)
    given(*withdrawn, (FKA, SetBoardLocked("ideas", True))).when(RestoreNote(N1), by=ANNA).refused(Code.BOARD_LOCKED)
    given(*withdrawn).when(RestoreNote(N1), by=ALEX).refused(Code.NOTE_UNKNOWN)


# -- what is secret is not even refused differently


ON_A_NOTE: list[tuple[Command, Actor]] = [
    (EditNote(N1, "x"), FKA),
    (EditNote(N1, "x"), ALEX),
    (TranslateNote(N1, "x"), FKA),
    (WithdrawNote(N1), ALEX),
    (ArchiveNote(N1), FKA),
    (RestoreNote(N1), FKA),
    (RestoreNote(N1), ALEX),
]


@pytest.mark.parametrize(("command", "by"), ON_A_NOTE, ids=lambda x: getattr(x, "person", type(x).__name__))
def test_a_hidden_note_is_refused_like_one_that_is_not_there(command: Command, by: Actor) -> None:
    given(opened("write-secret")).when(command, by=by).refused(Code.NOTE_UNKNOWN)
    given(*SECRET).when(command, by=by).refused(Code.NOTE_UNKNOWN)


def test_the_author_of_a_hidden_note_still_changes_it() -> None:
    given(*SECRET).when(EditNote(N1, "Leiser"), by=ANNA).then(NoteEdited(N1, "Leiser", NOW))
    given(*SECRET).when(WithdrawNote(N1), by=ANNA).then(NoteWithdrawn(N1))


def test_moderators_read_and_change_what_is_hidden_on_their_board() -> None:
    given(*WATCHED).when(EditNote(N1, "Laut"), by=FKR).then(NoteEdited(N1, "Laut", NOW))
    given(*WATCHED).when(ArchiveNote(N1), by=FKA).then(NoteArchived(N1))
    given(*WATCHED).when(EditNote(N1, "Laut"), by=ALEX).refused(Code.NOTE_UNKNOWN)


# -- the switches of a board


def test_a_board_is_hidden_and_shown_for_all_rooms_at_once() -> None:
    shown = given(*SECRET).when(SetBoardHidden("secret", False), by=FKR)
    shown.then(BoardHidden("secret", False))
    given(world=shown.world).when(SetBoardHidden("secret", False), by=FKA).nothing()
    given(world=shown.world).when(SetBoardHidden("secret", True), by=FKA).then(BoardHidden("secret", True))
    given().when(SetBoardHidden("nothing", True), by=FKA).refused(Code.BOARD_UNKNOWN)


def test_a_board_is_locked_and_opened() -> None:
    locked = given().when(SetBoardLocked("ideas", True), by=FKR)
    locked.then(BoardLocked("ideas", True))
    given(world=locked.world).when(SetBoardLocked("ideas", True), by=FKA).nothing()
    given(world=locked.world).when(SetBoardLocked("ideas", False), by=FKA).then(BoardLocked("ideas", False))
    given().when(SetBoardLocked("nothing", True), by=FKA).refused(Code.BOARD_UNKNOWN)


def test_a_note_withdrawn_on_one_phone_and_archived_by_a_facilitator_meanwhile_stays_withdrawn() -> None:
    given(*WRITTEN, (ANNA, WithdrawNote(N1))).when(ArchiveNote(N1), by=FKA).refused(Code.NOTE_UNKNOWN)
    other = given(*WRITTEN, (ANNA, AddNote(N2, "write", "topics", "Noch", "de")), (ANNA, WithdrawNote(N1)))
    assert other.when(ArchiveNote(N2), by=FKA).world.state.notes[N1].status == "withdrawn"
