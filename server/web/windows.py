"""How many lines one person holds in this process: enough for every window and device, not for crowding the others out."""

from typing import Protocol

from server.core.state import Actor
from server.errors import Close
from server.hub.live_session import LiveSession

LINES_PER_PERSON = 8


class Window(Protocol):
    """A line, as far as it is counted here."""

    actor: Actor
    live: LiveSession

    def close_soon(self, code: Close) -> None: ...


class Windows:
    """The newest stay: a phone that lost its line without a word must not be kept out by those it left behind."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], list[Window]] = {}

    def opened(self, line: Window) -> None:
        lines = self._open.setdefault((line.live.id, line.actor.person), [])
        lines.append(line)
        for older in lines[:-LINES_PER_PERSON]:
            older.close_soon(Close.TOO_MANY_LINES)

    def closed(self, line: Window) -> None:
        who = (line.live.id, line.actor.person)
        self._open[who].remove(line)
        if not self._open[who]:
            del self._open[who]
