"""A person's own overlay: their own notes also while hidden, hand, channel, ballot and "done". Nobody else is sent any of it."""

from server.core.channels import people_on
from server.core.decider import World
from server.core.entities import BallotEntity, Entity, MeEntity, OwnNoteEntity
from server.core.link_entities import OwnChannelEntity, OwnHandEntity
from server.core.scenes import Scene
from server.core.state import Note


def _own_note(note: Note) -> Entity:
    return OwnNoteEntity(
        id=note.id,
        activity=note.activity,
        board=note.board,
        column=note.column,
        text=note.text,
        language=note.language,
        status=note.status,
        rank=note.rank,
        written_at=note.written_at,
    )


def own_entities(seen: Scene, person_id: str) -> dict[str, Entity]:
    """A person's overlay, made afresh: it is small."""
    world = seen.world
    person = world.state.people.get(person_id)
    if person is None or person.erased:
        return {}
    done = tuple(sorted(a for a, people in world.state.done.items() if person_id in people))
    name = world.names.get(person_id, "")
    found: dict[str, Entity] = {
        "me:me": MeEntity(person.id, name, person.room, person.role, person.removed, done),
    }
    if person.removed:
        return found
    for note in world.state.notes.values():
        if note.author == person_id:
            found[f"own_note:{note.id}"] = _own_note(note)
    for hand in world.state.hands.values():
        if hand.person == person_id:
            found[f"own_hand:{hand.activity}"] = OwnHandEntity(hand.activity, hand.id)
    for link in world.state.links.values():
        for language, channel in link.channels.items():
            if person_id in (channel.interpreter, channel.next):
                holds, page = channel.interpreter == person_id, link.pages.get(person_id)
                found[f"own_channel:{link.activity}/{language}"] = OwnChannelEntity(
                    link.activity, language, holds, page
                )
    for round_id, ballots in world.ballots.items():
        if person_id in ballots:
            found[f"ballot:{round_id}"] = BallotEntity(round_id, ballots[person_id])
    return found


def touched_people(before: World, after: World) -> set[str]:
    """Whose overlay may differ between two worlds."""
    old, new = before.state, after.state
    touched: set[str] = set()
    if old.notes is not new.notes:
        touched |= {n.author for i, n in new.notes.items() if n.author and old.notes.get(i) is not n}
    if old.people is not new.people:
        touched |= {i for i, person in new.people.items() if old.people.get(i) is not person}
    if before.names is not after.names:
        touched |= {i for i, name in after.names.items() if before.names.get(i) != name}
        touched |= before.names.keys() - after.names.keys()
    if old.hands is not new.hands:
        both = {**old.hands, **new.hands}
        touched |= {both[i].person for i in old.hands.keys() ^ new.hands.keys()}
    if old.links is not new.links:
        for link in (*old.links.values(), *new.links.values()):
            touched |= people_on(link)
    if old.done is not new.done:
        for activity in old.done.keys() | new.done.keys():
            touched |= old.done.get(activity, frozenset()) ^ new.done.get(activity, frozenset())
    if before.ballots is not after.ballots:
        for round_id in before.ballots.keys() | after.ballots.keys():
            was, now = before.ballots.get(round_id, {}), after.ballots.get(round_id, {})
            touched |= {v for v in was.keys() | now.keys() if was.get(v) is not now.get(v)}
    return touched & new.people.keys()  # an invitation's name is nobody's yet
