"""One session at work: drains its queue in turns. Decide all that wait, one append, then one patch to each audience.

Order of one command: decide, append with its receipt, durable, publish, acknowledge. Nothing is shown that could vanish.
A turn begins at once when the session is idle; under load turns are `TURN_S` apart, so what happens within one travels in
one frame. What other processes wrote is read between two turns and shown by the same function as what was decided here.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial

import structlog

from server.core.decider import Command, World
from server.core.state import Actor, State
from server.errors import AlreadyAnswered, Close, Code, NotSaved, StoreError, Unreadable, VersionConflict
from server.hub.absence import Absence
from server.hub.alarm import Alarm
from server.hub.audiences import Audiences
from server.hub.bus import MemoryBus
from server.hub.connection import Connection, shown_out, streams_of
from server.hub.erasing import Eraser
from server.hub.meter import Meter
from server.hub.others import Others
from server.hub.outbox import Frame
from server.hub.presence import PresenceBook
from server.hub.snapshots import SnapshotKeeper
from server.hub.trail import Trail
from server.hub.turn import Answers, Submission, copy_answer, decide_turn
from server.hub.world import At, onto
from server.protocol import Snapshot
from server.store.base import Receipt, Store, Write

TURN_S = 0.025
TURN_COMMANDS = 256
LEVEL_WITHIN_S = 2.0
CONFLICT_TRIES = 20
CONFLICT_WAIT_S = 0.025

log = structlog.get_logger()


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
        others: Others | None = None,
        links_changed: Callable[[], None] = lambda: None,
        was_shown_out: Callable[[str], None] = lambda _person: None,
    ) -> None:
        self.id = session_id
        self.epoch = secrets.token_hex(8)
        self.world = world
        self.at = at
        self._store = store
        self._meter = meter or Meter()
        self._others = others or Others(MemoryBus())
        self._links_changed = links_changed
        self._was_shown_out = was_shown_out
        self.now = now
        self._audiences = Audiences(world)
        self._connections: dict[str, set[Connection]] = {}
        self.presence = PresenceBook(session_id, now, lambda: self.world.state, self._audiences.streams, self._others)
        self._queue: asyncio.Queue[Submission | None] = asyncio.Queue()
        self._looking: asyncio.Future[bool] | None = None
        self._answers = Answers(store, session_id)
        self._snapshots = SnapshotKeeper(store, session_id, at.version)
        self._alarm = Alarm(now, lambda: self.world.state, self.submit)
        self._absence = Absence(now, lambda: self.world.state, self.presence.is_here, self.submit)
        self._closed: Close | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._eraser = Eraser(store, session_id)
        self._trail = Trail(store, now)
        self._task = asyncio.create_task(self._run(), name=f"session {session_id}")
        self._alarm.set()
        self._absence.watch()
        if any(person.erased for person in self.state.people.values()):
            self._eraser.begin()

    @property
    def state(self) -> State:
        return self.world.state

    @property
    def closed(self) -> bool:
        return self._closed is not None

    def submit(self, actor: Actor, command: Command, command_id: str | None = None) -> asyncio.Future[Receipt]:
        """Give a command; the receipt comes when it is durable and published (or rejected), or `NotSaved`."""
        submission = Submission(actor, command, command_id)
        self._queue.put_nowait(submission)
        return submission.answer

    def heard(self, revision: int) -> None:
        """Another process wrote."""
        if revision > self.at.revision:
            self.look()

    def look(self) -> "asyncio.Future[bool]":
        """Read what others wrote, between two turns, and show it; one look for all who ask until it begins.

        False: the store could not be read, and this session shows what it knows.
        """
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_future()
            self._queue.put_nowait(None)
            if self.closed:
                self._looking.set_result(False)
        return self._looking

    async def level(self) -> None:
        """Show what was durable when asked: who comes from another process sees nothing older. A store that takes long is
        not waited for; what it says is shown when it comes.
        """
        if not self._others.bus.alone:
            await asyncio.wait([self.look()], timeout=LEVEL_WITHIN_S)

    def connect(self, connection: Connection, have: dict[str, int]) -> None:
        """Subscribe to the connection's streams, from the numbers it has. Call right after sending `welcome`."""
        person = connection.actor.person
        # While the line said hello its person may have been removed, or the session closed.
        closed = shown_out(self.state.people[person]) or self._closed
        if closed is not None:
            connection.close(closed)
            return
        for name in connection.streams:
            self._audiences.stream(name, person).subscribe(connection, have.get(name))
        connection.outbox.send(self.presence.frame_for(connection.audience), replaces="presence")
        self._connections.setdefault(person, set()).add(connection)
        self.presence.arrived(person)

    def snapshots(self, actor: Actor) -> list[Snapshot]:
        """All that a person's screen shows now, for a page that brings it along; its line then resumes from there."""
        return [self._audiences.stream(name, actor.person).snapshot() for name in streams_of(actor)]

    def disconnect(self, connection: Connection) -> None:
        person = connection.actor.person
        self._audiences.forget(connection)
        open_lines = self._connections.get(person)
        if open_lines is not None and connection in open_lines:
            open_lines.discard(connection)
            if not open_lines:
                del self._connections[person]
            self.presence.left(person)

    def tell(self, people: tuple[str, ...], frame: Frame, replaces: str | None = None) -> None:
        """To all open lines of these people, in whichever process and past every stream: what is never kept."""
        self.tell_here(people, frame, replaces)
        if not self._others.bus.alone:
            self._others.passed(self.id, people, frame.data, replaces)

    def tell_here(self, people: tuple[str, ...], frame: Frame, replaces: str | None = None) -> None:
        """The same in this process. `replaces`: of that kind only the newest counts."""
        for person in people:
            for connection in self._connections.get(person, ()):
                connection.outbox.send(frame, replaces=replaces)

    def lines(self) -> Iterator[Connection]:
        """All that are open now."""
        for lines in self._connections.values():
            yield from lines

    async def close(self, code: Close) -> None:
        """Say goodbye to all; what was submitted and not yet saved stays unanswered and is sent again by its client."""
        self._closed = code
        for connection in list(self.lines()):
            connection.close(code)
        self._alarm.close()
        self._absence.close()
        self.presence.close()
        self._task.cancel()
        await asyncio.gather(self._task, self._eraser.close(), self._snapshots.close(), return_exceptions=True)
        if self._looking is not None and not self._looking.done():
            self._looking.set_result(False)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        next_turn = 0.0
        while True:
            taken = [await self._queue.get()]
            pause = next_turn - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)
            while len(taken) < TURN_COMMANDS and not self._queue.empty():
                taken.append(self._queue.get_nowait())
            next_turn = loop.time() + TURN_S
            if None in taken:
                await self._look()
            if turn := [submission for submission in taken if submission is not None]:
                await self._take_turn(turn)

    async def _look(self) -> None:
        looking, self._looking = self._looking, None
        level = True
        try:
            await self._catch_up()
        except Exception as error:
            level = False
            if not isinstance(error, StoreError):
                log.exception("look_failed", session=self.id)
        if looking is not None and not looking.done():
            looking.set_result(level)

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
                        await self._answers.recall(turn)
                    # Whoever was first goes on at once: without chance the same one would be first again and again.
                    await asyncio.sleep(random.uniform(0, min(attempt * 0.002, CONFLICT_WAIT_S)))
                    await self._catch_up()
                    turn = self._not_yet_answered(turn)
            self._publish(world)
            self._snapshots.grown(self.at.version, world.state)
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
        """Answer retries with the receipt they got; give the others. A retry within the turn waits for its first."""
        fresh: list[Submission] = []
        first: dict[tuple[str, str], Submission] = {}
        for submission in turn:
            if submission.command_id is None:
                fresh.append(submission)
                continue
            key = (submission.actor.person, submission.command_id)
            known = self._answers.known(*key)
            if known is not None:
                self._settle(submission, known)
            elif key in first:
                first[key].answer.add_done_callback(partial(copy_answer, submission.answer))
            else:
                first[key] = submission
                fresh.append(submission)
        return fresh

    async def _decide_and_save(self, turn: list[Submission]) -> World:
        world, write = decide_turn(self.world, self.at.version, turn, self.now())
        if write != Write():
            with self._meter.saving.watch():
                await self._store.append(self.id, self.at.revision, write)
            self.at = At(self.at.version + len(write.commits), self.at.revision + 1)
            self._others.wrote(self.id, self.at.revision)
            await self._trail.committed(self.world.state, write.commits)
        return world

    def _settle(self, submission: Submission, receipt: Receipt) -> None:
        if submission.command_id is not None:
            self._answers.remember(receipt)
        if not submission.answer.done():
            submission.answer.set_result(receipt)
        self._count(submission, receipt.code)

    def _count(self, submission: Submission, code: str | None) -> None:
        if submission.command_id is not None:
            self._meter.answered(code, submission.given_at)

    async def _catch_up(self) -> None:
        """Somebody else may have written: read what is new and publish it like our own."""
        try:
            news = await self._store.news(self.id, self.at.version, self.at.revision)
        except Unreadable as error:
            self._leave(error)
            raise
        if news is not None:
            world = onto(self.world, news)
            self.at = At(self.at.version + len(news.commits), news.revision)
            self._publish(world)

    def _leave(self, why: Unreadable) -> None:
        """A newer release wrote what this one cannot read: everyone comes back to a process that can."""
        if self._leaving is None:
            log.error("session_unreadable", session=self.id, reason=str(why))
            self._leaving = asyncio.create_task(self.close(Close.RESTARTING))

    def _publish(self, world: World) -> None:
        before, self.world, began = self.world, world, time.monotonic()
        self._audiences.show(before, world)
        self._meter.fan_out.add(time.monotonic() - began)
        self._show_out(before.state, world.state)
        if world.state.timers is not before.state.timers:
            self._alarm.set()
        if world.state.links is not before.state.links:
            self._absence.watch()
            self._links_changed()

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
            known = before.people.get(person_id)
            if known is not None and shown_out(known) is None and shown_out(found) is not None:
                self._was_shown_out(person_id)
            if found.erased and not (person_id in before.people and before.people[person_id].erased):
                self._audiences.forget_past()
                self._eraser.begin(person_id)
