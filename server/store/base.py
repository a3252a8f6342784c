"""The contract every store keeps: one durable log a session, with the ballots, names and receipts that lie beside it.

Stands between the live session, which decides, and the disk. `tests/store/test_contract.py` is this text as tests; each
store runs it. Instants are UTC milliseconds.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from msgspec import Struct

from server.core.decider import Event
from server.core.people import NameSet
from server.core.plan import KEEP_DAYS
from server.core.state import Ballots
from server.core.voting import DotsPlaced, RoundClosed
from server.errors import NotSaved

DAY_MS = 24 * 3_600_000


class SessionRow(Struct, frozen=True):
    """One session in the list. `title` by language, as the plan has it.

    `keep_days`: how long it is kept after `used_at`, the instant of its newest write.
    """

    id: str
    title: dict[str, str]
    plan_slug: str
    created_at: int
    archived: bool = False
    keep_days: int = KEEP_DAYS
    used_at: int = 0


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


class StateSnapshot(Struct, frozen=True):
    """What the log folds to at `version`, so that a long one need not be read from its beginning.

    `shape` names the code that can read `data`; a store looks into neither.
    """

    version: int
    shape: str
    data: bytes


class Loaded(Struct, frozen=True):
    """All there is of a session, or the news of it. `names` by person id; `ballots` by round id, of open rounds only.

    `revision` counts the writes; it moves with each of them, where the version moves with commits alone. With a `snapshot`
    the `commits` are those after it. Yours to change.
    """

    commits: list[Commit]
    names: dict[str, str]
    ballots: dict[str, Ballots]
    revision: int
    snapshot: StateSnapshot | None = None


class AuditEntry(Struct, frozen=True):
    """That something was done, never what it said. `what`: a stable word; `by`, `about`: ids of people or links, or "".

    Kept beside the sessions: it outlives the one it speaks of.
    """

    at: int
    what: str
    session: str = ""
    by: str = ""
    about: str = ""


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

    async def put_secret(self, secret: bytes) -> None:
        """In the place of its own: for a store that takes over another's sessions, with their links and cookies."""

    async def sessions(self) -> list[SessionRow]:
        """Oldest first, archived ones too."""

    async def create(self, row: SessionRow, write: Write) -> None:
        """A new session with its first commits, from version 1, at revision 1. Raises `StoreError` when the id is taken."""

    async def set_archived(self, session: str, archived: bool) -> None:
        """Raises `StoreError` for an unknown session."""

    async def set_keep_days(self, session: str, days: int) -> None:
        """Raises `StoreError` for an unknown session."""

    async def delete(self, session: str) -> None:
        """Log, snapshot, ballots, names and receipts: nothing stays, not on the disk either. Deleting an unknown one is fine."""

    async def load(self, session: str, shape: str = "") -> Loaded:
        """Everything durable, nothing else. Raises `StoreError` for an unknown session: never an empty one (R22).

        Where a snapshot of that `shape` is kept, it and the commits after it; all commits otherwise, and without a shape.
        """

    async def keep_snapshot(self, session: str, snapshot: StateSnapshot) -> None:
        """For the next `load`, in the place of the one before. Passed over in silence unless it is newer than that one and
        than the last `erase` (it may hold what was erased), and no newer than the log. `StoreError` for an unknown session.
        Neither version nor revision moves.
        """

    async def news(self, session: str, version: int, revision: int) -> Loaded | None:
        """What was written since: None when the session is still at `revision`, else the commits after `version` with all
        names and ballots as they are now. Raises `StoreError` for an unknown session, and for one that is behind `revision`:
        the store has lost what it had acknowledged.
        """

    async def append(self, session: str, expected_revision: int, write: Write) -> None:
        """Keep one write; the session is at `expected_revision + 1` then. To return means durable: it outlives a power cut.

        `VersionConflict` when the session is at another revision, or `AlreadyAnswered` when one of the receipts has been
        given before; `NotSaved` when it could not be written; in each case nothing of this write stays. (`NotSaved` from a
        store on another machine may leave open whether it arrived; the revision tells.) `StoreError` for an unknown session.
        Every write counts, one without commits too, so that no dot falls into a round that was closed elsewhere, and nobody
        spends the same dot in two processes.

        Dots: the count given last stands, 0 takes the entry out. Names: the last one stands, "" takes it out. A
        RoundClosed among the events erases that round's ballots, those of this write too, and soon every trace of them.
        """

    async def receipt(self, session: str, person: str, command_id: str) -> Receipt | None:
        """The answer a command got, or None: it never arrived here."""

    async def receipts(self, session: str) -> list[Receipt]:
        """All answers of a session, in no order; of an unknown one, none."""

    async def erase(self, session: str, person: str, commits: Sequence[Commit]) -> None:
        """A person's name, ballots and receipts go, the session's snapshot too, and each of `commits` takes the place of the
        one of its version, which says what it said without their words. Soon no trace of the old ones is left. Neither
        version nor revision moves.
        `StoreError` for an unknown session, `ValueError` for a version that is not there; nothing changes then.
        """

    async def audit(self, entry: AuditEntry) -> None:
        """Keep one line of the audit trail."""

    async def audit_trail(self, session: str | None = None, limit: int = 500) -> list[AuditEntry]:
        """The newest `limit` lines, newest first; of one session or of all."""

    async def forget(self, receipts_before: int, audit_before: int) -> None:
        """Drop the receipts and the lines of the audit trail from before those instants."""


def check_dense(version: int, write: Write) -> None:
    """A gap behind the log's version is a bug of the caller, never a matter of timing, hence no `StoreError`."""
    versions = [commit.version for commit in write.commits]
    if versions != list(range(version + 1, version + 1 + len(versions))):
        raise ValueError(f"commits after version {version} must be numbered densely, not {versions}")


def closed_rounds(write: Write) -> list[str]:
    """The rounds whose ballots this write erases."""
    return [event.round_id for commit in write.commits for event in commit.events if isinstance(event, RoundClosed)]


def deleted_at(row: SessionRow) -> int:
    """When a session is deleted by itself, unless somebody uses it before."""
    return max(row.used_at, row.created_at) + row.keep_days * DAY_MS


def used_at(write: Write) -> int:
    """The newest instant in a write; 0 when it names none."""
    return max([*(commit.at for commit in write.commits), *(receipt.at for receipt in write.receipts)], default=0)


@contextmanager
def whole_characters() -> Iterator[None]:
    """Around the encoding of a write: what is no text is the writer's mistake, told before anything is changed."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise NotSaved("A text holds half a character, which cannot be stored: type it anew.") from error
