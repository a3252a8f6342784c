"""A limit on wrong guesses, for all processes together: one hall is one IP address, so right answers are never counted."""

from server.errors import Code, Rejected
from server.hub.bus import Bus

WINDOW_MS = 60_000


class Guesses:
    """At most `limit` wrong guesses a minute. `what`: they are counted under that name."""

    def __init__(self, bus: Bus, what: str, limit: int) -> None:
        self._bus = bus
        self._key = f"guesses:{what}"
        self._limit = limit

    async def check(self) -> None:
        """Before a guess is looked at. Raises `Rejected(CODES_PAUSED)`."""
        if await self._bus.count(self._key, WINDOW_MS, more=0) >= self._limit:
            raise Rejected(Code.CODES_PAUSED)

    async def failed(self) -> None:
        await self._bus.count(self._key, WINDOW_MS)
