"""Who is told what: patches add up to fresh views for every command and audience (R8), and secrets are in none (S2)."""

import pytest
from msgspec import json, structs

from server.core import decider, views
from server.core.agenda import StartSession
from server.core.audiences import FACILITATOR, PARTICIPANT, PROJECTOR, SHARED
from server.core.boards import SetBoardHidden
from server.core.decider import World
from server.core.entities import Entity, NoteEntity
from server.core.groups import GroupNotes
from server.core.notes import AddNote, ArchiveNote, WithdrawNote
from server.core.patches import Patch, apply, diff
from server.core.people import RemovePerson
from server.core.scenes import scene
from server.core.state import Board, Note
from server.core.views import project
from server.core.voting import CloseRound, PlaceDots, ShowRound, StartRound
from tests.core.cases import CASES, SECRET, VOTING, WATCHED, WRITTEN, Case, uncovered
from tests.core.checks import check_patches
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, G1, N1, N2, N3, N4, N5, R1, START, after, given, opened

EVERYTHING = frozenset(decider.RIGHTS)


def view(world: World, audience: str) -> dict[str, Entity]:
    return project(scene(world), audience)


def text(world: World, audience: str) -> str:
    """All an audience is sent, as it is sent."""
    return json.encode(view(world, audience)).decode()


# -- R8: old view + patch == new view


def check_case(case: Case) -> dict[str, Patch]:
    return check_patches(case.world, given(world=case.world).when(case.command, by=case.by, at=case.at).world)


@pytest.mark.parametrize("name", CASES)
def test_old_view_and_patch_are_the_new_view_for_every_audience(name: str) -> None:
    patches = check_case(CASES[name])
    assert any(patches.values()), "somebody sees it"


def test_every_command_has_a_case() -> None:
    assert uncovered(EVERYTHING) == set()


class Unheard(StartSession, frozen=True, tag=True):
    """A new command without a case."""


def test_a_new_command_without_a_case_is_noticed() -> None:
    assert uncovered(EVERYTHING | {Unheard}) == {"Unheard"}


def test_control_a_view_that_looks_at_more_than_its_context_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A note's view looks at its board; without that in its context, `advance` shows a board that was hidden."""
    blind = tuple(
        views.Section(s.kind, s.audiences, s.source, s.make) if s.kind == "note" else s for s in views.SECTIONS
    )
    monkeypatch.setattr("server.core.patches.SECTIONS", blind)
    with pytest.raises(AssertionError):
        check_case(CASES["SetBoardHidden"])


def test_control_a_person_who_is_not_told_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.core.checks.touched_people", lambda _before, _after: set())
    with pytest.raises(AssertionError, match="would not be told"):
        check_case(CASES["PlaceDots"])


def test_a_patch_names_what_is_gone_and_nothing_that_stayed() -> None:
    world = after(START, *WRITTEN)
    before, now = view(world, PARTICIPANT), view(after(world, (ANNA, WithdrawNote(N1))), PARTICIPANT)
    patch = diff(before, now)
    assert patch.gone == (f"note:{N1}",)
    assert set(patch.set) == {"counts:ideas", "participation:write"}
    assert apply(before, patch) == now
    assert not diff(now, now)


# -- S2: what is secret is not sent

CANARY = "kanarienvogel"


def hidden_note(activity: str) -> World:
    return after(START, opened(activity), (ANNA, AddNote(N4, activity, "topics", CANARY, "de")))


@pytest.mark.parametrize(
    ("activity", "entitled"),
    [
        ("write-secret", {"person:anna"}),
        ("write-watched", {"person:anna", FACILITATOR}),
        ("write", {*SHARED, "person:anna"}),
    ],
)
def test_a_hidden_note_is_sent_to_nobody_who_is_not_entitled(activity: str, entitled: set[str]) -> None:
    world = hidden_note(activity)
    audiences = (*SHARED, *(f"person:{person}" for person in world.state.people))
    assert {audience for audience in audiences if CANARY in text(world, audience)} == entitled


def test_control_a_filter_that_is_dropped_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = next(section for section in views.SECTIONS if section.kind == "note")

    def leaky(world: World, audience: str, note: Note) -> Entity | None:
        revealed = {board: Board(found.plan) for board, found in world.state.boards.items()}
        return kept.make(structs.replace(world, state=structs.replace(world.state, boards=revealed)), audience, note)

    sections = tuple(
        views.Section(s.kind, s.audiences, s.source, leaky, s.context) if s is kept else s for s in views.SECTIONS
    )
    monkeypatch.setattr(views, "SECTIONS", sections)
    assert CANARY in text(hidden_note("write-secret"), PARTICIPANT)


def test_of_a_hidden_board_only_the_numbers_are_known() -> None:
    world = after(START, *SECRET)
    seen = view(world, PARTICIPANT)
    assert {key for key in seen if key.startswith(("note:", "group:"))} == set()
    assert json.decode(json.encode(seen["counts:secret"]))["columns"]["topics"] == {"ka": 1, "kr": 0}


def test_a_group_of_a_hidden_board_is_as_secret_as_its_notes() -> None:
    world = after(START, *WATCHED, (FKA, GroupNotes(G1, (N5,), CANARY)))
    assert CANARY in text(world, FACILITATOR)
    assert CANARY not in text(world, PARTICIPANT) + text(world, PROJECTOR)
    assert CANARY in text(after(world, (FKA, SetBoardHidden("watched", False))), PROJECTOR)


def test_withdrawn_and_archived_notes_go_from_every_screen_but_their_facilitators() -> None:
    world = after(START, *WRITTEN, (ANNA, WithdrawNote(N1)), (FKA, ArchiveNote(N2)))
    assert {key for key in view(world, PROJECTOR) if key.startswith("note:")} == {f"note:{N3}"}
    assert {key for key in view(world, FACILITATOR) if key.startswith("note:")} == {f"note:{N2}", f"note:{N3}"}
    assert f"own_note:{N1}" in view(world, "person:anna")


def test_names_stand_on_notes_for_people_and_never_on_walls() -> None:
    world = after(START, *WRITTEN)
    note = view(world, PARTICIPANT)[f"note:{N1}"]
    assert isinstance(note, NoteEntity)
    assert (note.author, note.author_id) == ("Anna", None)
    for name in ("Anna", "Alex", "Борис", "Frau Ka"):
        assert name not in text(world, PROJECTOR)
        assert name in text(world, FACILITATOR)
    assert "Frau Ka" not in text(world, PARTICIPANT)
    assert "anna" not in text(world, PARTICIPANT)


def test_dots_are_known_to_nobody_but_their_voter_until_the_result_is_shown() -> None:
    dots = ((ANNA, PlaceDots(R1, N3, 2)), (BORIS, PlaceDots(R1, G1, 1)))
    voting = after(START, *VOTING, *dots)
    alone = after(START, *VOTING)
    for audience in (*SHARED, "person:alex", "person:fka"):
        without = view(alone, audience)
        assert diff(without, view(voting, audience)).set.keys() <= {f"progress:{R1}"}
    assert f"ballot:{R1}" in view(voting, "person:anna")
    closed = after(voting, (FKA, CloseRound(R1)))
    tallies = {
        audience: json.decode(json.encode(view(closed, audience)[f"round:{R1}"]))["tally"] for audience in SHARED
    }
    assert tallies[FACILITATOR][N3] == {"ka": 2, "kr": 0}
    assert tallies[PARTICIPANT] is tallies[PROJECTOR] is None
    shown = after(closed, (FKA, ShowRound(R1, True)))
    assert json.decode(json.encode(view(shown, PROJECTOR)[f"round:{R1}"]))["tally"] == tallies[FACILITATOR]


def test_a_note_archived_during_a_round_goes_from_its_ballots_too() -> None:
    voting = after(START, *VOTING)
    words = voting.state.notes[N3].text
    assert words in text(voting, PARTICIPANT)
    archived = after(voting, (FKA, ArchiveNote(N3)))
    assert words not in text(archived, PARTICIPANT) + text(archived, PROJECTOR)
    assert f'"id":"{N3}"' in text(archived, PARTICIPANT)
    items = json.decode(json.encode(view(archived, PARTICIPANT)[f"round:{R1}"]))["items"]
    assert [item["title"] for item in items if item["id"] == N3] == [""], "each face says in words that it is gone"


def test_who_was_removed_is_told_so_and_nothing_more() -> None:
    world = after(START, *VOTING, (FKA, RemovePerson("anna")))
    assert set(view(world, "person:anna")) == {"me:me"}
    assert view(world, "person:nobody") == {}


def test_progress_counts_those_who_are_here_by_room() -> None:
    world = after(START, *WRITTEN, opened("vote"), (FKA, StartRound(R1, "vote", 1)))
    world = after(world, (ALEX, PlaceDots(R1, N1, 1)), (BORIS, PlaceDots(R1, N1, 1)), (FKA, RemovePerson("alex")))
    assert json.decode(json.encode(view(world, PROJECTOR)[f"progress:{R1}"]))["finished"] == {"ka": 0, "kr": 1}
