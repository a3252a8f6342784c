"""What must hold of every simulated person: while it goes on (`watch`), and at the end against a fresh look (`verify`)."""

import asyncio
from collections.abc import Callable, Iterable

from server.core.entities import BallotEntity, BoardEntity, Entity, NoteEntity, OwnNoteEntity, RoundEntity
from server.protocol import PatchMessage
from server.rehearsal.client import Client
from server.rehearsal.journal import Journal, Written
from server.rehearsal.participant import Participant
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until

LOOK_WITHIN_S = 20.0
AT_ONCE = 8
FEW = 3


def watch(client: Client, stats: Stats) -> Callable[[PatchMessage], None]:
    """Checks each patch as it comes: no ballot over budget, nothing of a hidden board."""

    def check(patch: PatchMessage) -> None:
        for key, entity in patch.set.items():
            if isinstance(entity, BallotEntity):
                for sentence in _over_budget(client, entity):
                    stats.disagree(f"{client.id}: {sentence}")
            elif isinstance(entity, NoteEntity):
                board = client.view.board(entity.board)
                if board is not None and board.hidden:
                    stats.disagree(f"{client.id} was sent {key}, though its board is hidden")

    return check


def _over_budget(client: Client, ballot: BallotEntity) -> Iterable[str]:
    found = client.view.one(RoundEntity, f"round:{ballot.round}")
    if found is None:
        yield f"has a ballot of the unknown round {ballot.round}"
        return
    if sum(ballot.dots.values()) > found.dots:
        yield f"has {sum(ballot.dots.values())} dots in a round of {found.dots}"
    if any(dots > found.max_per_item for dots in ballot.dots.values()):
        yield f"has more than {found.max_per_item} dots on one item"


async def verify(people: list[Participant], hands: Iterable[Client], stats: Stats, alone: bool) -> list[str]:
    """Every disagreement, in sentences; none is good. `alone`: nobody else wrote or voted, so totals must match too."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(client: Client, journal: Journal | None) -> list[str]:
        async with gate:
            return await _verify_one(client, journal, alone) if client.stopped is None else []

    whole = [one(person.client, person.journal) for person in people] + [one(hand, None) for hand in hands]
    found = list(stats.disagreements)
    for sentences in await asyncio.gather(*whole):
        found += sentences
    if alone and all(person.client.stopped is None for person in people):
        found += _tallies(people)
    return found


async def _verify_one(client: Client, journal: Journal | None, alone: bool) -> list[str]:
    """Looks at everything anew, over a second line of the same person that knows nothing.

    It may come to another process, whose numbers say nothing here: then what is shown must become the same, as nobody writes.
    """
    who = client.id or client.person.path
    glimpsed = Stats()
    fresh = Client(client.door, client.person, client.language, glimpsed)
    task = asyncio.create_task(fresh.run())

    def level() -> bool:
        if not (fresh.live.is_set() and client.live.is_set()):
            return False
        if client.view.epoch != fresh.view.epoch:
            return not compare(client.view.streams, fresh.view.streams)
        return client.view.numbers == fresh.view.numbers

    try:
        if await until(level, LOOK_WITHIN_S) or client.view.epoch != fresh.view.epoch:
            found = compare(client.view.streams, fresh.view.streams)
            found += promised(journal, fresh, alone) if journal is not None else []
        else:
            found = [f"cannot be compared: it has {client.view.numbers}, a fresh look {fresh.view.numbers}"]
    finally:
        fresh.stop()
        await finished(task)
    if client.unanswered:
        found.append(f"{client.unanswered} commands were never answered")
    return [f"{who}: {sentence}" for sentence in found] + glimpsed.disagreements


def compare(ours: dict[str, dict[str, Entity]], fresh: dict[str, dict[str, Entity]]) -> list[str]:
    """Entity by entity, where two views of the same numbers differ."""
    found = []
    for stream in sorted(ours.keys() | fresh.keys()):
        mine, theirs = ours.get(stream, {}), fresh.get(stream, {})
        for what, keys in (
            ("misses", theirs.keys() - mine.keys()),
            ("still has", mine.keys() - theirs.keys()),
            ("has another", {key for key in mine.keys() & theirs.keys() if mine[key] != theirs[key]}),
        ):
            if keys:
                found.append(f"in {stream} its view {what} {_some(keys)}")
    return found


def promised(journal: Journal, fresh: Client, alone: bool) -> list[str]:
    """Whether each acknowledged note is there exactly once, among one's own notes and on the board."""
    own, found = fresh.view.own_notes(), []
    if lost := journal.notes.keys() - own.keys():
        found.append(f"acknowledged notes are lost: {_some(lost)}")
    if strange := own.keys() - journal.notes.keys():
        found.append(f"has notes it was never told of: {_some(strange)}")
    for note_id in journal.notes.keys() & own.keys():
        found += _promised_note(journal.notes[note_id], own[note_id], fresh, alone)
    return found


def _promised_note(written: Written, own: OwnNoteEntity, fresh: Client, alone: bool) -> Iterable[str]:
    if (own.status == "withdrawn") != written.withdrawn:
        yield f"note {own.id} is {own.status}, though it was {'withdrawn' if written.withdrawn else 'not withdrawn'}"
    shown = fresh.view.one(NoteEntity, f"note:{own.id}")
    edited_by_others = not alone and (shown is None or shown.edited)
    if own.text != written.text and not edited_by_others:
        yield f"note {own.id} says {own.text!r}, acknowledged was {written.text!r}"
    board = fresh.view.one(BoardEntity, f"board:{own.board}")
    expected = own.status == "active" and board is not None and not board.hidden
    if expected != (shown is not None):
        yield f"note {own.id} ({own.status}) {'is not on its board' if expected else 'is on a board it must not be on'}"
    elif shown is not None and shown.text != own.text:
        yield f"note {own.id} says {own.text!r} to its author and {shown.text!r} to others"


def _tallies(people: list[Participant]) -> list[str]:
    """Dots acknowledged and dots counted, by round, item and room."""
    found = []
    for result in people[0].client.view.all(RoundEntity) if people else ():
        if result.tally is None:
            continue
        counted = {(i, room): n for i, rooms in result.tally.items() for room, n in rooms.items() if n}
        given: dict[tuple[str, str], int] = {}
        for person in people:
            for item, dots in person.journal.dots.get(result.id, {}).items():
                if dots:
                    given[item, person.client.room] = given.get((item, person.client.room), 0) + dots
        if counted != given:
            wrong = {item for item, _ in set(counted.items()) ^ set(given.items())}
            found.append(f"round {result.id} counts other dots than were acknowledged, on {_some(i for i, _ in wrong)}")
    return found


def _some(keys: Iterable[str]) -> str:
    ordered = sorted(keys)
    more = f" and {len(ordered) - FEW} more" if len(ordered) > FEW else ""
    return ", ".join(ordered[:FEW]) + more
