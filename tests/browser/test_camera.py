"""A device of its own as a wall's camera: paired by a code, and back by itself whichever page is loaded anew."""

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.links import GoLive, SetPicturePaused
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.test_link import sees_and_hears
from tests.browser.walls import press_control
from tests.hall import running_hall
from tests.rtc.link import SMALL, WINDOW, WITHIN_MS, Link, window_open

pytestmark = pytest.mark.browser

BACK_WITHIN_S = 20
CONNECTED = "Kamera: anderes Gerät, verbunden"
# Its own devices, and not what is left of them.
GIVES = """() => {
  const tracks = document.querySelector(".preview video")?.srcObject?.getTracks() ?? [];
  return tracks.length === 2 && tracks.every(({ readyState }) => readyState === "live");
}"""


class Set:
    """Karlsruhe's wall takes its picture from `device`; Krasnodar's from its own camera."""

    def __init__(self, link: Link, device: Page) -> None:
        self.link, self.device = link, device
        self.wall, self.other = link.walls["ka"], link.walls["kr"]


async def pair(wall: Page, device: Page, address: str) -> None:
    await device.goto(address)
    code = device.locator("#code")
    await expect(code).not_to_contain_text("·")
    await press_control(wall, "Kamera und Ton")
    await wall.get_by_role("button", name="Ein anderes Gerät als Kamera verwenden").click()
    await wall.get_by_label("Code").fill(await code.inner_text())
    await wall.get_by_role("button", name="Verbinden").click()


@contextlib.asynccontextmanager
async def paired(open_context: OpenContext, directory: Path) -> AsyncIterator[Set]:
    async with running_hall(directory) as hall:
        link = await window_open(hall)
        link.walls["ka"] = await hall.open(await open_context((1280, 720)), "projector", "ka")
        await link.add_wall(await open_context((960, 540)), "kr")
        context = await open_context((1280, 720))
        await context.grant_permissions(["camera", "microphone"], origin=hall.url)
        await context.add_init_script(SMALL)
        device = await context.new_page()
        await pair(link.walls["ka"], device, f"{hall.url}/pair")
        yield Set(link, device)


async def opened_twice(here: Set) -> None:
    """The page that was opened or pressed last is the camera, and the other says so."""
    second = await here.device.context.new_page()
    await second.goto(here.device.url)
    pages = (second, here.device)
    for page, other in (pages, pages[::-1]):
        if page is here.device:
            await page.get_by_role("button", name="Hier weitermachen").click()
        await expect(other.get_by_role("status").first).to_contain_text(
            "in einem anderen Fenster offen", timeout=WITHIN_MS
        )
        await expect(page.get_by_role("status").first).to_contain_text(
            "Der andere Saal sieht und hört euch", timeout=WITHIN_MS
        )
        await page.wait_for_function(GIVES, timeout=WITHIN_MS)
        await sees_and_hears(here.other)
    await second.close()


async def stays_through_a_reload(here: Set) -> bool:
    """Whether a camera's page can be loaded anew within one connection of the halls. A machine that stands still for a second
    makes them begin anew by themselves, so one time in three is enough: were the reload the reason, it would be so each time."""
    for _ in range(3):
        generation, began = here.link.generation, time.time()
        await here.device.reload()
        await sees_and_hears(here.other)
        print(f"camera's page loaded anew: picture again after {time.time() - began:.1f} s")
        if here.link.generation == generation:
            return True
    return False


async def test_a_paired_device_is_the_halls_camera_and_comes_back_by_itself(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with paired(open_context, tmp_path) as here:
        await expect(here.wall.locator("dialog .camera-state")).to_contain_text(CONNECTED, timeout=WITHIN_MS)
        await expect(here.wall.locator(".preview video")).to_be_visible()
        await expect(here.device.get_by_role("status").first).to_contain_text("Mit der Leinwand verbunden")
        assert await axe_violations(here.device) == []
        assert await axe_violations(here.wall) == []
        await here.wall.get_by_role("button", name="Fertig").click()
        await here.link.ready()
        await here.link.hall.give(here.link.heads["ka"], GoLive(WINDOW))
        await sees_and_hears(here.other)
        await sees_and_hears(here.wall)
        await expect(here.device.get_by_role("status").first).to_contain_text("Der andere Saal sieht und hört euch")
        assert await here.device.locator("audio").count() == 0

        await opened_twice(here)
        assert await stays_through_a_reload(here), "the other hall needs no new connection"

        began = time.time()
        await here.wall.reload()
        await sees_and_hears(here.other)
        print(f"wall loaded anew: picture again after {time.time() - began:.1f} s")

        await here.link.hall.give(here.link.heads["ka"], SetPicturePaused(WINDOW, True))
        await expect(here.device.get_by_role("status").first).to_contain_text("Bild aus")
        await here.device.close()
        await expect(here.wall.locator(".near .off")).to_contain_text("Unsere Kamera ist aus", timeout=WITHIN_MS)
        await expect(here.other.locator(".absent")).to_contain_text("нет камеры")
