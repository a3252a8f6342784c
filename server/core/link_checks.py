"""The check of a live window, any time before it: what a room's station found, five seconds through our server, and what it means.

A facilitator asks for it at the desk, or somebody presses at the wall. Only the station knows what came through; what that is
worth, and what is to be done about it, is said here and nowhere else.
"""

from typing import Annotated, Literal, assert_never

from msgspec import Meta, Struct

from server.core.ids import Id, NewId
from server.core.link_state import Findings, LinkCheck
from server.core.links import station_of, window_of
from server.core.state import Context, State
from server.core.tools import replace
from server.errors import Code, Rejected

SLOW_KBIT = 400
"""A small picture that moves needs about so much."""

Light = Literal["good", "fair", "bad"]
Advice = Literal[
    "server",
    "nothing",
    "udp_blocked",
    "turn_blocked",
    "turn_refused",
    "no_turn",
    "picture_none",
    "picture_poor",
    "no_camera",
    "sound_none",
    "sound_poor",
    "silent",
    "no_microphone",
    "slow",
]

_Kbit = Annotated[int, Meta(ge=0, le=100_000)]
_Ms = Annotated[int, Meta(ge=0, le=60_000)]
_Percent = Annotated[int, Meta(ge=0, le=100)]


class AskForCheck(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The station of the actor's own room is to check this window. Nothing while it is live: that is the check."""

    activity_id: Id


class TellCheck(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What the actor's room's station found. The fields are those of `Findings`."""

    activity_id: Id
    station_id: NewId
    answered: bool
    picture: Literal["good", "poor", "none", "off"]
    sound: Literal["good", "poor", "silent", "none", "off"]
    way: Literal["direct", "udp", "tcp", "tls"] | None
    turn: Annotated[tuple[Literal["udp", "tcp", "tls"], ...], Meta(max_length=3)] | None
    up_kbit: _Kbit
    round_trip_ms: _Ms | None
    loss_percent: _Percent
    turn_refused: bool = False


class LinkChecked(Struct, frozen=True, tag=True):
    """A check as it is now: asked for, or done."""

    check: LinkCheck


Command = AskForCheck | TellCheck
Event = LinkChecked


def decide(state: State, command: Command, ctx: Context) -> tuple[Event, ...]:
    room = ctx.actor.room
    match command:
        case AskForCheck(activity_id):
            check = _check(state, activity_id, room)
            if station_of(state, room) is None:
                raise Rejected(Code.NO_STATION)
            link = state.links.get(activity_id)
            live = link is not None and link.status == "live"
            return () if live else (LinkChecked(replace(check, asked_at=ctx.now)),)
        case TellCheck(activity_id, station_id):
            check = _check(state, activity_id, room)
            station = station_of(state, room)
            if station is None or (station.id, station.person) != (station_id, ctx.actor.person):
                raise Rejected(Code.NO_STATION)
            return (LinkChecked(replace(check, asked_at=None, checked_at=ctx.now, found=_found(command))),)
        case _:
            assert_never(command)


def _check(state: State, activity_id: str, room: str) -> LinkCheck:
    window_of(state, activity_id, room)
    return state.checks.get(check_id(activity_id, room)) or LinkCheck(activity_id, room)


def check_id(activity_id: str, room: str) -> str:
    """Each room checks each window. No id has a slash in it."""
    return f"{activity_id}/{room}"


def _found(told: TellCheck) -> Findings:
    return Findings(**{name: getattr(told, name) for name in Findings.__struct_fields__})


def evolve(state: State, event: Event) -> State:
    check = event.check
    return replace(state, checks={**state.checks, check_id(check.activity, check.room): check})


def light(found: Findings) -> Light:
    """Bad: it will not work so. Fair: it will, and could be better; a relay may do where our server itself is out of reach."""
    if found.way is None and not found.turn:
        return "bad"
    return "fair" if advice(found) else "good"


def advice(found: Findings) -> tuple[Advice, ...]:
    """What to say and do about it, the most important first; nothing where all is well."""
    said = _about_the_way(found)
    if found.way is not None:
        said += _about_picture(found) + _about_sound(found)
        if found.picture in ("good", "poor") and found.up_kbit < SLOW_KBIT:
            said += ("slow",)
    return said


def _about_the_way(found: Findings) -> tuple[Advice, ...]:
    """Without a TURN server of ours, what passes to this server need not pass to the other hall."""
    said: tuple[Advice, ...] = ()
    if not found.answered or (found.way is None and "udp" in (found.turn or ())):
        said = ("server",)
    elif found.way in ("tcp", "tls") or (found.way is None and found.turn):
        said = ("udp_blocked",)
    elif found.way is None and not found.turn_refused:
        said = ("nothing",)
    if found.turn is None:
        return (*said, "no_turn")
    if found.turn or "nothing" in said:
        return said
    return (*said, "turn_refused" if found.turn_refused else "turn_blocked")


def _about_picture(found: Findings) -> tuple[Advice, ...]:
    match found.picture:
        case "good":
            return ()
        case "off":
            return ("no_camera",)
        case "none":
            return ("picture_none",)
        case _:
            return ("picture_poor",)


def _about_sound(found: Findings) -> tuple[Advice, ...]:
    match found.sound:
        case "good":
            return ()
        case "off":
            return ("no_microphone",)
        case "none":
            return ("sound_none",)
        case "silent":
            return ("silent",)
        case _:
            return ("sound_poor",)
