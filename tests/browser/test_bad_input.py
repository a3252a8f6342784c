"""What is missing or forbidden at a hall's machine is said in a sentence that helps, in the wall's language."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from server.core.agenda import SetWallLanguage
from server.core.ids import Language
from server.core.link_state import Station
from server.core.links import GoLive
from tests.browser.chromium import FLAGS, executable
from tests.browser.walls import press_control
from tests.hall import Hall, running_hall
from tests.hub.processes import until
from tests.rtc.link import WINDOW, WITHIN_MS, Link, window_open

pytestmark = pytest.mark.browser

OPENS = {"de": "Kamera und Ton", "ru": "Камера и звук", "en": "Camera and sound"}
# A name that leads here and is not loopback's: to a browser that is anybody's server.
ELSEWHERE = "hall.example.org"
# Nobody allows anything unasked, no sound plays untouched.
STRICT = [
    *(flag for flag in FLAGS if not flag.startswith(("--use-fake-ui", "--autoplay-policy"))),
    "--autoplay-policy=document-user-activation-required",
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
]
# Machines that run tests have none of their own.
BARE = [flag for flag in FLAGS if not flag.startswith("--use-fake-device")]

# Whatever a test asks of a page counts as a touch of it, so the page has to say by itself that it has begun to play.
TELL = """
new MutationObserver((_, watch) => {
  if (!document.querySelector(".far video")) return;
  watch.disconnect();
  window.begun();
}).observe(document, { childList: true, subtree: true });
"""

PULL_OUT_CAMERA = """() => {
  const [camera] = document.querySelector(".preview video").srcObject.getVideoTracks();
  camera.stop();
  camera.dispatchEvent(new Event("ended"));
}"""


async def browser_with(flags: list[str]) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), headless=True, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[Browser]:
    async for browser in browser_with(STRICT):
        yield browser


@pytest.fixture(scope="module")
async def bare() -> AsyncIterator[Browser]:
    async for browser in browser_with(BARE):
        yield browser


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with running_hall(tmp_path) as hall:
        await window_open(hall)
        yield hall


async def open_panel(hall: Hall, context: BrowserContext, language: Language = "de", url: str = "") -> Page:
    room = "kr" if language == "ru" else "ka"
    head = await hall.join("facilitator", room)
    await hall.give(head, SetWallLanguage(room, language))
    wall = await hall.open(context, "projector", room, url=url)
    await press_control(wall, OPENS[language])
    return wall


async def says(wall: Page, *words: str) -> None:
    for word in words:
        await expect(wall.locator(".trouble")).to_contain_text(word)


def has_nothing(station: Station | None) -> bool:
    return station is not None and not (station.camera or station.microphone)


async def is_told(hall: Hall, camera: bool, microphone: bool) -> None:
    """What the server knows of the one station there is."""
    has = [(camera, microphone)]
    await until(lambda: [(one.camera, one.microphone) for one in hall.live.state.stations.values()] == has)


async def choose_nothing(wall: Page) -> None:
    """Neither camera nor microphone, of the two there are to choose from."""
    selects = wall.locator(".device select")
    await expect(selects).to_have_count(2)
    for select in await selects.all():
        await select.select_option("")


async def test_a_browser_that_forbids_both_is_named_with_what_to_do(hall: Hall, strict: Browser) -> None:
    for language, words in (
        ("de", "Schloss neben der Adresse"),
        ("ru", "значок замка"),
        ("en", "lock beside the address"),
    ):
        async with await strict.new_context(permissions=[]) as context:
            wall = await open_panel(hall, context, language)  # type: ignore[arg-type]
            await says(wall, words)
    assert hall.live.state.stations == {}


async def test_where_only_the_camera_is_forbidden_the_hall_is_heard(hall: Hall, strict: Browser) -> None:
    async with await strict.new_context(permissions=["microphone"]) as context:
        wall = await open_panel(hall, context)
        await says(wall, "darf die Kamera nicht", "der andere Saal hört euch nur")
        await expect(wall.locator(".loudness")).to_be_visible()
        await is_told(hall, False, True)


async def test_where_only_the_microphone_is_forbidden_the_hall_is_seen(hall: Hall, strict: Browser) -> None:
    async with await strict.new_context(permissions=["camera"]) as context:
        wall = await open_panel(hall, context, "ru")
        await says(wall, "запрещено использовать микрофон", "вас только видит")
        await is_told(hall, True, False)


async def test_without_any_device_the_boards_are_left_and_that_is_said(hall: Hall, bare: Browser) -> None:
    async with await bare.new_context() as context:
        wall = await open_panel(hall, context)
        await says(wall, "weder Kamera noch Mikrofon", "bleiben die Tafeln")
        await choose_nothing(wall)
        await expect(wall.locator(".trouble")).to_have_count(0)
        await is_told(hall, False, False)


async def test_a_camera_that_is_plugged_in_again_is_back_by_itself(hall: Hall, strict: Browser) -> None:
    async with await strict.new_context(permissions=["camera", "microphone"]) as context:
        wall = await open_panel(hall, context, "en")
        await expect(wall.locator(".preview video")).to_be_visible()
        await wall.evaluate(PULL_OUT_CAMERA)
        await says(wall, "The camera is not connected any more")
        await expect(wall.locator(".preview .nothing")).to_be_visible()
        await wall.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
        await expect(wall.locator(".trouble")).to_have_count(0)
        await expect(wall.locator(".preview .nothing")).to_have_count(0)
        await is_told(hall, True, True)


async def test_an_address_without_tls_is_told_that_cameras_need_one(hall: Hall, strict: Browser) -> None:
    for language, words in (("de", "nur über eine sichere Adresse"), ("ru", "по защищённому адресу")):
        async with await strict.new_context() as context:
            url = f"http://{ELSEWHERE}:{hall.port}"
            wall = await open_panel(hall, context, language, url)  # type: ignore[arg-type]
            await says(wall, words, "https", "docs/operating.md#addresses-and-tls")


async def test_sound_that_the_browser_holds_back_is_a_press_away(hall: Hall, strict: Browser) -> None:
    """A page that has a microphone may play sound at once; one whose camera is another device, or none, may not."""
    link = Link(hall, {room: await hall.join("facilitator", room) for room in ("ka", "kr")})
    async with await strict.new_context() as silent, await strict.new_context() as sends:
        await link.add_wall(sends, "kr")
        wall = await open_panel(hall, silent)
        await choose_nothing(wall)
        begun = asyncio.Event()
        await silent.expose_function("begun", begun.set)
        await silent.add_init_script(TELL)
        await until(lambda: has_nothing(hall.live.state.stations.get("ka")))
        before = hall.live.state.stations["ka"]
        await wall.reload()
        await until(lambda: hall.live.state.stations["ka"] != before)
        await link.ready()
        await hall.give(link.heads["ka"], GoLive(WINDOW))
        await asyncio.wait_for(begun.wait(), WITHIN_MS / 1000)
        button = wall.locator(".air-foot").get_by_role("button", name="Ton einschalten")
        await expect(button).to_be_visible(timeout=WITHIN_MS)
        picture = wall.locator(".far video")
        for muted in (True, False):
            await expect(picture).to_have_js_property("muted", muted)
            await expect(picture).to_have_js_property("paused", False)
            if muted:
                await button.click()
                await expect(button).to_have_count(0)
