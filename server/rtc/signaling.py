"""What one room's station says to the other's, or to its own camera: descriptions and candidates, passed on and never kept.

A message counts for one generation of a link and goes from station to station alone; anything else ends here without a word,
for it is late rather than wrong. A description is read for one thing, the candidates in it: a browser sends packets wherever
those lead (`rtc/candidates.py`).
"""

from msgspec import structs

from server.core.link_state import Link
from server.core.links import camera_of, station_of
from server.core.state import Actor
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame
from server.protocol import Description, Measure, Measured, Signal, Signaled, Whisper, Whispered, encode
from server.rtc.candidates import is_sane, without_strays


def pass_on(live: LiveSession, actor: Actor, signal: Signal) -> bool:
    """Whether it went out: from a station of this very generation, to the station of the other room."""
    link = _link_of(live, actor, signal.activity)
    if link is None or link.generation != signal.generation or not _may_say(link, actor, signal):
        return False
    others = [station_of(live.state, room) for room in link.rooms if room != actor.room]
    people = tuple(other.person for other in others if other is not None)
    frame = Frame(encode(Signaled(signal.activity, signal.generation, _clean(signal.description), signal.candidate)))
    live.tell(people, frame)
    return bool(people)


def pass_between(live: LiveSession, actor: Actor, said: Whisper) -> bool:
    """Whether it went out: from a room's station to the device that is its camera, or the other way."""
    station, camera = station_of(live.state, actor.room), camera_of(live.state, actor.room)
    if station is None or camera is None or actor.person not in (station.person, camera.id):
        return False
    if said.candidate is not None and not is_sane(said.candidate.candidate):
        return False
    other = camera.id if actor.person == station.person else station.person
    frame = Frame(encode(Whispered(said.attempt, said.has, _clean(said.description), said.candidate)))
    live.tell((other,), frame)
    return True


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


def _clean(description: Description | None) -> Description | None:
    return description and structs.replace(description, sdp=without_strays(description.sdp))


def _may_say(link: Link, actor: Actor, signal: Signal) -> bool:
    """The room that is named for it offers, the other answers: of two offers that cross, browsers hang on to neither."""
    if signal.candidate is not None and not is_sane(signal.candidate.candidate):
        return False
    offers = actor.room == link.rooms[0]
    return signal.description is None or (signal.description.type == "offer") == offers
