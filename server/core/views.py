"""What each audience may see: entities by key. Filter here, then diff in `patches`; nobody writes a patch by hand.

Every kind of entity is a `Section`, which names its audiences (default: none) and makes one entity from one source object:
here, or for the live link in `link_views`. Equal inputs give equal entities, so a `patches.Projection` makes again only what
changed. What one person alone sees is in `own_views`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from server.core import link_views
from server.core.audiences import FACILITATOR, INTERPRETER, PROJECTOR, SHARED
from server.core.decider import World
from server.core.entities import (
    ActivityEntity,
    BoardEntity,
    Entity,
    GroupEntity,
    InvitationEntity,
    ItemEntity,
    NoteEntity,
    PersonEntity,
    RenewalsEntity,
    RoomEntity,
    RoundEntity,
    SessionEntity,
    StageEntity,
    TimerEntity,
)
from server.core.entrances import is_open
from server.core.own_views import own_entities
from server.core.plan import Activity, RoomPlan
from server.core.scenes import Scene
from server.core.state import (
    Board,
    Entrance,
    Group,
    Invitation,
    Note,
    Person,
    Renewals,
    Round,
    RoundItem,
    Stage,
    State,
    Timer,
)


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
    Section(
        "station", _ALL, lambda seen: seen.world.state.stations, link_views.station, lambda world: (world.state.people,)
    ),
    Section("link", _ALL, lambda seen: seen.world.state.links, link_views.link, lambda world: (world.names,)),
    Section("hand", _ALL, lambda seen: seen.world.state.hands, link_views.hand, lambda world: (world.names,)),
    Section("check", _FACILITATORS | {PROJECTOR}, lambda seen: seen.world.state.checks, link_views.check),
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
