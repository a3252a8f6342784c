"""The kickoff workshop as planned, from its first step to its last, with sixty people in two halls and real notes."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from server.core.plan import LiveWindow, Voting, Writing
from server.core.texts import clean
from server.rehearsal.crowd import Crowd, Setting
from server.rehearsal.deck import Text, built_in, read_notes
from server.rehearsal.doorstep import read_door
from server.rehearsal.rehearse import Outcome, Rehearsal, rehearse
from server.rehearsal.script import Pace
from server.rehearsal.texts import AFTERTHOUGHT
from server.rehearsal.waiting import until
from server.settings import ROOT
from tests.browser.chromium import OpenContext
from tests.browser.test_link import sees_and_hears
from tests.hall import Hall, running_hall
from tests.rehearsal.crowds import BOTH, door
from tests.rtc.link import Link

REAL_NOTES = ROOT.parent / "shared" / "data" / "notes-de.csv"
PEOPLE = 60
SPEED = 45
# How long the day stays at a live window, and how long it may take to come to one.
WINDOW_S = 30
COMES_WITHIN_S = 120


def notes() -> tuple[list[Text], str]:
    """The real ones where they lie beside the repository; what was used shows in the test's name."""
    if REAL_NOTES.is_file():
        found = read_notes(REAL_NOTES)
        return found, f"{len(found)} real notes"
    return built_in(), "built-in notes, as shared/data/notes-de.csv is not beside the repository"


NOTES, WHICH = notes()


async def play(hall: Hall, crowd: Crowd, **pace: float) -> Outcome:
    hands = tuple(read_door(None, hall.link("facilitator", room)) for room in BOTH)
    try:
        return await rehearse(crowd, Rehearsal(facilitators=hands, pace=Pace(**pace)), asyncio.Event())
    finally:
        await crowd.close()


def unedited(text: str) -> str:
    return re.sub("(" + "|".join(re.escape(mark) for mark in AFTERTHOUGHT.values()) + ")$", "", text)


def everyone_agrees(hall: Hall, crowd: Crowd, outcome: Outcome, texts: list[Text]) -> None:
    """Every step was open, every text is there once, every round was counted, and every view is the server's."""
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


@pytest.mark.parametrize("texts", [pytest.param(NOTES, id=WHICH)])
async def test_kickoff_from_first_to_last_step_leaves_everyone_in_agreement(texts: list[Text], tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        crowd = Crowd(door(hall), Setting(people=PEOPLE, speed=SPEED, notes=tuple(texts)))
        outcome = await play(hall, crowd)
        everyone_agrees(hall, crowd, outcome, texts)


async def hold(link: Link, window: str) -> None:
    """One live window between the two walls, once the day has come to it: ready, go, picture and sound, end."""
    live, link.window = link.hall.live, window
    assert await until(lambda: all(live.state.stages[room].activity == window for room in BOTH), COMES_WITHIN_S)
    await link.ready()
    took = await link.go()
    for wall in link.walls.values():
        await sees_and_hears(wall)
    print(f"{window}: picture after {took:.2f} s")
    await link.end()


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.timeout(600)
async def test_both_live_windows_of_the_day_are_held_between_two_browsers(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        link = Link(hall, {room: await hall.join("facilitator", room) for room in BOTH})
        for room in BOTH:
            await link.add_wall(await open_context((960, 540)), room)
        crowd = Crowd(door(hall), Setting(people=PEOPLE, speed=SPEED, notes=tuple(NOTES)))
        windows = [step.id for step in hall.live.state.plan.activities if isinstance(step, LiveWindow)]
        assert len(windows) == 2

        async def both() -> None:
            for window in windows:
                await hold(link, window)

        day = asyncio.create_task(play(hall, crowd, live=WINDOW_S * SPEED))
        await asyncio.gather(both(), day)
        everyone_agrees(hall, crowd, day.result(), NOTES)
        assert [hall.live.state.links[window].status for window in windows] == ["over", "over"]
