"""A real phone behind the nginx of docs/operating.md: over TLS, by the door, under the strict policy, a note and back."""

from pathlib import Path

from playwright.async_api import expect

from server.core.agenda import OpenStep
from server.core.entities import NoteEntity
from server.rehearsal.waiting import until
from tests.browser.chromium import OpenContext
from tests.browser.test_doors import JOIN
from tests.web.test_proxies import ROOMS, behind, door, live

TEXT = "Durch den Proxy hindurch"


async def test_phone_behind_the_proxy_of_the_handbook_joins_and_writes(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with behind("nginx", tmp_path) as (server, through), live(door(server, server.hand), "north") as hand:
        assert (await hand.give(OpenStep("step-2", ROOMS))).ok
        context = await open_context((390, 844), touch=True, ignore_https_errors=True)
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        await page.goto(through.base)
        await page.get_by_role("textbox").first.fill(server.code)
        await page.keyboard.press("Enter")
        await page.get_by_text("Nordstadt").click()
        await page.get_by_role("button", name=JOIN["de"]).click()
        await page.wait_for_url(f"{through.base}/s/**")
        await page.get_by_role("textbox").first.fill(TEXT)
        await page.get_by_role("button", name="Absenden").click()
        assert await until(lambda: TEXT in {note.text for note in hand.view.all(NoteEntity)}, 30)
        await expect(page.get_by_text(TEXT).first).to_be_visible()
        assert said == []
