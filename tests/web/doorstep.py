"""One browser as the doors see it: cookies kept, Origin said, no page. For tests of what the server answers."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from tests.hall import Hall

WITHIN_S = 30.0


class Doorstep:
    def __init__(self, hall: Hall, client: httpx2.AsyncClient) -> None:
        self.hall = hall
        self.client = client

    async def ask(self, path: str, value: dict[str, Any] | None = None, origin: str | None = None) -> httpx2.Response:
        """POST as a script of our own pages does it, or of a page somewhere else."""
        return await self.client.post(path, json=value or {}, headers={"Origin": origin or self.hall.url})

    async def enter(self, link: str, **more: Any) -> str:
        """Come in by a link; gives the address it leads to."""
        answer = await self.ask("/api/enter", {"invitation": link.split("#")[1], **more})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"])

    async def person(self, link: str, **more: Any) -> str:
        """Come in by a link; gives the person's id."""
        return (await self.enter(link, **more)).rsplit("/", 1)[1]

    async def face(self, url: str) -> int:
        return (await self.client.get(url)).status_code


@contextlib.asynccontextmanager
async def doorstep(hall: Hall, language: str = "de") -> AsyncIterator[Doorstep]:
    headers = {"Accept-Language": language}
    async with httpx2.AsyncClient(base_url=hall.url, headers=headers, timeout=WITHIN_S) as client:
        yield Doorstep(hall, client)


def refused(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a refusal; every one has a sentence."""
    told = answer.json()
    assert told["message"]
    assert not told["message"].startswith("error.")
    return answer.status_code, told["code"]
