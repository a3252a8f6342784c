"""Sees to it that no stream outlives its window, whatever a page does or fails to do: tells who passes streams on.

A page may be frozen at the end, its word may be lost, it may have asked a moment before. So it is told again and again, until
no leave from before the end can be valid any more; and by every process, also one that was started since.
"""

import asyncio
from collections.abc import Awaitable, Callable

from server.core.link_state import Link
from server.hub.hub import Hub
from server.rtc.recordings import Away, Close
from server.rtc.tokens import VALID_MS

Attempt = tuple[str, str, int]
"""A session, a window, and the generation of the last connection in it."""


class Closing:
    """`order` raises `Away`."""

    def __init__(self, hub: Hub, order: Callable[[Close], Awaitable[None]]) -> None:
        self._hub, self._order = hub, order
        self._over: dict[Attempt, int] = {}
        """Until when leave from before the end may be shown, UTC ms; 0 where all has been told."""

    async def look(self) -> None:
        now = self._hub.now()
        over = [
            (live.id, link.activity, link.generation)
            for live in self._hub.at_work()
            for link in live.state.links.values()
            if _is_over(link)
        ]
        self._over = {attempt: self._over.get(attempt, now + VALID_MS) for attempt in over}
        await asyncio.gather(*(self._tell(attempt, until, now) for attempt, until in self._over.items() if until))

    async def _tell(self, attempt: Attempt, until: int, now: int) -> None:
        session, activity, _ = attempt
        try:
            await self._order(Close(session, activity, until))
        except Away:
            return  # where nobody answers nothing is open; told with the next look
        if now > until:
            self._over[attempt] = 0


def _is_over(link: Link) -> bool:
    """There was a connection, and there is to be none now."""
    return link.generation > 0 and not link.connected
