"""Streams of this process: each has one publisher and any number of viewers. Few, short-lived, and closed when nobody answers."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable

import structlog
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

from server.rtc.media import inside
from server.rtc.media.forward import PICTURE_BITS_PER_S, Forward, Source
from server.rtc.media.refusals import BadOffer, Full, NoStream, SentAway
from server.rtc.tokens import Leave
from server.rtc.turn import IceServer

HALF_OPEN_S = 15.0
WAIT_S = 8.0
"""Who wants to watch what nobody publishes yet is kept waiting for so long: halls and those at home set out at the same instant."""
MOST_VIEWERS = 200
# Of one person, with a second page or a phone that has lost count; the oldest makes room.
MOST_EACH = 4
# What is passed on without decoding must be what every viewer takes.
CODECS = {"audio": ("audio/opus",), "video": ("video/vp8", "video/rtx")}

log = structlog.get_logger()


class Peer:
    """One connection, from either side. `id` stands in its address."""

    def __init__(self, servers: tuple[IceServer, ...], closed: Callable[["Peer"], None]) -> None:
        self.id = secrets.token_urlsafe(12)
        self.began = asyncio.get_running_loop().time()
        # Never None: aiortc would ask a third party's STUN server. TURN is for those who come, not for us.
        ours = [RTCIceServer(url) for server in servers for url in server.urls if url.startswith("stun:")]
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=ours))
        self.forwards: dict[str, Forward] = {}
        self.sources: dict[str, Source] = {}
        self._told = closed
        self._deadline = asyncio.get_running_loop().call_later(HALF_OPEN_S, self.give_up)
        self.pc.on("connectionstatechange", self._state_changed)

    async def _state_changed(self) -> None:
        if self.pc.connectionState == "connected":
            self._deadline.cancel()
            for forward in self.forwards.values():
                forward.begin()
        elif self.pc.connectionState in ("failed", "closed"):
            await self.close()

    def give_up(self) -> None:
        asyncio.get_running_loop().create_task(self.close())

    async def close(self) -> None:
        self._deadline.cancel()
        for forward in self.forwards.values():
            forward.stop()
        for source in self.sources.values():
            source.close()
        self._told(self)
        await self.pc.close()


class Stream:
    """What one publisher gives, and who watches."""

    def __init__(self, publisher: Peer) -> None:
        self.publisher = publisher
        self.viewers: dict[str, Peer] = {}


class Streams:
    """`servers`: our own STUN and TURN, or none. `is_void`: of leave that opens nothing any more.

    All methods belong to one event loop.
    """

    def __init__(
        self,
        servers: Callable[[], tuple[IceServer, ...]] = tuple,
        is_void: Callable[[Leave], bool] = lambda _leave: False,
    ) -> None:
        self._servers, self._is_void = servers, is_void
        self._streams: dict[str, Stream] = {}
        self._open: dict[Peer, Leave] = {}
        """All connections, oldest first, with the leave each came by; also those that are being answered."""
        self.published: list[Callable[[str, Stream], None]] = []
        """Who wants to know of each new publisher, and of what name."""
        self._came = asyncio.Event()

    def names(self) -> list[str]:
        return list(self._streams)

    def find(self, name: str) -> Stream | None:
        return self._streams.get(name)

    async def publish(self, leave: Leave, offer: str) -> tuple[Peer, str]:
        """The publisher and the answer. Whoever published that name before is sent away; its viewers stay and see the new one.

        Raises `BadOffer`, `SentAway`.
        """
        peer = self._new(leave)

        def on_track(track: object) -> None:
            receiver = next(t.receiver for t in peer.pc.getTransceivers() if t.receiver.track is track)
            kind: str = track.kind  # type: ignore[attr-defined]
            peer.sources[kind] = Source(kind, receiver)

        peer.pc.on("track", on_track)
        answer = await self._answered(peer, offer)
        before = self._streams.get(leave.stream)
        if before is not None and before.publisher.began > peer.began:
            await peer.close()  # a slow answer to a line that its page has given up must not take over the next
            raise SentAway
        stream = self._streams[leave.stream] = Stream(peer)
        if before is not None:
            await self._hand_over(before, stream)
        self._came.set()
        self._came = asyncio.Event()
        for told in self.published:
            told(leave.stream, stream)
        return peer, quick_start(answer, peer)

    async def watch(self, leave: Leave, offer: str) -> tuple[Peer, str]:
        """The viewer and the answer. Raises `NoStream`, `Full`, `BadOffer`, `SentAway`."""
        stream = await self._coming(leave.stream)
        await self._make_room(leave.holder)
        peer = self._new(leave)

        def ready_to_send() -> None:
            for transceiver in peer.pc.getTransceivers():
                transceiver.direction = "sendonly" if transceiver.kind in stream.publisher.sources else "inactive"

        answer = await self._answered(peer, offer, ready_to_send)
        try:
            stream = self._published(leave.stream)  # its publisher may have gone meanwhile, or begun anew
        except NoStream:
            await peer.close()
            raise
        stream.viewers[peer.id] = peer
        _forward(stream, peer)
        return peer, answer

    async def close(self, name: str, peer_id: str) -> bool:
        """Whether there was such a connection."""
        stream = self._streams.get(name)
        if stream is None:
            return False
        found = stream.publisher if stream.publisher.id == peer_id else stream.viewers.get(peer_id)
        if found is None:
            return False
        await found.close()
        return True

    def viewers(self, name: str, publisher: str) -> int | None:
        """How many are connected to what this connection publishes; None: it does not, any more."""
        stream = self._streams.get(name)
        if stream is None or stream.publisher.id != publisher:
            return None
        return sum(viewer.pc.connectionState == "connected" for viewer in stream.viewers.values())

    async def end(self, covers: Callable[[Leave], bool]) -> None:
        """All connections that came by leave of that kind, whatever they are at."""
        await asyncio.gather(*(peer.close() for peer, leave in self._open.items() if covers(leave)))

    async def close_all(self) -> None:
        await self.end(lambda _leave: True)

    def _new(self, leave: Leave) -> Peer:
        if self._is_void(leave):  # since they came, too: they may have waited
            raise SentAway
        peer = Peer(self._servers(), self._closed)
        self._open[peer] = leave
        return peer

    async def _answered(self, peer: Peer, offer: str, before_answer: Callable[[], None] = lambda: None) -> str:
        """What ended while it was answered must not be counted among those that are open."""
        answer = await answered(peer, offer, before_answer)
        if peer not in self._open:
            raise SentAway
        return answer

    async def _coming(self, name: str) -> Stream:
        """The stream, once somebody publishes it. Raises `NoStream`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                while name not in self._streams:
                    await self._came.wait()
        return self._published(name)

    def _published(self, name: str) -> Stream:
        stream = self._streams.get(name)
        if stream is None:
            raise NoStream
        return stream

    async def _make_room(self, holder: str) -> None:
        viewers = {peer: leave for peer, leave in self._open.items() if leave.act == "watch"}
        same = [peer for peer, leave in viewers.items() if holder and leave.holder == holder]
        if len(same) >= MOST_EACH:
            await same[0].close()
        elif len(viewers) >= MOST_VIEWERS:
            raise Full

    async def _hand_over(self, before: Stream, stream: Stream) -> None:
        stream.viewers = dict(before.viewers)
        for viewer in stream.viewers.values():
            for kind, forward in viewer.forwards.items():
                if kind in stream.publisher.sources:
                    forward.follow(stream.publisher.sources[kind])
        before.viewers.clear()
        await before.publisher.close()

    def _closed(self, peer: Peer) -> None:
        leave = self._open.pop(peer, None)
        stream = self._streams.get(leave.stream) if leave is not None else None
        if leave is None or stream is None:
            return
        stream.viewers.pop(peer.id, None)
        if stream.publisher is peer:
            del self._streams[leave.stream]
            for viewer in stream.viewers.values():
                viewer.give_up()


def _forward(stream: Stream, viewer: Peer) -> None:
    viewer.forwards = {
        t.kind: Forward(stream.publisher.sources[t.kind], t.sender, inside.payload_type(t))
        for t in viewer.pc.getTransceivers()
        if t.kind in stream.publisher.sources and t.currentDirection == "sendonly"
    }


async def answered(peer: Peer, offer: str, before_answer: Callable[[], None] = lambda: None) -> str:
    """The answer to an offer. Raises `BadOffer`; the connection is closed then."""
    try:
        await peer.pc.setRemoteDescription(RTCSessionDescription(_plain(offer), "offer"))
        transceivers = peer.pc.getTransceivers()
        if not transceivers or len({t.kind for t in transceivers}) != len(transceivers) or peer.pc.sctp is not None:
            raise ValueError("offered is not one sound, or one picture, or one of each")
        for transceiver in transceivers:
            codecs = RTCRtpSender.getCapabilities(transceiver.kind).codecs
            transceiver.setCodecPreferences([one for one in codecs if one.mimeType.lower() in CODECS[transceiver.kind]])
        before_answer()
        await peer.pc.setLocalDescription(await peer.pc.createAnswer())
    except Exception as error:  # aiortc raises whatever its parser stumbles over
        await peer.close()
        log.info("offer_refused", reason=type(error).__name__)
        raise BadOffer from error
    return str(peer.pc.localDescription.sdp)


def _plain(offer: str) -> str:
    """Without the addresses in it: nothing is sent to where a client says it is, only to where it came from (S18).

    Who is let in finds us by the answer and proves itself there; ICE learns its address from that (RFC 8445, 7.3.1.3).
    """
    kept = (line for line in offer.splitlines() if not line.startswith(("a=candidate", "a=end-of-candidates")))
    return "\r\n".join(kept) + "\r\n"


def quick_start(answer: str, peer: Peer) -> str:
    """Told at once how much a picture may be, a browser does not begin blurred (x-google-start-bitrate, in kbit/s)."""
    start, most = PICTURE_BITS_PER_S * 6 // 10_000, PICTURE_BITS_PER_S // 1000
    kinds = [t for t in peer.pc.getTransceivers() if t.kind == "video"]
    types = {codec.payloadType for t in kinds for codec in t._codecs if codec.name.lower() != "rtx"}
    lines: list[str] = []
    for line in answer.splitlines():
        lines.append(line)
        lines += [
            f"a=fmtp:{number} x-google-start-bitrate={start};x-google-max-bitrate={most}"
            for number in types
            if line.startswith(f"a=rtpmap:{number} ")
        ]
    return "\r\n".join(lines) + "\r\n"
