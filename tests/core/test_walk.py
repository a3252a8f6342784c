"""Random workshops: whatever happens, the log folds to the state, patches add up, budgets hold, things stand in order."""

import pytest

from server.core.audiences import SHARED
from server.core.decider import RIGHTS, Command, World
from server.core.groups import MoveGroup
from server.core.notes import MoveNote
from server.core.own_views import own_entities, touched_people
from server.core.patches import Projection
from server.core.scenes import scene
from server.core.views import project
from tests.core.checks import check_budgets, check_log, check_patches, check_places, check_timers
from tests.core.walk import MAKERS, Walk

SEEDS = 30
STEPS = 300
PATCHES_EVERY = 12


def check_order(world: World, command: Command) -> None:
    """What was moved in front of something stands in front of it."""
    if not isinstance(command, MoveNote | MoveGroup) or command.before is None:
        return
    state = world.state
    moved = state.notes[command.note_id] if isinstance(command, MoveNote) else state.groups[command.group_id]
    other = state.notes.get(command.before) or state.groups.get(command.before)
    if other is None or other.id == moved.id or (other.board, other.column) != (moved.board, moved.column):
        return
    if getattr(other, "dissolved", False) or getattr(other, "group", None) != getattr(moved, "group", None):
        return
    assert (moved.rank, moved.id) < (other.rank, other.id)


def walk(seed: int, steps: int) -> tuple[Walk, set[type]]:
    found = Walk(seed)
    seen = scene(found.world)
    projections = [Projection(audience, seen) for audience in SHARED]
    overlays = {person: own_entities(seen, person) for person in found.world.state.people}
    given: set[type] = set()
    for number, (before, _by, command, _records) in enumerate(found.steps(steps)):
        given.add(type(command))
        after = found.world
        seen = scene(after, seen)
        for projection in projections:
            projection.advance(seen)
        for person in touched_people(before, after):
            overlays[person] = own_entities(seen, person)
        check_order(after, command)
        if number % PATCHES_EVERY == 0:
            check_patches(before, after)
            check_budgets(after)
            check_places(after)
            check_timers(after)
            for projection in projections:
                assert projection.view == project(scene(after), projection.audience)
            assert overlays == {person: own_entities(seen, person) for person in after.state.people}
    check_log(found.events, found.world)
    check_budgets(found.world)
    check_places(found.world)
    return found, given


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_workshop_keeps_all_promises(seed: int) -> None:
    found, given = walk(seed, STEPS)
    assert found.refusals < STEPS * 0.9
    assert len(given) > 10


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1300))
def test_many_long_random_workshops_keep_all_promises(seed: int) -> None:
    walk(seed, 2000)


def test_random_workshops_know_every_command() -> None:
    assert MAKERS.keys() == RIGHTS.keys()
    given: set[type] = set()
    for seed in range(40):
        if given == set(RIGHTS):
            break
        given |= walk(seed, STEPS)[1]
    assert given == set(RIGHTS), "each is accepted now and then"
