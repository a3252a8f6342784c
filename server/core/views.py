"""What each audience may see: entities by key. Filter here, then diff in `patches`; nobody writes a patch by hand.

Audiences: "participant", "facilitator", "projector", "interpreter" are each one shared stream; "person:<id>" is a person's own
overlay (own notes also while hidden, own ballot, own "done"). Every kind of entity is a `Section`, which names its audiences
(default: none) and makes one entity from one source object. Equal inputs give equal entities, so a
`patches.Projection` makes again only what changed.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from server.core import link_checks, link_ladder, links
from server.core.channels import people_on
from server.core.counting import Counted, count
from server.core.decider import World
from server.core.entities import (
    ActivityEntity,
    BallotEntity,
    BoardEntity,
    ChannelEntity,
    CheckEntity,
    CountsEntity,
    Entity,
    GroupEntity,
    HandEntity,
    InvitationEntity,
    ItemEntity,
    LinkEntity,
    MeEntity,
    NoteEntity,
    OwnChannelEntity,
    OwnHandEntity,
    OwnNoteEntity,
    ParticipationEntity,
    PersonEntity,
    ProgressEntity,
    RenewalsEntity,
    RoomEntity,
    RoundEntity,
    SessionEntity,
    StageEntity,
    StationEntity,
    TimerEntity,
)
from server.core.entrances import is_open
from server.core.plan import Activity, LiveWindow, RoomPlan
from server.core.state import (
    Board,
    Channel,
    Entrance,
    Group,
    Hand,
    Invitation,
    Link,
    LinkCheck,
    Note,
    Person,
    Renewals,
    Round,
    RoundItem,
    Stage,
    State,
    Station,
    Timer,
)

FACILITATOR, PARTICIPANT, PROJECTOR, INTERPRETER = "facilitator", "participant", "projector", "interpreter"
SHARED = (PARTICIPANT, FACILITATOR, PROJECTOR, INTERPRETER)


def person_audience(person_id: str) -> str:
    return f"person:{person_id}"


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


class Section(Struct, frozen=True):
    """One kind of entity. `source`: the objects it is made of, by id. `make` gives None where the audience may not know of
    the object. `context`: what else `make` looks at; as long as it is the same by identity, equal objects give equal entities.
    """

    kind: str
    audiences: frozenset[str]
    source: Callable[[Scene], Mapping[str, Any]]
    make: Callable[[World, str, Any], Entity | None]
    context: Callable[[World], tuple[object, ...]] = lambda _world: ()


def _session(_world: World, _audience: str, state: State) -> Entity:
    plan = state.plan
    return SessionEntity(
        state.session, plan.title, plan.subtitle, plan.first_day, plan.days, state.started, state.shift_ms
    )


def _room(_world: World, _audience: str, placed: tuple[int, RoomPlan]) -> Entity:
    return RoomEntity(placed[1].id, placed[0], placed[1])


def _activity(world: World, _audience: str, placed: tuple[int, Activity]) -> Entity:
    place, activity = placed
    return ActivityEntity(activity.id, place, activity, world.state.opened.get(activity.id, ()))


def _board(_world: World, _audience: str, board: Board) -> Entity:
    plan = board.plan
    return BoardEntity(plan.id, plan.title, plan.columns, plan.moderated, board.hidden, board.locked)


def _secret(world: World, board_id: str, audience: str) -> bool:
    """Whether what stands on a board is hidden from a shared audience."""
    board = world.state.boards[board_id]
    return board.hidden and not (audience == FACILITATOR and board.plan.moderated)


def _note(world: World, audience: str, note: Note) -> Entity | None:
    if _secret(world, note.board, audience) or note.status == "withdrawn":
        return None
    for_facilitators = audience == FACILITATOR
    if note.status == "archived" and not for_facilitators:
        return None
    return NoteEntity(
        id=note.id,
        board=note.board,
        column=note.column,
        group=note.group,
        rank=note.rank,
        room=note.room,
        text=note.text,
        language=note.language,
        translation=note.translation,
        author="" if audience in (PROJECTOR, INTERPRETER) else world.names.get(note.author, ""),
        author_id=note.author if for_facilitators else None,
        archived=note.status == "archived",
        edited=note.edited_at is not None,
    )


def _group(world: World, audience: str, group: Group) -> Entity | None:
    if group.dissolved or _secret(world, group.board, audience):
        return None
    return GroupEntity(group.id, group.board, group.column, group.rank, group.title, group.translation)


def _stage(_world: World, _audience: str, stage: Stage) -> Entity:
    return StageEntity(stage.room, stage.activity, stage.opened_at, stage.phones, stage.wall, stage.language)


def _timer(_world: World, _audience: str, timer: Timer) -> Entity:
    return TimerEntity(timer.room, timer.status, timer.duration_ms, timer.ends_at, timer.remaining_ms)


def _item(world: World, item: RoundItem) -> ItemEntity:
    """As it stood when the round opened; but a note taken off the board since is off the ballots too, all but its place."""
    note = world.state.notes.get(item.id)
    kept = note is None or note.status == "active"
    title, translation = (item.title, item.translation) if kept else ("", "")
    return ItemEntity(item.id, item.kind, title, translation, item.column, item.rooms, item.notes)


def _round(world: World, audience: str, found: Round) -> Entity:
    public = found.status == "closed" and (found.shown or audience == FACILITATOR)
    return RoundEntity(
        id=found.id,
        activity=found.activity,
        board=found.board,
        number=found.number,
        rooms=found.rooms,
        dots=found.dots,
        max_per_item=found.max_per_item,
        items=tuple(_item(world, item) for item in found.items),
        status=found.status,
        shown=found.shown,
        opened_at=found.opened_at,
        tally=found.tally if public else None,
        voters=found.voters if public else None,
    )


def _station(world: World, _audience: str, station: Station) -> Entity | None:
    if links.station_of(world.state, station.room) is None:
        return None
    return StationEntity(station.room, station.id, station.camera, station.microphone)


def _channel(world: World, audience: str, channel: Channel | None) -> ChannelEntity:
    if channel is None:
        return ChannelEntity(None, None, False)

    def name(person: str) -> str:
        return world.names.get(person, "") if audience in (FACILITATOR, INTERPRETER) else ""

    following = None if channel.next is None else name(channel.next)
    return ChannelEntity(name(channel.interpreter), following, channel.speaking)


def _link(world: World, audience: str, link: Link) -> Entity:
    window = world.state.plan.activity(link.activity)
    languages = window.channels if isinstance(window, LiveWindow) else ()
    return LinkEntity(
        activity=link.activity,
        rooms=link.rooms,
        offerer=link.rooms[0],
        status=link.status,
        generation=link.generation,
        ready=link.ready,
        live_at=link.live_at,
        over_at=link.over_at,
        muted=link.muted,
        paused=link.paused,
        way=link.way,
        asked=link.asked,
        layouts=link.layouts,
        shared=link.shared,
        channels={language: _channel(world, audience, link.channels.get(language)) for language in languages},
        sounds=link.sounds,
        recording=link.recording,
        came=link.came,
        held_back={room: link_ladder.tried_again_at(one) for room, one in link.held_back.items() if one.held},
    )


def _hand(world: World, audience: str, hand: Hand) -> Entity:
    name = "" if audience == PARTICIPANT else world.names.get(hand.id, "")
    return HandEntity(hand.id, hand.activity, hand.room, hand.rank, hand.speaking, name)


def _check(_world: World, _audience: str, check: LinkCheck) -> Entity:
    found = check.found
    return CheckEntity(
        activity=check.activity,
        room=check.room,
        asked_at=check.asked_at,
        checked_at=check.checked_at,
        light=link_checks.light(found) if found else None,
        advice=link_checks.advice(found) if found else (),
        picture=found.picture if found else None,
        sound=found.sound if found else None,
        way=found.way if found else None,
        turn=found.turn if found else None,
        up_kbit=found.up_kbit if found else None,
        round_trip_ms=found.round_trip_ms if found else None,
        loss_percent=found.loss_percent if found else None,
    )


def _person(world: World, _audience: str, person: Person) -> Entity:
    name = world.names.get(person.id, "")
    return PersonEntity(
        id=person.id,
        name=name,
        room=person.room,
        role=person.role,
        joined_at=person.joined_at,
        removed=person.removed,
        erased=person.erased,
        came_by=_came_by(person.entrance),
    )


def _came_by(entrance: Entrance | None) -> str:
    if entrance is None:
        return ""
    if entrance.invitation:
        return "invitation"
    return "link" if entrance.room else "code"


def _invitation(world: World, _audience: str, invitation: Invitation) -> Entity | None:
    if not is_open(world.state, invitation):
        return None
    name = world.names.get(invitation.id, "")
    return InvitationEntity(invitation.id, invitation.room, name, invitation.by, invitation.expires_at, invitation.role)


def _renewals(_world: World, _audience: str, renewals: Renewals) -> Entity:
    return RenewalsEntity(
        renewals.room, renewals.participant, renewals.facilitator, renewals.projector, renewals.interpreter
    )


def _ready(_world: World, _audience: str, entity: Entity) -> Entity:
    return entity


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
                own = OwnChannelEntity(link.activity, language, channel.interpreter == person_id)
                found[f"own_channel:{link.activity}/{language}"] = own
    for round_id, ballots in world.ballots.items():
        if person_id in ballots:
            found[f"ballot:{round_id}"] = BallotEntity(round_id, ballots[person_id])
    return found


_ALL = frozenset(SHARED)
_FACILITATORS = frozenset({FACILITATOR})

SECTIONS: tuple[Section, ...] = (
    Section("session", _ALL, lambda seen: {"session": seen.world.state}, _session),
    Section("room", _ALL, lambda seen: seen.rooms, _room),
    Section("activity", _ALL, lambda seen: seen.activities, _activity, lambda world: (world.state.opened,)),
    Section("board", _ALL, lambda seen: seen.world.state.boards, _board),
    Section("counts", _ALL, lambda seen: seen.counts, _ready),
    Section(
        "note",
        _ALL,
        lambda seen: seen.world.state.notes,
        _note,
        lambda world: (world.state.boards, world.names),
    ),
    Section("group", _ALL, lambda seen: seen.world.state.groups, _group, lambda world: (world.state.boards,)),
    Section("stage", _ALL, lambda seen: seen.world.state.stages, _stage),
    Section("timer", _ALL, lambda seen: seen.world.state.timers, _timer),
    Section("station", _ALL, lambda seen: seen.world.state.stations, _station, lambda world: (world.state.people,)),
    Section("link", _ALL, lambda seen: seen.world.state.links, _link, lambda world: (world.names,)),
    Section("hand", _ALL, lambda seen: seen.world.state.hands, _hand, lambda world: (world.names,)),
    Section("check", _FACILITATORS | {PROJECTOR}, lambda seen: seen.world.state.checks, _check),
    Section("round", _ALL, lambda seen: seen.world.state.rounds, _round, lambda world: (world.state.notes,)),
    Section("progress", _ALL, lambda seen: seen.progress, _ready),
    Section("participation", _ALL, lambda seen: seen.participation, _ready),
    Section("person", _FACILITATORS, lambda seen: seen.world.state.people, _person, lambda world: (world.names,)),
    Section(
        "invitation",
        _FACILITATORS,
        lambda seen: seen.world.state.invitations,
        _invitation,
        lambda world: (world.state.people, world.names),
    ),
    Section("renewals", _FACILITATORS | {PROJECTOR}, lambda seen: seen.world.state.renewals, _renewals),
)


def project(seen: Scene, audience: str) -> dict[str, Entity]:
    """Everything an audience may see, afresh: what a snapshot holds, and what patches must add up to."""
    if audience.startswith("person:"):
        return own_entities(seen, audience.removeprefix("person:"))
    found: dict[str, Entity] = {}
    for section in SECTIONS:
        if audience in section.audiences:
            for object_id, source in section.source(seen).items():
                entity = section.make(seen.world, audience, source)
                if entity is not None:
                    found[f"{section.kind}:{object_id}"] = entity
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
