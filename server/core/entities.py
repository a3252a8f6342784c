"""Entities: what travels to the screens, keyed "kind:id" (docs/protocol.md describes each). Made by `views`, encoded as JSON."""

from msgspec import Struct

from server.core.ids import Language
from server.core.plan import Activity, Column, RoomPlan, Text
from server.core.state import Layout, Recording, Wall


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


class StationEntity(Struct, frozen=True, tag_field="kind", tag="station"):
    """A room's station for the live link. `station_id` tells a page whether that is itself."""

    room: str
    station_id: str
    camera: bool
    microphone: bool


class ChannelEntity(Struct, frozen=True):
    """`interpreter`: how who has the microphone is called, None while nobody has it; `next`: who offers to take over.

    Names are for facilitators and interpreters; for others, and of those who gave none, they are "".
    """

    interpreter: str | None
    next: str | None
    speaking: bool


class LinkEntity(Struct, frozen=True, tag_field="kind", tag="link"):
    """The live link of a window. `offerer`: the room whose station makes the offer. `generation` numbers the attempts.

    `way`: "direct", or "relay" through our media process. `asked`: rooms the other one asks to mute. `layouts`: by room, where
    it is not "hall". `shared`: stations publish to the media process, too, for who is in neither hall. `channels`: each language
    the window is interpreted into. `sounds`: by room, the channel its loudspeakers play.
    `recording`: the last that was asked for; while it runs, stations publish for it as well, and every face says so.
    `came`: rooms that something of the other one comes to. `held_back`: rooms whose picture is not sent, and from when on it may be
    again (UTC ms).
    """

    activity: str
    rooms: tuple[str, ...]
    offerer: str
    status: str
    generation: int
    ready: tuple[str, ...]
    live_at: int | None
    over_at: int | None
    muted: tuple[str, ...]
    paused: tuple[str, ...]
    way: str
    asked: tuple[str, ...]
    layouts: dict[str, Layout]
    shared: bool
    channels: dict[str, ChannelEntity]
    sounds: dict[str, Language]
    recording: Recording | None
    came: tuple[str, ...]
    held_back: dict[str, int]


class HandEntity(Struct, frozen=True, tag_field="kind", tag="hand"):
    """Somebody who wants to speak in a window, or does. `name`: what they call themselves for it; always "" on phones."""

    id: str
    activity: str
    room: str
    rank: str
    speaking: bool
    name: str


class OwnHandEntity(Struct, frozen=True, tag_field="kind", tag="own_hand"):
    """That one's own hand is up in a window, and which of the `hand`s it is."""

    activity: str
    hand: str


class OwnChannelEntity(Struct, frozen=True, tag_field="kind", tag="own_channel"):
    """A channel in one's own hands. `holds`: one has its microphone; else one has offered to take over."""

    activity: str
    language: str
    holds: bool


class CheckEntity(Struct, frozen=True, tag_field="kind", tag="check"):
    """One room's check of a live window. What was found comes with what it is worth; all that is empty before the first time.

    `light`: "good", "fair" or "bad". `advice`: what to say and do about it, each the end of a text's id. `asked_at`: while one is
    asked for.
    """

    activity: str
    room: str
    asked_at: int | None
    checked_at: int | None
    light: str | None
    advice: tuple[str, ...]
    picture: str | None
    sound: str | None
    way: str | None
    turn: tuple[str, ...] | None
    up_kbit: int | None
    round_trip_ms: int | None
    loss_percent: int | None


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
