"""The live link in the state of a session: stations, links with what is made of them, raised hands, checks.

Frozen, as all of the state; every change is a new value. Instants are UTC milliseconds.
"""

from typing import Literal

from msgspec import Struct

from server.core.ids import Language


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
    `pages`: by interpreter on a channel, which of their pages speaks, where one has said so.
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
    pages: dict[str, str] = {}
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
    was sent, there and back. `turn_refused`: the TURN server answers, and takes our credentials for none.
    """

    answered: bool
    picture: Literal["good", "poor", "none", "off"]
    sound: Literal["good", "poor", "silent", "none", "off"]
    way: Literal["direct", "udp", "tcp", "tls"] | None
    turn: tuple[Literal["udp", "tcp", "tls"], ...] | None
    up_kbit: int
    round_trip_ms: int | None
    loss_percent: int
    turn_refused: bool = False


class LinkCheck(Struct, frozen=True):
    """One room's check of one live window. `asked_at`: when a facilitator last asked, until the station has answered."""

    activity: str
    room: str
    asked_at: int | None = None
    checked_at: int | None = None
    found: Findings | None = None
