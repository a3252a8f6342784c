"""What was written without a line waits on the phone, survives a reload, and arrives once and in order."""

from pathlib import Path

from playwright.async_api import expect

from server.core.agenda import OpenStep
from server.core.limits import LIMITS
from tests.browser.chromium import OpenContext
from tests.hall import running_hall


async def test_notes_written_offline_arrive_once_and_in_order(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await hall.join("facilitator", "ka")
        await hall.give(head, OpenStep("karte-schreiben", ("ka", "kr")))
        context = await open_context((390, 844), touch=True)
        phone = await hall.open(context, "participant", "ka", "Miriam")
        box, send = phone.get_by_role("textbox"), phone.get_by_role("button", name="Absenden", exact=True)
        await expect(box).to_be_visible()
        await context.set_offline(True)
        await expect(phone.locator(".line-state.offline")).to_be_visible()
        # More than the server takes from one line at once: they must go one by one.
        texts = [f"Zettel {n}" for n in range(LIMITS.notes_per_person_and_activity)]
        for text in texts:
            await box.fill(text)
            await send.click()
        waiting = hall.services.catalogues.text("de", "common.line.offline_waiting", n=len(texts))
        await expect(phone.get_by_text(waiting).first).to_be_visible()
        assert hall.live.state.notes == {}
        await context.set_offline(False)
        await phone.reload()
        await expect(phone.locator(".line-state.live")).to_be_visible()
        for _ in range(100):
            if len(hall.live.state.notes) == len(texts):
                break
            await phone.wait_for_timeout(200)
        notes = sorted(hall.live.state.notes.values(), key=lambda note: note.rank)
        assert [note.text for note in notes] == texts
        assert hall.services.refusals["too_fast"] == 0


async def test_note_refused_on_arrival_keeps_its_text_and_reason(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await hall.join("facilitator", "ka")
        await hall.give(head, OpenStep("karte-schreiben", ("ka", "kr")))
        context = await open_context((390, 844), touch=True)
        phone = await hall.open(context, "participant", "ka", "Miriam")
        await expect(phone.get_by_role("textbox")).to_be_visible()
        await context.set_offline(True)
        await phone.get_by_role("textbox").fill("Zu spät geschrieben")
        await phone.get_by_role("button", name="Absenden", exact=True).click()
        await hall.give(head, OpenStep("kaffee-1", ("ka", "kr")))
        await context.set_offline(False)
        await expect(phone.get_by_text("Zu spät geschrieben").first).to_be_visible(timeout=15_000)
        reason = hall.services.catalogues.text("de", "error.step_closed")
        await expect(phone.get_by_text(reason).first).to_be_visible(timeout=15_000)
        assert hall.live.state.notes == {}


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
        assert [len(stream.subscribers) for stream in live._audiences.streams.values()] == [0, 0, 1]


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
