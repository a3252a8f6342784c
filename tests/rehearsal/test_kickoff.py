"""The kickoff workshop as planned, from its first step to its last, with sixty people in two halls and real notes."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from server.core.plan import Voting, Writing
from server.core.texts import clean
from server.rehearsal.crowd import Crowd, Setting
from server.rehearsal.deck import Text, built_in, read_notes
from server.rehearsal.doorstep import read_door
from server.rehearsal.rehearse import Outcome, Rehearsal, rehearse
from server.rehearsal.texts import AFTERTHOUGHT
from server.settings import ROOT
from tests.hall import Hall, running_hall
from tests.rehearsal.crowds import BOTH, door

REAL_NOTES = ROOT.parent / "shared" / "data" / "notes-de.csv"
PEOPLE = 60
SPEED = 45


def notes() -> tuple[list[Text], str]:
    """The real ones where they lie beside the repository; what was used shows in the test's name."""
    if REAL_NOTES.is_file():
        found = read_notes(REAL_NOTES)
        return found, f"{len(found)} real notes"
    return built_in(), "built-in notes, as shared/data/notes-de.csv is not beside the repository"


NOTES, WHICH = notes()


async def play(hall: Hall, crowd: Crowd) -> Outcome:
    hands = tuple(read_door(None, hall.link("facilitator", room)) for room in BOTH)
    try:
        return await rehearse(crowd, Rehearsal(facilitators=hands), asyncio.Event())
    finally:
        await crowd.close()


def unedited(text: str) -> str:
    return re.sub("(" + "|".join(re.escape(mark) for mark in AFTERTHOUGHT.values()) + ")$", "", text)


@pytest.mark.parametrize("texts", [pytest.param(NOTES, id=WHICH)])
async def test_kickoff_from_first_to_last_step_leaves_everyone_in_agreement(texts: list[Text], tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        crowd = Crowd(door(hall), Setting(people=PEOPLE, speed=SPEED, notes=tuple(texts)))
        outcome = await play(hall, crowd)
        state, plan = hall.live.state, hall.live.state.plan

        assert outcome.disagreements == []
        assert outcome.skipped == []
        assert {step.id: set(step.rooms) for step in plan.activities} == {
            step: set(rooms) for step, rooms in state.opened.items()
        }
        assert [len([p for p in state.people.values() if (p.role, p.room) == ("participant", r)]) for r in BOTH] == [
            30,
            30,
        ]
        # Every text was written once, by whom it was dealt to, whatever happened to their line meanwhile.
        written = Counter(unedited(note.text) for note in state.notes.values())
        assert written == Counter(clean(text.text) for text in texts)
        boards = {step.board for step in plan.activities if isinstance(step, Writing)}
        assert {note.board for note in state.notes.values()} == boards
        assert crowd.stats.lines > PEOPLE * 1.5

        rounds = list(state.rounds.values())
        assert len(rounds) == len([step for step in plan.activities if isinstance(step, Voting)])
        for found in rounds:
            assert found.status == "closed"
            assert found.shown
            assert found.tally is not None
            assert 0 < sum(sum(rooms.values()) for rooms in found.tally.values()) <= PEOPLE * found.dots
        assert hall.live.world.ballots == {}
        assert any(len(group.title) > 0 for group in state.groups.values())
