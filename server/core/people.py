"""People: who takes part, in which role and room; "I am done". Names are records beside the log, never events."""

from typing import assert_never

from msgspec import Struct

from server.core.channels import left_by
from server.core.entrances import check_entrance, is_open
from server.core.ids import Id, Role
from server.core.limits import LIMITS
from server.core.link_state import Hand, Link
from server.core.state import Context, Entrance, Note, Person, Round, State
from server.core.tools import current_activity, replace, texts
from server.errors import Code, Rejected


class Join(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Given by the door alone, once an invitation was shown: that it holds is decided here, so that nobody uses it twice.

    `entrance` None: who the server lets in by itself.
    """

    person_id: Id
    role: Role
    room: Id
    name: str = ""
    entrance: Entrance | None = None


class SetName(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A person's own name, or (facilitators) that of someone in their room. Empty: no name."""

    name: str
    person_id: Id | None = None


class RemovePerson(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    person_id: Id


class ErasePerson(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Forget oneself, or (facilitators, at their wish) someone of one's room. `notes`: what they wrote goes, too; else it
    stays, nobody's. What they had withdrawn goes either way, for nobody could bring it back.
    """

    person_id: Id
    notes: bool


class SetDone(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """ "I am done" with a step, or not yet after all."""

    activity_id: Id
    done: bool


class PersonJoined(Struct, frozen=True, tag=True):
    person_id: str
    role: Role
    room: str
    at: int
    entrance: Entrance | None = None


class PersonRemoved(Struct, frozen=True, tag=True):
    person_id: str


class PersonErased(Struct, frozen=True, tag=True):
    """`note_ids`: their notes whose words are gone. Named here, for the log soon no longer says whose they were."""

    person_id: str
    note_ids: tuple[str, ...]


class DoneSet(Struct, frozen=True, tag=True):
    activity_id: str
    person_id: str
    done: bool


class NameSet(Struct, frozen=True, tag=True):
    """A record of the identity table, not an event: it can be erased."""

    person_id: str
    name: str


Command = Join | SetName | RemovePerson | ErasePerson | SetDone
Event = PersonJoined | PersonRemoved | PersonErased | DoneSet
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
            return () if person.removed else (PersonRemoved(person_id), *names_ended(state, person_id))
        case ErasePerson():
            return _erase(state, command, ctx)
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
    entrance = command.entrance
    if entrance is not None:
        check_entrance(state, command.role, entrance, ctx.now)
    name = tidy_name(command.name)
    records: list[Record] = [PersonJoined(command.person_id, command.role, command.room, ctx.now, entrance)]
    if name:
        records.append(NameSet(command.person_id, name))
    if entrance is not None and entrance.invitation:
        records.append(NameSet(entrance.invitation, ""))  # whom it was made out to is a person now
    return tuple(records)


def names_ended(state: State, person_id: str) -> tuple[NameSet, ...]:
    """The names that end with a person: on invitations they made, on the hand they raised."""
    invited = [i.id for i in state.invitations.values() if i.by == person_id and is_open(state, i)]
    raised = [hand.id for hand in state.hands.values() if hand.person == person_id]
    return tuple(NameSet(named, "") for named in (*invited, *raised))


def _set_name(state: State, command: SetName, ctx: Context) -> tuple[Record, ...]:
    person_id = command.person_id or ctx.actor.person
    if person_id != ctx.actor.person:
        if ctx.actor.role != "facilitator":
            raise Rejected(Code.NOT_ALLOWED)
        if _in_own_room(state, person_id, ctx).erased:
            raise Rejected(Code.PERSON_UNKNOWN)
    return (NameSet(person_id, tidy_name(command.name)),)


def _erase(state: State, command: ErasePerson, ctx: Context) -> tuple[Record, ...]:
    by_facilitator = ctx.actor.role == "facilitator"
    if by_facilitator == (command.person_id == ctx.actor.person):
        raise Rejected(Code.NOT_ALLOWED)  # phones: oneself; facilitators: others, for nobody locks themselves out
    if _in_own_room(state, command.person_id, ctx).erased:
        return ()
    written = [note for note in state.notes.values() if note.author == command.person_id]
    gone = tuple(note.id for note in written if command.notes or note.status == "withdrawn")
    names = (NameSet(command.person_id, ""), *names_ended(state, command.person_id))
    return (PersonErased(command.person_id, gone), *names)


def tidy_name(text: str) -> str:
    """One line. Raises `Rejected(NAME_TOO_LONG)`."""
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
        case PersonJoined(person_id, role, room, at, entrance):
            person = Person(person_id, role, room, at, entrance=entrance)
            used = state.invitations.get(entrance.invitation) if entrance is not None else None
            if used is not None:
                state = replace(state, invitations={**state.invitations, used.id: replace(used, used_by=person_id)})
            return replace(state, people={**state.people, person_id: person})
        case PersonRemoved(person_id):
            removed = state.people.get(person_id)
            if removed is None:
                return state
            people = {**state.people, person_id: replace(removed, removed=True)}
            hands, links = _without_hands_of(state, person_id), _links_without(state, person_id)
            return replace(state, people=people, hands=hands, links=links)
        case PersonErased():
            return _erased(state, event)
        case DoneSet(activity_id, person_id, done):
            finished = state.done.get(activity_id, frozenset())
            finished = finished | {person_id} if done else finished - {person_id}
            return replace(state, done={**state.done, activity_id: finished})
        case _:
            assert_never(event)


def _erased(state: State, event: PersonErased) -> State:
    """Says the same of a log whose words were taken out meanwhile (`erasing.redacted`) as of the log as it was."""
    person_id, gone = event.person_id, frozenset(event.note_ids)
    person = state.people.get(person_id)
    if person is not None:
        state = replace(state, people={**state.people, person_id: replace(person, removed=True, erased=True)})
    notes = {
        note.id: wordless(note) if note.id in gone else replace(note, author="")
        for note in state.notes.values()
        if note.id in gone or note.author == person_id
    }
    rounds = {found.id: without_titles(found, gone) for found in state.rounds.values()}
    done = {activity: people - {person_id} for activity, people in state.done.items()}
    hands, links = _without_hands_of(state, person_id), _links_without(state, person_id)
    return replace(state, notes={**state.notes, **notes}, rounds=rounds, done=done, hands=hands, links=links)


def _without_hands_of(state: State, person_id: str) -> dict[str, Hand]:
    return {hand.id: hand for hand in state.hands.values() if hand.person != person_id}


def _links_without(state: State, person_id: str) -> dict[str, Link]:
    """What this interpreter had is free, or whoever's who offered to take over."""
    return {activity: left_by(link, person_id) for activity, link in state.links.items()}


def wordless(note: Note) -> Note:
    return replace(note, author="", text="", translation="", status="withdrawn")


def without_titles(found: Round, note_ids: frozenset[str]) -> Round:
    """A round that no longer says what these notes said. Dots on them stay counted."""
    if not any(item.id in note_ids for item in found.items):
        return found
    blank = (replace(item, title="", translation="") if item.id in note_ids else item for item in found.items)
    return replace(found, items=tuple(blank))
