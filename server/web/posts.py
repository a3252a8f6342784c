"""What this process knows of those who speak by POST: when each of their lines was heard.

Nothing depends on it but politeness: another process behind the same address answers a POST just as well.
"""

import time


class Posts:
    def __init__(self) -> None:
        self._heard: dict[tuple[str, str, str], float] = {}

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
