"""A hall that can be told from another by its sound and the size of its picture, and what of it is in a file."""

import itertools
import math
import subprocess
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from aiortc import MediaStreamTrack, VideoStreamTrack
from aiortc.mediastreams import AudioStreamTrack

RATE = 48_000
SILENT = 0.02


class Tone(AudioStreamTrack):
    """A tone of so many Hz."""

    def __init__(self, hertz: int) -> None:
        super().__init__()
        self._hertz = hertz

    async def recv(self) -> av.AudioFrame:
        frame = await super().recv()
        assert isinstance(frame, av.AudioFrame)
        assert frame.pts is not None
        turn, first = 2 * math.pi * self._hertz / frame.sample_rate, frame.pts
        samples = array("h", (int(9000 * math.sin(turn * (first + n))) for n in range(frame.samples)))
        frame.planes[0].update(samples.tobytes())
        return frame


class Moving(VideoStreamTrack):
    """A picture of so many dots a side, whose brightness changes with each."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame(self._side, self._side, "yuv420p")
        shade = bytes([pts // 3000 % 250])
        for plane in frame.planes:
            plane.update(shade * plane.buffer_size)
        frame.pts, frame.time_base = pts, time_base
        return frame


def hall(hertz: int, side: int) -> list[MediaStreamTrack]:
    return [Tone(hertz), Moving(side)]


class Played:
    """What a player finds in a file. Seconds from its beginning; `hertz`: of the loudest tone in its middle; `sides`: of its
    pictures; `shown`, `heard`: when each picture and sound that was decoded begins; `loud`: those that are more than silence."""

    def __init__(self, path: Path) -> None:
        self.shown: list[float] = []
        self.heard: list[float] = []
        self.loud: list[float] = []
        self.sides: set[int] = set()
        samples = array("f")
        with av.open(str(path)) as container:
            frames: Iterator[Any] = container.decode()
            for frame in frames:
                assert frame.pts is not None
                assert frame.time_base is not None
                if isinstance(frame, av.VideoFrame):
                    self.shown.append(float(frame.pts * frame.time_base))
                    self.sides.add(frame.width)
                else:
                    assert isinstance(frame, av.AudioFrame)
                    self.heard.append(float(frame.pts * frame.time_base))
                    plane = array("f")
                    plane.frombytes(bytes(frame.planes[0]))
                    if max(map(abs, plane[: frame.samples])) > SILENT:
                        self.loud.append(self.heard[-1])
                        samples.extend(plane[: frame.samples])
        self.hertz = _hertz(samples)


def _hertz(samples: "array[float]") -> int:
    """By how often it crosses zero in its middle second; 0 where it is too short."""
    middle = len(samples) // 2
    second = samples[middle - RATE // 4 : middle + RATE // 4]
    if len(second) < RATE // 2:
        return 0
    crossed = sum(1 for before, after in itertools.pairwise(second) if before < 0 <= after)
    return round(crossed / (len(second) / RATE))


def ffprobe(path: Path) -> dict[str, float]:
    """The last instant of each kind, in seconds, as another program than ours reads it."""
    asked = ["-v", "error", "-show_entries", "packet=codec_type,pts_time", "-of", "csv=p=0", str(path)]
    told = subprocess.run(["ffprobe", *asked], capture_output=True, text=True, timeout=30, check=True)
    assert told.stderr == ""
    found: dict[str, float] = {}
    for line in told.stdout.split():
        kind, at, *_ = line.split(",")
        found[kind] = max(found.get(kind, 0.0), float(at))
    return found
