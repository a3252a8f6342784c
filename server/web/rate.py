"""How much a person may say, over all their lines: a burst at once, so much a second in the long run; and how much nonsense
is enough. By person and never by address: a whole hall shares one.
"""

import time
from weakref import WeakValueDictionary

MESSAGES_PER_S = 10.0
BURST = 30.0
ABUSE_AFTER = 200
SWEEP_EVERY_S = 10.0


class Allowance:
    """`refused`: messages that were no valid ones, or too many."""

    def __init__(self) -> None:
        self.refused = 0
        self._left = BURST
        self._at = time.monotonic()

    def take(self) -> bool:
        """One message; False: it is one too many."""
        self._refill()
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def spent(self) -> bool:
        """Whether all that was refused is enough to be sent away."""
        return self.refused >= ABUSE_AFTER

    @property
    def untouched(self) -> bool:
        """Whether it is as good as a new one, for who was quiet for a while."""
        self._refill()
        return self._left >= BURST

    def _refill(self) -> None:
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * MESSAGES_PER_S)
        self._at = now


class Allowances:
    """One for each person of this process: a second window, or a sixty-fourth, may say no more. One that is full again and
    that no line holds is forgotten.
    """

    def __init__(self) -> None:
        self._held: WeakValueDictionary[tuple[str, str], Allowance] = WeakValueDictionary()
        self._kept: dict[tuple[str, str], Allowance] = {}
        self._swept_at = time.monotonic()

    def of(self, session: str, person: str) -> Allowance:
        now, who = time.monotonic(), (session, person)
        if now - self._swept_at > SWEEP_EVERY_S:
            self._swept_at = now
            self._kept = {known: found for known, found in self._kept.items() if not found.untouched}
        found = self._held.get(who)
        if found is None:
            found = self._held[who] = Allowance()
        self._kept[who] = found
        return found
