"""Streams of this process: each has one publisher and any number of viewers. Few, short-lived, and closed when nobody answers."""

import asyncio
import secrets
from collections.abc import Callable

import structlog
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription

from server.rtc.media import inside
from server.rtc.media.forward import PICTURE_BITS_PER_S, Forward, Source
from server.rtc.turn import IceServer

HALF_OPEN_S = 15.0
MOST_VIEWERS = 200

log = structlog.get_logger()


class NoStream(Exception):
    """Nobody publishes a stream of that name now."""


class BadOffer(Exception):
    """The session description is none, or asks for what is not to be had."""


class Full(Exception):
    """As many viewers as one process carries."""


class Peer:
    """One connection, from either side. `id` stands in its address."""

    def __init__(self, servers: tuple[IceServer, ...], closed: Callable[["Peer"], None]) -> None:
        self.id = secrets.token_urlsafe(12)
        # Never None: aiortc would ask a third party's STUN server.
        ours = [RTCIceServer(list(s.urls), s.username or None, s.credential or None) for s in servers]
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=ours))
        self.forwards: dict[str, Forward] = {}
        self.sources: dict[str, Source] = {}
        self._told = closed
        self._deadline = asyncio.get_running_loop().call_later(HALF_OPEN_S, self._give_up)
        self.pc.on("connectionstatechange", self._state_changed)

    async def _state_changed(self) -> None:
        if self.pc.connectionState == "connected":
            self._deadline.cancel()
            for forward in self.forwards.values():
                forward.begin()
        elif self.pc.connectionState in ("failed", "closed"):
            await self.close()

    def _give_up(self) -> None:
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
    """`servers`: our own STUN and TURN, or none. All methods belong to one event loop."""

    def __init__(self, servers: Callable[[], tuple[IceServer, ...]] = tuple) -> None:
        self._servers = servers
        self._streams: dict[str, Stream] = {}

    def names(self) -> list[str]:
        return list(self._streams)

    def find(self, name: str) -> Stream | None:
        return self._streams.get(name)

    async def publish(self, name: str, offer: str) -> tuple[Peer, str]:
        """The publisher and the answer. Whoever published that name before is sent away; its viewers stay and see the new one.

        Raises `BadOffer`.
        """
        peer = Peer(self._servers(), lambda closed: self._publisher_closed(name, closed))

        def on_track(track: object) -> None:
            receiver = next(t.receiver for t in peer.pc.getTransceivers() if t.receiver.track is track)
            kind: str = track.kind  # type: ignore[attr-defined]
            peer.sources[kind] = Source(kind, receiver)

        peer.pc.on("track", on_track)
        answer = await _answered(peer, offer)
        before = self._streams.get(name)
        stream = self._streams[name] = Stream(peer)
        if before is not None:
            await self._hand_over(before, stream)
        return peer, _quick_start(answer, peer)

    async def watch(self, name: str, offer: str) -> tuple[Peer, str]:
        """The viewer and the answer. Raises `NoStream`, `Full`, `BadOffer`."""
        stream = self._streams.get(name)
        if stream is None:
            raise NoStream
        if sum(len(other.viewers) for other in self._streams.values()) >= MOST_VIEWERS:
            raise Full
        peer = Peer(self._servers(), lambda closed: self._viewer_closed(name, closed))

        def ready_to_send() -> None:
            for transceiver in peer.pc.getTransceivers():
                transceiver.direction = "sendonly" if transceiver.kind in stream.publisher.sources else "inactive"

        answer = await _answered(peer, offer, ready_to_send)
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

    async def close_all(self) -> None:
        for stream in list(self._streams.values()):
            for viewer in list(stream.viewers.values()):
                await viewer.close()
            await stream.publisher.close()

    async def _hand_over(self, before: Stream, stream: Stream) -> None:
        stream.viewers = dict(before.viewers)
        for viewer in stream.viewers.values():
            for kind, forward in viewer.forwards.items():
                if kind in stream.publisher.sources:
                    forward.follow(stream.publisher.sources[kind])
        before.viewers.clear()
        await before.publisher.close()

    def _publisher_closed(self, name: str, peer: Peer) -> None:
        stream = self._streams.get(name)
        if stream is None or stream.publisher is not peer:
            return
        del self._streams[name]
        for viewer in list(stream.viewers.values()):
            asyncio.get_running_loop().create_task(viewer.close())

    def _viewer_closed(self, name: str, peer: Peer) -> None:
        stream = self._streams.get(name)
        if stream is not None:
            stream.viewers.pop(peer.id, None)


def _forward(stream: Stream, viewer: Peer) -> None:
    viewer.forwards = {
        t.kind: Forward(stream.publisher.sources[t.kind], t.sender, inside.payload_type(t))
        for t in viewer.pc.getTransceivers()
        if t.kind in stream.publisher.sources and t.currentDirection == "sendonly"
    }


async def _answered(peer: Peer, offer: str, before_answer: Callable[[], None] = lambda: None) -> str:
    """The answer to an offer. Raises `BadOffer`; the connection is closed then."""
    try:
        await peer.pc.setRemoteDescription(RTCSessionDescription(_plain(offer), "offer"))
        if not peer.pc.getTransceivers():
            raise ValueError("nothing is offered")
        before_answer()
        await peer.pc.setLocalDescription(await peer.pc.createAnswer())
    except Exception as error:  # aiortc raises whatever its parser stumbles over
        await peer.close()
        log.info("offer_refused", reason=type(error).__name__)
        raise BadOffer from error
    return str(peer.pc.localDescription.sdp)


def _plain(offer: str) -> str:
    """Without candidates by mDNS name: looking one up costs a second and finds nothing."""
    kept = (line for line in offer.splitlines() if not (line.startswith("a=candidate") and ".local " in line))
    return "\r\n".join(kept) + "\r\n"


def _quick_start(answer: str, peer: Peer) -> str:
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
