"""All sessions, as this process has them: opened from a plan, brought to life when somebody comes, archived, deleted.

Where several processes serve the same sessions, each hears from the others what happened there, and looks at the store now
and then all the same: what was lost on the way is made up for within `LOOK_EVERY_S`.
"""

import asyncio
import itertools
import random
import secrets
from collections.abc import Callable, Coroutine
from typing import assert_never

import structlog

from server.core.decider import World, open_session
from server.core.people import ErasePerson
from server.core.plan import Plan
from server.core.state import Actor
from server.errors import Close, Code, Rejected, StoreError
from server.hub.bus import Bus, Gathered, Heard, Listed, MemoryBus, Message, Passed, Serving, Written
from server.hub.erasing import finish_erasing
from server.hub.listing import LOOK_AGAIN_S, Listing
from server.hub.live_session import LiveSession
from server.hub.meter import Meter
from server.hub.others import Others
from server.hub.outbox import Frame
from server.hub.trail import HOST, Trail, What
from server.hub.world import At, load_world
from server.store.base import Commit, SessionRow, Store, Write

# No vowels: an id never spells a word. 12 characters of 21 are about 53 bits; it is an address, not a secret.
_ID_LETTERS = "bcdfghjkmnpqrstvwxz23456789"

LOOK_EVERY_S = 2.0
# Others take us for dead when they have missed three beats.
LOOKS_TO_A_BEAT = 2
FIRST_WITHIN_MS = 30_000

log = structlog.get_logger()


class Hub:
    def __init__(self, store: Store, now: Callable[[], int], bus: Bus | None = None) -> None:
        self.store = store
        self.now = now
        self.meter = Meter()
        self.bus = bus or MemoryBus()
        self.others = Others(self.bus)
        self.beats: list[Callable[[], None]] = []
        """What else is told to the others every few seconds."""
        self.links_changed: list[Callable[[], None]] = []
        """Who wants to know that a live link of any session is not what it was."""
        self.left: list[Callable[[str], None]] = []
        """Who has something of a session that goes when it is archived or deleted."""
        self.shown_out: list[Callable[[str, str], None]] = []
        """Who has something open for a person (session, person) that ends when they are removed or erased."""
        self._listing = Listing(store, self.bus.alone)
        self.trail = Trail(store, now)
        self._live: dict[str, LiveSession] = {}
        self._waking: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop_listening: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Raises `StoreError`, for the bus as well."""
        await self.store.open()
        try:
            await self.bus.open()
        except StoreError:
            await self.store.close()
            raise
        self._stop_listening = self.bus.listen(self._hear, self._missed)
        await self._listing.read()
        if not self.bus.alone:
            self._begin(self._watch())

    async def stop(self) -> None:
        self._stop_listening()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._listing.close()
        await asyncio.gather(*(live.close(Close.RESTARTING) for live in self._live.values()))
        self._live.clear()
        await self.store.close()
        await self.bus.close()

    def sessions(self) -> list[SessionRow]:
        """Oldest first, archived ones too."""
        return list(self._listing.rows.values())

    def row(self, session_id: str) -> SessionRow | None:
        return self._listing.rows.get(session_id)

    async def find(self, session_id: str) -> SessionRow:
        """The same, with another look at the store before it says no. Raises `Rejected(SESSION_UNKNOWN | SESSION_DELETED)`."""
        return await self._listing.find(session_id)

    def awake(self, session_id: str) -> LiveSession | None:
        """The session if it is at work already; to ask does not wake it."""
        found = self._live.get(session_id)
        return None if found is None or found.closed else found

    def at_work(self) -> list[LiveSession]:
        """All sessions that are awake."""
        return [live for live in self._live.values() if not live.closed]

    def people_here(self, session_id: str) -> int:
        """Participants and facilitators connected to a session, in whichever process."""
        found = self.awake(session_id)
        return found.presence.people_here() if found is not None else len(self.others.people(session_id))

    async def open(self, plan: Plan, by: str = "") -> SessionRow:
        """A new session of a plan. `by`: "host", or "" where the server opens it by itself."""
        session_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(12))
        now = self.now()
        row = SessionRow(session_id, plan.title, plan.slug, now, keep_days=plan.keep_days, used_at=now)
        commit = Commit(1, now, "system", None, open_session(session_id, plan, now))
        await self._listing.add(row, Write(commits=(commit,)))
        self.others.listed()
        log.info("session_opened", session=session_id)
        await self.trail.note(What.SESSION_OPENED, session_id, by)
        return row

    async def first(self, plan: Plan) -> SessionRow:
        """The newest session of a plan that is in use; where there is none, one process opens it, however many ask at once."""
        claim = f"first:{plan.slug}"
        while True:
            if found := self._newest(plan):
                return found
            if await self.bus.claim(claim, self.others.me.encode(), FIRST_WITHIN_MS):
                break
            await asyncio.sleep(LOOK_AGAIN_S)
            await self._listing.look()
        try:
            await self._listing.look()  # one may have been opened between our look and our claim
            return self._newest(plan) or await self.open(plan)
        finally:
            await self.bus.delete(claim)

    def _newest(self, plan: Plan) -> SessionRow | None:
        return next((r for r in reversed(self.sessions()) if r.plan_slug == plan.slug and not r.archived), None)

    async def live(self, session_id: str) -> LiveSession:
        """The session at work, level with the store; loaded when nobody needed it before.

        Raises `Rejected(SESSION_UNKNOWN | SESSION_DELETED | SESSION_ARCHIVED)`, or `StoreError` when it cannot be read in
        full: then it is read anew when somebody knocks again (R22).
        """
        await self._listing.in_use(session_id)
        found = self.awake(session_id)
        if found is not None:
            await found.level()
        if found is not None and not found.closed:
            return found
        async with self._waking.setdefault(session_id, asyncio.Lock()):
            if found := self.awake(session_id):
                return found
            world, at = await self._load(session_id)
            await self._listing.in_use(session_id)  # it may have been archived or deleted meanwhile
            found = LiveSession(
                self.store,
                session_id,
                world,
                at,
                self.now,
                self.meter,
                self.others,
                self._links_changed,
                lambda person: self._shown_out(session_id, person),
            )
            self._live[session_id] = found
            found.presence.tell_others()
            return found

    async def _load(self, session_id: str) -> tuple[World, At]:
        try:
            return await load_world(self.store, session_id)
        except StoreError as error:
            log.error("session_not_loaded", session=session_id, reason=str(error))
            raise

    async def set_archived(self, session_id: str, archived: bool) -> None:
        await self._listing.find(session_id)
        await self._listing.set_archived(session_id, archived)
        self.others.listed()
        log.info("session_archived" if archived else "session_restored", session=session_id)
        await self.trail.note(What.SESSION_ARCHIVED if archived else What.SESSION_RESTORED, session_id, HOST)
        if archived:
            await self._put_to_sleep(session_id, Close.SESSION_GONE)
            self._tell_left(session_id)

    async def set_keep_days(self, session_id: str, days: int) -> None:
        await self.store.set_keep_days(session_id, days)
        await self.trail.note(What.KEEP_DAYS_CHANGED, session_id, HOST, str(days))

    async def delete(self, session_id: str, by: str = HOST) -> None:
        await self._listing.find(session_id)
        await self._listing.delete(session_id, lambda: self._put_to_sleep(session_id, Close.SESSION_DELETED))
        log.info("session_deleted", session=session_id)
        await self.trail.note(What.SESSION_DELETED, session_id, by)
        self.others.listed()  # after the note, which tells them that it was deleted and is not only missing
        self._tell_left(session_id)

    def _tell_left(self, session_id: str) -> None:
        for told in self.left:
            told(session_id)

    def _shown_out(self, session_id: str, person: str) -> None:
        for told in self.shown_out:
            told(session_id, person)

    def _links_changed(self) -> None:
        for told in self.links_changed:
            told()

    async def erase_from_archive(self, session_id: str, person: Actor, notes: bool) -> None:
        """Somebody wishes to be forgotten when the workshop is over: decided as ever, by a session woken for this alone."""
        await self._listing.find(session_id)
        async with self._waking.setdefault(session_id, asyncio.Lock()):
            world, at = await self._load(session_id)
            woken = LiveSession(self.store, session_id, world, at, self.now, self.meter)
            try:
                receipt = await woken.submit(person, ErasePerson(person.person, notes))
            finally:
                await woken.close(Close.SESSION_GONE)
        if receipt.code is not None:
            raise Rejected(Code(receipt.code), **receipt.params)
        await finish_erasing(self.store, session_id, person.person)

    async def _put_to_sleep(self, session_id: str, why: Close) -> None:
        live = self._live.pop(session_id, None)
        if live is not None:
            await live.close(why)

    # -- the other processes

    def _hear(self, message: Message) -> None:
        if message.by == self.others.me:
            return
        match message:
            case Written(_, session, revision):
                if live := self.awake(session):
                    live.heard(revision)
            case Gathered(_, session):
                new = self.others.hear(message)
                if live := self.awake(session):
                    live.presence.changed_elsewhere()
                    if new:
                        live.presence.tell_others()
            case Listed():
                self._begin(self._look_at_list())
            case Passed(_, session, people, frame, replaces):
                if live := self.awake(session):
                    live.tell_here(people, Frame(frame.encode()), replaces)
            case Heard() | Serving():
                pass  # for the doors
            case _:
                assert_never(message)

    def _missed(self) -> None:
        """The bus was away."""
        self._begin(self._look_around())
        self._tell_others()

    async def _watch(self) -> None:
        for look in itertools.count():
            await asyncio.sleep(LOOK_EVERY_S * random.uniform(0.8, 1.2))
            if look % LOOKS_TO_A_BEAT == 0:
                self._tell_others()
            await self._look_around()

    def _tell_others(self) -> None:
        for beat in self.beats:
            beat()
        for live in self.at_work():
            live.presence.tell_others()

    async def _look_around(self) -> None:
        await self._look_at_list()
        for live in self.at_work():
            live.look()
        for session in self.others.forget_silent():
            if found := self.awake(session):
                found.presence.changed_elsewhere()

    async def _look_at_list(self) -> None:
        """Whatever was archived or deleted elsewhere sends its people away here too."""
        try:
            await self._listing.look()
        except StoreError:
            return  # told where somebody needs it; looked at again in a moment
        for session_id in list(self._live):
            row = self.row(session_id)
            if row is None or row.archived:
                deleted = self._listing.was_deleted(session_id)
                await self._put_to_sleep(session_id, Close.SESSION_DELETED if deleted else Close.SESSION_GONE)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
