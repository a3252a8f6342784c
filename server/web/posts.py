"""What this process knows of those who speak by POST: how much they may still say, and when each of their lines was heard.

Nothing depends on it but politeness: another process behind the same address answers a POST just as well.
"""

import time

from server.web.rate import Allowance

SWEEP_EVERY_S = 10.0


class Posts:
    """Allowances are by person, whatever line their messages belong to; one that is full again is forgotten."""

    def __init__(self) -> None:
        self._allowances: dict[tuple[str, str], Allowance] = {}
        self._swept_at = time.monotonic()
        self._heard: dict[tuple[str, str, str], float] = {}

    def allowance(self, session: str, person: str) -> Allowance:
        now = time.monotonic()
        if now - self._swept_at > SWEEP_EVERY_S:
            self._swept_at = now
            self._allowances = {who: found for who, found in self._allowances.items() if not found.untouched}
        return self._allowances.setdefault((session, person), Allowance())

    def opened(self, line: tuple[str, str, str]) -> None:
        self._heard[line] = time.monotonic()

    def heard(self, line: tuple[str, str, str]) -> None:
        """Something came from whoever holds that line; it may be held by another process."""
        if line in self._heard:
            self._heard[line] = time.monotonic()

    def silence_s(self, line: tuple[str, str, str]) -> float:
        return time.monotonic() - self._heard.get(line, 0.0)

    def closed(self, line: tuple[str, str, str]) -> None:
        self._heard.pop(line, None)
