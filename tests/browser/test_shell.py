"""A page that opens without network: every face of it, after an update, on Wi-Fi that carries nothing, and never another's."""

import asyncio
import shutil
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Error, Page, expect
from starlette.requests import Request

from server.core.agenda import OpenStep
from server.core.state import Person
from server.hub.live_session import LiveSession
from server.settings import ROOT
from server.web import faces, services
from tests.browser.chromium import OpenContext
from tests.browser.desk import Stage
from tests.browser.writing import SOON_S, expect_board, expect_waiting, open_kept, open_writing, write
from tests.hall import running_hall

SHELVES = """async () => {
  const paths = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) paths.push(`${name} ${new URL(url).pathname}`);
  return paths;
}"""


async def shelves(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(SHELVES)
    return found


async def expect_on_shelf(page: Page, name: str) -> None:
    for _ in range(int(SOON_S * 10)):
        if any(path.endswith(name) for path in await shelves(page)):
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"{name} was not kept")


async def reload_offline(page: Page) -> None:
    await page.context.set_offline(True)
    await page.reload()


async def test_wall_opens_with_its_last_picture_and_says_how_old_it_is(stage: Stage, open_context: OpenContext) -> None:
    context = await open_context((1920, 1080))
    wall = await open_kept(stage.hall, context, "projector")
    shown = wall.get_by_text("Gemeinschaftsgärten").filter(visible=True).first
    await expect(shown).to_be_visible()
    await reload_offline(wall)
    await expect(shown).to_be_visible()
    await expect(wall.locator(".line-state.offline")).to_contain_text("Offline, Stand ")
    await context.set_offline(False)
    await expect(wall.locator(".line-state")).to_have_count(0)


async def test_desk_opens_with_its_board_and_says_how_old_it_is(stage: Stage, open_context: OpenContext) -> None:
    context = await open_context()
    desk = await open_kept(stage.hall, context, "facilitator", person=stage.scenery.facilitators["ka"])
    await reload_offline(desk)
    await expect(desk.get_by_text("Gemeinschaftsgärten").first).to_be_visible()
    await expect(desk.locator(".line-state.offline")).to_contain_text("Offline, Stand ")
    await context.set_offline(False)
    await expect(desk.locator(".line-state.live")).to_be_visible()


async def test_page_shows_what_was_seen_last_and_not_what_it_was_opened_with(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        head = await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context)
        await write(page, "eins")
        await expect(page.locator(".own-note.arrived")).to_have_count(1)
        await hall.give(head, OpenStep("ideen-sammeln", ("ka", "kr")))
        heading = page.locator("#heading")
        await expect(heading).not_to_contain_text("Akteur:innen")
        await expect(heading).not_to_be_empty()
        last = await heading.inner_text()
        await expect_on_shelf(page, "settings.js")
        await reload_offline(page)
        await expect(heading).to_have_text(last)
        # A screen that came later than the page itself, and was kept as well.
        await page.get_by_role("button", name="Einstellungen").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await context.set_offline(False)
        await expect(page.locator(".line-state.live")).to_be_visible()


async def test_clock_of_a_page_from_the_cache_goes_right_on_a_device_whose_own_is_wrong(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        await context.add_init_script("globalThis.rightNow = Date.now; Date.now = () => rightNow() - 600_000;")
        page = await open_kept(hall, context)
        await reload_offline(page)
        await expect(page.locator(".opened-offline")).to_be_visible()
        clock = "import(document.querySelector('script[type=module]').src.replace('participant.js', 'lib/clock.js'))"
        apart = await page.evaluate(f"async () => (await {clock}).serverNow() - rightNow()")
        assert abs(apart) < 5_000


async def test_page_opens_on_wifi_that_carries_nothing(
    open_context: OpenContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context)
        answered = asyncio.Event()
        asked = faces.signed_in

        async def late(request: Request) -> tuple[LiveSession, Person]:
            await answered.wait()
            return await asked(request)

        monkeypatch.setattr(faces, "signed_in", late)
        await page.reload()
        await expect(page.get_by_role("textbox")).to_be_visible()
        await expect(page.locator(".line-state.live")).to_be_visible()
        assert not answered.is_set()
        answered.set()


async def test_update_replaces_what_was_kept_and_never_mixes(
    open_context: OpenContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context)
        first = hall.services.assets.digest
    await page.reload()
    await write(page, "über das Update")
    monkeypatch.setattr(services, "ROOT", tmp_path)
    shutil.copytree(ROOT / "static", tmp_path / "static")
    with (tmp_path / "static/css/tokens.css").open("a") as tokens:
        tokens.write(":root { --release: 2 }\n")
    async with running_hall(tmp_path, port=hall.port) as updated:
        second = updated.services.assets.digest
        assert second != first
        # The old page is live on the new server; what it asks for to keep is the new release's, and is not put to the old.
        async with page.expect_response("**/shell"):
            await expect_board(updated, "über das Update")
        assert {first in path for path in await shelves(page) if "/static/" in path} == {True}
        async with page.expect_response("**/shell"):
            await page.reload()
        for _ in range(int(SOON_S * 20)):
            kept = [path for path in await shelves(page) if "/static/" in path]
            if kept and all(second in path for path in kept):
                break
            await page.wait_for_timeout(50)
        assert {second in path for path in kept} == {True}
    await page.reload()
    await expect(page.locator(".own-note.arrived")).to_have_count(1)


async def test_nobody_is_served_what_was_kept_of_another(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        miriam = await open_kept(hall, context, name="Miriam")
        jonas = await open_kept(hall, context, name="Jonas")
        never = await hall.join("participant", "ka", "Petra")
        await context.set_offline(True)
        for page, name in ((miriam, "Miriam"), (jonas, "Jonas")):
            await page.reload()
            await expect(page.locator(".who-name")).to_have_text(name)
        with pytest.raises(Error, match="ERR_"):
            await jonas.goto(f"{hall.url}/s/{hall.live.id}/{never}")
        await context.set_offline(False)
        # Signed out: the server says so, and what was kept goes with its word.
        address = miriam.url
        await context.clear_cookies()
        await miriam.goto(address)
        await expect(miriam.locator(".who-name")).to_have_count(0)
        await context.set_offline(True)
        with pytest.raises(Error, match="ERR_"):
            await miriam.goto(address)


async def test_keeping_breaks_no_rule_of_the_page(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        await watch_for_violations(context)
        page = await open_kept(hall, context)
        assert await page.evaluate("globalThis.violations") == []
        # The control: another script, or another policy, is one.
        tried = await page.evaluate("navigator.serviceWorker.register('/static/x.js').then(() => 'taken', String)")
        assert "TrustedScriptURL" in tried
        policy = "try { trustedTypes.createPolicy('other', {}); } catch (error) { error.name }"
        assert await page.evaluate(policy) == "TypeError"
        await page.wait_for_function("globalThis.violations.length >= 2", timeout=SOON_S * 1000)
        await reload_offline(page)
        await expect_waiting(page)
        assert await page.evaluate("globalThis.violations") == []


async def watch_for_violations(context: BrowserContext) -> None:
    await context.add_init_script(
        """globalThis.violations = [];
        addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));"""
    )
