"""Being forgotten, as people see it: on the phone by oneself, at the desk by a facilitator, and what is left on the device."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.core.notes import AddNote
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.desk import Stage
from tests.browser.scenery import note_id

KEPT = """async () => ({
  cookies: document.cookie.split("; ").filter(Boolean).map((one) => one.split("=")[0]),
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map((one) => one.name),
  waiting: await new Promise((resolve) => {
    const opening = indexedDB.open("twin-city-lab");
    opening.onsuccess = () => {
      const all = opening.result.transaction("commands").objectStore("commands").getAll();
      all.onsuccess = () => resolve(all.result);
    };
  }),
})"""


async def kept(page: Page) -> dict[str, Any]:
    """What a page's own script finds in the browser; HttpOnly cookies are not among it."""
    found: dict[str, Any] = await page.evaluate(KEPT)
    return found


async def open_deleting(page: Page) -> None:
    await page.locator("header .who").click()
    await page.get_by_text("Was von mir ist", exact=True).click()
    await page.get_by_role("button", name="Löschen, was von mir ist").click()


async def test_a_person_deletes_what_is_theirs_and_nothing_stays_on_the_phone(
    open_context: OpenContext, stage: Stage
) -> None:
    miriam = await stage.scenery.person("ka", "Miriam")
    note = note_id(9001)
    await stage.hall.give(miriam, AddNote(note, "ideen-sammeln", "themen", "Mein Geheimnis", "de"))
    context = await open_context((390, 844), touch=True)
    page = await stage.hall.open(context, "participant", "ka", person=miriam)
    await page.locator("textarea").fill("Angefangen")
    await open_deleting(page)
    assert await axe_violations(page) == []
    await page.get_by_label("Name und Zettel").check()
    await page.get_by_role("button", name="Endgültig löschen").click()
    await expect(page.get_by_role("heading", name="Alles von dir ist gelöscht")).to_be_visible()
    assert await axe_violations(page) == []
    await expect(page.get_by_text("Angefangen")).to_have_count(0)
    assert stage.hall.live.state.notes[note].text == ""
    found = await kept(page)
    assert [name for name in (*found["local"], *found["session"]) if miriam in name] == []
    assert found["waiting"] == []
    names = {cookie["name"] for cookie in await context.cookies()}
    assert not [name for name in names if miriam in name]
    await page.reload()
    await expect(page.get_by_role("heading", name="Alles von dir ist gelöscht")).to_be_visible()


async def test_control_somebody_who_stays_has_a_cookie_and_a_draft(open_context: OpenContext, stage: Stage) -> None:
    miriam = await stage.scenery.person("ka", "Miriam")
    context = await open_context((390, 844), touch=True)
    page = await stage.hall.open(context, "participant", "ka", person=miriam)
    await page.locator("textarea").fill("Angefangen")
    assert [name for name in (await kept(page))["local"] if miriam in name]
    assert any(miriam in cookie["name"] for cookie in await context.cookies())


@pytest.mark.parametrize("with_notes", [False, True])
async def test_a_facilitator_deletes_somebody_at_their_wish(stage: Stage, with_notes: bool) -> None:
    miriam = await stage.scenery.person("ka", "Miriam")
    note = note_id(9001)
    await stage.hall.give(miriam, AddNote(note, "ideen-sammeln", "themen", "Mein Geheimnis", "de"))
    desk = await stage.desk()
    await desk.get_by_role("button", name="Wer ist da?").first.click()
    row = desk.get_by_role("listitem").filter(has_text="Miriam")
    await row.get_by_role("button", name="Entfernen: Miriam").click()
    await desk.get_by_role("button", name="Auf eigenen Wunsch ganz löschen").click()
    if with_notes:
        await desk.get_by_label("Auch die Zettel löschen").check()
    assert await axe_violations(desk) == []
    await desk.get_by_role("button", name="Endgültig löschen").click()
    await expect(desk.get_by_role("listitem").filter(has_text="Miriam")).to_have_count(0)
    found = stage.hall.live.state.notes[note]
    assert (found.text, found.author) == ("" if with_notes else "Mein Geheimnis", "")


@pytest.mark.parametrize("width", [320, 1440])
async def test_pages_about_keeping_are_accessible(stage: Stage, open_context: OpenContext, width: int) -> None:
    miriam = await stage.scenery.person("ka", "Miriam")
    context = await open_context((width, 800))
    await (await stage.hall.open(context, "participant", "ka", person=miriam)).close()
    page = await context.new_page()
    await page.goto(stage.hall.services.host_link())
    await page.wait_for_url("**/host")
    session = stage.hall.live.id
    await page.goto(f"{stage.hall.url}/host/{session}")
    await page.get_by_text("Was hier getan wurde").click()
    await page.get_by_role("button", name="90 Tage").click()
    await page.wait_for_url("**#kept")
    await page.get_by_text("Was hier getan wurde").click()
    await expect(page.get_by_text("Aufheben auf 90 Tage geändert")).to_be_visible()
    assert await axe_violations(page) == []
    await page.goto(f"{stage.hall.url}/privacy")
    assert await axe_violations(page) == []
    await stage.hall.services.hub.set_archived(session, True)
    await page.goto(f"{stage.hall.url}/s/{session}/{miriam}")
    await expect(page.get_by_role("link", name="Zum Lesen")).to_be_visible()
    assert await axe_violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
