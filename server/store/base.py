"""The contract every store keeps: one durable log a session, with the ballots, names and receipts that lie beside it.

Stands between the live session, which decides, and the disk. `tests/store/test_contract.py` is this text as tests; each
store runs it. Instants are UTC milliseconds.
"""

from typing import Protocol

from msgspec import Struct

from server.core.decider import Event
from server.core.people import NameSet
from server.core.state import Ballots
from server.core.voting import DotsPlaced, RoundClosed


class SessionRow(Struct, frozen=True):
    """One session in the list. `title` by language, as the plan has it."""

    id: str
    title: dict[str, str]
    plan_slug: str
    created_at: int
    archived: bool = False


class Commit(Struct, frozen=True):
    """What one command changed. Versions are dense, 1..N in a session. `command_id` None: no client gave it."""

    version: int
    at: int
    actor: str
    command_id: str | None
    events: tuple[Event, ...]


class Receipt(Struct, frozen=True):
    """The answer a command got, kept so that a retry gets the same one, a rejection too. `code` None: accepted."""

    person: str
    command_id: str
    code: str | None
    params: dict[str, int | str] = {}
    at: int = 0


class Write(Struct, frozen=True):
    """One atomic, durable unit: all of it is kept, or nothing."""

    commits: tuple[Commit, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    dots: tuple[DotsPlaced, ...] = ()
    names: tuple[NameSet, ...] = ()


class Loaded(Struct, frozen=True):
    """All there is of a session. `names` by person id; `ballots` by round id, of open rounds only. Yours to change."""

    commits: list[Commit]
    names: dict[str, str]
    ballots: dict[str, Ballots]


class Store(Protocol):
    """Where sessions live. Every method may raise `StoreError`, whose text is one sentence saying what to do.

    Calls take effect in the order they were made, also when the task that waits is cancelled: what was asked for still
    happens, and a later `load` sees it.
    """

    async def open(self) -> None:
        """Before anything else. Raises `StoreError` rather than begin on what cannot be read in full or written."""

    async def close(self) -> None:
        """What was asked for before is finished first. Closing twice is fine."""

    async def secret(self) -> bytes:
        """32 random bytes, made when the store is opened for the first time and kept."""

    async def sessions(self) -> list[SessionRow]:
        """Oldest first, archived ones too."""

    async def create(self, row: SessionRow, write: Write) -> None:
        """A new session with its first commits, from version 1. Raises `StoreError` when the id is taken."""

    async def set_archived(self, session: str, archived: bool) -> None:
        """Raises `StoreError` for an unknown session."""

    async def delete(self, session: str) -> None:
        """Log, ballots, names and receipts: nothing stays, not on the disk either. Deleting an unknown one is fine."""

    async def load(self, session: str) -> Loaded:
        """Everything durable, nothing else. Raises `StoreError` for an unknown session: never an empty one (R22)."""

    async def append(self, session: str, expected_version: int, write: Write) -> None:
        """Keep one write. To return means durable: it outlives a power cut.

        `VersionConflict` when the log is not at `expected_version`; `NotSaved` when it could not be written; either way
        nothing of this write stays. `StoreError` for an unknown session. The version is checked for a write without
        commits too (it leaves the version as it is), so that no dot falls into a round that was closed elsewhere.

        Dots: the count given last stands, 0 takes the entry out. Names: the last one stands, "" takes it out. A
        RoundClosed among the events erases that round's ballots, those of this write too, and soon every trace of them.
        Receipts: of two for one (person, command id) the first stays, silently: an answer once given never changes.
        """

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        """The answer a command got, or None: it never arrived here."""


def check_dense(expected_version: int, write: Write) -> None:
    """Every store's first step. A gap is a bug of the caller, never a matter of timing, hence no `StoreError`."""
    versions = [commit.version for commit in write.commits]
    if versions != list(range(expected_version + 1, expected_version + 1 + len(versions))):
        raise ValueError(f"commits after version {expected_version} must be numbered densely, not {versions}")


def closed_rounds(write: Write) -> list[str]:
    """The rounds whose ballots this write erases."""
    return [event.round_id for commit in write.commits for event in commit.events if isinstance(event, RoundClosed)]
