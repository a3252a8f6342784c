"""Small aiortc peers on loopback: one that sends a picture and a tone, one that counts what it gets."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from typing import Any

import av
import httpx2
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.mediastreams import MediaStreamError

from server.rtc.media import inside
from server.rtc.media.streams import Streams
from server.rtc.tokens import Act, Leave

WITHIN_S = 30.0


class Picture(VideoStreamTrack):
    """Noise: a still picture would need hardly a packet."""

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame(160, 120, "yuv420p")
        for plane in frame.planes:
            plane.update(os.urandom(plane.buffer_size))
        frame.pts, frame.time_base = pts, time_base
        return frame


def connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def offer_of(pc: RTCPeerConnection) -> str:
    await pc.setLocalDescription(await pc.createOffer())
    return str(pc.localDescription.sdp)


async def accept(pc: RTCPeerConnection, answer: str) -> None:
    await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))


def leave(act: Act, name: str) -> Leave:
    return Leave(act, name, 0, "")


class Sending:
    """A station that publishes."""

    def __init__(self) -> None:
        self.pc = connection()
        self.pc.addTrack(AudioStreamTrack())
        self.pc.addTrack(Picture())

    async def publish(self, streams: Streams, name: str) -> str:
        peer, answer = await streams.publish(leave("publish", name), await offer_of(self.pc))
        await accept(self.pc, answer)
        return peer.id

    def pass_over_keyframe_requests(self, times: int) -> Callable[[], int]:
        """As browsers do with those that come too soon. Gives how many have been passed over so far."""
        (sender,) = [sender for sender in self.pc.getSenders() if sender.kind == "video"]
        answer: Callable[[], None] = getattr(sender, "_send_keyframe")  # noqa: B009  aiortc's own
        left = times

        def asked() -> None:
            nonlocal left
            if left > 0:
                left -= 1
            else:
                answer()

        inside.on_keyframe_wanted(sender, asked)
        return lambda: times - left


class Watching:
    """A viewer. `frames`: decoded so far, by kind."""

    def __init__(self, *kinds: str) -> None:
        self.pc = connection()
        self.frames = {"audio": 0, "video": 0}
        self._tasks: list[asyncio.Task[None]] = []
        for kind in kinds or ("audio", "video"):
            self.pc.addTransceiver(kind, direction="recvonly")
        self.pc.on("track", self._on_track)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(self._count(track)))

    async def _count(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):  # it has ended
            while True:
                await track.recv()
                self.frames[track.kind] += 1

    async def watch(self, streams: Streams, name: str) -> str:
        peer, answer = await streams.watch(leave("watch", name), await offer_of(self.pc))
        await accept(self.pc, answer)
        return peer.id

    async def gets(self, kind: str, more: int = 3, within_s: float = WITHIN_S) -> float:
        """How long until that many more frames are decoded. Raises `TimeoutError`."""
        loop = asyncio.get_running_loop()
        wanted, began = self.frames[kind] + more, loop.time()
        async with asyncio.timeout(within_s):
            while self.frames[kind] < wanted:
                await asyncio.sleep(0.01)
        return loop.time() - began

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pc.close()


async def close(*connections: Any) -> None:
    for one in connections:
        await (one.close() if isinstance(one, Watching) else one.pc.close())


async def post_offer(client: httpx2.AsyncClient, url: str, token: str, pc: RTCPeerConnection) -> str:
    """As a WHIP or WHEP client does it; gives the Location."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    answer = await client.post(url, content=await offer_of(pc), headers=headers)
    assert answer.status_code == 201, answer.status_code
    await accept(pc, answer.text)
    return str(answer.headers["Location"])
