"""The lab's halls: a server in the middle, and a Chromium in each hall's network."""

import asyncio
import contextlib
import os
import shlex
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import structs
from playwright.async_api import BrowserContext, async_playwright

from tests.browser.chromium import FLAGS, executable
from tests.hall import running_hall
from tests.rtc.coturn import coturn
from tests.rtc.lab.net import SERVER, Faults, Net
from tests.rtc.link import ROOMS, Link, window_open

# What Chromium asks for by itself, whatever page is open: tests look at where packets go, and are to see ours alone.
_NOT_OURS = "MAP accounts.google.com ~NOTFOUND, MAP android.clients.google.com ~NOTFOUND"

# The goal of whatever dies and comes back, in seconds: from then on, until the picture moves again on both walls.
BACK_WITHIN_S = 2.5


@contextlib.asynccontextmanager
async def link(net: Net, directory: Path, first: str = "") -> AsyncIterator[Link]:
    """Both walls are stations, and the step is open; nobody is ready yet. `first`: a script that runs in walls before their own."""
    with net.inside("server"):
        listening = socket.create_server(("0.0.0.0", 8000), backlog=128)
        async with (
            coturn(directory, at=tuple(SERVER.values()), before=net.command("server")) as turn,
            running_hall(directory, listening=listening, turn=turn) as hall,
            contextlib.AsyncExitStack() as browsers,
        ):
            found = await window_open(hall)
            for room in ROOMS:
                url = f"http://{SERVER[room]}:8000"
                context = await browsers.enter_async_context(_browser(net, room, url, directory))
                if first:
                    await context.add_init_script(first)
                await found.add_wall(context, room, url)
            yield found


async def back(live: Link, net: Net, faults: Faults) -> float:
    """How long until the picture is back, from that fault on."""
    began = time.time()
    net.faults = faults
    return await live.pictures_after(began, still=0.6)


async def back_after_away(live: Link, net: Net, seconds: float) -> float:
    """The network is away; how long from its return on."""
    before = net.faults
    net.faults = structs.replace(before, away=True)
    await asyncio.sleep(seconds)
    came = time.time()
    net.faults = before
    return await live.pictures_after(came)


async def still_under_loss(live: Link, net: Net, seconds: float) -> float:
    """Three of a hundred packets are lost on each leg; the longest time that either picture stands still."""
    before = net.faults
    net.faults = structs.replace(before, loss=0.03)
    still = await live.runs_for(seconds)
    net.faults = before
    return still


def allowance() -> float:
    """How much more than its goal a figure may be: machines do other things as well, and then all waits for a core."""
    return max(1.5, os.getloadavg()[0] / (os.cpu_count() or 1))


@contextlib.asynccontextmanager
async def _browser(net: Net, room: str, url: str, directory: Path) -> AsyncIterator[BrowserContext]:
    program = directory / f"chromium-{room}"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([*net.command(room), executable()])} "$@"\n')
    program.chmod(0o755)
    # Cameras are for pages over TLS; here this one is taken for it.
    flags = [*FLAGS, f"--unsafely-treat-insecure-origin-as-secure={url}", f"--host-resolver-rules={_NOT_OURS}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, headless=True, args=flags)
        yield await browser.new_context(viewport={"width": 960, "height": 540})
        await browser.close()
