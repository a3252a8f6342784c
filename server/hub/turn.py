"""One turn of a session: the commands in it, what is decided of them, and the answers that were given before."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable

from server.core.decider import Command, Record, World, decide, evolve_world
from server.core.people import NameSet
from server.core.state import Actor, Context
from server.core.voting import CloseRound, DotsPlaced, PlaceDots
from server.errors import Rejected
from server.store.base import Commit, Receipt, Store, Write

REMEMBERED_RECEIPTS = 10_000


class Submission:
    """A command on its way through a turn. `answer` resolves with a receipt: accepted (code None) or rejected."""

    __slots__ = ("actor", "answer", "command", "command_id", "given_at", "receipt")

    def __init__(self, actor: Actor, command: Command, command_id: str | None) -> None:
        self.actor = actor
        self.command = command
        self.command_id = command_id
        self.given_at = time.monotonic()
        self.receipt: Receipt | None = None
        self.answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()


class Answers:
    """The latest receipts, so that a retry gets the same answer.

    What was answered longer ago, or by another process, is not remembered here: the store finds it when the answer is to be
    kept a second time, and `recall` asks for it.
    """

    def __init__(self, store: Store, session_id: str) -> None:
        self._store = store
        self._session = session_id
        self._receipts: OrderedDict[tuple[str, str], Receipt] = OrderedDict()

    def known(self, person: str, command_id: str) -> Receipt | None:
        return self._receipts.get((person, command_id))

    def remember(self, receipt: Receipt) -> None:
        self._receipts[receipt.person, receipt.command_id] = receipt
        while len(self._receipts) > REMEMBERED_RECEIPTS:
            self._receipts.popitem(last=False)

    async def recall(self, turn: Iterable[Submission]) -> None:
        """Which of these commands the store knows an answer to."""
        for submission in turn:
            if submission.command_id is not None:
                found = await self._store.receipt(self._session, submission.actor.person, submission.command_id)
                if found is not None:
                    self.remember(found)


def copy_answer(again: "asyncio.Future[Receipt]", done: "asyncio.Future[Receipt]") -> None:
    """A retry that came within the turn of its first gets what that one got."""
    if again.done():
        return
    error = done.exception()
    if error is not None:
        again.set_exception(error)
    else:
        again.set_result(done.result())


def decide_turn(world: World, version: int, turn: Iterable[Submission], now: int) -> tuple[World, Write]:
    """Decide each on the world as the one before it left it; gives the world after all, and what must be kept for it.

    Each submission has its receipt then, and none of it is true before it is kept.
    """
    commits: list[Commit] = []
    records: list[Record] = []
    receipts: list[Receipt] = []
    for submission in turn:
        try:
            decided = decide(world.state, submission.command, _context(world, submission, now))
            submission.receipt = _receipt(submission, now)
        except Rejected as no:
            decided = ()
            submission.receipt = _receipt(submission, now, no.code.value, no.params)
        if submission.command_id is not None:
            receipts.append(submission.receipt)
        for record in decided:
            world = evolve_world(world, record)
        records += decided
        events = tuple(record for record in decided if not isinstance(record, NameSet | DotsPlaced))
        if events:
            version += 1
            commits.append(Commit(version, now, submission.actor.person, submission.command_id, events))
    dots = tuple(record for record in records if isinstance(record, DotsPlaced))
    names = tuple(record for record in records if isinstance(record, NameSet))
    return world, Write(tuple(commits), tuple(receipts), dots, names)


def _context(world: World, submission: Submission, now: int) -> Context:
    command = submission.command
    round_id = command.round_id if isinstance(command, PlaceDots | CloseRound) else None
    return Context(now, submission.actor, world.ballots.get(round_id, {}) if round_id else {})


def _receipt(
    submission: Submission, now: int, code: str | None = None, params: dict[str, int | str] | None = None
) -> Receipt:
    return Receipt(submission.actor.person, submission.command_id or "", code, params or {}, now)
