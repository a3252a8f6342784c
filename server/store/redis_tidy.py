"""What was erased in Redis' memory leaves its files as well: the append-only file is written anew, and a dump, if it makes any.

In the background, one at a time, for all processes together. `tcl:untidy` is set with everything that erases, and taken
away only when a rewriting that began later has ended well: a crash in between, or a Redis that refuses, delays it.
Replicas have files of their own, which they rewrite by their own rules (docs/operating.md).
"""

import asyncio

import structlog

from server.errors import StoreError
from server.store.redis_check import info
from server.store.redis_line import Command, Line, script

_LOOK_S = 0.1
_AGAIN_S = 2.0

log = structlog.get_logger()


class Tidier:
    """Begins with what a crash has left to do."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._woken = asyncio.Event()
        self._woken.set()
        self._task = asyncio.create_task(self._run(), name="redis tidier")

    def wake(self) -> None:
        """Something was erased."""
        self._woken.set()

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        told = False
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                done = False
                while not done:
                    done = await self._tidy()
                told = False
            except StoreError as refusal:  # away, full, another process was faster, or not allowed
                if not told:
                    told = True
                    log.warning("redis_files_not_tidied_yet", reason=str(refusal))
                self._woken.set()
                await asyncio.sleep(_AGAIN_S)

    async def _tidy(self) -> bool:
        """Whether nothing is left to do. Raises `StoreError` when it has to wait."""
        (mark,) = await self._line.ask(("GET", "tcl:untidy"), confirmed=False)
        if mark is None:
            return True
        about, (_, saves) = await self._settled(), (await self._line.ask(("CONFIG GET", "save"), confirmed=False))[0]
        if about["aof_enabled"] == "1":
            await self._anew(("BGREWRITEAOF",), "aof_last_bgrewrite_status")
        if saves:
            await self._anew(("BGSAVE",), "rdb_last_bgsave_status")
        (reply,) = await self._line.ask(script("tidied", ("tcl:untidy",), mark), writes=True, confirmed=False)
        return bool(reply[0] == b"ok")

    async def _anew(self, command: Command, status: str) -> None:
        await self._line.ask(command, confirmed=False)
        ended = (await self._settled())[status]
        if ended != "ok":
            raise StoreError(f"Redis could not write its files anew ({ended}): look at its log.")

    async def _settled(self) -> dict[str, str]:
        """What Redis says of its files, once none is being written anew."""
        while True:
            (reply,) = await self._line.ask(("INFO", "persistence"), confirmed=False)
            about = info(reply)
            busy = ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress")
            if all(about[name] == "0" for name in busy):
                return about
            await asyncio.sleep(_LOOK_S)
