"""The alarm clock of a session: rings when its next timer ends.

It only gives a command; whether that is still due is decided there. Where several processes have the session awake each of
them rings, so that none need be trusted to live that long; the first ends the timer, the others find it ended.
"""

import asyncio
from collections.abc import Callable

from server.core.state import SYSTEM, Actor, State
from server.core.timers import EndTimer
from server.store.base import Receipt

RING_AGAIN_S = 1.0

Submit = Callable[[Actor, EndTimer], "asyncio.Future[Receipt]"]


class Alarm:
    """One for each session at work. `now`: UTC ms."""

    def __init__(self, now: Callable[[], int], state: Callable[[], State], submit: Submit) -> None:
        self._now = now
        self._state = state
        self._submit = submit
        self._due: asyncio.TimerHandle | None = None
        self._closed = False

    def set(self) -> None:
        """Look which timer ends next."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        running = [t for t in self._state().timers.values() if t.status == "running" and t.ends_at is not None]
        if running:
            next_one = min(running, key=lambda timer: timer.ends_at or 0)
            assert next_one.ends_at is not None
            delay = max(next_one.ends_at - self._now(), 0) / 1000
            self._due = asyncio.get_running_loop().call_later(delay, self._ring, next_one.room, next_one.ends_at)

    def close(self) -> None:
        self._closed = True
        if self._due is not None:
            self._due.cancel()

    def _ring(self, room: str, ends_at: int) -> None:
        self._due = None
        if self._now() < ends_at:  # a timer handle may fire some microseconds early
            self._due = asyncio.get_running_loop().call_later(0.005, self._ring, room, ends_at)
            return
        self._submit(SYSTEM, EndTimer(room, ends_at)).add_done_callback(self._rung)

    def _rung(self, done: "asyncio.Future[Receipt]") -> None:
        if done.exception() is not None and self._due is None and not self._closed:  # not saved: ring again
            self._due = asyncio.get_running_loop().call_later(RING_AGAIN_S, self.set)
