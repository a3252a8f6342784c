"""The live link of two rooms: its stations, ready, go, over. Picture and sound go their own way; here stands who sends and when.

A *station* is the page in a room that has camera and microphone; each load of it is a new one. A link's *generation* numbers the
attempts at a connection: what stations say to each other bears it, and what bears an older one is passed over.
Its *way* leads from browser to browser, or through our media process; one that fails twice is left for the other.
"""

from typing import assert_never

from msgspec import Struct

from server.core import speakers
from server.core.ids import Id, NewId
from server.core.link_state import Layout, Link, Station, Way
from server.core.plan import LiveWindow
from server.core.state import Context, Person, State
from server.core.tools import activity_of, replace
from server.errors import Code, Rejected

HOLDS_MS = 60_000
"""A way that carried the picture for so long is not at fault when it breaks once."""


GO_AFTER_MS = 3_000
"""From "go" to the picture: both walls count three, two, one by the server's clock, and begin as one."""


class OfferStation(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """This page is the room's station from now on, with what it has. `station_id` is made by the page, once a load."""

    station_id: NewId
    camera: bool
    microphone: bool


class WithdrawStation(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    station_id: NewId


class SetReady(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The actor's room is ready for this window, or no longer. With both ready the connection is made, still without tracks."""

    activity_id: Id
    ready: bool


class GoLive(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Picture and sound on both walls. Pressed in both rooms at once, it is one beginning."""

    activity_id: Id


class EndLink(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    activity_id: Id


class RestartLink(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A station's watchdog: nothing comes any more over this generation. Void when there is a newer one already.

    The second within a minute changes the way: this one does not hold. It stays changed until that fails as well, or the end.
    """

    activity_id: Id
    generation: int


class SetHallMuted(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The sound of the actor's own room, off or on. Either answers the other room that asked for silence."""

    activity_id: Id
    muted: bool


class SetPicturePaused(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The picture of the actor's own room, off or on."""

    activity_id: Id
    paused: bool


class AskToMute(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Ask the other room to mute its hall, or take that back. Only they themselves can do it."""

    activity_id: Id
    asked: bool


class SetLayout(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """How the wall of the actor's own room is laid out while live."""

    activity_id: Id
    layout: Layout


class ShareLink(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The server's own: somebody who is in neither hall watches, so stations publish through the media process, too."""

    activity_id: Id


class StationSet(Struct, frozen=True, tag=True):
    """A room's station, or none any more."""

    room: str
    station: Station | None


class LinkSet(Struct, frozen=True, tag=True):
    """A link as it is now; how it came there is the name of the command."""

    link: Link


ClientCommand = (
    OfferStation
    | WithdrawStation
    | SetReady
    | GoLive
    | EndLink
    | RestartLink
    | SetHallMuted
    | SetPicturePaused
    | AskToMute
    | SetLayout
)
Command = ClientCommand | ShareLink
Event = StationSet | LinkSet
Record = Event | speakers.Record


def decide(state: State, command: Command, ctx: Context) -> tuple[Record, ...]:
    room = ctx.actor.room
    match command:
        case OfferStation(station_id, camera, microphone):
            station = Station(station_id, room, ctx.actor.person, camera, microphone)
            return () if state.stations.get(room) == station else _set_station(state, room, station)
        case WithdrawStation(station_id):
            found = state.stations.get(room)
            return () if found is None or found.id != station_id else _set_station(state, room, None)
        case RestartLink(activity_id, generation):
            link = link_of(state, activity_id, ctx)
            given_up = link.generation == generation and link.connected
            return changed(state, _restarted(_renewed(link), ctx.now)) if given_up else ()
        case SetReady(activity_id, ready):
            return _set_ready(state, link_of(state, activity_id, ctx), room, ready)
        case GoLive(activity_id):
            return _go_live(state, link_of(state, activity_id, ctx), ctx.now)
        case EndLink(activity_id):
            return _end(state, link_of(state, activity_id, ctx), ctx.now)
        case SetHallMuted(activity_id, muted):
            link = link_of(state, activity_id, ctx)
            answered = _with(link, link.asked, room, False)
            return changed(state, replace(link, muted=_with(link, link.muted, room, muted), asked=answered))
        case SetPicturePaused(activity_id, paused):
            link = link_of(state, activity_id, ctx)
            return changed(state, replace(link, paused=_with(link, link.paused, room, paused)))
        case AskToMute(activity_id, asked):
            return _ask_to_mute(state, link_of(state, activity_id, ctx), room, asked)
        case SetLayout(activity_id, layout):
            link = link_of(state, activity_id, ctx)
            others = {other: kept for other, kept in link.layouts.items() if other != room}
            layouts = others if layout == "hall" else {**others, room: layout}
            return changed(state, replace(link, layouts=layouts))
        case ShareLink(activity_id):
            watched = state.links.get(activity_id)
            return changed(state, replace(watched, shared=True)) if watched is not None and watched.connected else ()
        case _:
            assert_never(command)


def link_of(state: State, activity_id: str, ctx: Context) -> Link:
    """The link of a window of the actor's own room, also of one for which nobody did anything yet."""
    window = window_of(state, activity_id, ctx.actor.room)
    return state.links.get(activity_id) or Link(activity_id, window.rooms)


def window_of(state: State, activity_id: str, room: str) -> LiveWindow:
    """A live window that is held in this room."""
    activity = activity_of(state, activity_id)
    if not isinstance(activity, LiveWindow):
        raise Rejected(Code.ACTIVITY_UNKNOWN)
    if room not in activity.rooms:
        raise Rejected(Code.OTHER_ROOM)
    return activity


def station_of(state: State, room: str) -> Station | None:
    """The room's station; one whose projector was removed is none."""
    station = state.stations.get(room)
    person = state.people.get(station.person) if station is not None else None
    return station if person is not None and not person.removed else None


def camera_of(state: State, room: str) -> Person | None:
    """The device that is the camera of the room's wall: the one paired last."""
    cameras = (person for person in reversed(state.people.values()) if person.role == "camera")
    return next((person for person in cameras if person.room == room and not person.removed), None)


def _go_live(state: State, link: Link, now: int) -> tuple[Event, ...]:
    if link.status == "live":
        return ()
    if not link.all_ready:
        raise Rejected(Code.ROOMS_NOT_READY)
    return changed(state, recorded(replace(link, status="live", live_at=now + GO_AFTER_MS), now))


def _end(state: State, link: Link, now: int) -> tuple[Record, ...]:
    if not link.connected:
        return ()
    return (*changed(state, _over(link, now)), *speakers.forgotten(state, link.activity))


def _with(link: Link, rooms: tuple[str, ...], room: str, there: bool) -> tuple[str, ...]:
    """In the link's own order, so that equal sets are equal."""
    wanted = {*rooms, room} if there else {*rooms} - {room}
    return tuple(one for one in link.rooms if one in wanted)


def _renewed(link: Link) -> Link:
    return replace(link, generation=link.generation + 1, came=())


def _restarted(link: Link, now: int) -> Link:
    if link.restarted_at is None or now - link.restarted_at >= HOLDS_MS:
        return replace(link, restarted_at=now)
    way: Way = "relay" if link.way == "direct" else "direct"
    return replace(link, way=way, restarted_at=None, held_back={})


def recorded(link: Link, now: int) -> Link:
    """With its recording begun, once the window is live and all its rooms have agreed."""
    asked = link.recording
    if asked is None or not asked.open or asked.runs or link.status != "live" or asked.agreed != link.rooms:
        return link
    return replace(link, recording=replace(asked, started_at=max(now, link.live_at or 0)))


def _over(link: Link, now: int) -> Link:
    """The next time begins with the best way, and is recorded only if that is agreed to anew."""
    asked = link.recording
    if asked is not None and asked.open:
        asked = replace(asked, agreed=(), ended_at=now, trouble=None) if asked.runs else None
    gone = {"ready": (), "muted": (), "paused": (), "asked": (), "restarted_at": None, "shared": False}
    quiet = {language: replace(channel, speaking=False) for language, channel in link.channels.items()}
    more = {"channels": quiet, "recording": asked, "came": (), "held_back": {}}
    return replace(link, status="over", over_at=now, way="direct", **gone, **more)


def changed(state: State, link: Link) -> tuple[LinkSet, ...]:
    return () if state.links.get(link.activity) == link else (LinkSet(link),)


def _ask_to_mute(state: State, link: Link, room: str, asked: bool) -> tuple[Event, ...]:
    """Nothing to ask of a hall that is silent already, or is not on the air."""
    other = next(one for one in link.rooms if one != room)
    needless = asked and (link.status != "live" or other in link.muted)
    return () if needless else changed(state, replace(link, asked=_with(link, link.asked, other, asked)))


def _set_ready(state: State, link: Link, room: str, ready: bool) -> tuple[Event, ...]:
    if ready and station_of(state, room) is None:
        raise Rejected(Code.NO_STATION)
    if link.status == "live":
        return ()
    now = replace(link, status="waiting", ready=_with(link, link.ready, room, ready))
    if now.all_ready and not link.all_ready:
        now = _renewed(now)
    return changed(state, now)


def _set_station(state: State, room: str, station: Station | None) -> tuple[Event, ...]:
    """A connection of the page before is gone with it: links at work begin anew, and without a station nobody is ready.

    The same page with one device more or less keeps its connection: a camera that is pulled out leaves the sound alone.
    """
    events: list[Event] = [StationSet(room, station)]
    before = state.stations.get(room)
    if before is not None and station is not None and before.id == station.id:
        return tuple(events)
    for link in state.links.values():
        if room not in link.rooms or not link.connected:
            continue
        if station is None and link.status == "waiting":
            events.append(LinkSet(replace(link, ready=_with(link, link.ready, room, False))))
        else:
            events.append(LinkSet(_renewed(link)))
    return tuple(events)


def evolve(state: State, event: Event) -> State:
    match event:
        case StationSet(room, None):
            return replace(state, stations={r: s for r, s in state.stations.items() if r != room})
        case StationSet(room, station):
            return replace(state, stations={**state.stations, room: station})
        case LinkSet(link):
            return replace(state, links={**state.links, link.activity: link})
        case _:
            assert_never(event)
