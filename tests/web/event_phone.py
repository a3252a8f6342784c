"""A bare client of the way round: one stream of server-sent events, and a POST for each thing it says."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import msgspec

from tests.hall import Hall
from tests.web.phone import HELLO, WITHIN_S, cookie


class EventPhone:
    """`place`: "<session>/<person>"; the client brings the person's cookie."""

    def __init__(self, place: str, client: httpx2.AsyncClient) -> None:
        self.place = place
        self.line = secrets.token_hex(8)
        self.client = client
        self.got: list[dict[str, Any]] = []
        self._lines: AsyncIterator[str]

    @contextlib.asynccontextmanager
    async def stream(self, hello: object = HELLO) -> AsyncIterator[httpx2.Response]:
        address = f"/events/{self.place}?line={self.line}"
        async with self.client.stream("POST", address, content=encoded(hello)) as response:
            self._lines = response.aiter_lines()
            yield response

    async def read(self) -> dict[str, Any] | None:
        """The next message; None at the end of the stream."""
        async with asyncio.timeout(WITHIN_S):
            async for text in self._lines:
                if text.startswith("data: "):
                    message: dict[str, Any] = msgspec.json.decode(text.removeprefix("data: "))
                    self.got.append(message)
                    return message
        return None

    async def until(self, kind: str) -> dict[str, Any]:
        """The next message of a type; what came before it is kept in `got`."""
        while (message := await self.read()) is not None:
            if message["type"] == kind:
                return message
        raise EOFError(f"the stream ended without {kind}")

    async def ended(self) -> dict[str, Any]:
        """Read to the end; gives the last message."""
        with contextlib.suppress(EOFError):
            await self.until("")
        return self.got[-1]

    async def post(self, message: object, language: str = "de", **more: Any) -> httpx2.Response:
        address = f"/api/send/{self.place}?line={self.line}&language={language}"
        return await self.client.post(address, content=encoded(message), **more)

    async def say(self, message: object, language: str = "de") -> dict[str, Any]:
        """The answer to a message."""
        response = await self.post(message, language)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


def encoded(message: object) -> bytes:
    return message if isinstance(message, bytes) else msgspec.json.encode(message)


@contextlib.asynccontextmanager
async def event_client(hall: Hall, person: str, headers: dict[str, str] | None = None) -> AsyncIterator[EventPhone]:
    """Somebody who has said nothing yet. `headers` instead of the person's cookie."""
    found = cookie(hall, person) if headers is None else headers
    async with httpx2.AsyncClient(base_url=hall.url, headers=found, timeout=WITHIN_S) as client:
        yield EventPhone(f"{hall.live.id}/{person}", client)


@contextlib.asynccontextmanager
async def event_phone(hall: Hall, person: str, **hello: object) -> AsyncIterator[EventPhone]:
    """A line that is live: greeted, with its first snapshots and presence read."""
    async with event_client(hall, person) as found, found.stream({**HELLO, **hello}):
        await found.until("presence")
        yield found
