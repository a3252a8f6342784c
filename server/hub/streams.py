"""Numbered streams: what one audience was told, densely numbered, with the last patches kept for those who come back."""

from collections import deque
from typing import Any

from server.core.entities import Entity
from server.core.patches import Patch
from server.hub.outbox import MAX_QUEUED_BYTES, Frame
from server.protocol import PatchMessage, Snapshot, encode

KEPT_PATCHES = 512
# Two streams' worth of missed patches must fit into an outbox, or whoever resumes is cut off for having been away.
KEPT_BYTES = MAX_QUEUED_BYTES // 2


class Stream:
    """One audience's numbered sequence of patches. `view` is what number `n` adds up to; its owner keeps it so."""

    def __init__(self, name: str, view: dict[str, Entity]) -> None:
        self.name = name
        self.view = view
        self.n = 0
        self.subscribers: set[Any] = set()
        self._kept: deque[Frame] = deque()
        self._kept_bytes = 0

    def publish(self, patch: Patch) -> int:
        """Tell all subscribers; gives how many were told."""
        if not patch:
            return 0
        self.n += 1
        frame = Frame(encode(PatchMessage(self.name, self.n, patch.set, patch.gone)))
        self._kept.append(frame)
        self._kept_bytes += len(frame.data)
        while len(self._kept) > KEPT_PATCHES or self._kept_bytes > KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popleft().data)
        for subscriber in self.subscribers:
            subscriber.outbox.send(frame)
        return len(self.subscribers)

    def forget(self) -> None:
        """Whoever comes back gets a snapshot: what was said before is not said again."""
        self._kept.clear()
        self._kept_bytes = 0

    def snapshot(self) -> Snapshot:
        return Snapshot(self.name, self.n, self.view)

    def subscribe(self, subscriber: Any, have: int | None) -> None:
        """From number `have` on, or from a snapshot. No await in here: nothing is published between the two."""
        missed = None if have is None else self.n - have
        if missed is None or not 0 <= missed <= len(self._kept):
            subscriber.outbox.send(Frame(encode(self.snapshot())))
        else:
            for frame in list(self._kept)[len(self._kept) - missed :]:
                subscriber.outbox.send(frame)
        self.subscribers.add(subscriber)
