"""Voting rounds. Dots are no events: `DotsPlaced` goes to the ballot box, and closing a round erases what lies there."""

from typing import Annotated, assert_never

from msgspec import Meta, Struct

from server.core.ids import Id, NewId
from server.core.limits import LIMITS
from server.core.plan import Voting
from server.core.state import Ballots, Context, Round, RoundItem, State, Tally
from server.core.tools import activity_of, replace
from server.errors import Code, Rejected

Dots = Annotated[int, Meta(ge=0, le=100)]


class StartRound(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Open a round of a voting activity. Left out, `dots` and `max_per_item` are the plan's and `items` is all there is.

    `items`: ids of groups and loose notes, for a second round among the first ones.
    """

    round_id: NewId
    activity_id: Id
    dots: Annotated[int, Meta(ge=1, le=100)] | None = None
    max_per_item: Dots | None = None
    items: Annotated[tuple[NewId, ...], Meta(max_length=LIMITS.round_items)] | None = None


class PlaceDots(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """This many dots of mine lie on this item from now on; said twice, it is the same."""

    round_id: NewId
    item_id: NewId
    dots: Dots


class CloseRound(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    round_id: NewId


class ShowRound(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Make a closed round's result public, or take it off the screens again."""

    round_id: NewId
    shown: bool


class RoundOpened(Struct, frozen=True, tag=True):
    round: Round


class RoundClosed(Struct, frozen=True, tag=True):
    """With it, in the same transaction, the ballots are erased."""

    round_id: str
    at: int
    tally: Tally
    voters: dict[str, int]


class RoundShown(Struct, frozen=True, tag=True):
    round_id: str
    shown: bool


class DotsPlaced(Struct, frozen=True, tag=True):
    """A record of the ballot box, never of the log."""

    round_id: str
    voter: str
    item_id: str
    dots: int


Command = StartRound | PlaceDots | CloseRound | ShowRound
Event = RoundOpened | RoundClosed | RoundShown
Record = Event | DotsPlaced


def decide(state: State, command: Command, ctx: Context) -> tuple[Record, ...]:
    match command:
        case StartRound():
            return _start(state, command, ctx)
        case PlaceDots():
            return _place(state, command, ctx)
        case CloseRound(round_id):
            found = _own_round(state, round_id, ctx)
            if found.status == "closed":
                return ()
            tally, voters = count(found, ctx.ballots, state)
            return (RoundClosed(round_id, ctx.now, tally, voters),)
        case ShowRound(round_id, shown):
            found = _own_round(state, round_id, ctx)
            if found.status == "open":
                raise Rejected(Code.ROUND_OPEN)
            return () if found.shown == shown else (RoundShown(round_id, shown),)
        case _:
            assert_never(command)


def _round(state: State, round_id: str) -> Round:
    found = state.rounds.get(round_id)
    if found is None:
        raise Rejected(Code.ROUND_UNKNOWN)
    return found


def _own_round(state: State, round_id: str, ctx: Context) -> Round:
    """A round of one room is its facilitators' alone."""
    found = _round(state, round_id)
    if ctx.actor.room not in found.rooms:
        raise Rejected(Code.OTHER_ROOM)
    return found


def _start(state: State, command: StartRound, ctx: Context) -> tuple[Event, ...]:
    activity = activity_of(state, command.activity_id)
    if not isinstance(activity, Voting):
        raise Rejected(Code.ACTIVITY_UNKNOWN)
    if ctx.actor.room not in activity.rooms:
        raise Rejected(Code.OTHER_ROOM)
    if command.round_id in state.rounds:
        raise Rejected(Code.ROUND_EXISTS)
    earlier = [other for other in state.rounds.values() if other.activity == activity.id]
    if any(other.status == "open" for other in earlier):
        raise Rejected(Code.ROUND_OPEN)
    board = state.boards.get(activity.board)
    if board is None or board.hidden:
        raise Rejected(Code.BOARD_HIDDEN if board else Code.BOARD_UNKNOWN)
    items = _chosen(_items(state, activity), command.items)
    dots = command.dots if command.dots is not None else activity.dots
    most = command.max_per_item if command.max_per_item is not None else activity.max_per_item
    return (
        RoundOpened(
            Round(
                id=command.round_id,
                activity=activity.id,
                board=activity.board,
                number=len(earlier) + 1,
                rooms=activity.rooms,
                dots=dots,
                max_per_item=min(most, dots) if most else dots,
                items=items,
                opened_at=ctx.now,
            )
        ),
    )


def _chosen(items: tuple[RoundItem, ...], wanted: tuple[str, ...] | None) -> tuple[RoundItem, ...]:
    """Those that go into a round, in the order they were named in; all of them where none were (`wanted` None)."""
    if wanted is not None:
        known = {item.id: item for item in items}
        if any(item_id not in known for item_id in wanted):
            raise Rejected(Code.ITEM_UNKNOWN)
        items = tuple(known[item_id] for item_id in dict.fromkeys(wanted))
    if not items:
        raise Rejected(Code.NOTHING_TO_VOTE_ON)
    if len(items) > LIMITS.round_items:
        raise Rejected(Code.TOO_MANY_ITEMS, limit=LIMITS.round_items)
    return items


def _items(state: State, activity: Voting) -> tuple[RoundItem, ...]:
    """What can be voted on, as it lies on the board: column by column, by rank. Empty groups are left out."""
    board = state.boards[activity.board]
    columns = {
        c.id: place for place, c in enumerate(board.plan.columns) if not activity.columns or c.id in activity.columns
    }
    found: list[tuple[int, str, RoundItem]] = []
    members: dict[str, list[str]] = {}
    for note in state.notes.values():
        if note.board != activity.board or note.status != "active" or note.column not in columns:
            continue
        if note.group is not None:
            members.setdefault(note.group, []).append(note.room)
            continue
        item = RoundItem(note.id, "note", note.text, note.translation, note.column, (note.room,), 1)
        found.append((columns[note.column], note.rank, item))
    for group in state.groups.values():
        if not group.dissolved and group.id in members and group.column in columns:
            rooms = members[group.id]
            here = tuple(room.id for room in state.plan.rooms if room.id in rooms)
            item = RoundItem(group.id, "group", group.title, group.translation, group.column, here, len(rooms))
            found.append((columns[group.column], group.rank, item))
    return tuple(item for _, _, item in sorted(found, key=lambda entry: (entry[0], entry[1], entry[2].id)))


def _place(state: State, command: PlaceDots, ctx: Context) -> tuple[Record, ...]:
    found = _round(state, command.round_id)
    if found.status == "closed":
        raise Rejected(Code.ROUND_CLOSED)
    if ctx.actor.room not in found.rooms:
        raise Rejected(Code.OTHER_ROOM)
    if not any(item.id == command.item_id for item in found.items):
        raise Rejected(Code.ITEM_UNKNOWN)
    ballot = ctx.ballots.get(ctx.actor.person, {})
    before = ballot.get(command.item_id, 0)
    if command.dots == before:
        return ()
    if command.dots > before:
        note = state.notes.get(command.item_id)
        if note is not None and note.status != "active":
            raise Rejected(Code.NOTE_ARCHIVED)
        if command.dots > found.max_per_item:
            raise Rejected(Code.ITEM_FULL, limit=found.max_per_item)
        if sum(ballot.values()) - before + command.dots > found.dots:
            raise Rejected(Code.BUDGET_SPENT, limit=found.dots)
    return (DotsPlaced(found.id, ctx.actor.person, command.item_id, command.dots),)


def count(found: Round, ballots: Ballots, state: State) -> tuple[Tally, dict[str, int]]:
    """The tally by item and room, every item and room named, and how many people of each room placed a dot.

    Somebody who was removed since takes their dots along: two phones of one person, or a prank, do not decide.
    """
    tally: Tally = {item.id: dict.fromkeys(found.rooms, 0) for item in found.items}
    voters = dict.fromkeys(found.rooms, 0)
    for voter, ballot in ballots.items():
        person = state.people.get(voter)
        if person is None or person.removed or person.room not in voters or not any(ballot.values()):
            continue
        voters[person.room] += 1
        for item_id, dots in ballot.items():
            if item_id in tally:
                tally[item_id][person.room] += dots
    return tally, voters


def evolve(state: State, event: Event) -> State:
    match event:
        case RoundOpened(opened):
            return replace(state, rounds={**state.rounds, opened.id: opened})
        case RoundClosed(round_id, at, tally, voters):
            return _set(state, round_id, status="closed", closed_at=at, tally=tally, voters=voters)
        case RoundShown(round_id, shown):
            return _set(state, round_id, shown=shown)
        case _:
            assert_never(event)


def _set(state: State, round_id: str, **changes: object) -> State:
    found = state.rounds.get(round_id)
    return state if found is None else replace(state, rounds={**state.rounds, round_id: replace(found, **changes)})
