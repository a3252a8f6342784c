"""Two rooms, two phones, two projectors, one board, one note: through decide, SQLite and patches onto every screen."""

from pathlib import Path

from playwright.async_api import expect

from server.core.agenda import OpenStep
from tests.browser.chromium import OpenContext
from tests.hall import running_hall


async def test_note_written_in_karlsruhe_is_on_all_screens(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        facilitator = await hall.join("facilitator", "ka")
        receipt = await hall.give(facilitator, OpenStep("karte-schreiben", ("ka", "kr")))
        assert receipt.code is None
        phone_ka = await hall.open(await open_context((390, 844), touch=True), "participant", "ka", "Miriam")
        phone_kr = await hall.open(
            await open_context((390, 844), locale="ru-RU", touch=True), "participant", "kr", "Ольга", "ru"
        )
        walls = [await hall.open(await open_context((1920, 1080)), "projector", room) for room in ("ka", "kr")]
        await phone_ka.get_by_role("textbox").first.fill("Gemeinschaftsgärten: Saatgut tauschen")
        await phone_ka.get_by_role("button", name="Absenden").click()
        for page in (phone_kr, *walls):
            # A wall also holds an invisible copy, for measuring what fits.
            note = page.get_by_text("Gemeinschaftsgärten: Saatgut tauschen").filter(visible=True)
            await expect(note.first).to_be_visible()
        assert [note.text for note in hall.live.state.notes.values()] == ["Gemeinschaftsgärten: Saatgut tauschen"]
