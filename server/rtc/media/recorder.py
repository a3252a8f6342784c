"""Halls' streams written to files while the server says so; what it does not say for a while ends by itself."""

import asyncio
import errno
from collections.abc import Callable
from pathlib import Path

import structlog

from server.core.link_state import RecordingTrouble
from server.rtc.access import StreamName
from server.rtc.media.frames import Frame, Frames
from server.rtc.media.shelf import Shelf
from server.rtc.media.streams import Stream, Streams
from server.rtc.media.webm import Webm
from server.rtc.recordings import LEASE_S

log = structlog.get_logger()


class Hall:
    """One hall's stream, in parts: a new one wherever what comes does not fit into the one before."""

    def __init__(self, name: StreamName, shelf: Shelf, now: Callable[[], int]) -> None:
        self.name = name
        self.keep_until = 0
        self.trouble: RecordingTrouble | None = None
        self._shelf, self._now = shelf, now
        self._frames = {kind: Frames(kind, self._taken) for kind in ("audio", "video")}
        self._part: Webm | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def follow(self, stream: Stream | None) -> None:
        """This publisher's from now on."""
        for kind, frames in self._frames.items():
            frames.follow(stream.publisher.sources.get(kind) if stream is not None else None)

    @property
    def writing(self) -> Path | None:
        return self._part.path if self._part is not None else None

    def _taken(self, frame: Frame) -> None:
        part = self._part
        if part is not None and part.error is not None:
            self._failed(part.error)
        if self.trouble is not None:
            return
        if part is None or not part.takes(frame.kind):
            self._leave_part()
            at = self._now()
            part = self._part = Webm(lambda: self._new_file(at), frame.at)
        part.put(frame)

    def _new_file(self, at: int) -> Path:
        """In the thread of who writes it."""
        path = self._shelf.new(self.name.session, self.name.activity, self.name.name, at)
        self._shelf.keep(self.name.session, self.keep_until)
        log.info("recording_begun", session=self.name.session, file=path.name)
        return path

    def _leave_part(self) -> None:
        if self._part is not None:
            task = asyncio.get_running_loop().create_task(self._part.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            self._part = None

    def _failed(self, error: Exception) -> None:
        if self.trouble is None:
            self.trouble = "full" if isinstance(error, OSError) and error.errno == errno.ENOSPC else "unwritable"
            log.error("recording_failed", session=self.name.session, reason=str(error), trouble=self.trouble)

    async def close(self) -> None:
        """Nothing that comes later is written; what came is in the file."""
        self.follow(None)
        self._leave_part()
        await asyncio.gather(*self._closing)


class Recorder:
    """`streams`: those of this process. `now`: UTC ms. Call all of it on one loop."""

    def __init__(self, shelf: Shelf, streams: Streams, now: Callable[[], int]) -> None:
        self._shelf, self._streams, self._now = shelf, streams, now
        self._halls: dict[str, Hall] = {}
        self._ends: dict[str, asyncio.TimerHandle] = {}
        self._ended: dict[str, tuple[int, float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        streams.published.append(self._published)

    def writing(self) -> set[Path]:
        """The files that grow now."""
        return {hall.writing for hall in self._halls.values() if hall.writing is not None}

    async def record(self, stream: str, keep_until: int, revision: int) -> RecordingTrouble | None:
        """As `Record` says; gives why it cannot be, and it is ended then."""
        name = StreamName.read(stream)
        if name is None or name.kind != "hall":
            return "unwritable"
        if self._is_old(stream, revision):
            return None
        hall = self._halls.get(stream)
        trouble = (hall.trouble if hall is not None else None) or await asyncio.to_thread(self._shelf.trouble)
        if trouble is not None:
            await self.end(stream)
            return trouble
        if self._is_old(stream, revision):  # it was ended meanwhile
            return None
        hall = self._halls.get(stream)
        if hall is None:
            hall = self._halls[stream] = Hall(name, self._shelf, self._now)
            hall.follow(self._streams.find(stream))
        hall.keep_until = keep_until
        self._lease(stream)
        return None

    async def end(self, stream: str, revision: int = 0) -> None:
        """Nothing that comes from now on is written; what came is in the file when this returns. `revision`: see `End`."""
        if revision:
            now = asyncio.get_running_loop().time()
            recent = {name: end for name, end in self._ended.items() if now - end[1] < LEASE_S}
            self._ended = {**recent, stream: (revision, now)}
        if stream in self._ends:
            self._ends.pop(stream).cancel()
        hall = self._halls.pop(stream, None)
        if hall is not None:
            await hall.close()

    async def end_session(self, session: str) -> None:
        for stream in [stream for stream, hall in self._halls.items() if hall.name.session == session]:
            await self.end(stream)

    async def close(self) -> None:
        for stream in list(self._halls):
            await self.end(stream)
        await asyncio.gather(*self._tasks)

    def _is_old(self, stream: str, revision: int) -> bool:
        """An order by who does not know yet that this was ended. Not for long: a restored store counts from further back."""
        ended, at = self._ended.get(stream, (0, 0.0))
        return revision < ended and asyncio.get_running_loop().time() - at < LEASE_S

    def _published(self, name: str, stream: Stream) -> None:
        if name in self._halls:
            self._halls[name].follow(stream)

    def _lease(self, stream: str) -> None:
        if stream in self._ends:
            self._ends[stream].cancel()
        self._ends[stream] = asyncio.get_running_loop().call_later(LEASE_S, self._ended_by_itself, stream)

    def _ended_by_itself(self, stream: str) -> None:
        log.warning("recording_unordered", stream=stream)
        task = asyncio.get_running_loop().create_task(self.end(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
