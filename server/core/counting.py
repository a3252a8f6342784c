"""Counting notes and authors as they change: what hangs on every note is not counted anew with each of them."""

from collections.abc import Mapping

from msgspec import Struct

from server.core.plan import Plan
from server.core.state import Note

ByRoom = dict[str, int]


class Counted(Struct, frozen=True):
    """`notes`: active ones, by board, column and room. `authors`: by activity, how many notes not withdrawn each has there.

    What did not change is the same object as before; nobody changes these dictionaries in place.
    """

    notes: dict[str, dict[str, ByRoom]]
    authors: dict[str, dict[str, int]]


def count(plan: Plan, before: Mapping[str, Note], after: Mapping[str, Note], counted: Counted | None = None) -> Counted:
    """The counts of `after`, from those of `before`. Without `counted`, `before` must be empty."""
    if counted is None:
        rooms = [room.id for room in plan.rooms]
        counted = Counted({b.id: {c.id: dict.fromkeys(rooms, 0) for c in b.columns} for b in plan.boards}, {})
    if after is before:
        return counted
    fresh = _Fresh(counted)
    for note_id, note in after.items():
        old = before.get(note_id)
        if old is note:
            continue
        if old is not None:
            fresh.add(old, -1)
        fresh.add(note, 1)
    return Counted(fresh.notes, {activity: authors for activity, authors in fresh.authors.items() if authors})


class _Fresh:
    """Counts on their way from one state to the next: a board's or an activity's are copied when first touched."""

    def __init__(self, counted: Counted) -> None:
        self.notes = dict(counted.notes)
        self.authors = dict(counted.authors)
        self._copied: set[str] = set()

    def add(self, note: Note, n: int) -> None:
        if note.status == "active":
            if f"board {note.board}" not in self._copied:
                self._copied.add(f"board {note.board}")
                self.notes[note.board] = {column: dict(rooms) for column, rooms in self.notes[note.board].items()}
            self.notes[note.board][note.column][note.room] += n
        if note.status != "withdrawn":
            if f"step {note.activity}" not in self._copied:
                self._copied.add(f"step {note.activity}")
                self.authors[note.activity] = dict(self.authors.get(note.activity, {}))
            authors = self.authors[note.activity]
            authors[note.author] = authors.get(note.author, 0) + n
            if not authors[note.author]:
                del authors[note.author]
