"""The way to this process's echoes. Like all media, they are brought in with the first that is asked for (see `endpoints`)."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.rtc.turn import IceServer

if TYPE_CHECKING:
    from server.rtc.media.echo import Echoes


class EchoDoor:
    def __init__(self, servers: Callable[[], tuple[IceServer, ...]]) -> None:
        self._servers = servers
        self._echoes: Echoes | None = None
        self._opening = asyncio.Lock()

    async def answer(self, holder: str, offer: str) -> str:
        """As `Echoes.answer`."""
        async with self._opening:
            if self._echoes is None:
                self._echoes = (await asyncio.to_thread(_echoes_class))(self._servers)
        return await self._echoes.answer(holder, offer)

    async def close(self) -> None:
        if self._echoes is not None:
            await self._echoes.close_all()


def _echoes_class() -> "type[Echoes]":
    from server.rtc.media.echo import Echoes

    return Echoes
