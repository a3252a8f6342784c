"""A phone that is looked at again: its line may have died while it slept, though the browser still calls it open."""

import asyncio
import time
from pathlib import Path

from playwright.async_api import expect

from tests.browser.chromium import OpenContext
from tests.browser.writing import expect_board, open_writing, write
from tests.faults.proxy import Weather, fault_proxy
from tests.hall import Hall, running_hall

# What a browser says when its page is looked at again; whether a line is dead, it does not say.
WAKE = "document.dispatchEvent(new Event('visibilitychange'))"
NOTICED_WITHIN_S = 2.0
# For a busy machine, on top.
LATE_S = 5.0


async def test_dead_line_is_noticed_within_two_seconds_of_waking(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall, fault_proxy(hall.port, Weather()) as proxy:
        await open_writing(hall)
        context = await open_context((390, 844), touch=True)
        page = await Hall(proxy.url, hall.services, hall.live).open(context, "participant", "ka", "Miriam")
        state = page.locator(".line-state")
        await expect(state).to_have_text("Verbunden")
        # A line that answers is left alone.
        lines = proxy.accepted
        await page.evaluate(WAKE)
        await asyncio.sleep(NOTICED_WITHIN_S + 0.5)
        assert proxy.accepted == lines
        proxy.blackhole()
        # The control: without waking, nobody knows for as long as this.
        await asyncio.sleep(NOTICED_WITHIN_S + 0.5)
        await expect(state).to_have_text("Verbunden")
        await write(page, "in ein Loch gesprochen")
        woken = time.monotonic()
        await page.evaluate(WAKE)
        await expect(state).to_have_text("Verbinde neu …", timeout=1000 * (NOTICED_WITHIN_S + LATE_S))
        assert time.monotonic() - woken < NOTICED_WITHIN_S + LATE_S
        proxy.blackhole(up=False, down=False)
        proxy.cut()
        await expect(state).to_have_text("Verbunden", timeout=20_000)
        await expect_board(hall, "in ein Loch gesprochen")
