"""A real server for tests, in this process's loop: real sockets, a real SQLite file, and its insides at hand."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from msgspec import Struct
from playwright.async_api import BrowserContext, Page

from server.app import create_app
from server.core.ids import LinkPurpose, Role
from server.core.people import Join
from server.core.plan import Plan
from server.core.state import SYSTEM, Actor
from server.hub.live_session import LiveSession
from server.protocol import ClientCommand
from server.serving import uvicorn_config
from server.settings import ROOT, Settings
from server.store.base import Receipt
from server.store.sqlite import SqliteStore
from server.web.auth import cookie_name
from server.web.doors import new_person_id
from server.web.plans import load_plan
from server.web.services import Services
from tests.ports import free_port

KICKOFF = ROOT / "sessions" / "auftakt-karlsruhe-krasnodar.toml"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """The test run's own handlers stay."""
        yield


class Visit(Struct, frozen=True):
    """Where somebody's face is, and what a browser needs to be let in as them."""

    path: str
    cookies: dict[str, str]


class Hall:
    """A running server with one session open. `url` has no slash at the end."""

    def __init__(self, url: str, services: Services, live: LiveSession) -> None:
        self.url = url
        self.services = services
        self.live = live

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def link(self, purpose: LinkPurpose, room: str) -> str:
        """The link a person of that kind opens; a participant's leads to the join page."""
        return self.services.link(purpose, self.live.state, room)

    async def join(self, role: Role, room: str, name: str = "") -> str:
        """A new person, without going through a page; gives the person's id."""
        person = new_person_id()
        receipt = await self.live.submit(SYSTEM, Join(person, role, room, name))
        assert receipt.code is None
        return person

    async def open(
        self,
        context: BrowserContext,
        role: Role,
        room: str,
        name: str = "",
        language: str = "de",
        person: str = "",
        url: str = "",
    ) -> Page:
        """A person's face in a browser context: joined (or the person given), cookie set, page open; `url`: as seen from there."""
        url = url or self.url
        visit = await self.visit(role, room, name, language, person)
        await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in visit.cookies.items()])
        page = await context.new_page()
        await page.goto(url + visit.path)
        return page

    async def visit(self, role: Role, room: str, name: str = "", language: str = "de", person: str = "") -> Visit:
        """Of the person given, or a new one."""
        person = person or await self.join(role, room, name)
        token = self.services.keys.token(self.live.id, person)
        cookies = {cookie_name(person, self.services.settings.secure): token, "tcl-language": language}
        return Visit(f"/s/{self.live.id}/{person}", cookies)

    async def give(self, person: str, command: ClientCommand) -> Receipt:
        """A command as that person would give it."""
        found = self.live.state.people[person]
        return await self.live.submit(Actor(found.id, found.role, found.room), command)


@contextlib.asynccontextmanager
async def running_hall(
    directory: Path, plan: Plan | None = None, port: int = 0, listening: socket.socket | None = None, **more: Any
) -> AsyncIterator[Hall]:
    """Serve until the block ends. The database lies in `directory`, so a second hall there finds the session again.

    `port`: that of an earlier hall, for browsers that come back to it; or `listening` already, elsewhere. `more`: fields of
    `Settings`; over TLS with `tls_cert` and `tls_key`.
    """
    listening = listening or socket.create_server(("127.0.0.1", port or free_port()), backlog=512)
    scheme = "https" if "tls_cert" in more else "http"
    url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(public_url=url, database=directory / "hall.sqlite", **more)
    found: list[Services] = []

    async def started(services: Services) -> None:
        found.append(services)

    app = create_app(settings, SqliteStore(settings.database), on_start=started)
    server = _Server(uvicorn_config(app, settings))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        if task.done():
            task.result()
            raise RuntimeError("the server ended before it began")
        await asyncio.sleep(0.01)
    services = found[0]
    rows = services.hub.sessions()
    row = rows[-1] if rows else await services.hub.open(plan or load_plan(KICKOFF))
    try:
        yield Hall(url, services, await services.hub.live(row.id))
    finally:
        server.should_exit = True
        await task
