"""People who write notes while the network comes and goes: what tests of it share."""

import asyncio
import json

from playwright.async_api import BrowserContext, Page, WebSocket, expect

from server.core.agenda import OpenStep
from server.core.ids import Role
from server.rehearsal.waiting import until
from tests.hall import Hall

STEP = "karte-schreiben"
SOON_S = 30.0

# A page waits some seconds, never a whole number of them, before it makes itself ready for a day without network.
SOONER = """const later = setTimeout;
window.setTimeout = (f, ms, ...more) => later(f, Number.isInteger(ms) ? ms : Math.min(ms, 200), ...more);"""
KEPT = """async () => {
  while (!(await caches.match(location.pathname))) await new Promise((done) => setTimeout(done, 50));
}"""


async def open_writing(hall: Hall) -> str:
    """Both rooms write; gives the facilitator who opened the step."""
    head = await hall.join("facilitator", "ka")
    await hall.give(head, OpenStep(STEP, ("ka", "kr")))
    return head


async def open_kept(
    hall: Hall, context: BrowserContext, role: Role = "participant", name: str = "", person: str = ""
) -> Page:
    """A face in Karlsruhe that would open without network from now on, shown as it is now."""
    await context.add_init_script(SOONER)
    page = await hall.open(context, role, "ka", name, person=person)
    await asyncio.wait_for(page.evaluate(KEPT), SOON_S)
    return page


async def go_offline(context: BrowserContext) -> None:
    """Until every page of it knows: what is written from then on waits."""
    await context.set_offline(True)
    for page in context.pages:
        await expect(page.locator(".line-state.offline")).to_be_attached()


async def write(page: Page, *texts: str) -> None:
    """Each as a note of its own, in German; shown as one's own before the next is written."""
    box, send = page.get_by_role("textbox"), page.get_by_role("button", name="Absenden", exact=True)
    for text in texts:
        await box.fill(text)
        await send.click()
        await expect(page.locator(".own-note", has_text=text)).to_be_visible()


async def expect_waiting(page: Page, *texts: str) -> None:
    """Exactly these are shown as waiting, the last one written first."""
    await expect(page.locator(".own-note.waiting .text")).to_have_text(list(reversed(texts)))


def board(hall: Hall) -> list[str]:
    """What has arrived, in the order it came."""
    return [note.text for note in sorted(hall.live.state.notes.values(), key=lambda note: note.rank)]


async def expect_board(hall: Hall, *texts: str) -> None:
    assert await until(lambda: len(board(hall)) >= len(texts), SOON_S), board(hall)
    assert board(hall) == list(texts)


class Sent:
    """Ids of the commands a page has sent, repetitions included, over all its lines."""

    def __init__(self, page: Page) -> None:
        self.ids: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, line: WebSocket) -> None:
        line.on("framesent", self._count)

    def _count(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "command":
            self.ids.append(message["id"])
