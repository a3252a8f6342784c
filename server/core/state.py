"""The state of one session: what its log folds to. Frozen; every change is a new value.

Held apart from it and never in the log: names (`World.names`) and ballots (`World.ballots`).
Instants are UTC milliseconds.
"""

from typing import Literal

from msgspec import Struct

from server.core.ids import Language, Role
from server.core.plan import BoardPlan, Plan, WallKind


class Entrance(Struct, frozen=True):
    """What let somebody in: a room's standing link of a generation, the typed code (`room` ""), or an invitation by its id."""

    room: str = ""
    generation: int = 0
    invitation: str = ""


class Person(Struct, frozen=True):
    """An erased one is removed as well. Its id stays, so that nobody else gets it, and leads to nobody.

    `entrance` None: let in by the server itself, as a paired projector is.
    """

    id: str
    role: Role
    room: str
    joined_at: int
    removed: bool = False
    erased: bool = False
    entrance: Entrance | None = None


class Invitation(Struct, frozen=True):
    """A link for one more facilitator (or interpreter: `role`) of `room`, good for one person until `expires_at`.

    `by`: who invited.
    """

    id: str
    room: str
    by: str
    expires_at: int
    used_by: str | None = None
    revoked: bool = False
    role: Role = "facilitator"


class Renewals(Struct, frozen=True):
    """How often each standing link of a room was renewed: its generation. Only the latest opens anything."""

    room: str
    participant: int = 0
    facilitator: int = 0
    projector: int = 0
    interpreter: int = 0


class Board(Struct, frozen=True):
    """The switches of a board; its notes stand in `State.notes`."""

    plan: BoardPlan
    hidden: bool = False
    locked: bool = False


NoteStatus = Literal["active", "withdrawn", "archived"]


class Note(Struct, frozen=True):
    """`rank` orders notes and groups within their column or group (plain string order).

    `withdrawn` by its author, `archived` by a facilitator: both come back unchanged. Of an author who was erased `author` is
    "", and where the words were to go as well `text` is, too: such a note stays withdrawn.
    """

    id: str
    author: str
    room: str
    board: str
    activity: str
    column: str
    group: str | None
    rank: str
    text: str
    language: str
    translation: str
    status: NoteStatus
    written_at: int
    edited_at: int | None


class Group(Struct, frozen=True):
    """`former` are the notes it held when it was dissolved, so that it can be restored."""

    id: str
    board: str
    column: str
    rank: str
    title: str
    translation: str
    dissolved: bool = False
    former: tuple[str, ...] = ()


class Wall(Struct, frozen=True):
    """What a room's projector shows. `target`: column, group or round id, by kind. "auto" follows the step."""

    kind: WallKind = "auto"
    target: str | None = None
    text: str = ""


class Stage(Struct, frozen=True):
    """A room's current step (`activity`), what its phones are on (`phones`, None: the step), and its wall."""

    room: str
    language: str
    activity: str | None = None
    opened_at: int | None = None
    phones: str | None = None
    wall: Wall = Wall()

    @property
    def on_phones(self) -> str | None:
        return self.phones or self.activity


class Timer(Struct, frozen=True):
    """`ends_at` holds while running, `remaining_ms` while paused. A room without a timer has no entry."""

    room: str
    status: Literal["running", "paused", "ended"]
    duration_ms: int
    ends_at: int | None
    remaining_ms: int


class RoundItem(Struct, frozen=True):
    """Something dots are placed on, as it stood when the round opened. `notes`: how many notes it stands for."""

    id: str
    kind: Literal["group", "note"]
    title: str
    translation: str
    column: str
    rooms: tuple[str, ...]
    notes: int


Tally = dict[str, dict[str, int]]
"""Dots by item id, then by room id."""


class Round(Struct, frozen=True):
    """One voting round. `tally` and `voters` (people with a ballot, by room) exist once it is closed."""

    id: str
    activity: str
    board: str
    number: int
    rooms: tuple[str, ...]
    dots: int
    max_per_item: int
    items: tuple[RoundItem, ...]
    opened_at: int
    status: Literal["open", "closed"] = "open"
    shown: bool = False
    closed_at: int | None = None
    tally: Tally | None = None
    voters: dict[str, int] | None = None


class Station(Struct, frozen=True):
    """The page in a room that has camera and microphone for the live link. `person`: the projector it belongs to."""

    id: str
    room: str
    person: str
    camera: bool
    microphone: bool


Way = Literal["direct", "relay"]

Layout = Literal["hall", "halves", "board", "picture"]
"""What a wall shows while live: the other hall, both halls, the board with a small picture, or the picture with a small board."""


class Channel(Struct, frozen=True):
    """One language a window is interpreted into. `interpreter`: who has its microphone. `next`: who has offered to take over.

    `speaking`: the microphone is open. A channel that nobody has is none.
    """

    interpreter: str
    next: str | None = None
    speaking: bool = False


RecordingTrouble = Literal["full", "unwritable", "not_offered", "away"]
"""No room on the disk; nothing can be written there; the media server records nothing; it does not answer for now."""


class Recording(Struct, frozen=True):
    """Of one window. `asked_by`, `agreed`, `ended_by` are rooms, `agreed` in the order of the link's.

    `started_at`: since both had agreed and were live. `ended_at`: over, or refused before it began; then it is asked for anew.
    `ended_by`: who refused, or took the agreement back. `trouble`: what ended it, or ("away") interrupts it.
    """

    asked_by: str
    agreed: tuple[str, ...] = ()
    started_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    trouble: RecordingTrouble | None = None

    @property
    def open(self) -> bool:
        """Asked for, or running."""
        return self.ended_at is None

    @property
    def runs(self) -> bool:
        return self.started_at is not None and self.ended_at is None


class HeldBack(Struct, frozen=True):
    """A room's picture that its way did not carry. `held`: it is not sent now; `at`: since when, or since when it is again.

    `times`: how often, without having held in between.
    """

    at: int
    held: bool = True
    times: int = 1


class Link(Struct, frozen=True):
    """The live link of one window, between the two `rooms` it is held in.

    `generation` numbers the attempts at a connection. `ready`, `muted`, `paused`: rooms, in the order of `rooms`.
    `live_at` lies a little ahead of "go": till then both walls count. `asked`: rooms the other one has asked to mute.
    `way`: from browser to browser, or through our media process. `restarted_at`: when a watchdog last gave this way up.
    `layouts`: by room, where it is not the other hall alone.
    `shared`: somebody who is in neither hall watches. `channels`: by language. `sounds`: by room, the channel that its
    loudspeakers play instead of the other hall itself. `recording`: the last that was asked for.
    `came`: rooms that something of the other one comes to, over this generation. `held_back`: by room.
    """

    activity: str
    rooms: tuple[str, ...]
    status: Literal["waiting", "live", "over"] = "waiting"
    generation: int = 0
    ready: tuple[str, ...] = ()
    live_at: int | None = None
    over_at: int | None = None
    muted: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    way: Way = "direct"
    restarted_at: int | None = None
    asked: tuple[str, ...] = ()
    layouts: dict[str, Layout] = {}
    shared: bool = False
    channels: dict[str, Channel] = {}
    sounds: dict[str, Language] = {}
    recording: Recording | None = None
    came: tuple[str, ...] = ()
    held_back: dict[str, HeldBack] = {}

    @property
    def all_ready(self) -> bool:
        return self.ready == self.rooms

    @property
    def connected(self) -> bool:
        """Whether stations hold a connection for it, or should."""
        return self.status == "live" or self.all_ready


class Hand(Struct, frozen=True):
    """Somebody who wants to speak in a window, or (`speaking`) does. What they call themselves lies beside the log, under `id`."""

    id: str
    activity: str
    person: str
    room: str
    rank: str
    speaking: bool = False


class Findings(Struct, frozen=True):
    """What a station found when it sent picture and sound through our server and back.

    `answered`: the server took part. `picture`, `sound`: as they came back; "off" without a device, "silent" from a microphone that
    hears nothing. `way`: how they went, None for not at all. `turn`: the ways through TURN that work when nothing else is
    allowed, best first; None where there is no TURN server. `up_kbit`: kbit/s the line carries from here. `loss_percent`: of what
    was sent, there and back.
    """

    answered: bool
    picture: Literal["good", "poor", "none", "off"]
    sound: Literal["good", "poor", "silent", "none", "off"]
    way: Literal["direct", "udp", "tcp", "tls"] | None
    turn: tuple[Literal["udp", "tcp", "tls"], ...] | None
    up_kbit: int
    round_trip_ms: int | None
    loss_percent: int


class LinkCheck(Struct, frozen=True):
    """One room's check of one live window. `asked_at`: when a facilitator last asked, until the station has answered."""

    activity: str
    room: str
    asked_at: int | None = None
    checked_at: int | None = None
    found: Findings | None = None


class State(Struct, frozen=True):
    """Everything the log says. Dictionaries are replaced, never changed in place.

    `started`: the day given to "start" (ISO date) or None while only planned; `shift_ms` moves planned instants to real ones.
    `next_rank` counts what was put at the end of a column, so appending needs no search.
    `opened`: by activity, the rooms it was ever opened in. `stations`: by room. `links`: by activity, once anybody did anything.
    `hands`: those that are up, of all windows.
    `checks`: by activity and room, as `link_checks.check_id` has it.
    """

    session: str
    plan: Plan
    opened_at: int
    started: str | None = None
    shift_ms: int = 0
    next_rank: int = 1
    people: dict[str, Person] = {}
    boards: dict[str, Board] = {}
    notes: dict[str, Note] = {}
    groups: dict[str, Group] = {}
    stages: dict[str, Stage] = {}
    timers: dict[str, Timer] = {}
    rounds: dict[str, Round] = {}
    done: dict[str, frozenset[str]] = {}
    opened: dict[str, tuple[str, ...]] = {}
    renewals: dict[str, Renewals] = {}
    invitations: dict[str, Invitation] = {}
    stations: dict[str, Station] = {}
    links: dict[str, Link] = {}
    hands: dict[str, Hand] = {}
    checks: dict[str, LinkCheck] = {}


class Actor(Struct, frozen=True):
    """Who gives a command, as the door established it."""

    person: str
    role: Role
    room: str


SYSTEM = Actor(person="system", role="system", room="")

Ballots = dict[str, dict[str, int]]
"""The ballots of one round: voter's person id -> item id -> dots."""


class Context(Struct, frozen=True):
    """What a command arrives with. `now`: the server's clock, UTC ms. `ballots`: those of the round the command names."""

    now: int
    actor: Actor
    ballots: Ballots = {}
