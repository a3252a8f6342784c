"""What one room's station says to the other's: session descriptions and candidates, passed on and never kept.

A message counts for one generation of a link and goes from station to station alone; anything else ends here without a word,
for it is late rather than wrong. A description is read for one thing, the candidates in it: a browser sends packets wherever
those lead (`rtc/candidates.py`).
"""

from msgspec import structs

from server.core.links import station_of
from server.core.state import Actor, Link
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame
from server.protocol import Measure, Measured, Signal, Signaled, encode
from server.rtc.candidates import is_sane, without_strays


def pass_on(live: LiveSession, actor: Actor, signal: Signal) -> bool:
    """Whether it went out: from a station of this very generation, to the station of the other room."""
    link = _link_of(live, actor, signal.activity)
    if link is None or link.generation != signal.generation or not _may_say(link, actor, signal):
        return False
    description = signal.description
    if description is not None:
        description = structs.replace(description, sdp=without_strays(description.sdp))
    others = [station_of(live.state, room) for room in link.rooms if room != actor.room]
    people = tuple(other.person for other in others if other is not None)
    frame = Frame(encode(Signaled(signal.activity, signal.generation, description, signal.candidate)))
    live.tell(people, frame)
    return bool(people)


def show(live: LiveSession, actor: Actor, measure: Measure) -> bool:
    """A station's figures, to the facilitators of both rooms. Whether they went out."""
    link = _link_of(live, actor, measure.activity)
    if link is None or link.generation != measure.generation:
        return False
    desks = tuple(
        person.id
        for person in live.state.people.values()
        if person.role == "facilitator" and person.room in link.rooms and not person.removed
    )
    frame = Frame(encode(Measured(measure.activity, actor.room, measure.figures)))
    live.tell(desks, frame, replaces=f"measured {actor.room}")
    return True


def _link_of(live: LiveSession, actor: Actor, activity: str) -> Link | None:
    """The link that somebody is the station of, while there is a connection to speak of."""
    link, own = live.state.links.get(activity), station_of(live.state, actor.room)
    speaks = link is not None and own is not None and own.person == actor.person and actor.room in link.rooms
    return link if link is not None and speaks and link.connected else None


def _may_say(link: Link, actor: Actor, signal: Signal) -> bool:
    """The room that is named for it offers, the other answers: of two offers that cross, browsers hang on to neither."""
    if signal.candidate is not None and not is_sane(signal.candidate.candidate):
        return False
    offers = actor.room == link.rooms[0]
    return signal.description is None or (signal.description.type == "offer") == offers
