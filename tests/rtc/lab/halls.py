"""The lab's halls: a server in the middle, and a Chromium in each hall's network."""

import contextlib
import shlex
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import BrowserContext, async_playwright

from tests.browser.chromium import FLAGS, executable
from tests.hall import running_hall
from tests.rtc.coturn import coturn
from tests.rtc.lab.net import SERVER, Net
from tests.rtc.link import ROOMS, Link, window_open


@contextlib.asynccontextmanager
async def link(net: Net, directory: Path) -> AsyncIterator[Link]:
    """Both walls are stations, and the step is open; nobody is ready yet."""
    listening = net.within("server", lambda: socket.create_server(("0.0.0.0", 8000), backlog=128))
    async with (
        coturn(directory, at=tuple(SERVER.values()), before=net.command("server")) as turn,
        running_hall(directory, listening=listening, turn=turn) as hall,
        contextlib.AsyncExitStack() as browsers,
    ):
        found = await window_open(hall)
        for room in ROOMS:
            url = f"http://{SERVER[room]}:8000"
            context = await browsers.enter_async_context(_browser(net, room, url, directory))
            await found.add_wall(context, room, url)
        yield found


@contextlib.asynccontextmanager
async def _browser(net: Net, room: str, url: str, directory: Path) -> AsyncIterator[BrowserContext]:
    program = directory / f"chromium-{room}"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([*net.command(room), executable()])} "$@"\n')
    program.chmod(0o755)
    # Cameras are for pages over TLS; here this one is taken for it.
    flags = [*FLAGS, f"--unsafely-treat-insecure-origin-as-secure={url}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, headless=True, args=flags)
        yield await browser.new_context(viewport={"width": 960, "height": 540})
        await browser.close()
