"""Whether a live window is recorded: off, until one room's facilitators ask and the other's agree, and only as long as both do.

A "no" of either ends both halls' files at once, for each hall hears the other from its loudspeakers; who wants it again asks anew.
The files are written where media are handled; here stands who has agreed, and what everybody is shown of it.
"""

from typing import assert_never

from msgspec import Struct

from server.core.ids import Id
from server.core.link_state import Link, Recording, RecordingTrouble
from server.core.links import link_of, recorded
from server.core.plan import LiveWindow
from server.core.state import Context, State
from server.core.tools import replace


class AskToRecord(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The actor's room wants this window recorded, and agrees itself. Asked in both rooms, it is agreed."""

    activity_id: Id


class AgreeToRecord(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The answer of the actor's room, or (`agreed` false, at any time) its agreement taken back. Nothing where nobody asks."""

    activity_id: Id
    agreed: bool


class TellRecording(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The server's own: what is wrong where the files are written, or (None) nothing any more."""

    activity_id: Id
    trouble: RecordingTrouble | None


class RecordingAsked(Struct, frozen=True, tag=True):
    activity_id: str
    room: str


class RecordingAgreed(Struct, frozen=True, tag=True):
    activity_id: str
    room: str
    at: int


class RecordingEnded(Struct, frozen=True, tag=True):
    """`room`: whose agreement was refused or taken back; None with `trouble`."""

    activity_id: str
    at: int
    room: str | None = None
    trouble: RecordingTrouble | None = None


class RecordingTroubled(Struct, frozen=True, tag=True):
    """It goes on by itself when that is over. `trouble` None: it is."""

    activity_id: str
    trouble: RecordingTrouble | None


ClientCommand = AskToRecord | AgreeToRecord
Command = ClientCommand | TellRecording
Event = RecordingAsked | RecordingAgreed | RecordingEnded | RecordingTroubled


def decide(state: State, command: Command, ctx: Context) -> tuple[Event, ...]:
    room = ctx.actor.room
    match command:
        case AskToRecord(activity_id):
            asked = link_of(state, activity_id, ctx).recording
            if asked is None or not asked.open:
                return (RecordingAsked(activity_id, room),)
            return () if room in asked.agreed else (RecordingAgreed(activity_id, room, ctx.now),)
        case AgreeToRecord(activity_id, agreed):
            asked = link_of(state, activity_id, ctx).recording
            if asked is None or not asked.open or (agreed and room in asked.agreed):
                return ()
            return (
                RecordingAgreed(activity_id, room, ctx.now) if agreed else RecordingEnded(activity_id, ctx.now, room),
            )
        case TellRecording(activity_id, trouble):
            link = state.links.get(activity_id)
            if link is None or link.recording is None or not link.recording.open:
                return ()
            if trouble not in (None, "away"):
                return (RecordingEnded(activity_id, ctx.now, trouble=trouble),)
            same = link.recording.trouble == trouble
            return () if same else (RecordingTroubled(activity_id, trouble),)
        case _:
            assert_never(command)


def evolve(state: State, event: Event) -> State:
    link = _link(state, event.activity_id)
    if link is None:
        return state
    match event:
        case RecordingAsked(_, room):
            return _changed(state, replace(link, recording=Recording(room, (room,))))
        case RecordingAgreed(_, room, at):
            asked = link.recording or Recording(room)
            agreed = tuple(one for one in link.rooms if one == room or one in asked.agreed)
            return _changed(state, recorded(replace(link, recording=replace(asked, agreed=agreed)), at))
        case RecordingEnded(_, at, room, trouble):
            ended = replace(link.recording or Recording(""), agreed=(), ended_at=at, ended_by=room, trouble=trouble)
            return _changed(state, replace(link, recording=ended))
        case RecordingTroubled(_, trouble):
            return _changed(state, replace(link, recording=replace(link.recording or Recording(""), trouble=trouble)))
        case _:
            assert_never(event)


def _link(state: State, activity_id: str) -> Link | None:
    """The link, also of a window for which nobody did anything yet."""
    window = state.plan.activity(activity_id)
    rooms = window.rooms if isinstance(window, LiveWindow) else ()
    return state.links.get(activity_id) or (Link(activity_id, rooms) if rooms else None)


def _changed(state: State, link: Link) -> State:
    return replace(state, links={**state.links, link.activity: link})
