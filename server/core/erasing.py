"""The log without the words of those who were erased: events that say what they said, and no longer what was written.

Folding the redacted log gives the state the log as it was gives, so it may take its place. Group titles stay: they name
what several people put together, and whoever gave them is not written there. Messages on a wall are the facilitators'.
"""

from server.core.decider import Event
from server.core.notes import NoteAdded, NoteEdited, NoteTranslated
from server.core.people import without_titles
from server.core.state import State
from server.core.tools import replace
from server.core.voting import RoundOpened


class Redaction:
    """What has to go from the log of a session, by what its state says: `state` is what the whole log folds to."""

    def __init__(self, state: State) -> None:
        self.people = frozenset(person.id for person in state.people.values() if person.erased)
        self._nobodys = frozenset(note.id for note in state.notes.values() if not note.author)
        self._wordless = frozenset(note.id for note in state.notes.values() if not note.text)

    def actor(self, actor: str) -> str:
        """Who gave a command, or nobody any more."""
        return "" if actor in self.people else actor

    def events(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(self._event(event) for event in events)

    def _event(self, event: Event) -> Event:
        match event:
            case NoteAdded(note) if note.id in self._wordless:
                return NoteAdded(replace(note, author="", text="", translation=""))
            case NoteAdded(note) if note.id in self._nobodys:
                return NoteAdded(replace(note, author=""))
            case NoteEdited(note_id) | NoteTranslated(note_id) if note_id in self._wordless:
                return replace(event, text="")
            case RoundOpened(opened):
                return RoundOpened(without_titles(opened, self._wordless))
            case _:
                return event
