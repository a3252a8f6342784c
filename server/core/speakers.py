"""The queue of those who want to speak while two halls are connected: one for both, in which everybody has one place.

What somebody calls themselves here, by name or by where they sit, is kept beside the log under the hand's id, as names are, and
goes with the hand: once they have spoken, at the end of the window, when they are removed or erased.
"""

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct

from server.core import ranks
from server.core.ids import Id, NewId
from server.core.link_state import Hand
from server.core.people import NameSet, tidy_name
from server.core.plan import LiveWindow
from server.core.state import Context, State
from server.core.tools import activity_of, current_activity, replace
from server.errors import Code, Rejected


class RaiseHand(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The actor wants to speak in this window. `label`: a name or a place, as both halls may read it; may be empty."""

    hand_id: NewId
    activity_id: Id
    label: str = ""


class LowerHand(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """One's own, or (facilitators of either room) anybody's."""

    hand_id: NewId


class GiveWord(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """This hand speaks now; who spoke before has done so. It is named, so pressed in both rooms at once it calls one."""

    hand_id: NewId


class MoveHand(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Before another one in the queue, or (None) to its end."""

    hand_id: NewId
    before: NewId | None = None


class HandRaised(Struct, frozen=True, tag=True):
    hand: Hand


class HandLowered(Struct, frozen=True, tag=True):
    hand_id: str


class WordGiven(Struct, frozen=True, tag=True):
    hand_id: str


class HandMoved(Struct, frozen=True, tag=True):
    hand_id: str
    rank: str


Command = RaiseHand | LowerHand | GiveWord | MoveHand
Event = HandRaised | HandLowered | WordGiven | HandMoved
Record = Event | NameSet


def decide(state: State, command: Command, ctx: Context) -> tuple[Record, ...]:
    match command:
        case RaiseHand():
            return _raise(state, command, ctx)
        case LowerHand(hand_id):
            return _lower(state, hand_id, ctx)
        case GiveWord(hand_id):
            hand = _in_reach(state, _hand(state, hand_id), ctx)
            spoke = (other for other in queue(state, hand.activity) if other.speaking)
            return () if hand.speaking else (*_all_lowered(spoke), WordGiven(hand_id))
        case MoveHand(hand_id, before):
            return _move(state, _in_reach(state, _hand(state, hand_id), ctx), before)
        case _:
            assert_never(command)


def queue(state: State, activity_id: str) -> list[Hand]:
    """Of one window, in order; who speaks is the first of them."""
    found = (hand for hand in state.hands.values() if hand.activity == activity_id)
    return sorted(found, key=lambda hand: (not hand.speaking, hand.rank))


def forgotten(state: State, activity_id: str) -> tuple[Record, ...]:
    """The window is over: nobody waits any more, and no word of theirs stays."""
    return _all_lowered(queue(state, activity_id))


def _raise(state: State, command: RaiseHand, ctx: Context) -> tuple[Record, ...]:
    if not isinstance(current_activity(state, ctx, command.activity_id), LiveWindow):
        raise Rejected(Code.ACTIVITY_UNKNOWN)
    if command.hand_id in state.hands:
        return ()
    if any(hand.person == ctx.actor.person for hand in queue(state, command.activity_id)):
        return ()
    label = tidy_name(command.label)
    rank = ranks.nth(state.next_rank)
    raised = HandRaised(Hand(command.hand_id, command.activity_id, ctx.actor.person, ctx.actor.room, rank))
    return (raised, NameSet(command.hand_id, label)) if label else (raised,)


def _hand(state: State, hand_id: str) -> Hand:
    hand = state.hands.get(hand_id)
    if hand is None:
        raise Rejected(Code.HAND_UNKNOWN)
    return hand


def _in_reach(state: State, hand: Hand, ctx: Context) -> Hand:
    """The one queue lies in the hands of both rooms' facilitators."""
    if ctx.actor.room not in activity_of(state, hand.activity).rooms:
        raise Rejected(Code.OTHER_ROOM)
    return hand


def _lower(state: State, hand_id: str, ctx: Context) -> tuple[Record, ...]:
    hand = state.hands.get(hand_id)
    if hand is None:
        return ()
    if ctx.actor.role == "participant" and hand.person != ctx.actor.person:
        raise Rejected(Code.NOT_ALLOWED)
    return _lowered(_in_reach(state, hand, ctx))


def _lowered(hand: Hand) -> tuple[Record, ...]:
    return HandLowered(hand.id), NameSet(hand.id, "")


def _all_lowered(hands: Iterable[Hand]) -> tuple[Record, ...]:
    return tuple(record for hand in hands for record in _lowered(hand))


def _move(state: State, hand: Hand, before: str | None) -> tuple[Event, ...]:
    others = [other for other in queue(state, hand.activity) if other.id != hand.id and not other.speaking]
    if before is None:
        moved = HandMoved(hand.id, ranks.nth(state.next_rank))
        return () if not others or others[-1].rank < hand.rank else (moved,)
    at = next((place for place, other in enumerate(others) if other.id == before), None)
    if at is None:
        raise Rejected(Code.HAND_UNKNOWN)
    low = others[at - 1].rank if at else ""
    high = others[at].rank
    return () if low < hand.rank < high else (HandMoved(hand.id, ranks.between(low, high)),)


def evolve(state: State, event: Event) -> State:
    match event:
        case HandRaised(hand):
            return replace(state, hands={**state.hands, hand.id: hand}, next_rank=state.next_rank + 1)
        case HandLowered(hand_id):
            return replace(state, hands={i: hand for i, hand in state.hands.items() if i != hand_id})
        case WordGiven(hand_id):
            return _changed(state, hand_id, speaking=True)
        case HandMoved(hand_id, rank):
            return replace(_changed(state, hand_id, rank=rank), next_rank=state.next_rank + 1)
        case _:
            assert_never(event)


def _changed(state: State, hand_id: str, **changes: object) -> State:
    hand = state.hands.get(hand_id)
    return state if hand is None else replace(state, hands={**state.hands, hand_id: replace(hand, **changes)})
