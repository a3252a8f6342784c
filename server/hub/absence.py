"""Interpreters who are away for long give up their channels, so that somebody else can speak.

It only gives a command. Where several processes have the session awake each of them looks; the first frees the channel, the
others find it free.
"""

import asyncio
from collections.abc import Callable

from server.core.channels import people_on
from server.core.interpreting import GiveUpChannels
from server.core.state import SYSTEM, Actor, State
from server.store.base import Receipt

AWAY_MS = 30_000
"""Longer than a page takes to come back, or a network that was lost for a moment."""

LOOK_EVERY_S = 5.0

Submit = Callable[[Actor, GiveUpChannels], "asyncio.Future[Receipt]"]


class Absence:
    """One for each session at work. `now`: UTC ms."""

    def __init__(
        self, now: Callable[[], int], state: Callable[[], State], is_here: Callable[[str], bool], submit: Submit
    ) -> None:
        self._now = now
        self._state = state
        self._is_here = is_here
        self._submit = submit
        self._since: dict[str, int] = {}
        self._due: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """To be called when the links have changed: looks again and again as long as somebody has a channel."""
        if self._due is None and self._holders():
            self._due = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def close(self) -> None:
        if self._due is not None:
            self._due.cancel()

    def _holders(self) -> frozenset[str]:
        return frozenset().union(*(people_on(link) for link in self._state().links.values()))

    def _look(self) -> None:
        self._due = None
        now = self._now()
        away = {person for person in self._holders() if not self._is_here(person)}
        self._since = {person: self._since.get(person, now) for person in away}
        for person, since in list(self._since.items()):
            if now - since >= AWAY_MS:
                del self._since[person]
                # Not saved: it is still there, and the next look begins to count anew.
                self._submit(SYSTEM, GiveUpChannels(person)).add_done_callback(asyncio.Future.exception)
        self.watch()
