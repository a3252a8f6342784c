"""One session at work: drains its queue in turns. Decide all that wait, one append, then one patch to each audience.

Order of one command: decide, append with its receipt, durable, publish, acknowledge. Nothing is shown that could vanish.
A turn begins at once when the session is idle; under load turns are `TURN_S` apart, so what happens within one travels in
one frame.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial

import structlog
from msgspec import Struct, structs

from server.core import views
from server.core.decider import Command, Record, World, decide, evolve_world, fold
from server.core.entities import Entity
from server.core.patches import Projection, diff
from server.core.people import NameSet
from server.core.state import SYSTEM, Actor, Ballots, Context, State
from server.core.timers import EndTimer
from server.core.voting import CloseRound, DotsPlaced, PlaceDots
from server.errors import AlreadyAnswered, Close, Code, NotSaved, Rejected, StoreError, VersionConflict
from server.hub.connection import Connection, shown_out, streams_of
from server.hub.erasing import Eraser
from server.hub.meter import Meter
from server.hub.presence import PresenceBook
from server.hub.streams import Stream
from server.protocol import Snapshot
from server.store.base import Commit, Loaded, Receipt, Store, Write

TURN_S = 0.025
TURN_COMMANDS = 256
REMEMBERED_RECEIPTS = 10_000
CONFLICT_TRIES = 5
RING_AGAIN_S = 1.0

log = structlog.get_logger()


class At(Struct, frozen=True):
    """Where a session is: `version` counts its commits, `revision` all that was written."""

    version: int
    revision: int


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


class LiveSession:
    """Lives while somebody needs it. All methods belong to one event loop."""

    def __init__(
        self,
        store: Store,
        session_id: str,
        world: World,
        at: At,
        now: Callable[[], int],
        meter: Meter | None = None,
    ) -> None:
        self.id = session_id
        self.epoch = secrets.token_hex(8)
        self.world = world
        self.at = at
        self._store = store
        self._meter = meter or Meter()
        self.now = now
        self._scene = views.scene(world)
        self._projections = {audience: Projection(audience, self._scene) for audience in views.SHARED}
        self.streams = {audience: Stream(audience, p.view) for audience, p in self._projections.items()}
        self._overlays: dict[str, Stream] = {}
        self._connections: dict[str, set[Connection]] = {}
        self.presence = PresenceBook(now, lambda: self.world.state, self.streams)
        self._queue: asyncio.Queue[Submission] = asyncio.Queue()
        self._receipts: OrderedDict[tuple[str, str], Receipt] = OrderedDict()
        self._alarm: asyncio.TimerHandle | None = None
        self._closed: Close | None = None
        self._eraser = Eraser(store, session_id)
        self._task = asyncio.create_task(self._run(), name=f"session {session_id}")
        self._set_alarm()
        if any(person.erased for person in self.state.people.values()):
            self._eraser.begin()

    @property
    def state(self) -> State:
        return self.world.state

    def submit(self, actor: Actor, command: Command, command_id: str | None = None) -> asyncio.Future[Receipt]:
        """Give a command; the receipt comes when it is durable and published (or rejected), or `NotSaved`."""
        submission = Submission(actor, command, command_id)
        self._queue.put_nowait(submission)
        return submission.answer

    def connect(self, connection: Connection, have: dict[str, int]) -> None:
        """Subscribe to the connection's streams, from the numbers it has. Call right after sending `welcome`."""
        person = connection.actor.person
        # While the line said hello its person may have been removed, or the session closed.
        closed = shown_out(self.state.people[person]) or self._closed
        if closed is not None:
            connection.close(closed)
            return
        for name in connection.streams:
            self._stream(name, person).subscribe(connection, have.get(name))
        connection.outbox.send(self.presence.frame_for(connection.audience), replaces="presence")
        self._connections.setdefault(person, set()).add(connection)
        self.presence.arrived(person)

    def snapshots(self, actor: Actor) -> list[Snapshot]:
        """All that a person's screen shows now, for a page that brings it along; its line then resumes from there."""
        return [self._stream(name, actor.person).snapshot() for name in streams_of(actor)]

    def disconnect(self, connection: Connection) -> None:
        person = connection.actor.person
        for name in connection.streams:
            stream = self.streams.get(name) or self._overlays.get(person)
            if stream is not None:
                stream.subscribers.discard(connection)
        open_lines = self._connections.get(person)
        if open_lines is not None and connection in open_lines:
            open_lines.discard(connection)
            if not open_lines:
                del self._connections[person]
            self.presence.left(person)

    def lines(self) -> Iterator[Connection]:
        """All that are open now."""
        for lines in self._connections.values():
            yield from lines

    async def close(self, code: Close) -> None:
        """Say goodbye to all; what was submitted and not yet saved stays unanswered and is sent again by its client."""
        self._closed = code
        for connection in list(self.lines()):
            connection.close(code)
        if self._alarm is not None:
            self._alarm.cancel()
        self.presence.close()
        self._task.cancel()
        await asyncio.gather(self._task, self._eraser.close(), return_exceptions=True)

    def _shared(self, audience: str) -> Stream:
        """A shared stream, up to date. While nobody listened it was left alone."""
        stream = self.streams[audience]
        stream.publish(self._projections[audience].advance(self._scene))
        return stream

    def _stream(self, name: str, person: str) -> Stream:
        return self._shared(name) if name in self.streams else self._overlay(person)

    def _overlay(self, person: str) -> Stream:
        """A person's own stream. Nobody listened for a while: it catches up first."""
        fresh = views.own_entities(self._scene, person)
        stream = self._overlays.get(person)
        if stream is None:
            stream = self._overlays[person] = Stream(views.person_audience(person), fresh)
        else:
            self._advance_overlay(stream, fresh)
        return stream

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        next_turn = 0.0
        while True:
            turn = [await self._queue.get()]
            pause = next_turn - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            while len(turn) < TURN_COMMANDS and not self._queue.empty():
                turn.append(self._queue.get_nowait())
            next_turn = loop.time() + TURN_S
            await self._take_turn(turn)

    async def _take_turn(self, turn: list[Submission]) -> None:
        try:
            turn = self._not_yet_answered(turn)
            for attempt in range(CONFLICT_TRIES):
                try:
                    world = await self._decide_and_save(turn)
                    break
                except VersionConflict as conflict:
                    if attempt == CONFLICT_TRIES - 1:
                        raise
                    if isinstance(conflict, AlreadyAnswered):
                        await self._recall(turn)
                    await self._catch_up()
                    turn = self._not_yet_answered(turn)
            self._publish(world)
            for submission in turn:
                assert submission.receipt is not None
                self._settle(submission, submission.receipt)
        except Exception as error:
            # One bad turn must not end the session: those who asked are told, the rest goes on.
            if not isinstance(error, StoreError):
                log.exception("turn_failed", session=self.id)
            failure = error if isinstance(error, NotSaved) else NotSaved(str(error))
            for submission in turn:
                if not submission.answer.done():
                    submission.answer.set_exception(failure)
                    self._count(submission, Code.NOT_SAVED)

    def _not_yet_answered(self, turn: list[Submission]) -> list[Submission]:
        """Answer retries with the receipt they got; give the others. A retry within the turn waits for its first.

        What was answered longer ago, or by another process, is not remembered here: the store finds it when the answer is
        to be kept a second time.
        """
        fresh: list[Submission] = []
        first: dict[tuple[str, str], Submission] = {}
        for submission in turn:
            if submission.command_id is None:
                fresh.append(submission)
                continue
            key = (submission.actor.person, submission.command_id)
            known = self._receipts.get(key)
            if known is not None:
                self._settle(submission, known)
            elif key in first:
                first[key].answer.add_done_callback(partial(_copy, submission.answer))
            else:
                first[key] = submission
                fresh.append(submission)
        return fresh

    async def _recall(self, turn: list[Submission]) -> None:
        """Which of these commands the store knows an answer to."""
        for submission in turn:
            if submission.command_id is not None:
                known = await self._store.receipt(self.id, submission.actor.person, submission.command_id)
                if known is not None:
                    self._remember(known)

    async def _decide_and_save(self, turn: list[Submission]) -> World:
        world, version, now = self.world, self.at.version, self.now()
        commits: list[Commit] = []
        records: list[Record] = []
        for submission in turn:
            try:
                decided = decide(world.state, submission.command, self._context(world, submission, now))
            except Rejected as no:
                submission.receipt = self._receipt(submission, now, no.code.value, no.params)
                continue
            submission.receipt = self._receipt(submission, now)
            for record in decided:
                world = evolve_world(world, record)
            records += decided
            events = tuple(record for record in decided if not isinstance(record, NameSet | DotsPlaced))
            if events:
                version += 1
                commits.append(Commit(version, now, submission.actor.person, submission.command_id, events))
        write = Write(
            commits=tuple(commits),
            receipts=tuple(s.receipt for s in turn if s.receipt is not None and s.command_id is not None),
            dots=tuple(record for record in records if isinstance(record, DotsPlaced)),
            names=tuple(record for record in records if isinstance(record, NameSet)),
        )
        if write != Write():
            with self._meter.saving.watch():
                await self._store.append(self.id, self.at.revision, write)
            self.at = At(version, self.at.revision + 1)
        return world

    def _context(self, world: World, submission: Submission, now: int) -> Context:
        command = submission.command
        round_id = command.round_id if isinstance(command, PlaceDots | CloseRound) else None
        return Context(now, submission.actor, world.ballots.get(round_id, {}) if round_id else {})

    @staticmethod
    def _receipt(
        submission: Submission, now: int, code: str | None = None, params: dict[str, int | str] | None = None
    ) -> Receipt:
        return Receipt(submission.actor.person, submission.command_id or "", code, params or {}, now)

    def _settle(self, submission: Submission, receipt: Receipt) -> None:
        if submission.command_id is not None:
            self._remember(receipt)
        if not submission.answer.done():
            submission.answer.set_result(receipt)
        self._count(submission, receipt.code)

    def _count(self, submission: Submission, code: str | None) -> None:
        if submission.command_id is not None:
            self._meter.answered(code, submission.given_at)

    def _remember(self, receipt: Receipt) -> None:
        self._receipts[receipt.person, receipt.command_id] = receipt
        while len(self._receipts) > REMEMBERED_RECEIPTS:
            self._receipts.popitem(last=False)

    async def _catch_up(self) -> None:
        """Somebody else may have written: read what is new and publish it like our own."""
        news = await self._store.news(self.id, self.at.version, self.at.revision)
        if news is not None:
            world = _onto(self.world, news)
            self.at = At(self.at.version + len(news.commits), news.revision)
            self._publish(world)

    def _publish(self, world: World) -> None:
        before, self.world, began = self.world, world, time.monotonic()
        self._scene = views.scene(world, self._scene)
        for audience, shared in self.streams.items():
            if shared.subscribers:
                self._shared(audience)
        for person in views.touched_people(before, world):
            stream = self._overlays.get(person)
            if stream is not None and stream.subscribers:
                self._advance_overlay(stream, views.own_entities(self._scene, person))
        self._meter.fan_out.add(time.monotonic() - began)
        self._show_out(before.state, world.state)
        if world.state.timers is not before.state.timers:
            self._set_alarm()

    @staticmethod
    def _advance_overlay(stream: Stream, fresh: dict[str, Entity]) -> None:
        patch = diff(stream.view, fresh)
        stream.view = fresh
        stream.publish(patch)

    def _show_out(self, before: State, after: State) -> None:
        """Lines of people who were removed or erased are closed, and of the latter nothing is told again."""
        if before.people is after.people:
            return
        for person, lines in list(self._connections.items()):
            code = shown_out(after.people[person])
            if code is not None:
                for connection in list(lines):
                    connection.close(code)
        for person_id, found in after.people.items():
            if found.erased and not (person_id in before.people and before.people[person_id].erased):
                for stream in (*self.streams.values(), *self._overlays.values()):
                    stream.forget()
                self._eraser.begin(person_id)

    def _set_alarm(self) -> None:
        """One alarm, for the timer that ends next. It only submits a command; whether it is still due is decided there."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        running = [t for t in self.state.timers.values() if t.status == "running" and t.ends_at is not None]
        if running:
            due = min(running, key=lambda timer: timer.ends_at or 0)
            assert due.ends_at is not None
            delay = max(due.ends_at - self.now(), 0) / 1000
            self._alarm = asyncio.get_running_loop().call_later(delay, self._ring, due.room, due.ends_at)

    def _ring(self, room: str, ends_at: int) -> None:
        self._alarm = None
        if self.now() < ends_at:  # a timer handle may fire some microseconds early
            self._alarm = asyncio.get_running_loop().call_later(0.005, self._ring, room, ends_at)
            return
        self.submit(SYSTEM, EndTimer(room, ends_at)).add_done_callback(self._rung)

    def _rung(self, done: asyncio.Future[Receipt]) -> None:
        if done.exception() is not None and self._alarm is None and self._closed is None:  # not saved: ring again
            self._alarm = asyncio.get_running_loop().call_later(RING_AGAIN_S, self._set_alarm)


def _copy(again: asyncio.Future[Receipt], done: asyncio.Future[Receipt]) -> None:
    if again.done():
        return
    error = done.exception()
    if error is not None:
        again.set_exception(error)
    else:
        again.set_result(done.result())


async def load_world(store: Store, session_id: str) -> tuple[World, At]:
    """A session's world and where it is, from the store."""
    loaded = await store.load(session_id)
    if not loaded.commits:
        raise StoreError(f"session {session_id} has an empty log")
    first, *rest = loaded.commits
    world = _onto(World(fold(first.events)), structs.replace(loaded, commits=rest))
    return world, At(loaded.commits[-1].version, loaded.revision)


def _onto(world: World, loaded: Loaded) -> World:
    """What was loaded, onto a world: events onto its state, names and ballots in the place of the old ones."""
    for commit in loaded.commits:
        for event in commit.events:
            world = evolve_world(world, event)
    _drop_erased(world.state, loaded)
    names = world.names if world.names == loaded.names else loaded.names
    ballots = {round_id: _kept(world.ballots.get(round_id, {}), found) for round_id, found in loaded.ballots.items()}
    return World(world.state, names, ballots)


def _drop_erased(state: State, loaded: Loaded) -> None:
    """What still lies in the store of people who were erased a moment ago is nobody's any more."""
    for person in state.people.values():
        if person.erased:
            loaded.names.pop(person.id, None)
            for ballots in loaded.ballots.values():
                ballots.pop(person.id, None)


def _kept(before: Ballots, after: Ballots) -> Ballots:
    """Equal ballots stay the same objects, so that nobody's screen is made anew for somebody else's vote."""
    return {voter: before[voter] if before.get(voter) == ballot else ballot for voter, ballot in after.items()}
