"""The phone's first load in real Chromium: what comes over the line, and how long until somebody can write.

Slow 4G as Lighthouse has it: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up; and a processor slowed down four times.
"""

import asyncio
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from msgspec import Struct
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bench.servers import serving
from server.rehearsal.doorstep import enter, read_door
from tests.browser.chromium import FLAGS, executable

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CPU_SLOWDOWN = 4
PHONE = {"width": 390, "height": 844}
USABLE_WITHIN_MS = 60_000
# Chromium tells of a request's end a little after the page can be used.
SETTLE_S = 1.0


class Load(Struct):
    """`by_file`: bytes over the line, headers and compression included, the largest first; the WebSocket counts as one."""

    usable_ms: float
    by_file: dict[str, int]

    @property
    def bytes(self) -> int:
        return sum(self.by_file.values())


async def first_load(context: BrowserContext, address: str, slow: bool) -> Load:
    """Opens a participant's page with nothing cached, until its text field stands there to be written into."""
    page = await context.new_page()
    try:
        by_file = await _weigh(context, page, slow)
        began = time.perf_counter()
        await page.goto(address, wait_until="commit")
        await page.get_by_role("textbox").first.wait_for(state="visible", timeout=USABLE_WITHIN_MS)
        usable_ms = 1000 * (time.perf_counter() - began)
        await asyncio.sleep(SETTLE_S)
        return Load(usable_ms, dict(sorted(by_file.items(), key=lambda found: -found[1])))
    finally:
        await page.close()


async def _weigh(context: BrowserContext, page: Page, slow: bool) -> dict[str, int]:
    """Listens to the network from now on; what it gives fills as the page loads."""
    chromium = await context.new_cdp_session(page)
    names: dict[str, str] = {}
    by_file: dict[str, int] = {}

    def count(request: str, size: float) -> None:
        name = names.get(request, "other")
        by_file[name] = by_file.get(name, 0) + math.ceil(size)

    def asked(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"].rsplit("/", 1)[1] or "page"

    def heard(event: dict[str, Any]) -> None:
        names[event["requestId"]] = "WebSocket"
        count(event["requestId"], len(event["response"]["payloadData"].encode()))

    chromium.on("Network.requestWillBeSent", asked)
    chromium.on("Network.loadingFinished", lambda event: count(event["requestId"], event["encodedDataLength"]))
    chromium.on("Network.webSocketFrameReceived", heard)
    await chromium.send("Network.enable")
    await chromium.send("Network.setCacheDisabled", {"cacheDisabled": False})
    if slow:
        await chromium.send("Network.emulateNetworkConditions", SLOW_4G)
        await chromium.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    return by_file


async def measure(repeat: int) -> list[Load]:
    """Each time a new person in a new browser profile, in a session of which the writing step is open."""
    with tempfile.TemporaryDirectory() as directory:
        async with serving(Path(directory)) as server, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), headless=True, args=FLAGS)
            try:
                return [await _one(browser, server.base, server.code) for _ in range(repeat)]
            finally:
                await browser.close()


async def _one(browser: Browser, base: str, code: str) -> Load:
    person = await enter(read_door(base, code), "ka")
    context = await browser.new_context(viewport=PHONE, locale="de-DE", has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    try:
        name, _, value = person.cookie.partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": base}])
        return await first_load(context, base + person.path, slow=True)
    finally:
        await context.close()


def table(loads: list[Load]) -> str:
    kib = statistics.median(load.bytes for load in loads) / 1024
    usable = statistics.median(load.usable_ms for load in loads)
    heaviest = ", ".join(f"{name} {size / 1024:.1f}" for name, size in list(loads[-1].by_file.items())[:6])
    return (
        "| first load of a phone | measured | goal |\n"
        "|-----------------------|----------|------|\n"
        f"| over the line, compressed, font included | {kib:.1f} KiB | 100 KiB |\n"
        f"| until the first note can be written, slow 4G and a processor four times slower | {usable / 1000:.2f} s | 2 s |\n"
        f"\nHeaviest (KiB): {heaviest}."
    )
