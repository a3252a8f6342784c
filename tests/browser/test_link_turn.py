"""Through our TURN server alone, by each of its ways, between two browsers; and what is seen where it refuses them."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from server.core.link_checks import AskForCheck
from server.core.links import GoLive
from server.rtc import turn as credentials
from tests.browser.chromium import FLAGS, executable
from tests.hall import running_hall
from tests.rtc.coturn import coturn
from tests.rtc.link import ROOMS, WINDOW, WITHIN_MS, Link, window_open

pytestmark = pytest.mark.browser

WITHIN_S = 20
UNAUTHORIZED = 401
# Nobody signed our certificate; a browser that takes any is told so as it starts.
TAKES_ANY = "--ignore-certificate-errors"

# By no other way than `window.way`, once that is set; and what servers answer to who may not.
FORCED = """
const Plain = RTCPeerConnection;
window.refused = [];
window.RTCPeerConnection = class extends Plain {
  constructor(options) {
    super(options);
    this.addEventListener("icecandidateerror", ({ errorCode }) => window.refused.push(errorCode));
    if (window.way) this.setConfiguration({ ...options, ...forced(options.iceServers) });
  }
};
function forced(servers) {
  const iceServers = servers
    .map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => url.match(window.way)) }))
    .filter(({ urls }) => urls.length > 0);
  return { iceServers, iceTransportPolicy: "relay" };
}
"""
WAYS = {"turn_udp": "^turn:.*udp", "turn_tcp": "^turn:.*tcp", "turn_tls": "^turns:"}


def own_address() -> str:
    """Of this machine towards others: an address on loopback is passed on to no hall. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("198.51.100.1", 9))
        return str(asking.getsockname()[0])


@contextlib.asynccontextmanager
async def chromium_with(*flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), headless=True, args=[*FLAGS, *flags])
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def linked(browser: Browser, directory: Path) -> AsyncIterator[Link]:
    """Two walls that are stations, and a TURN server for them; nobody is ready yet."""
    async with coturn(directory, at=(own_address(),)) as turn, running_hall(directory, turn=turn) as hall:
        found = await window_open(hall)
        for room in ROOMS:
            context = await browser.new_context(viewport={"width": 960, "height": 540})
            await context.add_init_script(FORCED)
            await found.add_wall(context, room)
        yield found


async def by(link: Link, way: str) -> None:
    for wall in link.walls.values():
        await wall.evaluate("(way) => { window.way = way; }", WAYS[way])


async def desk_of(link: Link, browser: Browser) -> Page:
    return await link.hall.open(await browser.new_context(), "facilitator", "ka", person=link.heads["ka"])


async def through(link: Link, desk: Page, way: str, warm: bool) -> None:
    """Pictures on both walls, and both halls' figures name the way."""
    await by(link, way)
    if warm:
        await link.ready()
        await asyncio.sleep(1)
    took = await (link.go() if warm else link.go_at_once())
    print(f"{way}, {'warm' if warm else 'cold'}: picture after {took:.2f} s")
    assert took < WITHIN_S
    await expect(desk.locator(f".link-figures .way.{way}")).to_have_count(2, timeout=WITHIN_MS)
    await link.end()
    for wall in link.walls.values():
        assert await wall.evaluate("window.refused") == []


async def test_two_browsers_through_tls_alone(tmp_path: Path) -> None:
    async with chromium_with(TAKES_ANY) as browser, linked(browser, tmp_path) as link:
        await through(link, await desk_of(link, browser), "turn_tls", warm=False)


@pytest.mark.long
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
async def test_two_browsers_through_each_way_after_the_other(tmp_path: Path, warm: bool) -> None:
    async with chromium_with(TAKES_ANY) as browser, linked(browser, tmp_path) as link:
        desk = await desk_of(link, browser)
        for way in WAYS:
            await through(link, desk, way, warm)


async def no_picture_comes(link: Link) -> None:
    """However long the walls try; and they say so."""
    began = time.time()
    await link.hall.give(link.heads["ka"], GoLive(WINDOW))
    await expect(link.walls["ka"].locator(".absent")).to_contain_text("wird neu aufgebaut", timeout=WITHIN_MS)
    await expect(link.walls["kr"].locator(".absent")).to_contain_text("Восстанавливаем связь", timeout=WITHIN_MS)
    for wall in link.walls.values():
        assert await wall.evaluate("(began) => window.pictures.filter((at) => at > began)", 1000 * began) == []


@pytest.mark.long
async def test_a_certificate_that_nobody_signed_is_no_way(tmp_path: Path) -> None:
    """The control of the others: they do come through TLS."""
    async with chromium_with() as browser, linked(browser, tmp_path) as link:
        await by(link, "turn_tls")
        await link.ready()
        await no_picture_comes(link)


@pytest.mark.long
async def test_an_expired_credential_brings_no_picture_and_the_check_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "VALID_S", -60)
    async with chromium_with() as browser, linked(browser, tmp_path) as link:
        desk = await desk_of(link, browser)
        await link.hall.give(link.heads["ka"], AskForCheck(WINDOW))
        words = desk.locator(".check-words")
        await expect(words).to_contain_text("weist aber unser Kennwort ab", timeout=WITHIN_MS)
        await by(link, "turn_udp")
        await link.ready()
        await no_picture_comes(link)
        for wall in link.walls.values():
            assert UNAUTHORIZED in await wall.evaluate("window.refused")
