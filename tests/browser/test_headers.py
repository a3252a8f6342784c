"""Every page and face in a real browser, over HTTP and TLS: nothing asked of others, no policy broken (S15)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from server.core.ids import Role
from server.web.auth import cookie_name
from tests.browser.chromium import OpenContext
from tests.browser.strangers import Watch
from tests.certificate import certificate
from tests.hall import Hall, running_hall

FACES: tuple[Role, ...] = ("participant", "facilitator", "projector", "interpreter")


@pytest.fixture(params=["http", "https"])
async def hall(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Hall]:
    more: dict[str, Any] = {}
    if request.param == "https":
        more["tls_cert"], more["tls_key"] = certificate(tmp_path)
    async with running_hall(tmp_path, None, **more) as hall:
        yield hall


async def watched(hall: Hall, open_context: OpenContext) -> tuple[BrowserContext, Watch]:
    context = await open_context(ignore_https_errors=True)
    return context, await Watch(hall.url).over(context)


async def host_cookie(hall: Hall, context: BrowserContext) -> None:
    name = cookie_name("host", hall.services.settings.secure)
    await context.add_cookies([{"name": name, "value": hall.services.keys.token("", "host"), "url": hall.url}])


async def test_no_page_asks_others_or_breaks_its_policy(hall: Hall, open_context: OpenContext) -> None:
    context, watch = await watched(hall, open_context)
    await host_cookie(hall, context)
    page = await context.new_page()
    pages = ["/", "/pair", "/privacy", "/nowhere", "/host", f"/host/{hall.live.id}", f"/host/{hall.live.id}/delete"]
    for path in (*pages, "/enter#facilitator.x.ka..nonsense"):
        answer = await page.goto(hall.url + path)
        assert answer is not None
        said = await answer.all_headers()
        for part in ("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"):
            assert part in said["content-security-policy"], path
        assert "unsafe" not in said["content-security-policy"]
        assert said["referrer-policy"] == "same-origin"
        assert said["x-content-type-options"] == "nosniff"
        assert "geolocation=()" in said["permissions-policy"]
        assert said.get("cross-origin-opener-policy") == ("same-origin" if hall.url.startswith("https") else None)
        await expect(page.locator("body")).to_be_visible()
    await page.goto(hall.link("participant", "ka"))
    await expect(page.get_by_role("radio", name="Karlsruhe")).to_be_checked()
    for role in FACES:
        face = await hall.open(context, role, "ka", "Sabine")
        await expect(face.locator("h1, h2").first).to_be_visible()
        await expect(face.locator(".line-state.offline")).to_have_count(0)
    assert (watch.strangers, watch.violations, watch.errors) == ([], [], [])


async def test_control_what_asks_others_or_writes_into_the_page_is_noticed(
    hall: Hall, open_context: OpenContext
) -> None:
    context, watch = await watched(hall, open_context)
    page = await context.new_page()
    await page.goto(f"{hall.url}/privacy")
    await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/x.png' }))")
    refused: bool = await page.evaluate(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } })()"
    )
    assert refused, "Trusted Types"
    async with asyncio.timeout(30):
        while not any("img-src" in violation for violation in watch.violations):
            await page.wait_for_timeout(20)
