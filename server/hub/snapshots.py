"""What a log folds to, kept now and then, so that a long session is ready soon after a start.

A snapshot is a cache and never the truth: one that is damaged, or that other code made, counts as none, and the whole log
is read. Names and ballots are not in it; they lie beside the log as always.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import structlog

from server import core
from server.core.decider import evolve, fold
from server.core.state import State
from server.errors import StoreError
from server.store.base import Commit, Loaded, StateSnapshot, Store

EVERY = 1000
"""Commits from one snapshot to the next: about as many are folded in the time a snapshot takes to read."""

_DIGEST_BYTES = 32
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(State)

log = structlog.get_logger()


@cache
def shape() -> str:
    """Stands for all code that has a say in what a log folds to: when any of it changes, logs are read in full once more."""
    digest = hashlib.sha256()
    for path in sorted(Path(core.__path__[0]).glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def snapshot_of(version: int, state: State) -> StateSnapshot:
    data = _ENCODER.encode(state)
    return StateSnapshot(version, shape(), hashlib.sha256(data).digest() + data)


def state_in(snapshot: StateSnapshot) -> State | None:
    """None: it is damaged."""
    digest, data = snapshot.data[:_DIGEST_BYTES], snapshot.data[_DIGEST_BYTES:]
    if hashlib.sha256(data).digest() != digest:
        return None
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


async def load_state(store: Store, session: str) -> tuple[State, int, Loaded]:
    """A session's state and its version, with what else the store gave. Raises `StoreError`, also for an empty log."""
    loaded = await store.load(session, shape())
    state: State | None = None
    version = 0
    if loaded.snapshot is not None:
        state, version = state_in(loaded.snapshot), loaded.snapshot.version
        if state is None:
            log.warning("snapshot_damaged", session=session, version=version)
            loaded = await store.load(session)
    if state is None and not loaded.commits:
        raise StoreError(f"session {session} has an empty log")
    if len(loaded.commits) < EVERY:
        state = _onto(state, loaded.commits)
    else:
        # In a thread, so that a long log holds up no other session.
        state = await asyncio.to_thread(_onto, state, loaded.commits)
    version = loaded.commits[-1].version if loaded.commits else version
    if len(loaded.commits) >= EVERY:
        await keep(store, session, version, state)
    return state, version, loaded


def _onto(state: State | None, commits: Sequence[Commit]) -> State:
    events = (event for commit in commits for event in commit.events)
    if state is None:
        return fold(events)
    for event in events:
        state = evolve(state, event)
    return state


async def keep(store: Store, session: str, version: int, state: State) -> None:
    """Nobody waits for it, and nothing is lost without it: a full disk is a line in the log."""
    try:
        await store.keep_snapshot(session, snapshot_of(version, state))
    except StoreError as error:
        log.warning("snapshot_not_kept", session=session, reason=str(error))


class SnapshotKeeper:
    """Of one live session, beside its turns. `since`: the version the last one was made at."""

    def __init__(self, store: Store, session: str, since: int) -> None:
        self._store = store
        self._session = session
        self._since = since
        self._keeping: asyncio.Task[None] | None = None

    def grown(self, version: int, state: State) -> None:
        """To be called when the log has grown; does something once every `EVERY` commits."""
        if version - self._since >= EVERY and (self._keeping is None or self._keeping.done()):
            self._since = version
            self._keeping = asyncio.create_task(keep(self._store, self._session, version, state))

    async def close(self) -> None:
        """What was begun is finished."""
        if self._keeping is not None:
            await asyncio.gather(self._keeping)
