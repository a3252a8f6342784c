"""Where things stand on a board: in a column or a group, one in front of the other, by rank."""

from server.core import ranks
from server.core.state import Group, Note, State


def _siblings(state: State, board: str, column: str, group: str | None, moving: str) -> list[tuple[str, str]]:
    """(rank, id) of what stands in one place, in order, without the thing being moved."""
    found = [
        (note.rank, note.id)
        for note in state.notes.values()
        if note.board == board and note.column == column and note.group == group and note.id != moving
    ]
    if group is None:
        found += [
            (other.rank, other.id)
            for other in state.groups.values()
            if other.board == board and other.column == column and not other.dissolved and other.id != moving
        ]
    return sorted(found)


def stands_before(state: State, thing: Note | Group, group: str | None, before: str | None) -> bool:
    """Whether it stands where it would be moved to: right in front of `before`, or last when that is None or not there."""
    siblings = _siblings(state, thing.board, thing.column, group, thing.id)
    following = [sibling for rank, sibling in siblings if (rank, sibling) > (thing.rank, thing.id)]
    wanted = before if any(sibling == before for _, sibling in siblings) else None
    return (following[0] if following else None) == wanted


def rank_before(state: State, thing: Note | Group, column: str, group: str | None, before: str | None) -> str:
    """The rank for a thing placed in front of `before`; at the end when that is None or has gone meanwhile."""
    siblings = _siblings(state, thing.board, column, group, thing.id)
    high = next((rank for rank, sibling in siblings if sibling == before), None)
    if high is None:
        return ranks.nth(state.next_rank)
    # A restored group may share its rank with one formed of its first note since: in front of both, then.
    return _unused(state, thing.board, max((rank for rank, _ in siblings if rank < high), default=""), high)


def _unused(state: State, board: str, low: str, high: str) -> str:
    """Between two ranks, and no other's on the whole board: things of several columns may come together in a group."""
    taken = {note.rank for note in state.notes.values() if note.board == board}
    taken |= {group.rank for group in state.groups.values() if group.board == board}
    rank = ranks.between(low, high)
    while rank in taken:
        rank = ranks.between(rank, high)
    return rank
