"""From packets to what a file holds: put in order, pictures put together, the sender's time made the file's. Nothing is decoded."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.rtp import RtpPacket

from server.rtc.media.forward import CLOCK_RATES, Source

PATIENCE_S = 0.25
"""A packet that was sent again is here by then, from Krasnodar too."""
ASK_AGAIN_S = 1.0
SEEK_S = 10.0
"""Who looks for a place in the file finds one as often: browsers send keyframes only when they are asked for."""
# How far the sender's clock may stand from the time things come: more is a pause that its clock does not count, or drift.
LATE_MS = 300
AHEAD_MS = 150


class Frame(NamedTuple):
    """A picture, or 20 ms of sound, as it was encoded. `at`: ms of the loop's clock. `size`: of a keyframe's picture."""

    kind: str
    data: bytes
    at: int
    key: bool
    size: tuple[int, int] | None = None


class Ordered:
    """Packets in the order of their numbers. What does not come is given up; `give` is told that something is missing."""

    def __init__(self, give: Callable[[RtpPacket, float, bool], None]) -> None:
        self._give = give
        self._next: int | None = None
        self._early: dict[int, tuple[RtpPacket, float]] = {}

    def take(self, packet: RtpPacket, now: float) -> None:
        """`now`: when it came, in seconds of the loop."""
        number = packet.sequence_number
        if self._next is None:
            self._next = number
        if (number - self._next) & 0xFFFF >= 0x8000:
            return  # it came twice, or too late
        self._early[number] = (packet, now)
        self._drain(missing=False)
        if self._early and now - min(at for _, at in self._early.values()) > PATIENCE_S:
            following = self._next
            self._next = min(self._early, key=lambda number: (number - following) & 0xFFFF)
            self._drain(missing=True)

    def _drain(self, missing: bool) -> None:
        while (found := self._early.pop(self._next or 0, None)) is not None:
            self._next = ((self._next or 0) + 1) & 0xFFFF
            self._give(*found, missing)
            missing = False


class Timeline:
    """When things happened, in ms of the loop: by the sender's own clock, as far as that agrees with the time they come."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._sender: int | None = None
        self._stamp = 0
        self._ticks = 0
        self._zero = 0
        self._last = -1

    def at(self, sender: int, stamp: int, came: int) -> int:
        """Later than the one before. `stamp`: RTP time, 32 bits; `came`: ms of the loop."""
        step = (stamp - self._stamp) & 0xFFFFFFFF
        self._ticks += step - (1 << 32) if step >= 1 << 31 else step
        self._stamp = stamp
        moment = self._zero + self._ticks * 1000 // self._rate
        if sender != self._sender or not came - LATE_MS <= moment <= came + AHEAD_MS:
            self._sender, self._ticks, self._zero, moment = sender, 0, came, came
        self._last = max(moment, self._last + 1)
        return self._last


class Frames:
    """The frames of one source, whoever its sender is. A new sender's go on behind the old one's."""

    def __init__(self, kind: str, give: Callable[[Frame], None]) -> None:
        self._kind = kind
        self._give = give
        self._timeline = Timeline(CLOCK_RATES[kind])
        self._source: Source | None = None
        self._picture: list[bytes] = []
        self._came = 0.0
        self._broken = True
        self._asked_at = 0.0
        self._key_at = 0.0

    def follow(self, source: Source | None) -> None:
        """None: nobody sends any more."""
        if self._source is not None:
            self._source.leave(self)
        self._source, self._broken, self._picture = source, True, []
        if source is not None:
            ordered, clock = Ordered(self._taken), asyncio.get_running_loop().time
            source.listen(self, lambda packet: ordered.take(packet, clock()))

    def _taken(self, packet: RtpPacket, came: float, missing: bool) -> None:
        if not packet.payload:
            return  # padding
        if self._kind == "audio":
            self._give(Frame("audio", packet.payload, self._at(packet, came), True))
        else:
            self._add(packet, came, missing)

    def _at(self, packet: RtpPacket, came: float) -> int:
        return self._timeline.at(packet.ssrc, packet.timestamp, int(came * 1000))

    def _add(self, packet: RtpPacket, came: float, missing: bool) -> None:
        """VP8 (RFC 7741): a picture begins with the start of partition 0 and ends with the marker."""
        try:
            described, data = VpxPayloadDescriptor.parse(packet.payload)
        except ValueError:
            missing, data, begins = True, b"", False
        else:
            begins = described.partition_start == 1 and described.partition_id == 0
        if begins:
            self._picture, self._came = [], came
        elif not self._picture:
            missing = True  # its beginning never came
        if missing and not begins:
            self._picture = []
        self._broken = self._broken or missing
        if begins or self._picture:
            self._picture.append(data)
        if packet.marker:
            self._whole(packet, b"".join(self._picture))
            self._picture = []

    def _whole(self, packet: RtpPacket, data: bytes) -> None:
        """After something was lost nothing is worth keeping before the next keyframe."""
        key = len(data) >= 10 and data[0] & 1 == 0
        if data and (key or not self._broken):
            self._broken = False
            self._key_at = self._came if key else self._key_at
            size = (_14_bits(data, 6), _14_bits(data, 8)) if key else None
            self._give(Frame("video", data, self._at(packet, self._came), key, size))
        wanted = self._broken or self._came - self._key_at > SEEK_S
        if wanted and self._source is not None and self._came - self._asked_at > ASK_AGAIN_S:
            self._asked_at = self._came
            self._source.want_keyframe()


def _14_bits(data: bytes, at: int) -> int:
    """Width and height stand behind a keyframe's start code, with two bits of scaling above them (RFC 6386, 9.1)."""
    return (data[at] | data[at + 1] << 8) & 0x3FFF
