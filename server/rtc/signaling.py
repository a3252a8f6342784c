"""What one room's station says to the other's: session descriptions and candidates, passed on unread and never kept.

A message counts for one generation of a link and goes from station to station alone; anything else ends here without a word,
for it is late rather than wrong.
"""

from server.core.links import station_of
from server.core.state import Actor
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame
from server.protocol import Signal, Signaled, encode


def pass_on(live: LiveSession, actor: Actor, signal: Signal) -> bool:
    """Whether it went out: from a station of this very generation, to the station of the other room."""
    link, own = live.state.links.get(signal.activity), station_of(live.state, actor.room)
    if link is None or own is None or own.person != actor.person or actor.room not in link.rooms:
        return False
    if not link.connected or link.generation != signal.generation:
        return False
    others = [station_of(live.state, room) for room in link.rooms if room != actor.room]
    frame = Frame(encode(Signaled(signal.activity, signal.generation, signal.description, signal.candidate)))
    for other in others:
        if other is not None:
            live.tell(other.person, frame)
    return any(other is not None for other in others)
