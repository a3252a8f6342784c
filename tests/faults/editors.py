"""People who change their note and move their dots without end, each with a journal of what the server promised them."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from server.core.agenda import OpenStep
from server.core.ids import Role
from server.core.notes import AddNote, EditNote, NoteEdited
from server.core.people import Join
from server.core.state import SYSTEM, Actor
from server.core.voting import PlaceDots, StartRound
from server.hub.clock import Clock
from server.hub.hub import Hub
from server.rehearsal.client import Answer, Client
from server.rehearsal.doorstep import Door, Person
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished
from server.store.base import Loaded
from server.store.sqlite import SqliteStore
from server.web.auth import Keys, cookie_name
from tests.core.worlds import BOTH, PLAN

ROUND = "round00001"
AT_ONCE = 2
PAUSE_S = (0.3, 0.6)
"""Below the rate a line may have: what is refused as too fast is sent again later, out of its order."""


def note_of(person: str) -> str:
    return f"note{person:0>6}"


class Editor:
    """`acknowledged`: the numbers written into the note that were promised to be there. `dots`: those given since the
    last acknowledged ones, with these in front.
    """

    def __init__(self, client: Client, stats: Stats, person: str) -> None:
        self.client = client
        self.stats = stats
        self.person = person
        self.note = note_of(person)
        self.given = 0
        self.acknowledged: set[int] = set()
        self.dots: list[tuple[int, int]] = [(0, 0)]
        self.refused: list[str] = []

    async def run(self) -> None:
        await self.client.live.wait()
        while True:
            await asyncio.gather(*(self._edit() for _ in range(AT_ONCE)), self._vote())
            await asyncio.sleep(random.uniform(*PAUSE_S))

    async def _edit(self) -> None:
        self.given += 1
        number = self.given
        if self._accepted(await self.client.give(EditNote(self.note, str(number)))):
            self.acknowledged.add(number)

    async def _vote(self) -> None:
        number = self.given
        self.dots.append((number, number % 3))
        if self._accepted(await self.client.give(PlaceDots(ROUND, self.note, number % 3))):
            self.dots = [placed for placed in self.dots if placed[0] >= number]

    def _accepted(self, answer: Answer) -> bool:
        if not answer.ok:
            self.refused.append(str(answer.code))
        return answer.ok


async def open_workshop(path: Path, people: int) -> tuple[str, list[tuple[str, Person]]]:
    """A session in which `people` have a note each and a round is open. Gives its id, and all with their keys to the door."""
    store = SqliteStore(path)
    hub = Hub(store, Clock().now)
    await hub.start()
    live = await hub.live((await hub.open(PLAN)).id)
    facilitator = Actor("fka", "facilitator", "ka")
    roles: list[tuple[str, Role, str]] = [("fka", "facilitator", "ka")]
    roles += [(f"p{number}", "participant", BOTH[number % 2]) for number in range(people)]
    await asyncio.gather(*(live.submit(SYSTEM, Join(person, role, room, "")) for person, role, room in roles))
    await live.submit(facilitator, OpenStep("write", BOTH))
    for person, _, room in roles[1:]:
        actor = Actor(person, "participant", room)
        assert (await live.submit(actor, AddNote(note_of(person), "write", "topics", "0", "de"))).code is None
    assert (await live.submit(facilitator, StartRound(ROUND, "vote"))).code is None
    keys = Keys(await store.secret())
    await hub.stop()
    found = [
        (person, Person(f"/s/{live.id}/{person}", f"{cookie_name(person, False)}={keys.token(live.id, person)}"))
        for person, _, _ in roles[1:]
    ]
    return live.id, found


@contextlib.asynccontextmanager
async def at_work(url: str, people: list[tuple[str, Person]]) -> AsyncIterator[list[Editor]]:
    """Everybody edits and votes until the block ends; whoever loses the line comes back."""
    each = [(person, key, Stats()) for person, key in people]
    editors = [Editor(Client(Door(url), key, "de", stats), stats, person) for person, key, stats in each]
    tasks = [asyncio.create_task(part) for one in editors for part in (one.client.run(), one.run())]
    try:
        yield editors
    finally:
        for one in editors:
            one.client.stop()
        for task in tasks:
            await finished(task)


def broken_promises(loaded: Loaded, editors: list[Editor], ordered: bool = True) -> list[str]:
    """What the log and the ballot box say otherwise than the journals: lost, doubled, out of order, or never given.

    `ordered`: not asked where somebody was told to try again later, which may be after what they gave next.
    """
    found: list[str] = []
    kept: dict[str, list[int]] = {}
    for commit in loaded.commits:
        for event in commit.events:
            if isinstance(event, NoteEdited):
                kept.setdefault(commit.actor, []).append(int(event.text))
    ids = [(commit.actor, commit.command_id) for commit in loaded.commits if commit.command_id is not None]
    if len(ids) != len(set(ids)):
        found.append("a command was done twice")
    for one in editors:
        numbers = kept.get(one.person, [])
        if lost := one.acknowledged - set(numbers):
            found.append(f"{one.person}: lost {sorted(lost)}")
        if (numbers if ordered else sorted(numbers)) != sorted(set(numbers)):
            found.append(f"{one.person}: doubled or out of order {numbers}")
        if not set(numbers) <= set(range(1, one.given + 1)):
            found.append(f"{one.person}: has what was never given")
        dots = loaded.ballots.get(ROUND, {}).get(one.person, {}).get(one.note, 0)
        if dots not in [count for _, count in one.dots]:
            found.append(f"{one.person}: {dots} dots, though {one.dots} were given last")
        found += [f"{one.person}: was refused, {code}" for code in one.refused]
    return found


async def read_log(path: Path, session: str) -> Loaded:
    """By a process that never served: this one."""
    store = SqliteStore(path)
    await store.open()
    try:
        return await store.load(session)
    finally:
        await store.close()
