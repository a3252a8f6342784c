"""The other processes, as this one knows them: what it tells them, and what they told of who is connected there."""

import secrets
import time

from msgspec import Struct

from server.hub.bus import Bus, Gathered, Listed, Passed, Written

# Told again every few seconds; a process that says nothing for so long has died, and nobody is connected there.
SILENT_AFTER_S = 15.0


class _Told(Struct):
    """What a process told last of a session. `at`: `time.monotonic`."""

    people: frozenset[str]
    projectors: frozenset[str]
    at: float


class Others:
    """One for each process. `me` tells processes apart in what they say; it is new at every start."""

    def __init__(self, bus: Bus) -> None:
        self.me = secrets.token_hex(6)
        self.bus = bus
        self._told: dict[str, dict[str, _Told]] = {}

    def wrote(self, session: str, revision: int) -> None:
        self.bus.publish(Written(self.me, session, revision))

    def listed(self) -> None:
        self.bus.publish(Listed(self.me))

    def gathered(self, session: str, people: frozenset[str], projectors: frozenset[str]) -> None:
        self.bus.publish(Gathered(self.me, session, tuple(people), tuple(projectors)))

    def passed(self, session: str, people: tuple[str, ...], frame: bytes, replaces: str | None) -> None:
        self.bus.publish(Passed(self.me, session, people, frame.decode(), replaces))

    def hear(self, told: Gathered) -> bool:
        """Remember it; True: that process was not known here, so it does not know of us either."""
        processes = self._told.setdefault(told.session, {})
        new = told.by not in processes
        processes[told.by] = _Told(frozenset(told.people), frozenset(told.projectors), time.monotonic())
        return new

    def connected(self, session: str) -> frozenset[str]:
        """Everyone connected to a session in other processes."""
        return frozenset().union(*(told.people | told.projectors for told in self._told.get(session, {}).values()))

    def people(self, session: str) -> frozenset[str]:
        """The same without projectors, for who does not know the session."""
        return frozenset().union(*(told.people for told in self._told.get(session, {}).values()))

    def has_awake(self, session: str) -> bool:
        """Whether another process has the session at work."""
        return bool(self._told.get(session))

    def forget_silent(self) -> set[str]:
        """Processes that fell silent have nobody any more; gives the sessions where that changes something."""
        oldest = time.monotonic() - SILENT_AFTER_S
        changed = set()
        for session, processes in list(self._told.items()):
            silent = [by for by, told in processes.items() if told.at < oldest]
            for by in silent:
                del processes[by]
            if silent:
                changed.add(session)
            if not processes:
                del self._told[session]
        return changed
