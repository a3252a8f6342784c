"""The wire: every message both ways, as closed unions (docs/protocol.md tells it in the order of a connection's life).

A connection begins with the client's `hello`; the server answers `welcome` and, for each of its streams, a `snapshot` or the
patches missed. Streams are numbered densely, each by itself. `value`s are for machines, `message`s for people.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from server.core import (
    agenda,
    boards,
    groups,
    interpreting,
    invitations,
    link_checks,
    link_ladder,
    links,
    notes,
    people,
    recording,
    speakers,
    timers,
    voting,
)
from server.core.entities import Entity
from server.core.ids import Id, Language
from server.core.limits import Limits
from server.errors import Code, Rejected

PROTOCOL = 1
MAX_MESSAGE_BYTES = 16_384

ClientCommand = (
    people.SetName
    | people.RemovePerson
    | people.ErasePerson
    | people.SetDone
    | invitations.Command
    | agenda.Command
    | boards.Command
    | notes.Command
    | groups.Command
    | voting.Command
    | timers.StartTimer
    | timers.PauseTimer
    | timers.ResumeTimer
    | timers.ExtendTimer
    | timers.StopTimer
    | links.ClientCommand
    | speakers.Command
    | link_checks.Command
    | interpreting.ClientCommand
    | recording.ClientCommand
    | link_ladder.Command
)
"""What a client may send. `Join`, `EndTimer`, `ShareLink`, `GiveUpChannels` and `TellRecording` are the server's own."""

CommandId = Annotated[str, Meta(pattern=r"^[a-z0-9]{10,32}\Z")]


class Resume(Struct, frozen=True, forbid_unknown_fields=True):
    """What the client has: the epoch it was numbered in and the last number of each stream."""

    epoch: str
    streams: dict[str, int]


class Hello(Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    protocol: int
    language: Language
    resume: Resume | None = None


class CommandMessage(Struct, frozen=True, tag="command", forbid_unknown_fields=True):
    """`id` is random and the same in every retry; `command` is a tagged object {"type": "AddNote", ...}."""

    id: CommandId
    command: msgspec.Raw


class Ping(Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    """`at`: the client's clock, UTC ms; comes back in the pong."""

    at: float


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """RTCSessionDescription of the W3C."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, Meta(max_length=14_000)]


class Candidate(Struct, frozen=True, forbid_unknown_fields=True):
    """RTCIceCandidate of the W3C, which names its fields. `candidate` "": there are no more."""

    candidate: Annotated[str, Meta(max_length=500)]
    sdpMid: Annotated[str, Meta(max_length=40)] | None = None
    sdpMLineIndex: Annotated[int, Meta(ge=0, le=100)] | None = None
    usernameFragment: Annotated[str, Meta(max_length=300)] | None = None


class Signal(Struct, frozen=True, tag="signal", forbid_unknown_fields=True):
    """From a room's station to the other room's, for one generation of a link. Never kept and never logged."""

    activity: Id
    generation: int
    description: Description | None = None
    candidate: Candidate | None = None


class Figures(Struct, frozen=True, forbid_unknown_fields=True):
    """How a link does, as one station sees it. `lost`: of a hundred packets that should have come; None: not known yet."""

    way: Literal["direct", "turn_udp", "turn_tcp", "turn_tls", "relay"]
    round_trip_ms: Annotated[int, Meta(ge=0, le=60_000)] | None
    lost: Annotated[float, Meta(ge=0, le=100)] | None
    up_kbps: Annotated[int, Meta(ge=0, le=1_000_000)]
    down_kbps: Annotated[int, Meta(ge=0, le=1_000_000)]
    width: Annotated[int, Meta(ge=0, le=16_384)]
    height: Annotated[int, Meta(ge=0, le=16_384)]


class Measure(Struct, frozen=True, tag="measure", forbid_unknown_fields=True):
    """From a station, every two seconds of a live link. Never kept and never logged."""

    activity: Id
    generation: int
    figures: Figures


class Has(Struct, frozen=True, forbid_unknown_fields=True):
    """What a camera's device has."""

    camera: bool
    microphone: bool


class Whisper(Struct, frozen=True, tag="whisper", forbid_unknown_fields=True):
    """From a room's station to the device that is its camera, or back. Never kept and never logged.

    The camera numbers its attempts, upwards; 0 from the station asks for a new one. `has`: said by the camera, with each.
    """

    attempt: Annotated[int, Meta(ge=0)]
    has: Has | None = None
    description: Description | None = None
    candidate: Candidate | None = None


class SetLanguage(Struct, frozen=True, tag="language", forbid_unknown_fields=True):
    """The language of messages for people from now on; nobody else is told."""

    language: Language


ClientMessage = Hello | CommandMessage | Ping | SetLanguage | Signal | Whisper | Measure


class You(Struct, frozen=True):
    person: str
    role: str
    room: str


class Welcome(Struct, frozen=True, tag="welcome"):
    """`streams`: the names of this connection's streams. `server_at`: UTC ms."""

    protocol: int
    session: str
    epoch: str
    you: You
    streams: tuple[str, ...]
    limits: Limits
    server_at: int
    version: str


class Snapshot(Struct, frozen=True, tag="snapshot"):
    """All a stream holds, as of number `n`. Replaces what the client had of this stream."""

    stream: str
    n: int
    entities: dict[str, Entity]


class PatchMessage(Struct, frozen=True, tag="patch"):
    """Number `n` of a stream follows `n - 1`; anything else is a gap, and the client says hello again."""

    stream: str
    n: int
    set: dict[str, Entity]
    gone: tuple[str, ...]


class Ack(Struct, frozen=True, tag="ack"):
    """The command is durable. Sent once what it changed has been published."""

    id: str


class RejectedMessage(Struct, frozen=True, tag="rejected"):
    """The command changed nothing. `message`: for the person, in their language. `code`, `params`: for the client."""

    id: str
    code: str
    message: str
    params: dict[str, int | str]


class ErrorMessage(Struct, frozen=True, tag="error"):
    """Input that was no valid message. `id`: of the command, where one could be read."""

    code: str
    message: str
    id: str | None = None


class Pong(Struct, frozen=True, tag="pong"):
    at: float
    server_at: int


class Here(Struct, frozen=True):
    """Someone's presence, for facilitators. `last_seen_at`: UTC ms, None while connected."""

    connected: bool
    last_seen_at: int | None


class Presence(Struct, frozen=True, tag="presence"):
    """Who is here, never logged. All but `people`, which is for facilitators only: how many, by room."""

    phones: dict[str, int]
    facilitators: dict[str, int]
    projectors: dict[str, int]
    interpreters: dict[str, int]
    people: dict[str, Here] | None = None


class Signaled(Struct, frozen=True, tag="signaled"):
    """What the other room's station said, as it said it."""

    activity: str
    generation: int
    description: Description | None
    candidate: Candidate | None


class Whispered(Struct, frozen=True, tag="whispered"):
    attempt: int
    has: Has | None
    description: Description | None
    candidate: Candidate | None


class Measured(Struct, frozen=True, tag="measured"):
    """How the link does, as that room's station sees it; for facilitators of both rooms."""

    activity: str
    room: str
    figures: Figures


class Bye(Struct, frozen=True, tag="bye"):
    """Said before closing: the close code and a sentence."""

    code: int
    message: str


ServerMessage = (
    Welcome
    | Snapshot
    | PatchMessage
    | Ack
    | RejectedMessage
    | ErrorMessage
    | Pong
    | Presence
    | Signaled
    | Whispered
    | Measured
    | Bye
)

_message_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_command_decoder: msgspec.json.Decoder[ClientCommand] = msgspec.json.Decoder(ClientCommand)
_type_decoder = msgspec.json.Decoder(dict[str, Any])
_COMMAND_NAMES = frozenset(
    name for union in [ClientCommand] for kind in union.__args__ if (name := kind.__struct_config__.tag)
)
# Raw bytes are looked into only when they are decoded: bad UTF-8 and depth come up at any step.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
encode = msgspec.json.Encoder().encode


def parse(data: bytes | str) -> ClientMessage:
    """A client's message, its command still raw. Raises `Rejected(MALFORMED | TOO_LARGE)`."""
    size = len(data) if isinstance(data, bytes) else len(data.encode())
    if size > MAX_MESSAGE_BYTES:
        raise Rejected(Code.TOO_LARGE, limit=MAX_MESSAGE_BYTES)
    try:
        return _message_decoder.decode(data)
    except _UNREADABLE:
        raise Rejected(Code.MALFORMED) from None


def parse_command(raw: msgspec.Raw) -> ClientCommand:
    """The command in a message. Raises `Rejected(UNKNOWN_COMMAND | INVALID_FIELD)`; `field` says where, as a JSON path."""
    try:
        return _command_decoder.decode(raw)
    except msgspec.ValidationError as error:
        try:
            kind = _type_decoder.decode(raw).get("type")
        except _UNREADABLE:
            kind = None
        if not isinstance(kind, str) or kind not in _COMMAND_NAMES:
            raise Rejected(Code.UNKNOWN_COMMAND) from None
        raise Rejected(Code.INVALID_FIELD, field=str(error)[:200]) from None
    except _UNREADABLE:
        raise Rejected(Code.MALFORMED) from None
