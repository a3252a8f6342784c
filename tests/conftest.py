"""What every test may use. One browser serves a process of the run; a person in a test is a context of it."""

from collections.abc import AsyncIterator
from typing import Any

import hypothesis
import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from tests.browser.chromium import FLAGS, OpenContext, executable

# A busy machine takes its time, over an example as over a picture: that is no fault of what is tested.
hypothesis.settings.register_profile("hall", deadline=None)
hypothesis.settings.load_profile("hall")
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def open_context(chromium: Browser) -> AsyncIterator[OpenContext]:
    opened: list[BrowserContext] = []

    async def open_one(
        viewport: tuple[int, int] = (1440, 900), locale: str = "de-DE", touch: bool = False, **more: Any
    ) -> BrowserContext:
        width, height = viewport
        context = await chromium.new_context(
            viewport={"width": width, "height": height}, locale=locale, has_touch=touch, is_mobile=touch, **more
        )
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        await context.close()
