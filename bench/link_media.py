"""`python -m bench.link_media`: what the media process costs, by its processor time, and how soon who comes late sees and hears.

Senders send packets of the size a browser's have, not pictures, and watchers count them: nothing here encodes or decodes, so that
two cores are enough for fifty of them. What is measured is the process, which looks into no packet further than for keyframes.
"""

import argparse
import asyncio
import contextlib
import math
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import httpx2
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtp import RtpPacket
from msgspec import Struct

from bench.__main__ import machine
from bench.link_goals import Row, share, table, times
from bench.servers import cpu_s
from server.rtc.media import inside
from server.rtc.media.forward import begins_keyframe
from server.rtc.recordings import LEASE_S, End, Record
from server.rtc.recordings_away import RemoteRecordings
from server.rtc.tokens import Act, Leave, token
from server.settings import ROOT
from server.store.base import DAY_MS

KEY = bytes(range(32))
LISTENERS = 50
COMES_WITHIN_S = 10
RATES = {"video": 30, "audio": 50}
# 2.5 Mb/s of picture, 32 kb/s of sound.
SIZES = {"video": 10_400, "audio": 80}
BITS_S = {kind: 8 * RATES[kind] * SIZES[kind] for kind in RATES}
CLOCKS = {"video": 90_000, "audio": 48_000}
KEYFRAME = bytes([0x10, 0, 0, 0x9D, 0x01, 0x2A]) + (1280).to_bytes(2, "little") + (720).to_bytes(2, "little")
"""How a keyframe of VP8 begins (RFC 6386, 9.1)."""


class Figures(Struct):
    """Shares of one core; times in seconds; bits per second, of all together.

    `arrived`: at both watchers of the link; `heard`: by all listeners. `published`: what two halls cost that nobody watches;
    `recording`: the same while both are recorded, `written` to their files.
    """

    relay: float
    arrived: float
    channel: float
    heard: float
    join: list[float]
    late_picture: list[float]
    recording: float
    published: float
    written: float


class Made(MediaStreamTrack):
    """Encoded frames that nobody will decode. A keyframe is one whose first bit says so, sent when it is asked for."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._number = 0
        self._keyframe = True
        self._began = time.monotonic()

    def want_keyframe(self) -> None:
        self._keyframe = True

    async def recv(self) -> "av.Packet[Any]":
        rate = RATES[self.kind]
        await asyncio.sleep(max(0.0, self._began + self._number / rate - time.monotonic()))
        packet = av.Packet((KEYFRAME if self._keyframe else b"\1").ljust(SIZES[self.kind], b"\1"))
        packet.pts, packet.time_base = self._number * CLOCKS[self.kind] // rate, Fraction(1, CLOCKS[self.kind])
        self._keyframe, self._number = False, self._number + 1
        return packet


class Ends:
    """Connections to one media process."""

    def __init__(self, base: str, client: httpx2.AsyncClient) -> None:
        self._base, self._client = base, client
        self._open: list[RTCPeerConnection] = []
        self.bytes = 0

    def _connection(self) -> RTCPeerConnection:
        self._open.append(RTCPeerConnection(RTCConfiguration(iceServers=[])))
        return self._open[-1]

    async def _post(self, pc: RTCPeerConnection, act: Act, name: str) -> None:
        await pc.setLocalDescription(await pc.createOffer())
        leave = token(KEY, Leave(act, name, int(time.time() * 1000) + 60_000, ""))
        headers = {"Authorization": f"Bearer {leave}", "Content-Type": "application/sdp"}
        way = "whip" if act == "publish" else "whep"
        answer = await self._client.post(f"{self._base}/{way}/{name}", content=pc.localDescription.sdp, headers=headers)
        answer.raise_for_status()
        await pc.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))

    async def publish(self, name: str, *kinds: str) -> None:
        pc = self._connection()
        for kind in kinds:
            made = Made(kind)
            inside.on_keyframe_wanted(pc.addTrack(made), made.want_keyframe)
        await self._post(pc, "publish", name)

    async def watch(self, name: str, *kinds: str) -> float:
        """How long until the first packet that can be shown or heard; infinite where none comes."""
        pc, began, first = self._connection(), time.monotonic(), asyncio.Event()

        def taken(packet: RtpPacket) -> None:
            self.bytes += len(packet.payload)
            if kinds == ("audio",) or (packet.payload_type != AUDIO_TYPE and begins_keyframe(packet.payload)):
                first.set()

        for kind in kinds:
            inside.tap(pc.addTransceiver(kind, direction="recvonly").receiver, taken)
        try:
            async with asyncio.timeout(COMES_WITHIN_S):
                await self._post(pc, "watch", name)
                await first.wait()
        except (TimeoutError, httpx2.HTTPStatusError):
            return math.inf
        return time.monotonic() - began

    async def close(self) -> None:
        await asyncio.gather(*(pc.close() for pc in self._open))
        self._open.clear()


AUDIO_TYPE = 96
"""aiortc's own number for Opus, which its offers begin with."""


@contextlib.asynccontextmanager
async def media_process(recordings: Path) -> AsyncIterator[tuple[int, str]]:
    """Its process id and the address of its endpoints. `recordings`: where it writes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "media", "--host", "127.0.0.1", "--port", str(port)),
        *("--public-url", "http://127.0.0.1", "--recordings", str(recordings)),
        cwd=ROOT,
        env={**os.environ, "MEDIA_KEY": KEY.hex()},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        await process.stderr.readline()  # "media_started": its socket listens
        yield process.pid, f"http://127.0.0.1:{port}/media"
    finally:
        process.terminate()
        await process.communicate()


async def share_of_a_core(pid: int, seconds: float) -> float:
    before, began = cpu_s(pid), time.monotonic()
    await asyncio.sleep(seconds)
    return (cpu_s(pid) - before) / (time.monotonic() - began)


async def record(pid: int, base: str, halls: Ends, recordings: Path, seconds: float) -> tuple[float, float, float]:
    """Two halls that nobody watches: what they cost, what they cost recorded, and how much is written a second, in bits."""
    names = [f"r.live.hall.{room}" for room in ("ka", "kr")]
    for name in names:
        await halls.publish(name, "audio", "video")
    await asyncio.sleep(1)
    published = await share_of_a_core(pid, seconds)
    writer = RemoteRecordings(base, KEY, lambda: int(time.time() * 1000))
    for name in names:
        await writer.order(Record(name, int(time.time() * 1000) + DAY_MS, 1))
    await asyncio.sleep(2)

    def written() -> int:
        return sum(path.stat().st_size for path in recordings.glob("r/*.webm"))

    before = written()
    recorded = await share_of_a_core(pid, min(seconds, LEASE_S - 5))
    rate = 8 * (written() - before) / min(seconds, LEASE_S - 5)
    for name in names:
        await writer.order(End(name, 1))
    await halls.close()
    return published, recorded, rate


async def measure(seconds: float) -> Figures:
    with tempfile.TemporaryDirectory() as directory:
        return await measure_with(Path(directory), seconds)


async def measure_with(recordings: Path, seconds: float) -> Figures:
    async with media_process(recordings) as (pid, base), httpx2.AsyncClient(timeout=30) as client:
        halls = Ends(base, client)
        for room in ("ka", "kr"):
            await halls.publish(f"s.live.hall.{room}", "audio", "video")
        for room in ("ka", "kr"):
            await halls.watch(f"s.live.hall.{room}", "audio", "video")
        await asyncio.sleep(1)
        before = halls.bytes
        relay = await share_of_a_core(pid, seconds)
        arrived = 8 * (halls.bytes - before) / seconds
        late = []
        for _ in range(20):
            # One after the other: twenty pictures at once would be more than this end can count.
            guest = Ends(base, client)
            late.append(await guest.watch("s.live.hall.ka", "audio", "video"))
            await guest.close()
        await halls.close()
        channel = Ends(base, client)
        await channel.publish("s.live.channel.de", "audio")
        join = [await channel.watch("s.live.channel.de", "audio") for _ in range(LISTENERS)]
        await asyncio.sleep(1)
        before = channel.bytes
        shared = await share_of_a_core(pid, seconds)
        heard = 8 * (channel.bytes - before) / seconds
        await channel.close()
        published, recorded, written = await record(pid, base, Ends(base, client), recordings, seconds)
    return Figures(relay, arrived, shared, heard, join, late, recorded, published, written)


def rows(found: Figures) -> list[Row]:
    link = 2 * sum(BITS_S.values())
    taken_in = f"{100 * found.published:.0f} %"
    return [
        share("a two-way link of 720p passed on, 2.5 Mb/s each way", 0.25, found.relay, found.arrived / link),
        share(
            f"{LISTENERS} listeners of an interpretation channel",
            0.35,
            found.channel,
            found.heard / (LISTENERS * BITS_S["audio"]),
        ),
        share(f"two halls recorded; taken in without that {taken_in}", 0.15, found.recording, found.written / link),
        times("joining a channel → sound", 0.5, found.join),
        times("coming late → picture", 1.0, found.late_picture),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.link_media", description="Measure the media process.")
    parser.add_argument("--seconds", type=float, default=15.0, help="for each share of a core (default: 15)")
    options = parser.parse_args()
    found = asyncio.run(measure(options.seconds))
    print(f"\n{machine()}. {options.seconds:.0f} s each.\n\n{table(rows(found))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
