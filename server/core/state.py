"""The state of one session: what its log folds to. Frozen; every change is a new value.

Held apart from it and never in the log: names (`World.names`) and ballots (`World.ballots`).
Instants are UTC milliseconds.
"""

from typing import Literal

from msgspec import Struct

from server.core.ids import Role
from server.core.link_state import Hand, Link, LinkCheck, Station
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
