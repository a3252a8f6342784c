"""One WebM file, written while it grows: frames go in as they were encoded, a second of them is on the disk a second later.

Each has a sound track from end to end: where no sound came, a hall being muted or its network away, silence is put there. A process
that is killed leaves a file that plays up to there. The disk is waited for in a thread: on the loop there are boards.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from server.rtc.media.frames import Frame

EVERY_S = 0.5
"""Frames are handed to the thread in heaps: sorted by their time, and 2 wakings a second instead of 80."""
WAIT_FOR_PICTURE_S = 2.0
"""A file says at its beginning what is in it, and how large. A picture that has not come by then begins another one."""
SILENCE = b"\xf8\xff\xfe"
"""20 ms of it in Opus, as encoders write it (RFC 6716, 3.1: CELT, the whole band, one channel)."""
SILENCE_MS = 20
GAP_MS = 60
"""What is shorter were lost packets, which players smooth over."""
LATER_MS = 1_000
"""So long after a picture no sound from before it comes any more."""
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
        self._heard_to = self._shown_to = began
        self._whole = 0
        self._size: tuple[int, int] | None = None
        self._begun = False
        self._container: av.container.OutputContainer | None = None
        self._tracks: dict[str, Any] = {}
        self._closing = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._write_on(), name="recording")

    def takes(self, kind: str) -> bool:
        """Whether frames of that kind can still go in."""
        return kind == "audio" or not self._begun or self._size is not None

    def put(self, frame: Frame) -> None:
        if self.error is not None:
            return
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
        patience = loop.time() + WAIT_FOR_PICTURE_S
        try:
            while not self._closing.is_set() and self.error is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), EVERY_S)
                complete = self._size is not None or loop.time() >= patience or self._closing.is_set()
                if self._frames and complete:
                    self._begun = True
                    heap, self._frames, self._waiting = self._frames, [], 0
                    await asyncio.to_thread(self._write, heap)
        except (
            Exception
        ) as error:  # the disk's, or what the muxer makes of a frame: this file is over, the stream is not
            self.error = error
        finally:
            await asyncio.to_thread(self._finish)

    def _write(self, heap: list[Frame]) -> None:
        container = self._container = self._container or self._open()
        self._mux(container, self._with_silence(sorted(heap, key=lambda frame: frame.at)))
        self._whole = os.stat(container.name).st_size

    def _with_silence(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if frame.kind == "video":
                self._shown_to = frame.at
                yield from self._silence(frame.at - LATER_MS)
            elif frame.at <= self._heard_to - SILENCE_MS:
                continue  # later than anything should be: its place is taken
            else:
                if frame.at - self._heard_to > GAP_MS:
                    yield from self._silence(frame.at)
                self._heard_to = frame.at + SILENCE_MS
            yield frame

    def _silence(self, until: int) -> Iterator[Frame]:
        while self._heard_to + SILENCE_MS <= until:
            yield Frame("audio", SILENCE, self._heard_to, True)
            self._heard_to += SILENCE_MS

    def _mux(self, container: av.container.OutputContainer, frames: Iterable[Frame]) -> None:
        for frame in frames:
            packet = av.Packet(frame.data)
            packet.time_base = MS
            packet.pts = packet.dts = max(0, frame.at - self._began)
            packet.is_keyframe = frame.key
            packet.stream = self._tracks[frame.kind]
            container.mux(packet)

    def _open(self) -> av.container.OutputContainer:
        self.path = self._make()
        container = av.open(str(self.path), "w", format="webm", options=_OPTIONS)
        self._tracks["audio"] = container.add_mux_stream("opus", rate=48_000)
        if self._size is not None:
            width, height = self._size
            self._tracks["video"] = container.add_mux_stream("vp8", rate=30, width=width, height=height)
        return container

    def _finish(self) -> None:
        """What cannot be finished plays up to its last whole cluster; why it ends is told already."""
        container = self._container
        if container is None:
            return
        with contextlib.suppress(OSError, ValueError):
            self._mux(container, self._silence(self._shown_to))
        with contextlib.suppress(OSError, ValueError):
            container.close()
        if self.error is not None:
            with contextlib.suppress(OSError):
                os.truncate(container.name, self._whole)
