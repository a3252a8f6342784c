"""When each line of those who speak by POST was heard. A POST may come to any process: the one that holds the line is told."""

import time

from server.hub.bus import Bus, Heard, Message


class Posts:
    """`me`: what this process is called on the bus."""

    def __init__(self, bus: Bus, me: str) -> None:
        self._bus = bus
        self._me = me
        bus.listen(self._hear, lambda: None)
        self._heard: dict[tuple[str, str, str], float] = {}

    def opened(self, line: tuple[str, str, str]) -> None:
        self._heard[line] = time.monotonic()

    def heard(self, line: tuple[str, str, str]) -> None:
        """Something came from whoever holds that line; it may be held by another process."""
        if line in self._heard:
            self._heard[line] = time.monotonic()
        else:
            self._bus.publish(Heard(self._me, *line))

    def _hear(self, message: Message) -> None:
        if isinstance(message, Heard) and (line := (message.session, message.person, message.line)) in self._heard:
            self._heard[line] = time.monotonic()

    def silence_s(self, line: tuple[str, str, str]) -> float:
        return time.monotonic() - self._heard.get(line, 0.0)

    def closed(self, line: tuple[str, str, str]) -> None:
        self._heard.pop(line, None)
