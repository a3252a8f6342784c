"""The server's clock: wall time at start, then steady, so that a stepped system clock moves no timer."""

import time

STEP_S = 2.0


class Clock:
    """UTC milliseconds."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> int:
        return int((time.monotonic() + self._offset) * 1000)


class Steps:
    """Notices that the system's clock was set while the server runs, or that the machine slept. Nothing of ours follows it."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def look(self) -> float | None:
        """By how many seconds it was set since the last look; None when it was not."""
        offset = time.time() - time.monotonic()
        step, self._offset = offset - self._offset, offset
        return step if abs(step) >= STEP_S else None
