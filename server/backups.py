"""The commands about copies of everything: backup (the server may run), verify, restore. Said in sentences, for an operator."""

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from server.core.decider import World, fold
from server.errors import StoreError
from server.mistakes import Mistake
from server.store.backup_door import fetch
from server.store.base import SessionRow
from server.store.sqlite_copy import CopyStore, copy_at_rest
from server.store.sqlite_file import Lock

KEY_WARNING = "Who has this file can open every door: it holds the key from which all links are made."


class Held(Struct, frozen=True):
    """One session of a copy. `trouble`: why it cannot be read; the rest is empty then."""

    row: SessionRow
    version: int = 0
    hash: str = ""
    people: int = 0
    notes: int = 0
    trouble: str = ""

    def __str__(self) -> str:
        title = next(iter(self.row.title.values()), "")
        if self.trouble:
            return f"  {self.row.id}  {title}: CANNOT BE READ. {self.trouble}"
        return f"  {self.row.id}  {title}: people {self.people}, notes {self.notes}, version {self.version}, hash {self.hash}"


def world_hash(world: World) -> str:
    """The same for two worlds in which everybody sees the same."""
    return hashlib.sha256(msgspec.json.encode(world, order="deterministic")).hexdigest()[:16]


def backup(database: Path, target: Path, force: bool) -> int:
    """A copy of `database` in `target`, on the disk when this returns, and read once as a whole."""
    if not database.is_file():
        raise Mistake(f"there is no database {database}: name it with --from")
    if not target.parent.is_dir():
        raise Mistake(f"there is no folder {target.parent}: make it, or choose another")
    if target.exists() and not force:
        raise Mistake(f"{target} is there already: choose another name, or --force to put the backup in its place")
    partial = _beside(target, "partial")
    try:
        if _in_use(database):
            _write(partial, fetch(database))
        else:
            _write(partial, iter(()))
            copy_at_rest(database, partial)
        held = asyncio.run(read_all(partial))
        _put(partial, target)
    except OSError as error:
        raise Mistake(f"{target} cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)
    print(f"{database} is in {target} ({target.stat().st_size / 1e6:.1f} MB):")
    print(*held, sep="\n")
    print(KEY_WARNING)
    return _all_well(held)


def verify(path: Path) -> int:
    """What is in a copy; exit code 1 when some of it cannot be read."""
    if _in_use(path):
        raise Mistake(f"{path} is in use by a server: make a backup, and verify that")
    held = asyncio.run(read_all(path))
    print(f"{path} is whole, with {len(held)} {'session' if len(held) == 1 else 'sessions'}:")
    print(*held, sep="\n")
    return _all_well(held)


def restore(copy: Path, database: Path, force: bool) -> int:
    """Put a copy in the place of `database`, which is kept beside it."""
    held = asyncio.run(read_all(copy))
    if _all_well(held) and not force:
        print(*held, sep="\n")
        raise Mistake(
            f"{copy} has sessions that cannot be read (above): take another backup, or --force to restore the rest"
        )
    partial = _beside(database, "partial")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        lock = Lock(database)
        try:
            lock.take()
        except BlockingIOError:
            raise Mistake(f"a server runs on {database}: end it, then restore") from None
        try:
            _write(partial, iter([copy.read_bytes()]))
            aside = _put_aside(database)
            _put(partial, database)
        finally:
            lock.release()
    except OSError as error:
        raise Mistake(f"{database} cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)
    print(f"{copy} is in the place of {database}:")
    print(*held, sep="\n")
    if aside is not None:
        print(f"What was there is {aside}.")
    return 0


async def read_all(path: Path) -> list[Held]:
    """Every session, read to its end. Raises `StoreError` for a file that is damaged, or none of ours."""
    store = CopyStore(path)
    await store.open()
    try:
        return [await _held(store, row) for row in await store.sessions()]
    finally:
        await store.close()


async def _held(store: CopyStore, row: SessionRow) -> Held:
    try:
        loaded = await store.load(row.id)  # the whole log: a snapshot would hide what is damaged before it
    except StoreError as error:
        return Held(row, trouble=str(error))
    if not loaded.commits:
        return Held(row, trouble="Its log is empty.")
    state = fold(event for commit in loaded.commits for event in commit.events)
    hashed = world_hash(World(state, loaded.names, loaded.ballots))
    people = sum(not person.removed for person in state.people.values())
    return Held(row, loaded.commits[-1].version, hashed, people, len(state.notes))


def _all_well(held: list[Held]) -> int:
    return 1 if any(one.trouble for one in held) else 0


def _in_use(database: Path) -> bool:
    """Whether a server has it. Makes no lock where there never was one, as beside a copy."""
    lock = Lock(database)
    if not lock.path.exists():
        return False
    try:
        lock.take()
    except BlockingIOError:
        return True
    except OSError as error:
        raise Mistake(f"{database} cannot be opened: {error.strerror}") from None
    lock.release()
    return False


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}.{what}-{secrets.token_hex(4)}")


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    """A new file, for its owner alone."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)


def _put(partial: Path, target: Path) -> None:
    """All of it is on the disk before it has its name, and the name before this returns."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    _sync_folder(target.parent)


def _put_aside(database: Path) -> Path | None:
    """The WAL first: without its file it must never lie beside another one, which would take it for its own."""
    if not database.exists():
        return None
    aside = database.with_name(f"{database.name}.before-restore-{time.strftime('%Y%m%d-%H%M%S')}")
    wal = database.with_name(f"{database.name}-wal")
    if wal.exists():
        wal.rename(aside.with_name(f"{aside.name}-wal"))
    database.rename(aside)
    _sync_folder(database.parent)
    return aside


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
