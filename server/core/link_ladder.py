"""The lower steps of a live link, as its stations see them: whether the way stands, and whether it carries a picture.

A picture that does not hold takes the sound with it. So it is left out before that happens, everybody is told, and it is tried
again by itself; each time it fails soon after, later: a wall that flickers between the two is worse than either.
"""

from typing import assert_never

from msgspec import Struct

from server.core.ids import Id
from server.core.link_state import HeldBack, Link
from server.core.links import HOLDS_MS, LinkSet
from server.core.state import Context, State
from server.core.tools import replace

FIRST_WAIT_MS = 20_000
MOST_WAIT_MS = 160_000
"""Doubled from one failure to the next: a sentence about it every twenty seconds would be all that anybody talks about."""


class TellConnected(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What the other hall sends comes to the actor's own room, over this generation."""

    activity_id: Id
    generation: int


class HoldBack(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The picture of this room does not hold on its way: only sound is to be sent. Told by whichever station sees it."""

    activity_id: Id
    room: Id


class TryPicture(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What comes of this room is well: its picture may be tried again. Void before its time."""

    activity_id: Id
    room: Id


Command = TellConnected | HoldBack | TryPicture


def decide(state: State, command: Command, ctx: Context) -> tuple[LinkSet, ...]:
    link = state.links.get(command.activity_id)
    if link is None or link.status != "live" or ctx.actor.room not in link.rooms:
        return ()
    match command:
        case TellConnected(_, generation):
            return _came(link, ctx.actor.room) if generation == link.generation else ()
        case HoldBack(_, room):
            before = link.held_back.get(room)
            if room not in link.rooms or (before is not None and before.held):
                return ()
            soon = before is not None and ctx.now - before.at < HOLDS_MS
            return _held(link, room, HeldBack(ctx.now, True, before.times + 1 if before is not None and soon else 1))
        case TryPicture(_, room):
            before = link.held_back.get(room)
            if before is None or not before.held or ctx.now < tried_again_at(before):
                return ()
            return _held(link, room, replace(before, at=ctx.now, held=False))
        case _:
            assert_never(command)


def tried_again_at(held: HeldBack) -> int:
    """UTC ms from which on the picture may be sent again."""
    return held.at + int(min(FIRST_WAIT_MS * 2 ** (held.times - 1), MOST_WAIT_MS))


def _came(link: Link, room: str) -> tuple[LinkSet, ...]:
    if room in link.came:
        return ()
    return (LinkSet(replace(link, came=tuple(one for one in link.rooms if one in (*link.came, room)))),)


def _held(link: Link, room: str, held: HeldBack) -> tuple[LinkSet, ...]:
    return (LinkSet(replace(link, held_back={**link.held_back, room: held})),)
