"""A bare client of the wire: the `websockets` library, a cookie, JSON."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.web.auth import cookie_name
from tests.hall import Hall

HELLO = {"type": "hello", "protocol": 1, "language": "de"}
WITHIN_S = 30.0


class Phone:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []

    async def send(self, message: object) -> None:
        await self.socket.send(message if isinstance(message, str) else msgspec.json.encode(message).decode())

    async def read(self) -> dict[str, Any]:
        async with asyncio.timeout(WITHIN_S):
            message: dict[str, Any] = msgspec.json.decode(await self.socket.recv())
        self.got.append(message)
        return message

    async def until(self, kind: str) -> dict[str, Any]:
        """The next message of a type; what came before it is kept in `got`."""
        while (message := await self.read())["type"] != kind:
            pass
        return message

    async def hello(self, **more: object) -> dict[str, Any]:
        await self.send({**HELLO, **more})
        return await self.until("welcome")

    async def alive(self) -> list[dict[str, Any]]:
        """That the line still answers; gives what came before the answer."""
        await self.send({"type": "ping", "at": 1})
        start = len(self.got)
        await self.until("pong")
        return self.got[start:-1]

    async def closed(self) -> int:
        """Read to the end; gives the close code (1006: cut without a word)."""
        try:
            while True:
                await self.read()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd is not None else 1006


def address(hall: Hall, person: str) -> str:
    return f"{hall.url.replace('http', 'ws', 1)}/ws/{hall.live.id}/{person}"


def cookie(hall: Hall, person: str) -> dict[str, str]:
    return {"Cookie": f"{cookie_name(person, secure=False)}={hall.services.keys.token(hall.live.id, person)}"}


@contextlib.asynccontextmanager
async def line(
    hall: Hall, person: str, headers: dict[str, str] | None = None, url: str | None = None
) -> AsyncIterator[Phone]:
    """An open line that has said nothing yet. `headers` instead of the person's cookie."""
    found = cookie(hall, person) if headers is None else headers
    async with connect(
        url or address(hall, person),
        additional_headers=found,
        compression=None,
        max_size=None,
        open_timeout=WITHIN_S,
        proxy=None,
    ) as socket:
        yield Phone(socket)


@contextlib.asynccontextmanager
async def phone(hall: Hall, person: str, language: str = "de") -> AsyncIterator[Phone]:
    """A line that is live: greeted, with its first snapshots and presence read."""
    async with line(hall, person) as found:
        await found.hello(language=language)
        await found.until("presence")
        yield found
