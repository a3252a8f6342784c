"""Notes on boards: written, edited, withdrawn, archived, restored, moved."""

from typing import assert_never

from msgspec import Struct

from server.core import ranks
from server.core.boards import board_of, check_may_sort, known_note
from server.core.ids import Id, Language, NewId
from server.core.limits import LIMITS
from server.core.places import rank_before, stands_before
from server.core.plan import Writing
from server.core.state import Context, Note, State
from server.core.tools import activity_of, checked_text, current_activity, replace
from server.errors import Code, Rejected


class AddNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """`note_id` is made by the client, so that its own unsent note can be edited. Facilitators write for those without a phone."""

    note_id: NewId
    activity_id: Id
    column_id: Id
    text: str
    language: Language


class EditNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    note_id: NewId
    text: str


class TranslateNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The note's second line, in the other language; empty takes it away."""

    note_id: NewId
    text: str


class WithdrawNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """By its author."""

    note_id: NewId


class ArchiveNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """By a facilitator."""

    note_id: NewId


class RestoreNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Undo of withdrawing (by the author) or of archiving (by a facilitator)."""

    note_id: NewId


class MoveNote(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Into a column, or into a group (then the group's column counts); in front of `before` (a note or group id) or at the end."""

    note_id: NewId
    column_id: Id
    group_id: NewId | None = None
    before: NewId | None = None


class NoteAdded(Struct, frozen=True, tag=True):
    note: Note


class NoteEdited(Struct, frozen=True, tag=True):
    note_id: str
    text: str
    at: int


class NoteTranslated(Struct, frozen=True, tag=True):
    note_id: str
    text: str


class NoteWithdrawn(Struct, frozen=True, tag=True):
    note_id: str


class NoteArchived(Struct, frozen=True, tag=True):
    note_id: str


class NoteRestored(Struct, frozen=True, tag=True):
    note_id: str


class NoteMoved(Struct, frozen=True, tag=True):
    note_id: str
    column_id: str
    group_id: str | None
    rank: str


Command = AddNote | EditNote | TranslateNote | WithdrawNote | ArchiveNote | RestoreNote | MoveNote
Event = NoteAdded | NoteEdited | NoteTranslated | NoteWithdrawn | NoteArchived | NoteRestored | NoteMoved


def decide(state: State, command: Command, ctx: Context) -> tuple[Event, ...]:
    match command:
        case AddNote():
            return _add(state, command, ctx)
        case EditNote(note_id, text):
            note = _editable(state, note_id, ctx)
            cleaned = checked_text(text, LIMITS.note_chars)
            return () if note.text == cleaned else (NoteEdited(note_id, cleaned, ctx.now),)
        case TranslateNote(note_id, text):
            note = known_note(state, note_id, ctx)
            cleaned = checked_text(text, LIMITS.note_chars) if text.strip() else ""
            return () if note.translation == cleaned else (NoteTranslated(note_id, cleaned),)
        case WithdrawNote(note_id):
            note = _own(state, note_id, ctx)
            _check_open(state, note, ctx)
            return () if note.status == "withdrawn" else (NoteWithdrawn(note_id),)
        case ArchiveNote(note_id):
            note = known_note(state, note_id, ctx)
            return () if note.status == "archived" else (NoteArchived(note_id),)
        case RestoreNote(note_id):
            return _restore(state, note_id, ctx)
        case MoveNote():
            return _move(state, command, ctx)
        case _:
            assert_never(command)


def _own(state: State, note_id: str, ctx: Context) -> Note:
    note = known_note(state, note_id, ctx)
    if note.author != ctx.actor.person:
        raise Rejected(Code.NOT_ALLOWED)
    if note.status == "archived" and ctx.actor.role != "facilitator":
        raise Rejected(Code.NOTE_ARCHIVED)
    return note


def _check_open(state: State, note: Note, ctx: Context) -> None:
    """Whether the author may still change a note: its step is on their phone and the board is not locked."""
    if ctx.actor.role == "facilitator":
        return
    current_activity(state, ctx, note.activity)
    if board_of(state, note.board).locked:
        raise Rejected(Code.BOARD_LOCKED)


def _editable(state: State, note_id: str, ctx: Context) -> Note:
    note = known_note(state, note_id, ctx) if ctx.actor.role == "facilitator" else _own(state, note_id, ctx)
    if note.status == "withdrawn":
        raise Rejected(Code.NOTE_WITHDRAWN)
    _check_open(state, note, ctx)
    return note


def _step_for(state: State, command: AddNote, ctx: Context) -> Writing:
    """The step a note is written in, if the actor may write there, and in that column."""
    by_facilitator = ctx.actor.role == "facilitator"
    if by_facilitator:
        activity = activity_of(state, command.activity_id)
    else:
        activity = current_activity(state, ctx, command.activity_id)
    if not isinstance(activity, Writing):
        raise Rejected(Code.STEP_CLOSED)
    board = board_of(state, activity.board)
    if board.locked and not by_facilitator:
        raise Rejected(Code.BOARD_LOCKED)
    if not any(column.id == command.column_id for column in board.plan.columns):
        raise Rejected(Code.COLUMN_UNKNOWN)
    if activity.columns and command.column_id not in activity.columns:
        raise Rejected(Code.COLUMN_CLOSED)
    return activity


def _add(state: State, command: AddNote, ctx: Context) -> tuple[Event, ...]:
    activity = _step_for(state, command, ctx)
    if command.note_id in state.notes or command.note_id in state.groups:
        raise Rejected(Code.NOTE_EXISTS)
    text = checked_text(command.text, LIMITS.note_chars)
    if len(state.notes) >= LIMITS.notes_per_session:
        raise Rejected(Code.BOARD_FULL, limit=LIMITS.notes_per_session)
    limit = LIMITS.notes_per_person_and_activity
    if ctx.actor.role != "facilitator" and _written(state, ctx.actor.person, activity.id) >= limit:
        raise Rejected(Code.TOO_MANY_NOTES, limit=limit)
    return (
        NoteAdded(
            Note(
                id=command.note_id,
                author=ctx.actor.person,
                room=ctx.actor.room,
                board=activity.board,
                activity=activity.id,
                column=command.column_id,
                group=None,
                rank=ranks.nth(state.next_rank),
                text=text,
                language=command.language,
                translation="",
                status="active",
                written_at=ctx.now,
                edited_at=None,
            )
        ),
    )


def _written(state: State, person: str, activity: str) -> int:
    return sum(
        note.author == person and note.activity == activity and note.status != "withdrawn"
        for note in state.notes.values()
    )


def _restore(state: State, note_id: str, ctx: Context) -> tuple[Event, ...]:
    note = known_note(state, note_id, ctx)
    if note.status == "active":
        return ()
    if note.status == "withdrawn":
        if note.author != ctx.actor.person:
            raise Rejected(Code.NOT_ALLOWED)
        _check_open(state, note, ctx)
        limit = LIMITS.notes_per_person_and_activity
        if ctx.actor.role != "facilitator" and _written(state, ctx.actor.person, note.activity) >= limit:
            raise Rejected(Code.TOO_MANY_NOTES, limit=limit)
    elif ctx.actor.role != "facilitator":
        raise Rejected(Code.NOT_ALLOWED)
    return (NoteRestored(note_id),)


def _move(state: State, command: MoveNote, ctx: Context) -> tuple[Event, ...]:
    note = known_note(state, command.note_id, ctx)
    check_may_sort(state, note.board, ctx)
    if note.status != "active":
        raise Rejected(Code.NOTE_ARCHIVED if note.status == "archived" else Code.NOTE_WITHDRAWN)
    column = command.column_id
    if command.group_id is not None:
        group = state.groups.get(command.group_id)
        if group is None or group.dissolved or group.board != note.board:
            raise Rejected(Code.GROUP_UNKNOWN)
        others = sum(other.group == group.id and other.id != note.id for other in state.notes.values())
        if others >= LIMITS.group_notes:
            raise Rejected(Code.GROUP_TOO_LARGE, limit=LIMITS.group_notes)
        column = group.column
    if not any(known.id == column for known in board_of(state, note.board).plan.columns):
        raise Rejected(Code.COLUMN_UNKNOWN)
    same_place = note.column == column and note.group == command.group_id
    if command.before == note.id or (same_place and stands_before(state, note, note.group, command.before)):
        return ()
    rank = rank_before(state, note, column, command.group_id, command.before)
    return (NoteMoved(note.id, column, command.group_id, rank),)


def evolve(state: State, event: Event) -> State:
    match event:
        case NoteAdded(note):
            return replace(state, notes={**state.notes, note.id: note}, next_rank=state.next_rank + 1)
        case NoteEdited(note_id, text, at):
            return _note(state, note_id, text=text, edited_at=at)
        case NoteTranslated(note_id, text):
            return _note(state, note_id, translation=text)
        case NoteWithdrawn(note_id):
            return _note(state, note_id, status="withdrawn")
        case NoteArchived(note_id):
            return _note(state, note_id, status="archived")
        case NoteRestored(note_id):
            return _restored(state, note_id)
        case NoteMoved(note_id, column_id, group_id, rank):
            state = _note(state, note_id, column=column_id, group=group_id, rank=rank)
            return replace(state, next_rank=state.next_rank + 1)
        case _:
            assert_never(event)


def _note(state: State, note_id: str, **changes: object) -> State:
    note = state.notes.get(note_id)
    return state if note is None else replace(state, notes={**state.notes, note_id: replace(note, **changes)})


def _restored(state: State, note_id: str) -> State:
    """Back where it was; loose when its group has been dissolved meanwhile."""
    note = state.notes.get(note_id)
    group = state.groups.get(note.group or "") if note else None
    kept = group.id if group is not None and not group.dissolved else None
    return _note(state, note_id, status="active", group=kept)
