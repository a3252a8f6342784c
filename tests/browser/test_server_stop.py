"""R18 in real browsers: told to come back, each waits as long as its own luck says before it knocks again."""

import asyncio
from pathlib import Path

from playwright.async_api import Page

from tests.browser.chromium import OpenContext
from tests.hall import Hall, running_hall

# `Math.random` of each phone, and how long it therefore waits, in ms: a quarter of a second, times 0.5 to 1.5.
LUCK = {0.0: 125.0, 0.5: 250.0, 0.998: 374.5}
WATCHED = """
(() => {
  Math.random = () => %s;
  const [Real, later] = [WebSocket, setTimeout];
  globalThis.lines = [];
  globalThis.asked = [];
  globalThis.setTimeout = (work, ms, ...more) => {
    if (lines.at(-1)?.closed) asked.push(ms);
    return later(work, ms, ...more);
  };
  globalThis.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      const line = { opened: performance.now(), closed: null, code: null };
      lines.push(line);
      this.addEventListener("close", (event) => Object.assign(line, { closed: performance.now(), code: event.code }));
    }
  };
})();
"""


async def live_page(hall: Hall, open_context: OpenContext, luck: float) -> Page:
    context = await open_context((390, 844), touch=True)
    await context.add_init_script(WATCHED % luck)
    before = len(list(hall.live.lines()))
    page = await hall.open(context, "participant", "ka")
    async with asyncio.timeout(30):
        while len(list(hall.live.lines())) == before:
            await asyncio.sleep(0.05)
    return page


async def test_browsers_told_to_come_back_do_not_all_knock_at_once(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        pages = [await live_page(hall, open_context, luck) for luck in LUCK]
    for page, wait in zip(pages, LUCK.values(), strict=True):
        await page.wait_for_function("() => lines.length > 1")
        lines: list[dict[str, float]] = await page.evaluate("() => lines")
        assert lines[0]["code"] == 1012
        # A millisecond less: browsers round their clocks.
        assert lines[1]["opened"] - lines[0]["closed"] > wait - 1
        assert wait in await page.evaluate("() => asked"), "and no longer, but for what the machine takes"
