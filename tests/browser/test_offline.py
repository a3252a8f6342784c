"""What was written without a line waits on the phone, survives a reload, and arrives once and in order."""

from pathlib import Path

import pytest
from playwright.async_api import Error, expect

from server.core.agenda import OpenStep
from server.core.limits import LIMITS
from tests.browser.chromium import OpenContext
from tests.browser.writing import Sent, board, expect_board, expect_waiting, go_offline, open_kept, open_writing, write
from tests.hall import running_hall


async def test_notes_written_offline_arrive_once_and_in_order(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        phone = await hall.open(context, "participant", "ka", "Miriam")
        await expect(phone.get_by_role("textbox")).to_be_visible()
        await go_offline(context)
        # More than the server takes from one line at once: they must go one by one.
        texts = [f"Zettel {n}" for n in range(LIMITS.notes_per_person_and_activity)]
        box, send = phone.get_by_role("textbox"), phone.get_by_role("button", name="Absenden", exact=True)
        for text in texts:
            await box.fill(text)
            await send.click()
        waiting = hall.services.catalogues.text("de", "common.line.offline_waiting", n=len(texts))
        await expect(phone.get_by_text(waiting).first).to_be_visible()
        assert board(hall) == []
        await context.set_offline(False)
        await phone.reload()
        await expect_board(hall, *texts)
        assert hall.services.refusals["too_fast"] == 0


# Nothing of ours ends with time: no wait is given up, and a line is tried again at least every 12 s. What a minute adds to
# two seconds is a minute; the long run waits for it all the same.
AWAY_S = [2, pytest.param(60, marks=pytest.mark.long)]


@pytest.mark.parametrize("away_s", AWAY_S)
async def test_notes_written_offline_outlive_reloads_without_network(
    open_context: OpenContext, tmp_path: Path, away_s: float
) -> None:
    """Goal R13."""
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context)
        sent = Sent(page)
        await go_offline(context)
        await write(page, "eins", "zwei", "drei")
        await page.wait_for_timeout(1000 * away_s)
        await page.reload()
        await expect(page.locator(".opened-offline")).to_be_visible()
        await expect_waiting(page, "eins", "zwei", "drei")
        await write(page, "vier", "fünf")
        await page.reload()
        await expect_waiting(page, "eins", "zwei", "drei", "vier", "fünf")
        assert board(hall) == []
        await context.set_offline(False)
        await expect_board(hall, "eins", "zwei", "drei", "vier", "fünf")
        await expect(page.locator(".own-note.arrived")).to_have_count(5)
        await expect(page.locator(".opened-offline")).to_have_count(0)
        assert len(set(sent.ids)) == 5
        assert hall.services.refusals == {}


async def test_notes_outlive_a_server_that_was_away_and_began_anew(open_context: OpenContext, tmp_path: Path) -> None:
    """The browser thinks it is online; the numbers it saw last are of another life of the server."""
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context)
        await write(page, "vorher")
        await expect(page.locator(".own-note.arrived")).to_have_count(1)
    await page.reload()
    await expect(page.locator(".opened-offline")).to_be_visible()
    await expect(page.locator(".own-note.arrived")).to_have_count(1)
    await write(page, "eins", "zwei")
    await page.reload()
    await expect_waiting(page, "eins", "zwei")
    async with running_hall(tmp_path, port=hall.port) as again:
        await expect_board(again, "vorher", "eins", "zwei")
        await expect(page.locator(".own-note.arrived")).to_have_count(3)
        await expect(page.locator(".line-state.live")).to_be_visible()


async def test_notes_of_two_tabs_outlive_their_reloads_without_network(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        first = await open_kept(hall, context)
        second = await open_kept(hall, context, person=first.url.rsplit("/", 1)[1])
        await go_offline(context)
        await write(first, "eins", "zwei")
        await first.reload()
        await write(second, "drei", "vier", "fünf")
        await second.reload()
        for tab in (first, second):
            await expect_waiting(tab, "eins", "zwei", "drei", "vier", "fünf")
        await context.set_offline(False)
        await expect_board(hall, "eins", "zwei", "drei", "vier", "fünf")
        for tab in (first, second):
            await expect(tab.locator(".own-note.arrived")).to_have_count(5)


async def test_note_refused_on_arrival_keeps_its_text_and_reason(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await open_kept(hall, context)
        await go_offline(context)
        await write(page, "Zu spät geschrieben")
        await page.reload()
        await expect_waiting(page, "Zu spät geschrieben")
        await hall.give(head, OpenStep("kaffee-1", ("ka", "kr")))
        await context.set_offline(False)
        refused = page.locator(".refused", has_text="Zu spät geschrieben")
        await expect(refused.get_by_text(hall.services.catalogues.text("de", "error.step_closed"))).to_be_visible()
        await expect(refused.get_by_role("button", name="Text kopieren")).to_be_visible()
        assert hall.live.state.notes == {}


async def test_without_a_service_worker_no_reload_opens_offline(open_context: OpenContext, tmp_path: Path) -> None:
    """The control of all above: offline really is offline. What was written is there all the same."""
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True, service_workers="block")
        page = await hall.open(context, "participant", "ka", "Miriam")
        await go_offline(context)
        await write(page, "eins")
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            await page.reload()
        await context.set_offline(False)
        await page.reload()
        await expect_board(hall, "eins")


async def test_wall_of_a_workshop_brought_back_comes_back_by_itself(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((1920, 1080))
        await context.add_init_script(
            "const later = setTimeout; window.setTimeout = (f, ms) => later(f, Math.min(ms, 500));"
        )
        wall = await hall.open(context, "projector", "ka")
        await expect(wall.get_by_text("Willkommen").filter(visible=True).first).to_be_visible()
        await hall.services.hub.set_archived(hall.live.id, True)
        told = wall.get_by_role("alert")
        await expect(told).to_be_visible()
        await hall.services.hub.set_archived(hall.live.id, False)
        await expect(told).to_have_count(0)
        live = await hall.services.hub.live(hall.live.id)
        heard = {name: len(stream.subscribers) for name, stream in live._audiences.streams.items()}
        assert {name: n for name, n in heard.items() if n} == {"projector": 1}


async def test_phone_speaks_the_language_of_its_browser(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        for locale, language in (("ru-RU", "ru"), ("en-GB", "en"), ("fr-FR", "de")):
            phone = await (await open_context((390, 844), locale=locale, touch=True)).new_page()
            await phone.goto(hall.link("participant", "ka"))
            join = hall.services.catalogues.text(language, "pages.join.go")
            await phone.get_by_role("button", name=join).click()
            await phone.wait_for_url("**/s/**")
            await expect(phone.locator("html")).to_have_attribute("lang", language)
            await expect(phone.locator(".line-state.live")).to_be_visible()
