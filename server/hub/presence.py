"""Who is connected, by person and room, in all processes. Never logged; told at most once a second, to facilitators by person.

The other processes are told all who are connected here whenever that changes, and again every few seconds: what they know
of us is renewed, or ends with us.
"""

import asyncio
from collections.abc import Callable

from server.core.audiences import FACILITATOR, SHARED
from server.core.ids import MACHINES
from server.core.state import State
from server.hub.others import Others
from server.hub.outbox import Frame
from server.hub.streams import Stream
from server.protocol import Here, Presence, encode

TELL_EVERY_S = 1.0


class PresenceBook:
    def __init__(
        self,
        session_id: str,
        now: Callable[[], int],
        state: Callable[[], State],
        streams: dict[str, Stream],
        others: Others,
    ) -> None:
        self._session = session_id
        self._now = now
        self._state = state
        self._streams = streams
        self._others = others
        self._connections: dict[str, int] = {}
        self._elsewhere = others.connected(session_id)
        self._last_seen: dict[str, int] = {}
        self._due: asyncio.TimerHandle | None = None
        self._others_are_due = False

    def arrived(self, person: str) -> None:
        self._connections[person] = self._connections.get(person, 0) + 1
        self._last_seen.pop(person, None)
        self._tell_soon(others=True)

    def left(self, person: str) -> None:
        count = self._connections.get(person, 0) - 1
        if count > 0:
            self._connections[person] = count
        else:
            self._connections.pop(person, None)
            self._seen_last([person])
            self._tell_soon(others=True)

    def is_here(self, person: str) -> bool:
        """Connected, in whichever process."""
        return person in self._connections or person in self._elsewhere

    def changed_elsewhere(self) -> None:
        """Another process told who is connected there, or fell silent."""
        before, self._elsewhere = self._elsewhere, self._others.connected(self._session)
        if before != self._elsewhere:
            self._seen_last(before - self._elsewhere)
            for person in self._elsewhere:
                self._last_seen.pop(person, None)
            self._tell_soon()

    def people_here(self) -> int:
        """Participants and facilitators connected now, in all rooms and processes."""
        people = self._state().people
        return sum(people[person].role not in MACHINES for person in self._connected() if person in people)

    def frame_for(self, audience: str) -> Frame:
        return Frame(encode(self._message(by_person=audience == FACILITATOR)))

    def tell_others(self) -> None:
        """Everyone who is connected here."""
        people = self._state().people
        walls = frozenset(p for p in self._connections if p in people and people[p].role in MACHINES)
        self._others_are_due = False
        self._others.gathered(self._session, frozenset(self._connections.keys() - walls), walls)

    def close(self) -> None:
        """All lines are closed; their people are somewhere else in a moment."""
        if self._due is not None:
            self._due.cancel()
        self._others.gathered(self._session, frozenset(), frozenset())

    def _connected(self) -> set[str]:
        return self._connections.keys() | self._elsewhere

    def _seen_last(self, people: "list[str] | frozenset[str]") -> None:
        """Just now, unless they are connected in another way."""
        connected = self._connected()
        self._last_seen |= {person: self._now() for person in people if person not in connected}

    def _message(self, by_person: bool) -> Presence:
        """Asked for by everyone who comes in: a thousand at once must not have a thousand people listed each."""
        state, connected = self._state(), self._connected()
        rooms = [room.id for room in state.plan.rooms]
        counts = {role: dict.fromkeys(rooms, 0) for role in SHARED}
        for person_id in connected:
            person = state.people.get(person_id)
            if person is not None and person.role in counts:
                counts[person.role][person.room] += 1
        people = (
            {person_id: Here(person_id in connected, self._last_seen.get(person_id)) for person_id in state.people}
            if by_person
            else None
        )
        phones, desks, walls, interpreters = (counts[role] for role in SHARED)
        return Presence(phones, desks, walls, interpreters, people)

    def _tell_soon(self, others: bool = False) -> None:
        self._others_are_due = self._others_are_due or others
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(TELL_EVERY_S, self._tell)

    def _tell(self) -> None:
        self._due = None
        if self._others_are_due:
            self.tell_others()
        for audience, stream in self._streams.items():
            if stream.subscribers:
                frame = self.frame_for(audience)
                for subscriber in stream.subscribers:
                    subscriber.outbox.send(frame, replaces="presence")
