"""People: who takes part, in which role and room; "I am done". Names are records beside the log, never events."""

from typing import assert_never

from msgspec import Struct

from server.core.ids import Id, Role
from server.core.limits import LIMITS
from server.core.state import Context, Person, State
from server.core.tools import current_activity, replace, texts
from server.errors import Code, Rejected


class Join(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Given by the door alone, once an invitation was shown."""

    person_id: Id
    role: Role
    room: Id
    name: str = ""


class SetName(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A person's own name, or (facilitators) that of someone in their room. Empty: no name."""

    name: str
    person_id: Id | None = None


class RemovePerson(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    person_id: Id


class SetDone(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """ "I am done" with a step, or not yet after all."""

    activity_id: Id
    done: bool


class PersonJoined(Struct, frozen=True, tag=True):
    person_id: str
    role: Role
    room: str
    at: int


class PersonRemoved(Struct, frozen=True, tag=True):
    person_id: str


class DoneSet(Struct, frozen=True, tag=True):
    activity_id: str
    person_id: str
    done: bool


class NameSet(Struct, frozen=True, tag=True):
    """A record of the identity table, not an event: it can be erased."""

    person_id: str
    name: str


Command = Join | SetName | RemovePerson | SetDone
Event = PersonJoined | PersonRemoved | DoneSet
Record = Event | NameSet


def decide(state: State, command: Command, ctx: Context) -> tuple[Record, ...]:
    match command:
        case Join():
            return _join(state, command, ctx)
        case SetName():
            return _set_name(state, command, ctx)
        case RemovePerson(person_id):
            person = _in_own_room(state, person_id, ctx)
            if person_id == ctx.actor.person:
                raise Rejected(Code.NOT_ALLOWED)  # nobody locks themselves out
            return () if person.removed else (PersonRemoved(person_id),)
        case SetDone(activity_id, done):
            current_activity(state, ctx, activity_id)
            already = ctx.actor.person in state.done.get(activity_id, frozenset())
            return () if already == done else (DoneSet(activity_id, ctx.actor.person, done),)
        case _:
            assert_never(command)


def _join(state: State, command: Join, ctx: Context) -> tuple[Record, ...]:
    if state.plan.room(command.room) is None:
        raise Rejected(Code.ROOM_UNKNOWN)
    if command.person_id in state.people:
        raise Rejected(Code.PERSON_EXISTS)
    if len(state.people) >= LIMITS.people_per_session:
        raise Rejected(Code.SESSION_FULL, limit=LIMITS.people_per_session)
    joined = PersonJoined(command.person_id, command.role, command.room, ctx.now)
    name = _name(command.name)
    return (joined, NameSet(command.person_id, name)) if name else (joined,)


def _set_name(state: State, command: SetName, ctx: Context) -> tuple[Record, ...]:
    person_id = command.person_id or ctx.actor.person
    if person_id != ctx.actor.person:
        if ctx.actor.role != "facilitator":
            raise Rejected(Code.NOT_ALLOWED)
        _in_own_room(state, person_id, ctx)
    return (NameSet(person_id, _name(command.name)),)


def _name(text: str) -> str:
    name = texts.one_line(text)
    if len(name) > LIMITS.name_chars:
        raise Rejected(Code.NAME_TOO_LONG, limit=LIMITS.name_chars)
    return name


def _in_own_room(state: State, person_id: str, ctx: Context) -> Person:
    person = state.people.get(person_id)
    if person is None:
        raise Rejected(Code.PERSON_UNKNOWN)
    if person.room != ctx.actor.room:
        raise Rejected(Code.OTHER_ROOM)
    return person


def evolve(state: State, event: Event) -> State:
    match event:
        case PersonJoined(person_id, role, room, at):
            return replace(state, people={**state.people, person_id: Person(person_id, role, room, at)})
        case PersonRemoved(person_id):
            person = state.people.get(person_id)
            if person is None:
                return state
            return replace(state, people={**state.people, person_id: replace(person, removed=True)})
        case DoneSet(activity_id, person_id, done):
            people = state.done.get(activity_id, frozenset())
            people = people | {person_id} if done else people - {person_id}
            return replace(state, done={**state.done, activity_id: people})
        case _:
            assert_never(event)
