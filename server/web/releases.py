"""While an update rolls, processes of two releases stand behind one address, and a page of one asks the other for its files.

Each process says which files it serves. Who hears of others lays its own out on the bus for a while, whole; there a process
finds what a page of the other release asks it for. So a page gets every file from its own release, from whichever process, and
under an address that lasts lies nothing else: two halves of two releases never meet in a browser.
"""

import asyncio
import time
from collections.abc import Callable

import msgspec
import structlog

from server import VERSION
from server.errors import StoreError
from server.hub.bus import Bus, Message, Serving
from server.web.assets import Asset, Assets, digest_of

LAID_OUT_MS = 3_600_000
LAY_OUT_AGAIN_S = 1200.0
# Clocks of machines that agree to within this make no difference that anyone sees; a timer ends by the clock of its process.
CLOCKS_MAY_DIFFER_MS = 1000
MOST_RELEASES = 4

log = structlog.get_logger()


class Releases:
    """`now`: UTC ms. `me`: what this process is called on the bus."""

    def __init__(self, bus: Bus, me: str, assets: Assets, now: Callable[[], int]) -> None:
        self._bus = bus
        self._me = me
        self._assets = assets
        self._now = now
        self._known: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._laid_out_at = float("-inf")
        self._found: dict[str, dict[str, Asset]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        bus.listen(self._hear, self.tell)

    def tell(self) -> None:
        """That we are here, and with which files."""
        self._bus.publish(Serving(self._me, VERSION, self._assets.digest, self._now()))

    async def find(self, path: str) -> Asset | None:
        """A file of another release's, by "digest/name"; None when no process speaks of that release."""
        digest, _, name = path.partition("/")
        if digest not in self._known:
            return None
        if digest not in self._found:
            packed = await self._bus.get(_key(digest))
            if packed is None:
                return None
            files = await asyncio.to_thread(_unpacked, packed, digest)
            if len(self._found) >= MOST_RELEASES:
                self._found.pop(next(iter(self._found)))
            self._found[digest] = files
        return self._found[digest].get(name)

    def _hear(self, message: Message) -> None:
        if not isinstance(message, Serving) or message.by == self._me:
            return
        self._compare_clocks(message)
        if message.assets == self._assets.digest:
            return
        if message.assets not in self._known:
            self._known.add(message.assets)
            log.warning("releases_mixed", ours=VERSION, theirs=message.release)
            self.tell()  # it may not have heard of us
        if time.monotonic() - self._laid_out_at > LAY_OUT_AGAIN_S:
            self._laid_out_at = time.monotonic()
            task = asyncio.create_task(self._lay_out())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _lay_out(self) -> None:
        try:
            await self._bus.put(_key(self._assets.digest), self._assets.packed(), LAID_OUT_MS)
        except StoreError as error:
            self._laid_out_at = float("-inf")  # again with the next one we hear
            log.warning("files_not_shared", reason=str(error))

    def _compare_clocks(self, message: Serving) -> None:
        """Said once for each process: nothing of ours mends it, the machines' time service does."""
        differ = message.at - self._now()
        if abs(differ) > CLOCKS_MAY_DIFFER_MS and ("clock", message.by) not in self._told:
            self._told.add(("clock", message.by))
            log.warning("clocks_differ", process=message.by, by_ms=differ)


def _key(digest: str) -> str:
    return f"static:{digest}"


def _unpacked(packed: bytes, digest: str) -> dict[str, Asset]:
    """Empty when it is not what its name says: then nobody is served from it."""
    files = msgspec.msgpack.decode(packed, type=dict[str, bytes])
    return {name: Asset(name, data) for name, data in files.items()} if digest_of(files) == digest else {}
