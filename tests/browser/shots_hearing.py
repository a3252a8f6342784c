"""Pictures of interpretation as people meet it: phones, walls and desks, with nobody there, silent, and on the air."""

from playwright.async_api import Page

from server.core.interpreting import SetHallSound, TakeChannel
from server.core.link_state import Layout
from server.core.links import GoLive, SetLayout, SetReady
from server.protocol import ClientCommand
from tests.browser.pictures import LAPTOP, PHONE, SMALL, WALL, Camera
from tests.browser.scenery import Scenery
from tests.hall import Hall

WINDOW = "live-2"


class Scene:
    def __init__(self, camera: Camera, hall: Hall, scenery: Scenery) -> None:
        self.camera, self.hall, self.scenery = camera, hall, scenery
        self.pages: dict[str, Page] = {}

    async def open(self) -> None:
        head, shot, hall = self.scenery.facilitators, self.camera.page, self.hall
        self.pages = {
            "wall-de-1920": await shot(hall, "projector", "ka", WALL, "de"),
            "wall-ru-1920": await shot(hall, "projector", "kr", WALL, "ru"),
            "desk-de-1440": await shot(hall, "facilitator", "ka", LAPTOP, "de", person=head["ka"]),
            "desk-ru-1440": await shot(hall, "facilitator", "kr", LAPTOP, "ru", person=head["kr"]),
            "phone-de-390": await shot(hall, "participant", "ka", PHONE, "de", "Miriam"),
            "phone-ru-320": await shot(hall, "participant", "kr", SMALL, "ru", "Ольга"),
            "phone-en-390": await shot(hall, "participant", "ka", PHONE, "en", "Ada"),
        }

    async def take(self, name: str, *faces: str) -> None:
        for face, page in self.pages.items():
            if face.startswith(faces):
                if face.startswith("phone") and await page.locator(".hear").count():
                    await page.locator(".hear .button.big").scroll_into_view_if_needed()
                await self.camera.take(page, f"hearing-{name}-{face}")

    async def give(self, person: str, *commands: ClientCommand) -> None:
        for command in commands:
            receipt = await self.hall.give(person, command)
            assert receipt.code is None, receipt


async def hearing(camera: Camera, hall: Hall) -> None:
    scenery = Scenery(hall)
    await scenery.begin()
    await scenery.write()
    await scenery.reveal()
    await scenery.open(WINDOW)
    scene = Scene(camera, hall, scenery)
    await scene.open()
    for face in ("wall-de-1920", "wall-ru-1920"):
        wall = scene.pages[face]
        await wall.mouse.move(300, 300)
        await wall.locator(".controls button").first.click()
        await wall.locator(".preview video").wait_for()
        await wall.locator(".station-panel .primary").click()
    await scene.take("before", "phone", "desk")
    for room in ("ka", "kr"):
        await scene.give(scenery.facilitators[room], SetReady(WINDOW, True))
    await scene.give(scenery.facilitators["ka"], GoLive(WINDOW))
    await scene.pages["wall-de-1920"].locator(".count-in").wait_for(state="detached")
    await scene.take("nothing-chosen", "wall-de", "phone", "desk")
    for face in ("phone-de-390", "phone-ru-320", "phone-en-390"):
        await scene.pages[face].locator(".hear .choice").nth(1 if "-de-" in face else 2).click()
    for room, language in (("ka", "de"), ("kr", "ru")):
        await scene.give(scenery.facilitators[room], SetHallSound(WINDOW, language))  # type: ignore[arg-type]
    await scene.take("nobody", "wall", "phone", "desk")
    interpreter = await hall.join("interpreter", "kr", "Ирина")
    page = await camera.page(hall, "interpreter", "kr", LAPTOP, "ru", person=interpreter)
    await scene.give(interpreter, TakeChannel(WINDOW, "ru"))
    await scene.take("silent", "wall-ru", "phone-ru", "phone-en", "desk-ru")
    await page.locator(".first .button").click()
    await page.locator(".mic-buttons .on-air").click()
    await scene.pages["wall-ru-1920"].locator(".sound-word:not(.connecting)").wait_for()
    await scene.pages["phone-ru-320"].locator(".heard.on").wait_for()
    await scene.take("on", "wall-ru", "phone-ru", "phone-en", "desk-ru")
    layouts: tuple[Layout, ...] = ("halves", "board", "picture")
    for layout in layouts:
        await scene.give(scenery.facilitators["kr"], SetLayout(WINDOW, layout))
        await scene.take(f"layout-{layout}", "wall-ru")
    home = scene.pages["phone-en-390"]
    await home.locator(".button.quiet", has_text="not in the hall").click()
    await home.locator(".at-home video").nth(1).wait_for()
    await scene.take("at-home", "phone-en")
