"""The facilitators' desks as tests use them: a hall with the notes of the pictures on an open board."""

from playwright.async_api import Locator, Page

from server.core.ids import Language
from tests.browser.chromium import OpenContext
from tests.browser.scenery import Scenery, note_id
from tests.hall import Hall

GARDENS, PODCAST, RECIPES, CHOIRS = "Gemeinschaftsgärten", "Schüler-Podcast", "Rezepte-Tausch", "Chöre proben"


class Stage:
    """A hall with the notes of the pictures on an open board, and the two facilitators' desks."""

    def __init__(self, hall: Hall, scenery: Scenery, open_context: OpenContext) -> None:
        self.hall = hall
        self.scenery = scenery
        self._open_context = open_context

    async def desk(self, room: str = "ka", language: str = "de", **more: object) -> Page:
        context = await self._open_context(**more)  # type: ignore[arg-type]
        page = await self.hall.open(context, "facilitator", room, "", language, self.scenery.facilitators[room])
        await page.locator("h1").first.wait_for()
        # Cards are dragged to where they lie with the letters that are still to come.
        await page.evaluate("document.fonts.ready")
        return page

    def column(self, note: int) -> str:
        return self.hall.live.state.notes[note_id(note)].column

    def group(self, note: int) -> str | None:
        return self.hall.live.state.notes[note_id(note)].group


def next_button(hall: Hall, page: Page, step: str, language: Language = "de") -> Locator:
    """The primary button while it leads to that step. For a moment after each change it is disabled, as every press waits for."""
    word = hall.services.catalogues.text(language, "facilitator.step.next")
    return page.get_by_role("button", name=f"{word}: {title_of(hall, step, language)}")


def title_of(hall: Hall, step: str, language: Language = "de") -> str:
    (title,) = [plan.title[language] for plan in hall.live.state.plan.activities if plan.id == step]
    return title


def card(page: Page, text: str) -> Locator:
    return page.locator("[data-kind=note]").filter(has_text=text)


def column(page: Page, column_id: str) -> Locator:
    return page.locator(f"[data-column={column_id}]")


async def drag(page: Page, source: Locator, x: float, y: float) -> None:
    box = await source.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] + 16)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 60, box["y"] + 30, steps=3)
    await page.mouse.move(x, y, steps=6)
    await page.mouse.up()
