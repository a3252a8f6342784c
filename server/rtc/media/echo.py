"""A hall sees and hears itself through our server: what a station sends goes back to it, packet by packet, for a few seconds."""

import asyncio
from collections.abc import Callable

from aiortc import MediaStreamTrack
from aiortc.rtp import RtpPacket

from server.rtc.media import inside
from server.rtc.media.forward import Forward, Source
from server.rtc.media.refusals import Full
from server.rtc.media.streams import Peer, answered, quick_start
from server.rtc.turn import IceServer

MOST = 4
# A check takes five seconds from the connection on, and a way that is hard to find takes some before.
LASTS_S = 20.0
# So late that somebody in the hall hears that it is their own word, and so short that a check has time for it.
SOUND_LATER_S = 2.0


class _Late(Source):
    """Sound that comes back at once would be taken for the hall itself, or howl."""

    def listen(self, listener: object, taken: Callable[[RtpPacket], None]) -> None:
        loop = asyncio.get_running_loop()

        def later(packet: RtpPacket) -> None:
            loop.call_later(SOUND_LATER_S, taken, packet)

        super().listen(listener, later)


class Echoes:
    """`servers`: our own STUN, or none. All methods belong to one event loop."""

    def __init__(self, servers: Callable[[], tuple[IceServer, ...]] = tuple) -> None:
        self._servers = servers
        self.peers: dict[str, Peer] = {}

    async def answer(self, holder: str, offer: str) -> str:
        """The answer to an offer. One at a time for each `holder`: the next ends the one before. Raises `BadOffer`, `Full`."""
        before = self.peers.get(holder)
        if before is not None:
            await before.close()
        if len(self.peers) >= MOST:
            raise Full
        peer = self.peers[holder] = Peer(self._servers(), lambda closed: self._closed(holder, closed))

        def on_track(track: MediaStreamTrack) -> None:
            receiver = next(t.receiver for t in peer.pc.getTransceivers() if t.receiver.track is track)
            peer.sources[track.kind] = _Late("audio", receiver) if track.kind == "audio" else Source("video", receiver)

        def both_ways() -> None:
            for transceiver in peer.pc.getTransceivers():
                transceiver.direction = "sendrecv"

        peer.pc.on("track", on_track)
        text = await answered(peer, offer, both_ways)
        peer.forwards = {
            t.kind: Forward(peer.sources[t.kind], t.sender, inside.payload_type(t))
            for t in peer.pc.getTransceivers()
            if t.kind in peer.sources
        }
        asyncio.get_running_loop().call_later(LASTS_S, peer.give_up)
        return quick_start(text, peer)

    async def close_all(self) -> None:
        for peer in list(self.peers.values()):
            await peer.close()

    def _closed(self, holder: str, peer: Peer) -> None:
        if self.peers.get(holder) is peer:
            del self.peers[holder]
