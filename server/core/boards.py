"""Boards: their switches, and what several slices ask: which it is, who may know of a note on it, who may sort it."""

from typing import assert_never

from msgspec import Struct

from server.core.ids import Id
from server.core.plan import Sorting
from server.core.state import Board, Context, Note, State
from server.core.tools import replace
from server.errors import Code, Rejected


class SetBoardHidden(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Hide or reveal all notes of a board, in all rooms at once."""

    board_id: Id
    hidden: bool


class SetBoardLocked(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A locked board takes nothing from phones; facilitators can still tidy it."""

    board_id: Id
    locked: bool


class BoardHidden(Struct, frozen=True, tag=True):
    board_id: str
    hidden: bool


class BoardLocked(Struct, frozen=True, tag=True):
    board_id: str
    locked: bool


Command = SetBoardHidden | SetBoardLocked
Event = BoardHidden | BoardLocked


def decide(state: State, command: Command, _ctx: Context) -> tuple[Event, ...]:
    board = board_of(state, command.board_id)
    match command:
        case SetBoardHidden(board_id, hidden):
            return () if board.hidden == hidden else (BoardHidden(board_id, hidden),)
        case SetBoardLocked(board_id, locked):
            return () if board.locked == locked else (BoardLocked(board_id, locked),)
        case _:
            assert_never(command)


def evolve(state: State, event: Event) -> State:
    match event:
        case BoardHidden(board_id, hidden):
            return _board(state, board_id, hidden=hidden)
        case BoardLocked(board_id, locked):
            return _board(state, board_id, locked=locked)
        case _:
            assert_never(event)


def _board(state: State, board_id: str, **changes: object) -> State:
    board = state.boards.get(board_id)
    return state if board is None else replace(state, boards={**state.boards, board_id: replace(board, **changes)})


def board_of(state: State, board_id: str) -> Board:
    board = state.boards.get(board_id)
    if board is None:
        raise Rejected(Code.BOARD_UNKNOWN)
    return board


def can_read(state: State, note: Note, ctx: Context) -> bool:
    """Whether the actor knows of a note at all: what is secret is not even refused differently."""
    board = board_of(state, note.board)
    if note.author == ctx.actor.person:
        return True
    if ctx.actor.role == "facilitator":
        return note.status != "withdrawn" and (not board.hidden or board.plan.moderated)
    return note.status == "active" and not board.hidden


def known_note(state: State, note_id: str, ctx: Context) -> Note:
    note = state.notes.get(note_id)
    if note is None or not can_read(state, note, ctx):
        raise Rejected(Code.NOTE_UNKNOWN)
    return note


def check_may_sort(state: State, board_id: str, ctx: Context) -> None:
    """Facilitators may always; participants where the step on their phones lets them and the board is not locked."""
    board = board_of(state, board_id)
    if ctx.actor.role == "facilitator":
        return
    stage = state.stages.get(ctx.actor.room)
    activity = state.plan.activity(stage.on_phones or "") if stage else None
    if not (isinstance(activity, Sorting) and activity.participants and activity.board == board_id):
        raise Rejected(Code.STEP_CLOSED)
    if board.locked:
        raise Rejected(Code.BOARD_LOCKED)
