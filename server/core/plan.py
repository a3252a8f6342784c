"""The session plan as the core knows it: parsed, checked, frozen. `web/plans.py` makes one from a TOML file.

The plan is part of the first event of a session's log, so a log can be read without the file it came from.
Times: `starts_at` is UTC milliseconds as planned; what a room sees is shifted by the session's `shift_ms`.
"""

from typing import Literal

from msgspec import Struct

from server.core.ids import Language

Text = dict[str, str]
"""One text in several languages: language code ("de") -> text. Never empty."""

LANGUAGES = ("de", "ru", "en")

KEEP_DAYS = 30
"""How long a session is kept after it was last used, unless its plan or its host says otherwise."""

MOST_KEEP_DAYS = 365
"""Longer nobody can ask for: what a workshop made for good is taken along, not left lying."""


class Colours(Struct, frozen=True):
    """CSS colours "#RRGGBB": `strong` for marks and bars, `tint` behind a card, `ink` for text upon the tint."""

    strong: str
    tint: str
    ink: str


class RoomPlan(Struct, frozen=True):
    """A physical room in a city. `mark` is its two-letter sign, `dot` the shape of its dots (the sign beside the colour)."""

    id: str
    name: Text
    mark: str
    mark_by_language: Text
    time_zone: str
    language: str
    colours: Colours
    dot: Literal["round", "square"] = "round"
    welcome: Text = {}


class Column(Struct, frozen=True):
    id: str
    title: Text


class BoardPlan(Struct, frozen=True):
    """A pin board. `moderated`: facilitators may read hidden notes of this board (people are told so where they write)."""

    id: str
    title: Text
    columns: tuple[Column, ...]
    moderated: bool = False


WallKind = Literal[
    "auto", "board", "column", "group", "progress", "results", "timer", "join", "agenda", "message", "black", "live"
]


class _Activity(Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every step of the agenda has. `rooms`: the rooms it is held in; joint when both share one step."""

    id: str
    title: Text
    instruction: Text = {}
    rooms: tuple[str, ...]
    day: int
    starts_at: int
    duration_ms: int
    wall: WallKind = "auto"

    @property
    def joint(self) -> bool:
        return len(self.rooms) > 1


class Welcome(_Activity, frozen=True, kw_only=True, tag="welcome"):
    """People arrive and join; the wall shows the join code."""


class Writing(_Activity, frozen=True, kw_only=True, tag="writing"):
    """People write notes onto `board`. `columns` limits the columns that are open (all when empty)."""

    board: str
    columns: tuple[str, ...] = ()
    hidden: bool = False
    timer_ms: int = 0


class Sorting(_Activity, frozen=True, kw_only=True, tag="sorting"):
    """Notes are moved and grouped: by facilitators, and by participants where `participants` is true."""

    board: str
    participants: bool = False
    timer_ms: int = 0


class Voting(_Activity, frozen=True, kw_only=True, tag="voting"):
    """Dots are placed on groups and loose notes of `board`. `max_per_item` 0 means: as many as a person has."""

    board: str
    columns: tuple[str, ...] = ()
    dots: int = 5
    max_per_item: int = 0
    timer_ms: int = 0


class LiveWindow(_Activity, frozen=True, kw_only=True, tag="live"):
    """A planned live connection between two rooms.

    `telephone`: the last resort. `speakers`: who speaks. `consent`: what people are told before cameras and microphones go on.
    `channels`: the languages it is interpreted into.
    """

    telephone: str = ""
    speakers: Text = {}
    consent: Text = {}
    channels: tuple[Language, ...] = ()


class Pause(_Activity, frozen=True, kw_only=True, tag="break"):
    """A break; the wall shows when it goes on."""

    timer_ms: int = 0


class Instruction(_Activity, frozen=True, kw_only=True, tag="text"):
    """Free text: what everyone does now."""

    timer_ms: int = 0


Activity = Welcome | Writing | Sorting | Voting | LiveWindow | Pause | Instruction


class Plan(Struct, frozen=True):
    """A whole session plan. `first_day` is the planned date of day 1 (ISO), in the first room's time zone.

    `slug` is the file's stem. Activities stand in the order of the agenda. `keep_days` is what a session begins with.
    """

    slug: str
    title: Text
    first_day: str
    days: int
    rooms: tuple[RoomPlan, ...]
    boards: tuple[BoardPlan, ...]
    activities: tuple[Activity, ...]
    subtitle: Text = {}
    keep_days: int = KEEP_DAYS

    def room(self, room_id: str) -> RoomPlan | None:
        return next((room for room in self.rooms if room.id == room_id), None)

    def board(self, board_id: str) -> BoardPlan | None:
        return next((board for board in self.boards if board.id == board_id), None)

    def activity(self, activity_id: str) -> Activity | None:
        return next((activity for activity in self.activities if activity.id == activity_id), None)
