"""Packets of one source to many viewers: numbered anew for each, from a keyframe on, with keyframe requests led back."""

import asyncio
from collections.abc import Callable

from aiortc import RTCRtpReceiver, RTCRtpSender
from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.rtp import RtpPacket
from aiortc.utils import random16, random32, uint16_add, uint32_add

from server.rtc.media import inside

# Chromium passes over who asks within 0.3 s of its last keyframe, and that one came up to a picture later than it was asked for.
KEYFRAMES_APART_S = 0.4
CLOCK_RATES = {"audio": 48_000, "video": 90_000}
# What a browser may send of a picture of 720p; told at once, instead of found out over the first fifteen seconds.
PICTURE_BITS_PER_S = 2_500_000


class Source:
    """What one sender gives of one kind ("audio" or "video")."""

    def __init__(self, kind: str, receiver: RTCRtpReceiver) -> None:
        self.kind = kind
        self.packets = 0
        self.keyframes_asked = 0
        self._receiver = receiver
        self._listeners: dict[object, Callable[[RtpPacket], None]] = {}
        self._waiting: set[object] = set()
        self._due: asyncio.TimerHandle | None = None
        self._asked_at = 0.0
        self._asking: asyncio.Task[None] | None = None
        inside.tap(receiver, self._taken, PICTURE_BITS_PER_S if kind == "video" else 0)

    def listen(self, listener: object, taken: Callable[[RtpPacket], None]) -> None:
        self._listeners[listener] = taken

    def leave(self, listener: object) -> None:
        self._listeners.pop(listener, None)
        self._waiting.discard(listener)

    def waits(self, listener: object) -> None:
        """Asked for until it is `served`: requests get lost on the way, and senders pass over what comes too soon."""
        if self.kind == "video":
            self._waiting.add(listener)
            self.want_keyframe()

    def served(self, listener: object) -> None:
        self._waiting.discard(listener)

    def _taken(self, packet: RtpPacket) -> None:
        self.packets += 1
        for taken in list(self._listeners.values()):
            taken(packet)

    def want_keyframe(self) -> None:
        """Requests of many viewers are one. The last of them is never lost, or who asked it would wait for ever."""
        if self.kind != "video" or self._due is not None:
            return
        loop = asyncio.get_running_loop()
        self._due = loop.call_at(max(loop.time(), self._asked_at + KEYFRAMES_APART_S), self._ask)

    def _ask(self) -> None:
        self._due = None
        loop = asyncio.get_running_loop()
        self._asked_at = loop.time()
        self._asking = loop.create_task(self._ask_now())

    async def _ask_now(self) -> None:
        self.keyframes_asked += await inside.ask_for_keyframe(self._receiver)
        if self._waiting:
            self.want_keyframe()

    def close(self) -> None:
        self._listeners.clear()
        self._waiting.clear()
        if self._due is not None:
            self._due.cancel()


class Forward:
    """One source's packets to one viewer. `follow` gives it another source: the viewer sees one stream go on."""

    def __init__(self, source: Source, sender: RTCRtpSender, payload_type: int) -> None:
        self._sender = sender
        self._payload_type = payload_type
        self._ssrc = inside.ssrc_of(sender)
        self._from: int | None = None
        self._shift = 0
        self._time_shift = 0
        # In the lower half: SRTP must not see the numbers roll over at the very beginning.
        self._last = random16() % 0x8000
        self._last_time = random32()
        self._sent_at = 0.0
        self._source = source
        self.follow(source)

    def follow(self, source: Source) -> None:
        self._source.leave(self)
        self._source = source
        self._waits_for_keyframe = source.kind == "video"
        inside.on_keyframe_wanted(self._sender, source.want_keyframe)
        source.listen(self, self._taken)
        if inside.is_sending(self._sender):
            self.begin()

    def begin(self) -> None:
        """The way to the viewer is open: a keyframe asked for before would be sent to nobody."""
        self._source.waits(self)

    def stop(self) -> None:
        self._source.leave(self)

    def _taken(self, packet: RtpPacket) -> None:
        if not inside.is_sending(self._sender):
            return
        if self._waits_for_keyframe:
            if not begins_keyframe(packet.payload):
                return
            self._waits_for_keyframe = False
            self._source.served(self)
        inside.send(self._sender, self._own(packet))

    def _own(self, packet: RtpPacket) -> RtpPacket:
        """The packet as this viewer knows the stream."""
        now = asyncio.get_running_loop().time()
        if self._from != packet.ssrc:
            self._go_on(packet, now)
        number = uint16_add(packet.sequence_number, self._shift)
        time = uint32_add(packet.timestamp, self._time_shift)
        if (number - self._last) & 0xFFFF < 0x8000:
            self._last, self._last_time, self._sent_at = number, time, now
        own = RtpPacket(
            payload_type=self._payload_type,
            marker=packet.marker,
            sequence_number=number,
            timestamp=time,
            ssrc=self._ssrc,
            payload=packet.payload,
        )
        own.extensions.audio_level = packet.extensions.audio_level
        return own

    def _go_on(self, packet: RtpPacket, now: float) -> None:
        """A sender that began anew goes on in the same numbers, as much later as it is."""
        passed = int((now - self._sent_at) * CLOCK_RATES[self._source.kind]) if self._from is not None else 0
        self._from = packet.ssrc
        self._shift = (self._last + 1 - packet.sequence_number) & 0xFFFF
        self._time_shift = (self._last_time + passed - packet.timestamp) & 0xFFFFFFFF


def begins_keyframe(payload: bytes) -> bool:
    """VP8 (RFC 7741): the first packet of a picture that needs no other."""
    try:
        descriptor, data = VpxPayloadDescriptor.parse(payload)
    except ValueError:
        return False
    return bool(descriptor.partition_start == 1 and descriptor.partition_id == 0 and data and data[0] & 1 == 0)
