"""aiortc's private names that passing packets on needs, all in one place. A contract test holds them to the pinned version.

aiortc decodes what comes and encodes what goes, for every viewer anew. Packets are taken where its receiver would put them into
its jitter buffer (after statistics, NACK and unwrapping of retransmissions), and handed to its sender's transport, so that
retransmission, sender reports and keyframe requests still are aiortc's.
"""

from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpReceiver, RTCRtpSender, RTCRtpTransceiver, clock
from aiortc.rtp import RTP_HISTORY_SIZE, RtpPacket

Taken = Callable[[RtpPacket], None]


class _Tap:
    """Stands in for the receiver's jitter buffer: sees every packet and never completes a frame, so nothing is decoded."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        self._taken(packet)
        return False, None


class _FixedEstimate:
    """Stands in for the bandwidth estimator, which collapses where nothing is decoded: tells the same rate twice a second."""

    def __init__(self, bits_per_s: int) -> None:
        self._bits_per_s = bits_per_s
        self._told_at = 0
        self._sources: set[int] = set()

    def add(self, *, arrival_time_ms: int, ssrc: int, **_rest: int) -> tuple[int, list[int]] | None:
        self._sources.add(ssrc)
        if arrival_time_ms - self._told_at < 500:
            return None
        self._told_at = arrival_time_ms
        return self._bits_per_s, list(self._sources)


def tap(receiver: RTCRtpReceiver, taken: Taken, bits_per_s: int = 0) -> None:
    """Every packet that comes goes to `taken`. `bits_per_s`: what the sender is told that this way carries; 0 for sound."""
    _set(receiver, "_RTCRtpReceiver__jitter_buffer", _Tap(taken))
    if bits_per_s:
        _set(receiver, "_RTCRtpReceiver__remote_bitrate_estimator", _FixedEstimate(bits_per_s))


def source_of(receiver: RTCRtpReceiver) -> int | None:
    """The SSRC of the picture itself: a keyframe request that names the retransmission's is not heard."""
    retransmissions: dict[int, int] = getattr(receiver, "_RTCRtpReceiver__rtx_ssrc")  # noqa: B009  a mangled name
    for original in retransmissions.values():
        return original
    return next((found.source for found in receiver.getSynchronizationSources()), None)


async def ask_for_keyframe(receiver: RTCRtpReceiver) -> bool:
    """Whether there was anybody to ask."""
    source = source_of(receiver)
    if source is None:
        return False
    await receiver._send_rtcp_pli(source)
    return True


def on_keyframe_wanted(sender: RTCRtpSender, wanted: Callable[[], None]) -> None:
    """A viewer that has lost the picture asks; there is no encoder here to answer."""
    _set(sender, "_send_keyframe", wanted)


def payload_type(transceiver: RTCRtpTransceiver) -> int:
    """What a viewer was promised the packets would be numbered as."""
    number: int = transceiver._codecs[0].payloadType or 0
    return number


def is_sending(sender: RTCRtpSender) -> bool:
    return sender.transport.state == "connected" and bool(getattr(sender, "_RTCRtpSender__started"))  # noqa: B009


def ssrc_of(sender: RTCRtpSender) -> int:
    return int(sender._ssrc)


def send(sender: RTCRtpSender, packet: RtpPacket) -> None:
    """One packet on its way. `packet` bears the sender's own SSRC, payload type, numbers and time already."""
    packet.extensions.mid = getattr(sender, "_RTCRtpSender__mid")  # noqa: B009
    packet.extensions.abs_send_time = (clock.current_ntp_time() >> 14) & 0xFFFFFF
    history: dict[int, RtpPacket] = getattr(sender, "_RTCRtpSender__rtp_history")  # noqa: B009
    history[packet.sequence_number % RTP_HISTORY_SIZE] = packet
    data = packet.serialize(getattr(sender, "_RTCRtpSender__rtp_header_extensions_map"))  # noqa: B009
    # A coroutine that never waits: driven by hand, for a task a packet would cost more than the packet.
    going = sender.transport._send_rtp(data)
    try:
        going.send(None)
    except (StopIteration, ConnectionError):
        pass
    else:
        going.close()
        raise RuntimeError("aiortc's _send_rtp waits now: packets must be sent another way")
    _set(sender, "_RTCRtpSender__ntp_timestamp", clock.current_ntp_time())
    _set(sender, "_RTCRtpSender__rtp_timestamp", packet.timestamp)
    for name, n in (("_RTCRtpSender__octet_count", len(packet.payload)), ("_RTCRtpSender__packet_count", 1)):
        _set(sender, name, getattr(sender, name) + n)


def _set(thing: Any, name: str, value: object) -> None:
    """mypy knows nothing of private names, and would not let a stand-in take their place."""
    if not hasattr(thing, name):
        raise AttributeError(f"aiortc has no {name} any more")
    setattr(thing, name, value)
