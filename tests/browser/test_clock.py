"""R16: timers show the same second on every device, whatever its own clock says, or the server's wall clock."""

import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import OpenStep
from server.core.timers import ExtendTimer, PauseTimer, StartTimer
from tests.browser.chromium import OpenContext
from tests.hall import Hall, running_hall

WRONG_CLOCK = """
(() => {
  const skew = %d, Real = Date;
  const now = () => Real.now() + skew;
  Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(now()); }
    static now() { return now(); }
  };
})();
"""


async def shown_seconds(page: Page) -> int:
    text = await page.locator(".timer-digits").first.inner_text()
    minutes, seconds = text.split(":")
    return int(minutes) * 60 + int(seconds)


async def agree(pages: list[Page]) -> bool:
    """Whether all show the same second, several times; as many more as pass while one is read after the other."""
    for _ in range(5):
        began = time.monotonic()
        read = [await shown_seconds(page) for page in pages]
        if max(read) - min(read) > 1 + time.monotonic() - began:
            return False
        await pages[0].wait_for_timeout(130)
    return True


SERVER_NOW = """async () => {
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  return (await import(files.find((name) => name.endsWith("/lib/clock.js")))).serverNow();
}"""
WRONG_BY_AT_MOST_MS = 250
QUICK_TRIP_WITHIN_S = 45


async def wrong_by(page: Page, hall: Hall) -> float:
    """How far the page's idea of the server's clock is off, in ms. The best of some: a busy machine may read late.

    The page keeps the quickest of its round trips: where none was quick so far, the next ping is waited for.
    """
    found, deadline = [float("inf")], time.monotonic() + QUICK_TRIP_WITHIN_S
    while min(found) > WRONG_BY_AT_MOST_MS and time.monotonic() < deadline:
        before = hall.services.hub.now()
        told: float = await page.evaluate(SERVER_NOW)
        found.append(max(before - told, told - hall.services.hub.now(), 0))
    return min(found)


async def test_phone_with_a_wrong_clock_shows_the_same_second(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await hall.join("facilitator", "ka")
        await hall.give(head, OpenStep("karte-schreiben", ("ka", "kr")))
        pages = []
        for skew in (0, 90_000, -600_000, 600_000):
            context = await open_context((390, 844), touch=True)
            if skew:
                await context.add_init_script(WRONG_CLOCK % skew)
            pages.append(await hall.open(context, "participant", "ka"))
        assert abs(await pages[1].evaluate("Date.now()") - await pages[0].evaluate("Date.now()") - 90_000) < 30_000
        await hall.give(head, StartTimer(("ka", "kr"), 600_000))
        for page in pages:
            await expect(page.locator(".timer-digits").first).to_be_visible()
            await page.wait_for_timeout(300)
        assert await agree(pages), "90 s and 10 min may not show"
        assert max([await wrong_by(page, hall) for page in pages]) <= WRONG_BY_AT_MOST_MS

        await hall.give(head, PauseTimer(("ka", "kr")))
        for page in pages:
            await expect(page.locator(".timer-digits.paused").first).to_be_visible()
        before = await shown_seconds(pages[0])
        assert [await shown_seconds(page) for page in pages] == [before] * 4
        await hall.give(head, ExtendTimer(("ka", "kr"), 60_000))
        for page in pages:
            await expect(page.locator(".timer-digits").first).to_have_text(f"{(before + 60) // 60:02}:{before % 60:02}")


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_step_of_the_servers_wall_clock_shows_nowhere(
    open_context: OpenContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    async with running_hall(tmp_path) as hall:
        head = await hall.join("facilitator", "ka")
        await hall.give(head, OpenStep("karte-schreiben", ("ka", "kr")))
        await hall.give(head, StartTimer(("ka", "kr"), 600_000))
        before = await hall.open(await open_context((390, 844), touch=True), "participant", "ka")
        await expect(before.locator(".timer-digits").first).to_be_visible()
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + hours * 3600)
        after = await hall.open(await open_context((390, 844), touch=True), "participant", "ka")
        await expect(after.locator(".timer-digits").first).to_be_visible()
        assert await agree([before, after])
        assert 500 < await shown_seconds(after) <= 600
        assert max([await wrong_by(page, hall) for page in (before, after)]) <= WRONG_BY_AT_MOST_MS
