"""Who is connected, by person and room. Never logged; told at most once a second, and to facilitators by person."""

import asyncio
from collections.abc import Callable

from server.core.state import State
from server.core.views import FACILITATOR
from server.hub.outbox import Frame
from server.hub.streams import Stream
from server.protocol import Here, Presence, encode

TELL_EVERY_S = 1.0


class PresenceBook:
    def __init__(self, now: Callable[[], int], state: Callable[[], State], streams: dict[str, Stream]) -> None:
        self._now = now
        self._state = state
        self._streams = streams
        self._connections: dict[str, int] = {}
        self._last_seen: dict[str, int] = {}
        self._due: asyncio.TimerHandle | None = None

    def arrived(self, person: str) -> None:
        self._connections[person] = self._connections.get(person, 0) + 1
        self._last_seen.pop(person, None)
        self._tell_soon()

    def left(self, person: str) -> None:
        count = self._connections.get(person, 0) - 1
        if count > 0:
            self._connections[person] = count
        else:
            self._connections.pop(person, None)
            self._last_seen[person] = self._now()
            self._tell_soon()

    def people_here(self) -> int:
        """Participants and facilitators connected now, in all rooms."""
        people = self._state().people
        return sum(people[person].role != "projector" for person in self._connections if person in people)

    def frame_for(self, audience: str) -> Frame:
        message = self._message()
        if audience != FACILITATOR:
            message = Presence(message.phones, message.facilitators, message.projectors)
        return Frame(encode(message))

    def close(self) -> None:
        if self._due is not None:
            self._due.cancel()

    def _message(self) -> Presence:
        state = self._state()
        rooms = [room.id for room in state.plan.rooms]
        counts = {role: dict.fromkeys(rooms, 0) for role in ("participant", "facilitator", "projector")}
        for person_id in self._connections:
            person = state.people.get(person_id)
            if person is not None and person.role in counts:
                counts[person.role][person.room] += 1
        people = {
            person_id: Here(person_id in self._connections, self._last_seen.get(person_id))
            for person_id in state.people
        }
        return Presence(counts["participant"], counts["facilitator"], counts["projector"], people)

    def _tell_soon(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(TELL_EVERY_S, self._tell)

    def _tell(self) -> None:
        self._due = None
        for audience, stream in self._streams.items():
            if stream.subscribers:
                frame = self.frame_for(audience)
                for subscriber in stream.subscribers:
                    subscriber.outbox.send(frame, replaces="presence")
