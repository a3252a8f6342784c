"""Entities: what travels to the screens, keyed "kind:id" (docs/protocol.md describes each). Made by `views`, encoded as JSON."""

from msgspec import Struct

from server.core.link_entities import (
    CheckEntity,
    HandEntity,
    LinkEntity,
    OwnChannelEntity,
    OwnHandEntity,
    StationEntity,
)
from server.core.plan import Activity, Column, RoomPlan, Text
from server.core.state import Wall


class SessionEntity(Struct, frozen=True, tag_field="kind", tag="session"):
    """`starts_at` of activities is as planned; what happens is at `starts_at + shift_ms`. `started`: ISO date or None."""

    id: str
    title: Text
    subtitle: Text
    first_day: str
    days: int
    started: str | None
    shift_ms: int


class RoomEntity(Struct, frozen=True, tag_field="kind", tag="room"):
    id: str
    place: int
    plan: RoomPlan


class ActivityEntity(Struct, frozen=True, tag_field="kind", tag="activity"):
    """`plan.type` says what it is. `opened_in`: rooms in which it has ever been opened."""

    id: str
    place: int
    plan: Activity
    opened_in: tuple[str, ...]


class BoardEntity(Struct, frozen=True, tag_field="kind", tag="board"):
    id: str
    title: Text
    columns: tuple[Column, ...]
    moderated: bool
    hidden: bool
    locked: bool


class CountsEntity(Struct, frozen=True, tag_field="kind", tag="counts"):
    """Active notes of a board by column id and room id; known also while the board is hidden."""

    board: str
    columns: dict[str, dict[str, int]]


class NoteEntity(Struct, frozen=True, tag_field="kind", tag="note"):
    """`author`: the name, "" for none (always "" on projectors). `author_id`: for facilitators alone."""

    id: str
    board: str
    column: str
    group: str | None
    rank: str
    room: str
    text: str
    language: str
    translation: str
    author: str
    author_id: str | None
    archived: bool
    edited: bool


class GroupEntity(Struct, frozen=True, tag_field="kind", tag="group"):
    id: str
    board: str
    column: str
    rank: str
    title: str
    translation: str


class StageEntity(Struct, frozen=True, tag_field="kind", tag="stage"):
    """`phones`: the step the room's phones are on when it is not the room's step."""

    room: str
    activity: str | None
    opened_at: int | None
    phones: str | None
    wall: Wall
    language: str


class TimerEntity(Struct, frozen=True, tag_field="kind", tag="timer"):
    room: str
    status: str
    duration_ms: int
    ends_at: int | None
    remaining_ms: int


class ItemEntity(Struct, frozen=True):
    id: str
    kind: str
    title: str
    translation: str
    column: str
    rooms: tuple[str, ...]
    notes: int


class RoundEntity(Struct, frozen=True, tag_field="kind", tag="round"):
    """`tally` and `voters`: for facilitators once the round is closed, for everyone once it is shown; else None."""

    id: str
    activity: str
    board: str
    number: int
    rooms: tuple[str, ...]
    dots: int
    max_per_item: int
    items: tuple[ItemEntity, ...]
    status: str
    shown: bool
    opened_at: int
    tally: dict[str, dict[str, int]] | None
    voters: dict[str, int] | None


class ProgressEntity(Struct, frozen=True, tag_field="kind", tag="progress"):
    """Of an open round, by room: people whose dots are all placed or who said "done". Never what they placed."""

    round: str
    finished: dict[str, int]


class ParticipationEntity(Struct, frozen=True, tag_field="kind", tag="participation"):
    """Of one activity, by room: people who wrote at least one note, people who said "done"."""

    activity: str
    written: dict[str, int]
    done: dict[str, int]


class PersonEntity(Struct, frozen=True, tag_field="kind", tag="person"):
    """`came_by`: "link" (a room's standing one), "code", "invitation", or "" for who the server let in by itself."""

    id: str
    name: str
    room: str
    role: str
    joined_at: int
    removed: bool
    erased: bool
    came_by: str


class InvitationEntity(Struct, frozen=True, tag_field="kind", tag="invitation"):
    """One that nobody has used yet; never its secret. `name`: whom it is made out to. `by`: a person's id."""

    id: str
    room: str
    name: str
    by: str
    expires_at: int
    role: str


class RenewalsEntity(Struct, frozen=True, tag_field="kind", tag="renewals"):
    """How often a room's standing links were renewed: when a number changes, what a screen shows of that link is old."""

    room: str
    participant: int
    facilitator: int
    projector: int
    interpreter: int


class MeEntity(Struct, frozen=True, tag_field="kind", tag="me"):
    id: str
    name: str
    room: str
    role: str
    removed: bool
    done: tuple[str, ...]


class OwnNoteEntity(Struct, frozen=True, tag_field="kind", tag="own_note"):
    """A note of one's own, in every state: "active", "withdrawn" (by me) or "archived" (by a facilitator)."""

    id: str
    activity: str
    board: str
    column: str
    text: str
    language: str
    status: str
    rank: str
    written_at: int


class BallotEntity(Struct, frozen=True, tag_field="kind", tag="ballot"):
    """One's own dots in an open round, by item id; sent to nobody else."""

    round: str
    dots: dict[str, int]


Entity = (
    SessionEntity
    | RoomEntity
    | ActivityEntity
    | BoardEntity
    | CountsEntity
    | NoteEntity
    | GroupEntity
    | StageEntity
    | TimerEntity
    | RoundEntity
    | StationEntity
    | LinkEntity
    | HandEntity
    | OwnHandEntity
    | OwnChannelEntity
    | CheckEntity
    | ProgressEntity
    | ParticipationEntity
    | PersonEntity
    | InvitationEntity
    | RenewalsEntity
    | MeEntity
    | OwnNoteEntity
    | BallotEntity
)
