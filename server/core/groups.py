"""Groups of notes: formed, named, moved, dissolved, restored."""

from typing import Annotated, assert_never

from msgspec import Meta, Struct

from server.core import ranks
from server.core.boards import board_of, check_may_sort, known_note
from server.core.ids import Id, NewId
from server.core.limits import LIMITS
from server.core.places import rank_before, stands_before
from server.core.state import Context, Group, Note, State
from server.core.tools import checked_text, replace
from server.errors import Code, Rejected

NoteIds = Annotated[tuple[NewId, ...], Meta(min_length=1, max_length=LIMITS.group_notes)]


class GroupNotes(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Make a group of notes of one board, where the first of them stands. The title may come later (empty)."""

    group_id: NewId
    note_ids: NoteIds
    title: str = ""


class RenameGroup(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """`translation`: the title in the other language, may be empty."""

    group_id: NewId
    title: str
    translation: str = ""


class MoveGroup(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """With all its notes, in front of `before` (a note or group id) or at the column's end."""

    group_id: NewId
    column_id: Id
    before: NewId | None = None


class DissolveGroup(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Its notes stay in the column, loose."""

    group_id: NewId


class RestoreGroup(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Undo of dissolving: takes back those of its former notes that are still loose."""

    group_id: NewId


class GroupFormed(Struct, frozen=True, tag=True):
    group: Group
    note_ids: tuple[str, ...]


class GroupRenamed(Struct, frozen=True, tag=True):
    group_id: str
    title: str
    translation: str


class GroupMoved(Struct, frozen=True, tag=True):
    group_id: str
    column_id: str
    rank: str


class GroupDissolved(Struct, frozen=True, tag=True):
    group_id: str


class GroupRestored(Struct, frozen=True, tag=True):
    group_id: str
    note_ids: tuple[str, ...]


Command = GroupNotes | RenameGroup | MoveGroup | DissolveGroup | RestoreGroup
Event = GroupFormed | GroupRenamed | GroupMoved | GroupDissolved | GroupRestored


def decide(state: State, command: Command, ctx: Context) -> tuple[Event, ...]:
    match command:
        case GroupNotes():
            return _form(state, command, ctx)
        case RenameGroup(group_id, title, translation):
            group = _known(state, group_id, ctx)
            title = checked_text(title, LIMITS.title_chars)
            translation = checked_text(translation, LIMITS.title_chars) if translation.strip() else ""
            same = (group.title, group.translation) == (title, translation)
            return () if same else (GroupRenamed(group_id, title, translation),)
        case MoveGroup(group_id, column_id, before):
            return _move(state, _known(state, group_id, ctx), column_id, before)
        case DissolveGroup(group_id):
            group = _known(state, group_id, ctx, dissolved=None)
            return () if group.dissolved else (GroupDissolved(group_id),)
        case RestoreGroup(group_id):
            group = _known(state, group_id, ctx, dissolved=None)
            if not group.dissolved:
                return ()
            loose = tuple(n for n in group.former if (note := state.notes.get(n)) is not None and note.group is None)
            return (GroupRestored(group_id, loose),)
        case _:
            assert_never(command)


def _known(state: State, group_id: str, ctx: Context, dissolved: bool | None = False) -> Group:
    group = state.groups.get(group_id)
    if group is None or (dissolved is not None and group.dissolved != dissolved):
        raise Rejected(Code.GROUP_UNKNOWN)
    board = board_of(state, group.board)
    if board.hidden and not (ctx.actor.role == "facilitator" and board.plan.moderated):
        raise Rejected(Code.GROUP_UNKNOWN)
    check_may_sort(state, group.board, ctx)
    return group


def _form(state: State, command: GroupNotes, ctx: Context) -> tuple[Event, ...]:
    if command.group_id in state.groups or command.group_id in state.notes:
        raise Rejected(Code.GROUP_EXISTS)
    members: list[Note] = [known_note(state, note_id, ctx) for note_id in dict.fromkeys(command.note_ids)]
    first = members[0]
    check_may_sort(state, first.board, ctx)
    if any(note.board != first.board for note in members):
        raise Rejected(Code.NOTE_UNKNOWN)
    if any(note.status != "active" for note in members):
        raise Rejected(Code.NOTE_ARCHIVED)
    title = checked_text(command.title, LIMITS.title_chars) if command.title.strip() else ""
    # In a group already: the new one stands at the column's end, for the first note's rank only orders its old group.
    rank = first.rank if first.group is None else ranks.nth(state.next_rank)
    group = Group(command.group_id, first.board, first.column, rank, title, "")
    return (GroupFormed(group, tuple(note.id for note in members)),)


def _move(state: State, group: Group, column_id: str, before: str | None) -> tuple[Event, ...]:
    if not any(column.id == column_id for column in board_of(state, group.board).plan.columns):
        raise Rejected(Code.COLUMN_UNKNOWN)
    if before == group.id or (group.column == column_id and stands_before(state, group, None, before)):
        return ()
    rank = rank_before(state, group, column_id, None, before)
    return (GroupMoved(group.id, column_id, rank),)


def evolve(state: State, event: Event) -> State:
    match event:
        case GroupFormed(group, note_ids):
            state = replace(state, groups={**state.groups, group.id: group}, next_rank=state.next_rank + 1)
            return _gather(state, group, note_ids)
        case GroupRenamed(group_id, title, translation):
            return _group(state, group_id, title=title, translation=translation)
        case GroupMoved(group_id, column_id, rank):
            state = _group(state, group_id, column=column_id, rank=rank)
            members = {i: replace(n, column=column_id) for i, n in state.notes.items() if n.group == group_id}
            return replace(state, notes={**state.notes, **members}, next_rank=state.next_rank + 1)
        case GroupDissolved(group_id):
            members = {i: replace(n, group=None) for i, n in state.notes.items() if n.group == group_id}
            state = replace(state, notes={**state.notes, **members})
            return _group(state, group_id, dissolved=True, former=tuple(members))
        case GroupRestored(group_id, note_ids):
            state = _group(state, group_id, dissolved=False, former=())
            restored = state.groups.get(group_id)
            return state if restored is None else _gather(state, restored, note_ids)
        case _:
            assert_never(event)


def _group(state: State, group_id: str, **changes: object) -> State:
    group = state.groups.get(group_id)
    return state if group is None else replace(state, groups={**state.groups, group_id: replace(group, **changes)})


def _gather(state: State, group: Group, note_ids: tuple[str, ...]) -> State:
    members = {
        note_id: replace(state.notes[note_id], group=group.id, column=group.column)
        for note_id in note_ids
        if note_id in state.notes
    }
    return replace(state, notes={**state.notes, **members})
