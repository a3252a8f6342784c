"""What holds after every command, whatever it was: checked for each case and all along random walks."""

from msgspec import json

from server import codec
from server.core.audiences import SHARED, person_audience
from server.core.decider import Event, World, fold
from server.core.own_views import touched_people
from server.core.patches import Patch, Projection, apply, diff
from server.core.scenes import scene
from server.core.state import Group, Note
from server.core.views import project


def check_patches(before: World, after: World) -> dict[str, Patch]:
    """R8: old view + patch == new view, for every audience; `advance` gives the very patch that `diff` does. By audience."""
    old_scene = scene(before)
    new_scene = scene(after, old_scene)
    fresh_scene = scene(after)
    patches = {}
    for audience in SHARED:
        old, fresh = project(old_scene, audience), project(fresh_scene, audience)
        patch = diff(old, fresh)
        assert apply(old, patch) == fresh
        projection = Projection(audience, old_scene)
        advanced = projection.advance(new_scene)
        assert advanced.set == patch.set, audience
        assert sorted(advanced.gone) == sorted(patch.gone), audience
        assert projection.view == fresh
        patches[audience] = patch
    touched = touched_people(before, after)
    for person in after.state.people:
        audience = person_audience(person)
        old, fresh = project(old_scene, audience), project(fresh_scene, audience)
        patch = diff(old, fresh)
        assert apply(old, patch) == fresh
        assert person in touched or not patch, f"{person} would not be told {patch}"
        patches[audience] = patch
    for patch in patches.values():
        assert json.decode(json.encode(patch.set)).keys() == patch.set.keys()
    return patches


def check_log(events: list[Event], world: World) -> None:
    """The log, read back from its stored form, is the state."""
    stored = codec.decode_events(codec.encode_events(tuple(events)), codec.FORMAT)
    assert fold(stored) == world.state


def check_budgets(world: World) -> None:
    for round_id, ballots in world.ballots.items():
        found = world.state.rounds[round_id]
        assert found.status == "open"
        items = {item.id for item in found.items}
        for ballot in ballots.values():
            assert ballot.keys() <= items
            assert sum(ballot.values()) <= found.dots
            assert all(0 < dots <= found.max_per_item for dots in ballot.values())


def check_places(world: World) -> None:
    """Everything stands on a board, in a column of it; notes with their group, groups that are there."""
    state = world.state
    things: list[Note | Group] = [*state.notes.values(), *state.groups.values()]
    for thing in things:
        assert thing.column in {column.id for column in state.boards[thing.board].plan.columns}
        assert thing.rank
        assert not thing.rank.endswith("0") or len(thing.rank) == 6
    for note in state.notes.values():
        if note.group is not None:
            group = state.groups[note.group]
            assert not group.dissolved
            assert (group.board, group.column) == (note.board, note.column)
    for board in state.boards:
        ranks = [note.rank for note in state.notes.values() if note.board == board]
        assert len(set(ranks)) == len(ranks)


def check_timers(world: World) -> None:
    for room, timer in world.state.timers.items():
        assert timer.room == room
        assert timer.remaining_ms >= 0
        assert timer.duration_ms >= 0
        assert (timer.ends_at is not None) == (timer.status == "running")
