"""How much a client may say: a burst at once, so much a second in the long run; and how much nonsense is enough."""

import time

MESSAGES_PER_S = 10.0
BURST = 30.0
ABUSE_AFTER = 200


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
