"""What goes out on one connection. Writing never waits: a slow reader's frames queue up to a limit, then it is cut off.

Back-pressure has no place here: one slow phone must not hold up a hall. It comes back and resumes.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

MAX_QUEUED_BYTES = 256 * 1024


class Frame:
    """One message, encoded once for everyone it goes to. `wire` and `event` cache what the two transports make of it."""

    __slots__ = ("data", "event", "wire")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.wire: bytes | None = None
        self.event: bytes | None = None


class Sink(Protocol):
    """A transport's end. `write` never blocks. After `writable_now` was false, the callback is called when it is true."""

    @property
    def writable_now(self) -> bool: ...

    @property
    def cut_for(self) -> str:
        """Why the transport ended the line by itself; "" while it did not."""

    def write(self, frame: Frame) -> None: ...

    def abort(self) -> None:
        """Cut at once, without waiting for a peer that does not read."""

    def set_on_writable(self, callback: Callable[[], None]) -> None: ...


class Outbox:
    """In order, bounded. An ephemeral frame (`replaces` names its kind) takes the place of an older one still queued."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._queue: deque[tuple[str | None, Frame]] = deque()
        self._queued_bytes = 0
        self.cut = False
        sink.set_on_writable(self._drain)

    @property
    def cut_for(self) -> str:
        """Why we ended the line without a word; "" while we did not."""
        return "slow" if self.cut else self._sink.cut_for

    @property
    def queued(self) -> tuple[int, int]:
        """Frames that wait, and their bytes."""
        return len(self._queue), self._queued_bytes

    def send(self, frame: Frame, replaces: str | None = None) -> None:
        if self.cut:
            return
        if not self._queue and self._sink.writable_now:
            self._sink.write(frame)
            return
        if replaces is not None:
            for place, (kind, old) in enumerate(self._queue):
                if kind == replaces:
                    self._queue[place] = (kind, frame)
                    self._queued_bytes += len(frame.data) - len(old.data)
                    return
        self._queue.append((replaces, frame))
        self._queued_bytes += len(frame.data)
        if self._queued_bytes > MAX_QUEUED_BYTES:
            self.cut_off()

    def cut_off(self) -> None:
        """A reader too slow to keep up: the line is cut, what was queued is dropped; the client resumes."""
        self.cut = True
        self._queue.clear()
        self._queued_bytes = 0
        self._sink.abort()

    def _drain(self) -> None:
        while self._queue and self._sink.writable_now:
            _, frame = self._queue.popleft()
            self._queued_bytes -= len(frame.data)
            self._sink.write(frame)
