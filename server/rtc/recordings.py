"""What the server says to who passes streams on and records them, in this process or in the media process, and what it hears back.

Each order may be given again: several processes may serve a session, and an order's answer may be lost.
"""

from typing import Protocol

import msgspec
from msgspec import Struct

from server.core.link_state import RecordingTrouble
from server.rtc.tokens import Leave

LEASE_S = 20.0
"""A recording goes on for so long without an order: where no server is left nobody can take an agreement back."""


class Record(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Write this hall's stream to a file, from now on or as before, for `LEASE_S`. `keep_until`: see `Keep`.

    `revision`: of the session that says so. A process that has not yet heard of the end must not begin it again.
    """

    stream: str
    keep_until: int
    revision: int


class End(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """At once. The file stays."""

    stream: str
    revision: int


class Keep(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """When the session's recordings are deleted, UTC ms: then that happens without another order."""

    session: str
    until: int


class Remove(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """One file."""

    session: str
    name: str


class Forget(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """All of the session's recordings, also those that are being written."""

    session: str


class Show(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What there is: of one session its files, of all ("") which sessions have any."""

    session: str = ""


class SendAway(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Somebody was shown out: their connections end at once, and leave they still have, until `until`, opens nothing."""

    holder: str
    until: int

    def covers(self, leave: Leave) -> bool:
        return leave.holder == self.holder and leave.until <= self.until


class Close(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A window is over, or all of a session's ("") are: its streams end at once.

    Leave that was given before, until `until` (UTC ms), opens nothing; what is given for the next time lasts longer and does.
    """

    session: str
    activity: str
    until: int

    def covers(self, leave: Leave) -> bool:
        streams = f"{self.session}.{self.activity}." if self.activity else f"{self.session}."
        return leave.stream.startswith(streams) and leave.until <= self.until


Order = Record | End | Keep | Remove | Forget | Show | SendAway | Close


class Part(Struct, frozen=True):
    """One file. A hall's recording has several where writing was interrupted. `began_at`: UTC ms; `size`: bytes."""

    name: str
    activity: str
    room: str
    began_at: int
    length_ms: int
    size: int
    writing: bool


class Told(Struct, frozen=True):
    """`parts`: oldest first."""

    trouble: RecordingTrouble | None = None
    parts: tuple[Part, ...] = ()
    sessions: tuple[str, ...] = ()


decode_order = msgspec.json.Decoder(Order).decode
decode_told = msgspec.json.Decoder(Told).decode
encode = msgspec.json.Encoder().encode


class Away(Exception):
    """Who writes recordings does not answer."""


class Recordings(Protocol):
    async def order(self, order: Order) -> Told:
        """Raises `Away`."""
