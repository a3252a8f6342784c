"""A session's world from the store: read whole, or what is new in it put onto what is known."""

from msgspec import Struct

from server.core.decider import World, evolve_world
from server.core.state import Ballots, State
from server.hub.snapshots import load_state
from server.store.base import Loaded, Store


class At(Struct, frozen=True):
    """Where a session is: `version` counts its commits, `revision` all that was written."""

    version: int
    revision: int


async def load_world(store: Store, session_id: str) -> tuple[World, At]:
    """A session's world and where it is, from the store."""
    state, version, loaded = await load_state(store, session_id)
    return _beside(World(state), loaded), At(version, loaded.revision)


def onto(world: World, loaded: Loaded) -> World:
    """What was loaded, onto a world: events onto its state, names and ballots in the place of the old ones."""
    for commit in loaded.commits:
        for event in commit.events:
            world = evolve_world(world, event)
    return _beside(world, loaded)


def _beside(world: World, loaded: Loaded) -> World:
    """Names and ballots as they were loaded, in the place of the old ones."""
    _drop_erased(world.state, loaded)
    names = world.names if world.names == loaded.names else loaded.names
    ballots = {round_id: _kept(world.ballots.get(round_id, {}), found) for round_id, found in loaded.ballots.items()}
    return World(world.state, names, ballots)


def _drop_erased(state: State, loaded: Loaded) -> None:
    """What still lies in the store of people who were erased a moment ago is nobody's any more."""
    for person in state.people.values():
        if person.erased:
            loaded.names.pop(person.id, None)
            for ballots in loaded.ballots.values():
                ballots.pop(person.id, None)


def _kept(before: Ballots, after: Ballots) -> Ballots:
    """Equal ballots stay the same objects, so that nobody's screen is made anew for somebody else's vote."""
    return {voter: before[voter] if before.get(voter) == ballot else ballot for voter, ballot in after.items()}
