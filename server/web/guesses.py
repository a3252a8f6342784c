"""A limit on wrong guesses, for the whole server: one hall is one IP address, so right answers are never counted."""

from collections import deque
from collections.abc import Callable

from server.errors import Code, Rejected

WINDOW_MS = 60_000


class Guesses:
    """At most `limit` wrong guesses a minute. `now`: UTC ms."""

    def __init__(self, now: Callable[[], int], limit: int) -> None:
        self._now = now
        self._limit = limit
        self._failed: deque[int] = deque(maxlen=limit)

    def check(self) -> None:
        """Before a guess is looked at. Raises `Rejected(CODES_PAUSED)`."""
        if len(self._failed) == self._limit and self._failed[0] > self._now() - WINDOW_MS:
            raise Rejected(Code.CODES_PAUSED)

    def failed(self) -> None:
        self._failed.append(self._now())
