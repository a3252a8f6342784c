"""The ground the browser tests stand on: a real Chromium, and our libraries, font and icons under the strict CSP."""

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext

ROOT = Path(__file__).parents[1]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEAD = (
    "<!doctype html><html lang='ru'><head><meta charset='utf-8'><title>Toolchain</title>"
    "<link rel='icon' href='/static/icons.svg'><link rel='stylesheet' href='/static/css/fonts.css'>"
    "<link rel='stylesheet' href='/page.css'><script type='module' src='/page.js'></script></head>"
)
SCRIPT = """
import { html, render, signal, useState } from "/static/js/lib/html.js";
globalThis.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
const votes = signal(0);
const Counter = () => {
  const [name, setName] = useState("Карлсруэ и Краснодар");
  return html`<h1 class="name" style=${{ color: "rgb(28, 27, 26)" }}>${name}</h1>
    <p class="votes">${votes}</p>
    <button class="vote" onClick=${() => { votes.value += 1; }}>Vote</button>
    <button class="rename" onClick=${() => setName("<b>Karlsruhe</b>")}>Rename</button>
    <svg class="icon" width="24" height="24" aria-hidden="true"><use href="/static/icons.svg#play" /></svg>`;
};
render(html`<${Counter} />`, document.querySelector("main"));
"""
PAGES = {
    "/": ("text/html", HEAD + "<body><main></main></body></html>"),
    "/poor": ("text/html", HEAD + "<body><main></main><p class='faint'>Hardly there</p></body></html>"),
    "/page.js": ("text/javascript", SCRIPT),
    "/page.css": ("text/css", "body { font-family: Onest } .faint { color: #ddd }"),
}


class Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args, directory=str(ROOT))

    def do_GET(self) -> None:
        if self.path not in PAGES:
            super().do_GET()
            return
        kind, text = PAGES[self.path]
        body = text.encode()
        self.send_response(200)
        self.send_header("content-type", f"{kind}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("content-security-policy", POLICY)
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
async def page(site: str, open_context: OpenContext) -> Page:
    page = await (await open_context()).new_page()
    await page.goto(site)
    return page


async def platform_fonts(page: Page, selector: str) -> list[tuple[str, bool]]:
    """The fonts that Chromium really drew an element's letters with, and whether each came from the page."""
    session = await page.context.new_cdp_session(page)
    await session.send("DOM.enable")
    await session.send("CSS.enable")
    document = await session.send("DOM.getDocument")
    node = await session.send("DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": selector})
    drawn = await session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})
    return [(font["familyName"], font["isCustomFont"]) for font in drawn["fonts"]]


@pytest.mark.browser
async def test_components_render_and_update_under_the_strict_policy(page: Page) -> None:
    await expect(page.locator(".name")).to_have_text("Карлсруэ и Краснодар")
    await page.locator(".vote").click()
    await page.locator(".vote").click()
    await expect(page.locator(".votes")).to_have_text("2")
    await page.locator(".rename").click()
    await expect(page.locator(".name")).to_have_text("<b>Karlsruhe</b>")
    assert await page.evaluate("() => violations") == []


@pytest.mark.browser
async def test_markup_by_string_is_refused_under_the_strict_policy(page: Page) -> None:
    """The control: the policy that the components live with does bite."""
    refusal = await page.evaluate(
        "() => { try { document.body.innerHTML = '<p>'; return ''; } catch (error) { return error.name; } }"
    )
    assert refusal == "TypeError"


@pytest.mark.browser
async def test_onest_draws_cyrillic_and_latin(page: Page) -> None:
    await expect(page.locator(".name")).to_be_visible()
    await page.evaluate("() => document.fonts.ready.then(() => true)")
    for text in ("cyrillic", "latin"):
        if text == "latin":
            await page.locator(".rename").click()
            await page.evaluate("() => document.fonts.ready.then(() => true)")
        assert await platform_fonts(page, ".name") == [("Onest", True)], text


@pytest.mark.browser
async def test_icon_of_the_sprite_is_drawn(page: Page) -> None:
    size = "() => document.querySelector('use')?.getBBox().width ?? 0"
    await page.wait_for_function(f"() => ({size})() > 0")
    assert await page.evaluate(size) > 10


@pytest.mark.browser
async def test_axe_finds_nothing_on_a_good_page_and_the_fault_on_a_poor_one(page: Page, site: str) -> None:
    assert await axe_violations(page) == []
    await page.goto(f"{site}/poor")
    assert any(line.startswith("color-contrast at .faint") for line in await axe_violations(page))
