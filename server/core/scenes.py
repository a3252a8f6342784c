"""What there is to be seen: a world with what is counted from it, which everybody sees the same."""

from collections.abc import Iterable

from msgspec import Struct

from server.core.audiences import PARTICIPANT
from server.core.counting import Counted, count
from server.core.decider import World
from server.core.entities import CountsEntity, ParticipationEntity, ProgressEntity
from server.core.plan import Activity, RoomPlan
from server.core.state import State


class Scene(Struct, frozen=True):
    """A world with what is counted from it, once for all audiences."""

    world: World
    rooms: dict[str, tuple[int, RoomPlan]]
    activities: dict[str, tuple[int, Activity]]
    counted: Counted
    counts: dict[str, CountsEntity]
    participation: dict[str, ParticipationEntity]
    progress: dict[str, ProgressEntity]


def scene(world: World, before: Scene | None = None) -> Scene:
    """The scene of a world; takes over from the scene before it what cannot have changed."""
    state = world.state
    if before is None or before.world.state.plan is not state.plan:
        rooms = {room.id: (place, room) for place, room in enumerate(state.plan.rooms)}
        activities = {activity.id: (place, activity) for place, activity in enumerate(state.plan.activities)}
        counted = count(state.plan, {}, state.notes)
        counts = {board: CountsEntity(board, columns) for board, columns in counted.notes.items()}
        return Scene(world, rooms, activities, counted, counts, _participation(state, counted, None), _progress(world))
    old = before.world.state
    counted = count(state.plan, old.notes, state.notes, before.counted)
    counts = {
        board: before.counts[board] if columns is before.counted.notes[board] else CountsEntity(board, columns)
        for board, columns in counted.notes.items()
    }
    participation = _participation(state, counted, before)
    return Scene(world, before.rooms, before.activities, counted, counts, participation, _progress(world))


def _participation(state: State, counted: Counted, before: Scene | None) -> dict[str, ParticipationEntity]:
    """By activity; made anew only where its authors, the people or who is done have changed."""
    old = before.world.state if before is not None else None
    found = {}
    for activity in (step.id for step in state.plan.activities):
        if activity not in counted.authors and activity not in state.done:
            continue
        authors = counted.authors.get(activity, {})
        if (
            before is not None
            and old is not None
            and old.people is state.people
            and old.done.get(activity) is state.done.get(activity)
            and before.counted.authors.get(activity) is counted.authors.get(activity)
            and activity in before.participation
        ):
            found[activity] = before.participation[activity]
        else:
            done = _by_room(state, state.done.get(activity, ()))
            found[activity] = ParticipationEntity(activity, _by_room(state, authors), done)
    return found


def _by_room(state: State, people: Iterable[str]) -> dict[str, int]:
    """How many of these participants, still here, are in which room."""
    counts = {room.id: 0 for room in state.plan.rooms}
    for person_id in people:
        person = state.people.get(person_id)
        if person is not None and person.role == PARTICIPANT and not person.removed:
            counts[person.room] += 1
    return counts


def _progress(world: World) -> dict[str, ProgressEntity]:
    found = {}
    for open_round in world.state.rounds.values():
        if open_round.status != "open":
            continue
        ballots = world.ballots.get(open_round.id, {})
        finished = {voter for voter, dots in ballots.items() if sum(dots.values()) >= open_round.dots}
        finished |= world.state.done.get(open_round.activity, frozenset())
        by_room = _by_room(world.state, finished)
        found[open_round.id] = ProgressEntity(open_round.id, {room: by_room[room] for room in open_round.rooms})
    return found
