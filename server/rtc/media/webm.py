"""One WebM file, written while it grows: frames go in as they were encoded, a second of them is on the disk a second later.

A process that is killed leaves a file that plays up to there. The disk is waited for in a thread: on the loop there are boards.
"""

import asyncio
import contextlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from server.rtc.media.frames import Frame

EVERY_S = 0.5
"""Frames are handed to the thread in heaps: sorted by their time, and 2 wakings a second instead of 80."""
WAIT_FOR_BOTH_S = 2.0
"""A file says at its beginning what is in it. What has not come by then begins another one when it does."""
MOST_WAITING_BYTES = 32 * 1024 * 1024
MS = Fraction(1, 1000)
# A cluster is what a player can read without the rest. Interleaving waits for a silent sound as long as for a paused picture.
_OPTIONS = {"cluster_time_limit": "1000", "max_interleave_delta": "500000", "flush_packets": "1"}


class Webm:
    """`make` gives an empty file, once there is something to write. `began`: ms of the loop. Call all of it on the loop."""

    def __init__(self, make: Callable[[], Path], began: int) -> None:
        self.path: Path | None = None
        self._make = make
        self.error: Exception | None = None
        self._began = began
        self._frames: list[Frame] = []
        self._waiting = 0
        self._kinds: set[str] = set()
        self._size: tuple[int, int] | None = None
        self._container: av.container.OutputContainer | None = None
        self._tracks: dict[str, Any] = {}
        self._closing = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._write_on(), name="recording")

    def takes(self, kind: str) -> bool:
        """Whether frames of that kind can still go in."""
        return self._container is None or kind in self._tracks

    def put(self, frame: Frame) -> None:
        if self.error is not None:
            return
        self._kinds.add(frame.kind)
        self._size = self._size or frame.size
        self._waiting += len(frame.data)
        if self._waiting > MOST_WAITING_BYTES:
            self.error = OSError("the disk takes nothing for too long")
        self._frames.append(frame)

    async def close(self) -> None:
        """All that was put in is in the file then."""
        self._closing.set()
        await self._task

    async def _write_on(self) -> None:
        loop = asyncio.get_running_loop()
        patience = loop.time() + WAIT_FOR_BOTH_S
        try:
            while not self._closing.is_set() and self.error is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), EVERY_S)
                complete = len(self._kinds) == 2 or loop.time() >= patience or self._closing.is_set()
                if self._kinds and complete:
                    heap, self._frames, self._waiting = self._frames, [], 0
                    await asyncio.to_thread(self._write, heap, frozenset(self._kinds), self._size)
        except (
            Exception
        ) as error:  # the disk's, or what the muxer makes of a frame: this file is over, the stream is not
            self.error = error
        finally:
            await asyncio.to_thread(self._finish)

    def _write(self, heap: list[Frame], kinds: frozenset[str], size: tuple[int, int] | None) -> None:
        if self._container is None:
            self._open(kinds, size)
        assert self._container is not None
        for frame in sorted(heap, key=lambda frame: frame.at):
            packet = av.Packet(frame.data)
            packet.time_base = MS
            packet.pts = packet.dts = max(0, frame.at - self._began)
            packet.is_keyframe = frame.key
            packet.stream = self._tracks[frame.kind]
            self._container.mux(packet)

    def _open(self, kinds: frozenset[str], size: tuple[int, int] | None) -> None:
        self.path = self._make()
        container = av.open(str(self.path), "w", format="webm", options=_OPTIONS)
        if "audio" in kinds:
            self._tracks["audio"] = container.add_mux_stream("opus", rate=48_000)
        if "video" in kinds:
            width, height = size or (0, 0)
            self._tracks["video"] = container.add_mux_stream("vp8", rate=30, width=width, height=height)
        self._container = container

    def _finish(self) -> None:
        if self._container is not None:
            # What cannot be finished is left as it is: it plays up to there, and why it ends is told already.
            with contextlib.suppress(OSError, ValueError):
                self._container.close()
