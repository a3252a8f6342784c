"""The server's clock: wall time at start, then steady, so that a stepped system clock moves no timer."""

import time


class Clock:
    """UTC milliseconds."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> int:
        return int((time.monotonic() + self._offset) * 1000)
