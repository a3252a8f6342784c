"""Whoever leaves, is removed, or whose session is deleted leaves nothing on the device: page, words and drafts."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.people import RemovePerson
from tests.browser.chromium import OpenContext
from tests.browser.writing import SOON_S, open_kept, open_writing, write
from tests.hall import Hall, running_hall

# Everything on the device, as "where whose".
LEFT = """async () => {
  const opened = indexedDB.open("twin-city-lab");
  await new Promise((done) => { opened.onsuccess = done; });
  const all = (name) => new Promise((done) => {
    const found = opened.result.transaction(name).objectStore(name).getAll();
    found.onsuccess = () => done(found.result.map(({ person }) => `${name} ${person}`));
  });
  const left = [...(await caches.keys()), ...(await all("commands")), ...(await all("seen")), ...Object.keys(localStorage)];
  opened.result.close();
  return left;
}"""
KINDS = {"tcl-shell", "commands", "seen", "tcl-draft"}


async def left(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(LEFT)
    return sorted(found)


async def expect_left(page: Page, expected: list[str]) -> None:
    for _ in range(int(SOON_S * 10)):
        if await left(page) == expected:
            return
        await page.wait_for_timeout(100)
    assert await left(page) == expected


async def expect_kinds(page: Page, person: str) -> None:
    """Something of every kind is there of that person: what is written is on the device a moment after it is shown."""
    for _ in range(int(SOON_S * 10)):
        mine = [entry for entry in await left(page) if person in entry]
        if {kind for kind in KINDS if any(entry.startswith(kind) for entry in mine)} == KINDS:
            return
        await page.wait_for_timeout(100)
    raise AssertionError(mine)


async def leaves(hall: Hall, page: Page, _person: str) -> None:
    await page.get_by_role("button", name="Einstellungen").click()
    await page.get_by_role("button", name="Workshop verlassen").click()
    await page.get_by_role("button", name="Verlassen", exact=True).click()
    await page.wait_for_url(f"{hall.url}/")


async def is_removed(hall: Hall, page: Page, person: str) -> None:
    await hall.give(await hall.join("facilitator", "ka"), RemovePerson(person))
    await expect(page.get_by_text("Du nimmst nicht mehr teil")).to_be_visible()
    # On the page that is still open the words are there, to be copied.
    await expect(page.get_by_text("angefangen", exact=True)).to_be_visible()


async def is_removed_while_away(hall: Hall, page: Page, person: str) -> None:
    address = page.url
    await page.goto("about:blank")
    await hall.give(await hall.join("facilitator", "ka"), RemovePerson(person))
    await page.goto(address)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Du nimmst nicht mehr teil")


async def session_is_deleted(hall: Hall, page: Page, _person: str) -> None:
    await hall.services.hub.delete(hall.live.id)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Workshop ist gelöscht")
    await expect(page.get_by_text("angefangen", exact=True)).to_have_count(0)
    await expect(page.locator("header .who")).to_have_count(0)
    await expect(page.get_by_text("Miriam")).to_have_count(0)


async def session_is_deleted_while_away(hall: Hall, page: Page, _person: str) -> None:
    address = page.url
    await page.goto("about:blank")
    await hall.services.hub.delete(hall.live.id)
    await page.goto(address)


async def someone_else_has_the_phone(hall: Hall, page: Page, _person: str) -> None:
    await page.goto(hall.link("participant", "ka"))
    await page.get_by_role("button", name="Als jemand anderes").click()
    await page.get_by_role("button", name=hall.services.catalogues.text("de", "pages.join.go")).click()
    await page.wait_for_url("**/s/**")


@pytest.mark.parametrize(
    "ends",
    [
        leaves,
        is_removed,
        is_removed_while_away,
        session_is_deleted,
        session_is_deleted_while_away,
        someone_else_has_the_phone,
    ],
)
async def test_nothing_stays_on_the_device_of_who_is_gone(
    open_context: OpenContext, tmp_path: Path, ends: Callable[[Hall, Page, str], Awaitable[None]]
) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        other = await open_kept(hall, context, name="Jonas")
        page = await open_kept(hall, context, name="Miriam")
        person = page.url.rsplit("/", 1)[1]
        await page.evaluate("WebSocket.prototype.send = () => undefined")
        await write(page, "nicht gesendet")
        await page.get_by_role("textbox").fill("angefangen")
        await expect_kinds(other, person)
        await ends(hall, page, person)
        if ends not in (session_is_deleted, session_is_deleted_while_away):
            jonas = other.url.rsplit("/", 1)[1]
            await expect_left(other, sorted([f"seen {jonas}", f"tcl-shell-{jonas}"]))
        else:
            await expect_left(other, [])


async def test_other_tab_of_who_left_keeps_nothing_any_more(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context, name="Miriam")
        person = page.url.rsplit("/", 1)[1]
        other = await open_kept(hall, context, person=person)
        await leaves(hall, page, person)
        # It would save what it shows, looked at again.
        await other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await other.wait_for_timeout(500)
        await expect_left(other, [])


async def test_archived_session_is_not_forgotten(open_context: OpenContext, tmp_path: Path) -> None:
    """The control: it may be brought back, and what waits for it with it."""
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context, name="Miriam")
        before = await left(page)
        await hall.services.hub.set_archived(hall.live.id, True)
        await expect(page.get_by_text("Dieser Workshop liegt im Archiv")).to_be_visible()
        assert await left(page) == before


async def test_session_deleted_from_the_archive_is_forgotten_by_a_wall_that_waits_for_it(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((1280, 720))
        await context.add_init_script(
            "const later = setTimeout; window.setTimeout = (f, ms) => later(f, Math.min(ms, 500));"
        )
        wall = await open_kept(hall, context, role="projector")
        await hall.services.hub.set_archived(hall.live.id, True)
        await expect(wall.get_by_role("alert")).to_contain_text("Dieser Workshop liegt im Archiv")
        assert await left(wall) != []
        await hall.services.hub.delete(hall.live.id)
        await expect(wall.get_by_role("alert")).to_contain_text("Dieser Workshop ist gelöscht")
        await expect_left(wall, [])


async def test_session_that_is_only_not_here_is_not_forgotten(open_context: OpenContext, tmp_path: Path) -> None:
    """Bug: a server started on the wrong file knew no session, and every phone that asked lost what it had not sent yet."""
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context, name="Miriam")
        await page.evaluate("WebSocket.prototype.send = () => undefined")
        await write(page, "nicht gesendet")
        address = page.url
        await page.goto("about:blank")
        # As on another database: neither the session nor that it was deleted is known there.
        hall.services.hub._listing.rows.clear()
        answer = await page.goto(address)
        assert answer is not None
        assert (answer.status, answer.headers.get("forget-person")) == (404, None)
        await page.wait_for_timeout(500)
        assert any(entry.startswith("command") for entry in await left(page))


async def test_page_loaded_while_the_workshop_is_closed_comes_back_with_it(
    open_context: OpenContext, tmp_path: Path
) -> None:
    """Bug: whoever reloaded meanwhile stayed on the page that said so."""
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context, name="Miriam")
        await hall.services.hub.set_archived(hall.live.id, True)
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Workshop liegt im Archiv")
        await hall.services.hub.set_archived(hall.live.id, False)
        await expect(page.get_by_role("textbox").first).to_be_visible(timeout=30_000)
