"""Entities of the live link, as `entities` has those of everything else: made by `link_views`, encoded as JSON."""

from msgspec import Struct

from server.core.ids import Language
from server.core.link_state import Layout, Recording


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
    """A channel in one's own hands. `holds`: one has its microphone; else one has offered to take over.

    `page`: which of one's pages speaks; None where none has said so.
    """

    activity: str
    language: str
    holds: bool
    page: str | None


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
