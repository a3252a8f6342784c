"""Small questions several slices ask of the state."""

from typing import TypeVar

from msgspec import Struct, structs

from server.core import texts
from server.core.plan import Activity
from server.core.state import Context, State
from server.errors import Code, Rejected

__all__ = ["activity_of", "checked_text", "current_activity", "replace", "rooms_allowed", "texts"]

_S = TypeVar("_S", bound=Struct)


def replace(value: _S, **changes: object) -> _S:
    return structs.replace(value, **changes)


def activity_of(state: State, activity_id: str) -> Activity:
    activity = state.plan.activity(activity_id)
    if activity is None:
        raise Rejected(Code.ACTIVITY_UNKNOWN)
    return activity


def current_activity(state: State, ctx: Context, activity_id: str) -> Activity:
    """The activity, if it is what the actor's phones are on now; else the step is closed for them."""
    activity = activity_of(state, activity_id)
    stage = state.stages.get(ctx.actor.room)
    if stage is None or stage.on_phones != activity_id:
        raise Rejected(Code.STEP_CLOSED)
    return activity


def rooms_allowed(state: State, ctx: Context, rooms: tuple[str, ...]) -> tuple[str, ...]:
    """The rooms a facilitator may act on at once: their own, or all together. In plan order, without doubles."""
    known = tuple(room.id for room in state.plan.rooms)
    if any(room not in known for room in rooms):
        raise Rejected(Code.ROOM_UNKNOWN)
    wanted = tuple(room for room in known if room in rooms)
    if ctx.actor.room not in wanted:
        raise Rejected(Code.OTHER_ROOM)
    return wanted


def checked_text(text: str, limit: int) -> str:
    """A note's or title's text, cleaned; refused when empty or longer than `limit` characters."""
    cleaned = texts.clean(text)
    if not cleaned:
        raise Rejected(Code.TEXT_EMPTY)
    if len(cleaned) > limit:
        raise Rejected(Code.TEXT_TOO_LONG, limit=limit)
    return cleaned
