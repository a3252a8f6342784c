"""The kickoff workshop over several processes on one Redis, behind a load balancer that sends nobody to the same one twice.

Processes are killed and added while it goes on. At the end nothing acknowledged is lost, all views are equal, and the log is dense.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from server.core.agenda import OpenStep
from server.core.decider import World
from server.core.plan import Voting, Writing
from server.core.texts import clean
from server.hub.world import load_world
from server.rehearsal.client import Client
from server.rehearsal.crowd import Crowd, Setting
from server.rehearsal.deck import Text
from server.rehearsal.doorstep import enter
from server.rehearsal.rehearse import Outcome, Rehearsal, rehearse
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from server.store.base import Loaded
from tests.processes.faulty import HASTY, SILENT
from tests.processes.installation import Installation, installation
from tests.rehearsal.crowds import BOTH, OPEN_WRITING
from tests.rehearsal.test_kickoff import NOTES, unedited

Trouble = Callable[[Installation, Crowd], Coroutine[None, None, None]]


def people_in(found: Installation, people: int, speed: float, texts: list[Text]) -> Crowd:
    return Crowd(found.door(), Setting(people=people, speed=speed, notes=tuple(texts)))


async def play(found: Installation, crowd: Crowd, trouble: Trouble) -> Outcome:
    """The whole plan, with trouble as soon as people write."""
    hands = tuple(found.facilitators()[room] for room in BOTH)
    making = asyncio.create_task(trouble(found, crowd))
    try:
        outcome = await rehearse(crowd, Rehearsal(facilitators=hands), asyncio.Event())
        assert making.done(), "the workshop was over before its troubles"
        making.result()
        return outcome
    finally:
        await finished(making)
        await crowd.close()


async def written(crowd: Crowd, notes: int) -> None:
    assert await until(lambda: sum(len(person.journal.notes) for person in crowd.people) >= notes, within_s=600)


async def one_dies_and_one_comes(found: Installation, crowd: Crowd) -> None:
    await written(crowd, 10)
    await found.kill(found.running[0])
    await found.start()


async def everything_is_killed_once(found: Installation, crowd: Crowd) -> None:
    await written(crowd, len(NOTES) // 20)
    await found.kill(found.running[0])
    await found.start()
    await written(crowd, len(NOTES) // 4)
    await asyncio.to_thread(found.redis.restart)
    await written(crowd, len(NOTES) // 2)
    await found.kill(found.running[0], signal.SIGTERM)
    await found.start()


async def kept(found: Installation) -> tuple[World, Loaded]:
    async with found.store() as store:
        (row,) = await store.sessions()
        world, _ = await load_world(store, row.id)
        return world, await store.load(row.id)


def check(crowd: Crowd, outcome: Outcome, world: World, loaded: Loaded, texts: list[Text]) -> None:
    assert outcome.disagreements == []
    assert outcome.skipped == []
    state, plan = world.state, world.state.plan
    assert Counter(unedited(note.text) for note in state.notes.values()) == Counter(clean(text.text) for text in texts)
    assert {note.board for note in state.notes.values()} == {s.board for s in plan.activities if isinstance(s, Writing)}
    rounds = list(state.rounds.values())
    assert len(rounds) == len([step for step in plan.activities if isinstance(step, Voting)])
    for found in rounds:
        assert found.status == "closed"
        assert found.tally is not None
        assert 0 < sum(sum(rooms.values()) for rooms in found.tally.values()) <= len(crowd.people) * found.dots
    assert world.ballots == {}
    assert [commit.version for commit in loaded.commits] == list(range(1, len(loaded.commits) + 1))
    given = [(commit.actor, commit.command_id) for commit in loaded.commits if commit.command_id is not None]
    assert len(given) == len(set(given))


async def test_kickoff_over_two_processes_of_which_one_dies_and_one_comes(tmp_path: Path) -> None:
    async with installation(tmp_path, processes=2) as found:
        crowd = people_in(found, 24, 60, NOTES[:60])
        outcome = await play(found, crowd, one_dies_and_one_comes)
        check(crowd, outcome, *await kept(found), NOTES[:60])
        assert len(found.said("session_opened")) == 1
        assert found.said("turn_failed") == found.said("look_failed") == []


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("processes", [2, 4])
async def test_kickoff_of_sixty_people(tmp_path: Path, processes: int) -> None:
    async with installation(tmp_path, processes) as found:
        crowd = people_in(found, 60, 20, NOTES)
        outcome = await play(found, crowd, one_dies_and_one_comes)
        report(found, crowd)
        check(crowd, outcome, *await kept(found), NOTES)
        assert found.said("turn_failed") == found.said("look_failed") == []


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_kickoff_of_three_hundred_people_while_processes_and_redis_are_killed(tmp_path: Path) -> None:
    """What the second part promises: nothing acknowledged is lost whatever is killed, and all views are equal."""
    async with installation(tmp_path, processes=2) as found:
        crowd = people_in(found, 300, 8, NOTES)
        outcome = await play(found, crowd, everything_is_killed_once)
        report(found, crowd)
        check(crowd, outcome, *await kept(found), NOTES)
        assert found.said("turn_failed") == found.said("look_failed") == []


def report(found: Installation, crowd: Crowd) -> None:
    """The figures, for who runs it with `-s`."""
    stats = crowd.stats
    epochs = Counter(person.client.view.epoch for person in crowd.people)
    print(
        f"\n{stats.people} people over {stats.lines} lines, at the end {sorted(epochs.values())} in each process;"
        f" {stats.commands} commands, {stats.answers} answers, {stats.patches} patches;"
        f" answered in p50 {stats.time_ms(0.5):.0f} ms, p95 {stats.time_ms(0.95):.0f} ms;"
        f" tried again {dict(stats.passing)}, refused {dict(stats.refusals)}, disagreements {len(stats.disagreements)}"
    )


# -- the controls


@pytest.mark.parametrize(("fault", "sentence"), [(SILENT, "went from number"), (HASTY, "acknowledged notes are lost")])
async def test_a_process_with_a_fault_is_found(tmp_path: Path, fault: str, sentence: str) -> None:
    async with installation(tmp_path, processes=1) as found:
        await found.start("tests.processes.faulty", fault)
        hand = Client(found.facilitators()["ka"], await enter(found.facilitators()["ka"], "ka"), "de", Stats())
        line = asyncio.create_task(hand.run())
        crowd = people_in(found, 12, 40, [])
        try:
            assert (await hand.give(OpenStep(OPEN_WRITING, BOTH))).ok
            await crowd.open()
            await crowd.join()
            await written(crowd, 24)
            await crowd.rest()
            assert any(sentence in said for said in await crowd.verify(alone=False))
        finally:
            hand.stop()
            await finished(line)
            await crowd.close()
