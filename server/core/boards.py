"""What several slices ask about a board: which it is, who may know of a note on it, who may sort it."""

from server.core.plan import Sorting
from server.core.state import Board, Context, Note, State
from server.errors import Code, Rejected


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
