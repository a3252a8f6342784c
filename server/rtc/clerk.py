"""Sees to it that what is recorded is what both rooms have agreed to, no more and no less: tells who writes the files.

It looks at every session at work whenever a link changed, and every few seconds besides: an order may be lost, who writes may
have been started anew, and where nothing is ordered for a while a recording ends by itself.
"""

import asyncio
import contextlib
from collections.abc import Coroutine

import structlog

from server.core.link_state import Link, RecordingTrouble
from server.core.recording import TellRecording
from server.core.state import SYSTEM
from server.errors import StoreError
from server.hub.hub import Hub
from server.hub.live_session import LiveSession
from server.hub.trail import What
from server.rtc.access import StreamName
from server.rtc.closing import Closing
from server.rtc.recordings import Away, Close, End, Forget, Keep, Order, Part, Record, Recordings, SendAway, Show, Told
from server.rtc.tokens import VALID_MS
from server.store.base import deleted_at

LOOK_S = 5.0
TIDY_S = 3600.0

log = structlog.get_logger()


class Clerk:
    """`recordings` None: the media server is somebody else's and records nothing."""

    def __init__(self, hub: Hub, recordings: Recordings | None) -> None:
        self._hub = hub
        self._recordings = recordings
        self._closing = Closing(hub, self.order)
        self._changed = asyncio.Event()
        self.begun: dict[str, LiveSession] = {}
        """What was ordered and is not ended: streams, with the session each is of."""
        self._telling: set[asyncio.Task[None]] = set()
        hub.links_changed.append(self._changed.set)
        hub.left.append(self.forget)

    @property
    def offered(self) -> bool:
        return self._recordings is not None

    async def go_on(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        tidy_at = loop.time()
        while True:
            self._changed.clear()
            try:
                await asyncio.gather(self._look(), self._closing.look())
                if loop.time() >= tidy_at:
                    tidy_at = loop.time() + TIDY_S
                    await self.tidy()
            except StoreError as error:  # looked at again in a moment
                log.error("recordings_not_looked_at", reason=str(error))
            except Exception:  # what nobody thought of must not leave a hall recorded that has taken its word back
                log.exception("recordings_look_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_S)

    async def parts(self, session: str) -> list[Part]:
        """Raises `Away`."""
        return list((await self._recordings.order(Show(session))).parts) if self._recordings is not None else []

    async def order(self, order: Order) -> None:
        """Raises `Away`."""
        if self._recordings is not None:
            await self._recordings.order(order)

    def forget(self, session: str) -> None:
        """It was archived or deleted. What cannot be told now is told by `tidy`, or its time ends by itself."""
        self._tell_at_once(self._order_or_log(Forget(session), "recordings_not_deleted", session))
        self._tell_at_once(self._order_or_log(Close(session, "", self._soon()), "media_not_ended", session))

    def send_away(self, session: str, holder: str) -> None:
        """Somebody was shown out. Where the media process is away, so are their connections."""
        live = self._hub.awake(session)
        if live is not None and any(link.connected for link in live.state.links.values()):
            self._tell_at_once(self._order_or_log(SendAway(holder, self._soon()), "media_not_ended", session))

    def _soon(self) -> int:
        """When no leave is valid any more that was given until now."""
        return self._hub.now() + VALID_MS

    def _tell_at_once(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _order_or_log(self, order: Order, event: str, session: str) -> None:
        try:
            await self.order(order)
        except Away as error:
            log.error(event, session=session, reason=str(error))

    async def tidy(self) -> None:
        """Who writes the files knows how long they are kept, and nothing is left of what was deleted while it was away."""
        if self._recordings is None:
            return
        try:
            found = (await self._recordings.order(Show())).sessions
            rows = {row.id: row for row in await self._hub.store.sessions()} if found else {}
            for session in found:
                row = rows.get(session)
                if row is not None and not row.archived:
                    await self._recordings.order(Keep(session, deleted_at(row)))
                elif row is not None or await self._was_deleted(session):
                    await self._recordings.order(Forget(session))
        except Away:
            return

    async def _was_deleted(self, session: str) -> bool:
        """One that is only not here, as on a server that was started on the wrong file, keeps its recordings."""
        trail = await self._hub.store.audit_trail(session)
        return any(entry.what == What.SESSION_DELETED for entry in trail)

    async def _look(self) -> None:
        wanted = [(live, link) for live in self._hub.at_work() for link in live.state.links.values() if _open(link)]
        running = [(live, link) for live, link in wanted if link.recording is not None and link.recording.runs]
        now_begun = {stream: live for live, link in running for stream in _streams(live, link)}
        over = {stream: live for stream, live in self.begun.items() if stream not in now_begun}
        self.begun |= now_begun
        await asyncio.gather(*(self._end(stream, live) for stream, live in over.items()))
        if self._recordings is None:
            for live, link in wanted:
                await _tell(live, link, "not_offered")
            return
        days = {row.id: deleted_at(row) for row in await self._hub.store.sessions()} if running else {}
        for live, link in running:
            if live.id in days:
                await self._record(live, link, days[live.id])

    async def _record(self, live: LiveSession, link: Link, keep_until: int) -> None:
        assert self._recordings is not None
        try:
            orders = [Record(stream, keep_until, live.at.revision) for stream in _streams(live, link)]
            told: list[Told] = await asyncio.gather(*(self._recordings.order(order) for order in orders))
        except Away as error:
            log.warning("recordings_away", session=live.id, reason=str(error))
            await _tell(live, link, "away")
            return
        await _tell(live, link, next((one.trouble for one in told if one.trouble is not None), None))

    async def _end(self, stream: str, live: LiveSession) -> None:
        try:
            await self.order(End(stream, live.at.revision))
        except Away:
            return  # once more with the next look; without an order it ends by itself meanwhile
        self.begun.pop(stream, None)


def _open(link: Link) -> bool:
    return link.recording is not None and link.recording.open


def _streams(live: LiveSession, link: Link) -> list[str]:
    return [str(StreamName(live.id, link.activity, "hall", room)) for room in link.rooms]


async def _tell(live: LiveSession, link: Link, trouble: RecordingTrouble | None) -> None:
    """To everyone in the session, where it is news."""
    if link.recording is None or link.recording.trouble == trouble or live.closed:
        return
    with contextlib.suppress(StoreError):  # the next look says it again
        await live.submit(SYSTEM, TellRecording(link.activity, trouble))
