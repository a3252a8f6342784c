"""`python -m server move`: sessions carried from one store to another, whole, compared at the end; the source stays as it is."""

import argparse
import asyncio
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO, TypeVar

import msgspec
from msgspec import Struct, structs

from server import codec
from server.core.people import NameSet
from server.core.voting import DotsPlaced
from server.errors import StoreError
from server.mistakes import Mistake
from server.store.base import AuditEntry, Loaded, Receipt, SessionRow, Store, Write
from server.store.opening import read_place

T = TypeVar("T")

AT_ONCE = 500
"""Commits or receipts in one write: small enough for any store to take in one piece."""
ALL = sys.maxsize


class Contents(Struct, frozen=True):
    """All that a store keeps of one session."""

    row: SessionRow
    loaded: Loaded
    receipts: list[Receipt]

    def fingerprint(self) -> str:
        """Equal for equal contents, in whichever store; what a store counts for itself is left out."""
        log = [(c.version, c.at, c.actor, c.command_id, codec.encode_events(c.events)) for c in self.loaded.commits]
        receipts = sorted(self.receipts, key=lambda receipt: (receipt.person, receipt.command_id))
        plain = (self.row, log, self.loaded.names, self.loaded.ballots, receipts)
        return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()[:16]


def run(options: argparse.Namespace) -> int:
    """The command. Raises `Mistake` or `StoreError`."""
    if options.source == options.target:
        raise Mistake("--from and --to are the same store: name two")
    kind, _, path = options.source.partition(":")
    if kind == "sqlite" and not Path(path).is_file():
        raise Mistake(f"there is no file {path}: check --from")
    source, target = (read_place(place, os.environ) for place in (options.source, options.target))
    asyncio.run(_run(source, target, options.session))
    return 0


async def _run(source: Store, target: Store, only: str | None) -> None:
    await source.open()
    try:
        await target.open()
        try:
            await move(source, target, only, sys.stdout)
        finally:
            await target.close()
    finally:
        await source.close()


async def move(source: Store, target: Store, only: str | None, out: TextIO) -> None:
    """Carry one session, or all with the key of links and cookies. Raises `Mistake`, and has changed nothing then."""
    there = {row.id for row in await target.sessions()}
    known = await source.sessions()
    rows = [row for row in known if only in (None, row.id)]
    if not rows:
        named = ", ".join(row.id for row in known) or "none"
        raise Mistake(
            f"there is no session {only} in the source, only {named}" if only else "the source has no sessions"
        )
    _check(rows, there)
    links_live_on = await _move_key(source, target, empty=not there)
    for row in rows:
        moved = await _move_session(source, target, row)
        title, count = next(iter(row.title.values()), row.plan_slug), len(moved.loaded.commits)
        changes = "1 change" if count == 1 else f"{count} changes"
        print(f"  {row.id}  {title}: {changes}, equal on both sides ({moved.fingerprint()})", file=out, flush=True)
    await _move_audit(source, target, only)
    print("1 session moved." if len(rows) == 1 else f"{len(rows)} sessions moved.", file=out)
    if not links_live_on:
        print(
            "The target has a key of its own: give out its links and codes anew, the old ones do not open it.", file=out
        )
    print(
        "The source was left as it is, and knows nothing of what happens from now on: once all is well with the target, "
        "delete the sessions there.",
        file=out,
    )


def _check(rows: Sequence[SessionRow], there: set[str]) -> None:
    taken = [row.id for row in rows if row.id in there]
    if taken:
        raise Mistake(
            f"the target has {', '.join(taken)} already: delete it there if it is an older copy, "
            "or move the others one by one with --session"
        )


async def _move_key(source: Store, target: Store, empty: bool) -> bool:
    """Whether links and cookies of the source open the target too. The key of a store that is in use is never replaced."""
    key = await source.secret()
    if empty:
        await target.put_secret(key)
    return await target.secret() == key


async def _move_session(source: Store, target: Store, row: SessionRow) -> Contents:
    """The session, as it is in both stores now. What was begun is taken back when they differ."""
    contents = Contents(row, await source.load(row.id), await source.receipts(row.id))
    await _write(target, contents)
    copy = await _contents(target, row.id)
    again = await _contents(source, row.id)
    if not contents.fingerprint() == copy.fingerprint() == again.fingerprint():
        await target.delete(row.id)
        raise Mistake(
            f"session {row.id} was written to while it was moved, and is not in the target: "
            "stop all servers that use either side, then move again"
        )
    return copy


async def _contents(store: Store, session: str) -> Contents:
    row = next(row for row in await store.sessions() if row.id == session)
    return Contents(row, await store.load(session), await store.receipts(session))


async def _write(target: Store, contents: Contents) -> None:
    """In the archive until it is whole, so that nobody opens half a session; ballots last, or a round would close on them."""
    row, loaded = contents.row, contents.loaded
    await target.create(structs.replace(row, archived=True), Write())
    try:
        revision = 1
        for write in _writes(loaded, contents.receipts):
            await target.append(row.id, revision, write)
            revision += 1
        await target.set_archived(row.id, row.archived)
    except StoreError:
        await target.delete(row.id)
        raise


def _writes(loaded: Loaded, receipts: list[Receipt]) -> list[Write]:
    dots = tuple(
        DotsPlaced(round_id, voter, item, count)
        for round_id, ballots in loaded.ballots.items()
        for voter, ballot in ballots.items()
        for item, count in ballot.items()
    )
    names = tuple(NameSet(person, name) for person, name in loaded.names.items())
    return [
        *(Write(commits=tuple(some)) for some in _pieces(loaded.commits)),
        *(Write(receipts=tuple(some)) for some in _pieces(receipts)),
        Write(dots=dots, names=names),
    ]


def _pieces(items: list[T]) -> list[list[T]]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


async def _move_audit(source: Store, target: Store, only: str | None) -> None:
    """Lines that are there already, from a move before, are not told twice."""
    known = set(map(_line, await target.audit_trail(only, ALL)))
    for entry in reversed(await source.audit_trail(only, ALL)):
        if _line(entry) not in known:
            await target.audit(entry)


def _line(entry: AuditEntry) -> tuple[object, ...]:
    return structs.astuple(entry)
