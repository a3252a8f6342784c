"""Takes pictures of people's screens, for `make shots`."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.hall import Hall

PHONE, SMALL, LAPTOP, SHORT, WALL = (390, 844), (320, 640), (1440, 900), (1280, 720), (1920, 1080)


class Camera:
    """Takes pictures of people's screens; each person keeps one page."""

    def __init__(self, browser: Browser, out: Path) -> None:
        self._browser = browser
        self._out = out
        self.taken = 0

    async def page(
        self, hall: Hall, role: str, room: str, size: tuple[int, int], language: str, name: str = "", person: str = ""
    ) -> Page:
        context = await self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 800,
            device_scale_factor=1.25 if size[0] < 800 else 1,
        )
        page = await hall.open(context, role, room, name, language, person)  # type: ignore[arg-type]
        await page.locator("#app > *").first.wait_for()
        return page

    async def take(self, page: Page, name: str) -> None:
        await page.evaluate("document.fonts.ready")
        await asyncio.sleep(0.5)
        await page.screenshot(path=self._out / f"{name}.png")
        self.taken += 1

    async def shot(
        self,
        hall: Hall,
        name: str,
        role: str,
        room: str,
        size: tuple[int, int],
        language: str,
        person_name: str = "",
        person: str = "",
    ) -> None:
        page = await self.page(hall, role, room, size, language, person_name, person)
        await self.take(page, f"{name}-{language}-{size[0]}")
        await page.context.close()
