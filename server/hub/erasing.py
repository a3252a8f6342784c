"""The second half of erasing a person: once the event has shown it to everyone, their words leave the stored log, too.

May be done again at any time, by any process: it reads the log, and where it says nothing any more that should be gone,
nothing is left to do. So a process that dies in between has its work finished by the next one that looks.
"""

import asyncio

import structlog
from msgspec import structs

from server.core.decider import evolve, fold
from server.core.erasing import Redaction
from server.core.state import State
from server.errors import StoreError
from server.store.base import Commit, Loaded, Store

TRIES = 10
COMMITS_AT_ONCE = 100

log = structlog.get_logger()


async def finish_erasing(store: Store, session: str, person: str = "") -> int:
    """Take out of the store what is left there of erased people; gives how many were. `person`: one erased just now.

    Read and written until there is nothing left to do: somebody else's words may come back with a commit that another
    process read a moment before they went.
    """
    left = {person} - {""}
    for number in range(TRIES):
        loaded = await store.load(session)
        changed, found = await _left(loaded)
        people = left | found if number == 0 else found
        if not people:
            return len(left)
        for erased in sorted(people):
            await store.erase(session, erased, changed)
            changed = []
        left |= people
    raise StoreError(f"The words of people erased from session {session} are still in its log: report this.")


async def _left(loaded: Loaded) -> tuple[list[Commit], set[str]]:
    """The commits that must change, and the erased people of whom something is left."""
    redaction = Redaction(await _state(loaded.commits))
    people = {person for person in redaction.people if person in loaded.names or _voted(loaded, person)}
    changed: list[Commit] = []
    for commit in loaded.commits:
        redacted = structs.replace(commit, actor=redaction.actor(commit.actor), events=redaction.events(commit.events))
        if redacted != commit:
            changed.append(redacted)
    if changed and not people:
        people = {min(redaction.people)}  # the store takes the commits along with anyone who is gone
    return changed, people


async def _state(commits: list[Commit]) -> State:
    """What a log folds to; in pieces, for others have their turns meanwhile."""
    state = fold(commits[0].events)
    for number, commit in enumerate(commits[1:]):
        for event in commit.events:
            state = evolve(state, event)
        if number % COMMITS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return state


def _voted(loaded: Loaded, person: str) -> bool:
    return any(person in ballots for ballots in loaded.ballots.values())


class Eraser:
    """Finishes erasing in the background of a session at work."""

    def __init__(self, store: Store, session: str) -> None:
        self._store = store
        self._session = session
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, person: str = "") -> None:
        task = asyncio.create_task(self._finish(person), name=f"erasing in {self._session}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, person: str) -> None:
        try:
            await finish_erasing(self._store, self._session, person)
        except StoreError as error:  # the daily round of housekeeping, or the next start, tries again
            log.error("erasing_unfinished", session=self._session, reason=str(error))

    async def close(self) -> None:
        """What the store was asked for still happens; what was not is found unfinished by who looks next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
