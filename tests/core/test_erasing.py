"""Erasing a person (P2): what is forgotten at once, and that the redacted log folds to the very same state."""

import pytest
from msgspec import json

from server import codec
from server.core.audiences import SHARED, person_audience
from server.core.decider import Event, World, fold
from server.core.erasing import Redaction
from server.core.notes import ArchiveNote, EditNote, NoteAdded, NoteEdited, NoteTranslated, TranslateNote, WithdrawNote
from server.core.people import ErasePerson, NameSet, PersonErased, RemovePerson, SetDone, SetName
from server.core.scenes import scene
from server.core.state import State
from server.core.views import project
from server.core.voting import CloseRound, PlaceDots, ShowRound, StartRound
from server.errors import Code
from tests.core.cases import GROUPED, SECRET, VOTING, WRITTEN
from tests.core.walk import Walk
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, G1, N1, N2, N3, N4, R1, given, opened


def told(world: World) -> str:
    """All that anyone is sent, the person's own screen too."""
    seen = scene(world)
    audiences = (*SHARED, *(person_audience(person) for person in world.state.people))
    return json.encode([project(seen, audience) for audience in audiences]).decode()


def test_a_person_who_goes_leaves_their_notes_to_nobody() -> None:
    erased = given(*WRITTEN).when(ErasePerson("anna", False), by=ANNA)
    erased.then(PersonErased("anna", ()), NameSet("anna", ""))
    note = erased.world.state.notes[N1]
    assert (note.text, note.author, note.status) == ("Bäume", "", "active")
    assert "anna" not in erased.world.names
    assert "Anna" not in told(erased.world)
    assert project(scene(erased.world), "person:anna") == {}


def test_words_go_with_their_author_who_wishes_so() -> None:
    erased = given(*GROUPED, (FKA, TranslateNote(N1, "Деревья"))).when(ErasePerson("anna", True), by=ANNA)
    erased.then(PersonErased("anna", (N1,)), NameSet("anna", ""))
    note = erased.world.state.notes[N1]
    assert (note.text, note.translation, note.author, note.status) == ("", "", "", "withdrawn")
    assert "Bäume" not in told(erased.world)
    assert "Деревья" not in told(erased.world)
    assert erased.world.state.notes[N2].text == "Bänke"


def test_what_was_withdrawn_goes_either_way() -> None:
    erased = given(*WRITTEN, (ANNA, WithdrawNote(N1))).when(ErasePerson("anna", False), by=ANNA)
    erased.then(PersonErased("anna", (N1,)), NameSet("anna", ""))


def test_dots_in_an_open_vote_go_and_counted_ones_stay() -> None:
    voting = (*VOTING, (ALEX, PlaceDots(R1, G1, 1)))
    erased = given(*voting).when(ErasePerson("anna", True), by=ANNA)
    assert erased.world.ballots == {R1: {"alex": {G1: 1}}}
    counted = given(*voting, (FKA, CloseRound(R1))).when(ErasePerson("anna", True), by=ANNA)
    assert counted.world.state.rounds[R1].tally == given(*voting, (FKA, CloseRound(R1))).world.state.rounds[R1].tally


def test_a_note_in_a_vote_keeps_its_place_without_its_words() -> None:
    voting = (*WRITTEN, opened("vote"), (FKA, StartRound(R1, "vote")), (ALEX, PlaceDots(R1, N1, 2)))
    erased = given(*voting).when(ErasePerson("anna", True), by=FKA)
    item = next(item for item in erased.world.state.rounds[R1].items if item.id == N1)
    assert (item.title, item.translation) == ("", "")
    closed = given((FKA, CloseRound(R1)), (FKA, ShowRound(R1, True)), world=erased.world)
    assert closed.world.state.rounds[R1].tally == {
        N1: {"ka": 2, "kr": 0},
        N2: {"ka": 0, "kr": 0},
        N3: {"ka": 0, "kr": 0},
    }
    assert "Bäume" not in told(closed.world)


def test_words_that_are_gone_are_brought_back_by_nobody() -> None:
    world = given(*SECRET).when(ErasePerson("anna", True), by=ANNA).world
    for by in (ALEX, BORIS, FKA, FKR):
        given(world=world).when(EditNote(N4, "Doch"), by=by).refused(Code.NOTE_UNKNOWN)
    given(world=world).when(ArchiveNote(N4), by=FKA).refused(Code.NOTE_UNKNOWN)


def test_an_erased_person_is_told_so_and_gets_no_name_again() -> None:
    world = given(*WRITTEN).when(ErasePerson("anna", False), by=ANNA).world
    given(world=world).when(SetName("Anna"), by=ANNA).refused(Code.ERASED)
    given(world=world).when(SetName("Anna", "anna"), by=FKA).refused(Code.PERSON_UNKNOWN)
    given(world=world).when(ErasePerson("anna", True), by=FKA).nothing()
    given(world=world).when(RemovePerson("anna"), by=FKA).nothing()


def test_facilitators_erase_others_and_never_themselves() -> None:
    given().when(ErasePerson("anna", True), by=FKA).accepted()
    given().when(ErasePerson(FKA.person, False), by=FKA).refused(Code.NOT_ALLOWED)
    given().when(ErasePerson("boris", False), by=FKA).refused(Code.OTHER_ROOM)
    given().when(ErasePerson("nobody", False), by=FKA).refused(Code.PERSON_UNKNOWN)


def test_who_was_done_is_done_no_more() -> None:
    erased = given(*WRITTEN, (ANNA, SetDone("write", True)), (ALEX, SetDone("write", True)))
    world = erased.when(ErasePerson("anna", False), by=ANNA).world
    assert world.state.done == {"write": frozenset({"alex"})}


# -- the stored log


def words_of(events: list[Event], note_ids: set[str]) -> set[str]:
    """Everything that was ever written on these notes."""
    found: set[str] = set()
    for event in events:
        match event:
            case NoteAdded(note) if note.id in note_ids:
                found.add(note.text)
            case NoteEdited(note_id, text) | NoteTranslated(note_id, text) if note_id in note_ids:
                found.add(text)
            case _:
                pass
    return found - {"", "Перевод"}


def check_redaction(events: list[Event], state: State) -> int:
    """The redacted log folds to the same state and says none of the words; gives how many went."""
    redaction = Redaction(state)
    redacted = redaction.events(tuple(events))
    assert fold(redacted) == state
    assert redaction.events(redacted) == redacted, "done twice it is the same"
    stored = codec.encode_events(redacted).decode()
    assert fold(codec.decode_events(stored.encode(), codec.FORMAT)) == state
    gone = words_of(events, {note.id for note in state.notes.values() if not note.text})
    assert not [text for text in gone if f'"{text}"' in stored]
    for person in redaction.people:
        assert f'"author":"{person}"' not in stored
    return len(gone)


def erased_walk(seed: int) -> Walk:
    """A random workshop in whose course everybody but two facilitators is erased."""
    walk = Walk(seed)
    for number, person in enumerate(("anna", "alex", "boris")):
        list(walk.steps(60))
        by = FKR if person == "boris" else FKA
        assert walk.give(by, ErasePerson(person, number % 2 == 0)) is not None
    list(walk.steps(60))
    return walk


@pytest.mark.parametrize("seed", range(20))
def test_a_redacted_log_folds_to_the_same_state_and_says_no_word(seed: int) -> None:
    walk = erased_walk(seed)
    assert check_redaction(walk.events, walk.world.state) > 3
    for audience in (*SHARED, "person:anna"):
        assert "von anna" not in json.encode(project(scene(walk.world), audience)).decode()


def test_control_a_vote_that_is_forgotten_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    walks = [erased_walk(seed) for seed in range(20)]
    monkeypatch.setattr("server.core.erasing.without_titles", lambda found, _ids: found)

    def check_all() -> None:
        for walk in walks:
            check_redaction(walk.events, walk.world.state)

    with pytest.raises(AssertionError):
        check_all()


def test_a_log_in_which_nobody_was_erased_stays_as_it_is() -> None:
    walk = Walk(1)
    assert Redaction(walk.world.state).events(tuple(walk.events)) == tuple(walk.events)
