"""Pictures of the live connection on every face, from the first look at the camera to what is left at the end."""

from collections.abc import Awaitable, Callable
from typing import get_args

from playwright.async_api import Page

from server.core.agenda import SetWall, SetWallLanguage
from server.core.ids import Language
from server.core.link_state import Layout
from server.core.links import AskToMute, EndLink, GoLive, SetHallMuted, SetLayout, SetPicturePaused, SetReady
from server.core.speakers import GiveWord, RaiseHand
from server.protocol import ClientCommand
from tests.browser.pictures import LAPTOP, PHONE, SHORT, SMALL, WALL, Camera
from tests.browser.scenery import Scenery
from tests.hall import Hall

WINDOW = "live-2"
WITHIN_MS = 20_000
LANGUAGES: tuple[Language, ...] = get_args(Language)

FORBID = "void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')))"
PULL_OUT_CAMERA = """() => {
  const [camera] = document.querySelector(".near video").srcObject.getVideoTracks();
  camera.stop();
  camera.dispatchEvent(new Event("ended"));
}"""


class Window:
    """Both halls are in a live window. Karlsruhe's wall is looked at in all languages and both sizes."""

    def __init__(self, camera: Camera, hall: Hall, scenery: Scenery) -> None:
        self.camera, self.hall, self.scenery = camera, hall, scenery
        self.walls: dict[str, Page] = {}

    @classmethod
    async def opened(cls, camera: Camera, hall: Hall) -> "Window":
        scenery = Scenery(hall)
        await scenery.begin(timer_ms=0)
        await scenery.write()
        await scenery.reveal()
        await scenery.group()
        await scenery.open(WINDOW)
        found = cls(camera, hall, scenery)
        for room, language in (("ka", "de"), ("kr", "ru")):
            found.walls[room] = await camera.page(hall, "projector", room, WALL, language)
        return found

    async def give(self, room: str, *commands: ClientCommand) -> None:
        for command in commands:
            receipt = await self.hall.give(self.scenery.facilitators[room], command)
            assert receipt.code is None, receipt

    async def wall(self, name: str, sizes: tuple[tuple[int, int], ...] = (WALL, SHORT)) -> None:
        page = self.walls["ka"]
        for language in LANGUAGES:
            await self.give("ka", SetWallLanguage("ka", language))
            await page.wait_for_function("language => document.documentElement.lang === language", arg=language)
            for width, height in sizes:
                await page.set_viewport_size({"width": width, "height": height})
                await self.camera.take(page, f"live-{name}-wall-{language}-{width}")

    async def desks(self, name: str) -> None:
        """Of both halls, in every language."""
        for language, size in (("de", LAPTOP), ("ru", LAPTOP), ("en", SHORT), ("de", SMALL)):
            room = "kr" if language == "ru" else "ka"
            person = self.scenery.facilitators[room]
            await self.camera.shot(self.hall, f"live-{name}-desk", "facilitator", room, size, language, person=person)

    async def phone(self, name: str, room: str, language: str, size: tuple[int, int], at_home: bool = False) -> None:
        person = await self.scenery.person(room, f"{name} {language}")
        page = await self.camera.page(self.hall, "participant", room, size, language, person=person)
        if at_home:
            await page.get_by_role("button", name=self.say(language, "phone.home.not_here")).click()
            await page.wait_for_function(
                "() => document.querySelector('figure video')?.videoWidth > 0", timeout=WITHIN_MS
            )
        await self.camera.take(page, f"live-{name}-phone-{language}-{size[0]}")
        await page.context.close()

    async def phones(self, name: str, at_home: bool = False) -> None:
        for room, language, size in (("ka", "de", PHONE), ("kr", "ru", SMALL), ("ka", "en", PHONE)):
            await self.phone(name, room, language, size, at_home)

    async def panel(self, room: str = "ka") -> Page:
        """Open it. Whoever comes to the machine moves the mouse."""
        wall = self.walls[room]
        await wall.mouse.move(300, 300)
        await wall.mouse.move(320, 300)
        await wall.locator(".controls button").first.click()
        return wall

    async def set_up(self, room: str) -> None:
        wall = await self.panel(room)
        await wall.locator(".preview video").wait_for()
        await self.close_panel(room)

    async def close_panel(self, room: str = "ka") -> None:
        await self.walls[room].locator(".station-panel .acts .primary").click()

    async def go_live(self) -> None:
        for room in self.walls:
            await self.set_up(room)
            await self.give(room, SetReady(WINDOW, True))
        await self.give("ka", GoLive(WINDOW))
        for wall in self.walls.values():
            await wall.locator(".count-in").wait_for(state="detached")
        await self.sees()

    async def sees(self) -> None:
        seen = "() => document.querySelector('.far video')?.videoWidth > 0"
        await self.walls["ka"].wait_for_function(seen, timeout=WITHIN_MS)

    async def absent(self) -> None:
        await self.walls["ka"].locator(".absent").wait_for(timeout=WITHIN_MS)

    def say(self, language: str, message: str) -> str:
        return self.hall.services.catalogues.text(language, message)


async def prepare(camera: Camera, hall: Hall) -> None:
    """Before: the panel of the station, the check, ready, three, two, one."""
    here = await Window.opened(camera, hall)
    await here.wall("before")
    await here.phones("before")
    await here.panel()
    await here.walls["ka"].locator(".preview video").wait_for()
    await here.wall("panel")
    await here.walls["ka"].locator(".link-check .button").click()
    await here.walls["ka"].locator(".check-words").wait_for(timeout=WITHIN_MS)
    await here.wall("checked")
    await here.close_panel()
    await here.desks("checked")
    await here.give("ka", SetWall("ka", "agenda"))
    await here.wall("agenda-checked", (WALL,))
    await here.give("ka", SetWall("ka", "auto"), SetReady(WINDOW, True))
    await here.wall("one-ready", (WALL,))
    await here.set_up("kr")
    await here.give("kr", SetReady(WINDOW, True))
    await here.wall("both-ready")
    await here.desks("both-ready")
    await here.give("ka", GoLive(WINDOW))
    await camera.take(here.walls["ka"], "live-count-in-wall-de-1280")


async def on_air(camera: Camera, hall: Hall) -> None:
    """While it runs: layouts, who speaks, silence and pauses, the end of the time and the end."""
    here = await Window.opened(camera, hall)
    await here.go_live()
    people = (("kr", "Ольга", "Ольга"), ("ka", "Jonas", "Jonas, Reihe 3"), ("ka", "Petra", ""))
    for n, (room, name, label) in enumerate(people):
        await hall.give(await here.scenery.person(room, name), RaiseHand(f"hand00000{n}", WINDOW, label))
    await here.phones("in-hall")
    await here.phones("at-home", at_home=True)
    await here.give("ka", GiveWord("hand000000"))
    for layout in get_args(Layout):
        await here.give("ka", SetLayout(WINDOW, layout))
        await here.wall(f"layout-{layout}")
    await here.give("ka", SetLayout(WINDOW, "hall"))
    await here.desks("on-air")
    await here.give("kr", AskToMute(WINDOW, True))
    await here.desks("asked")
    await here.give("ka", SetHallMuted(WINDOW, True), SetPicturePaused(WINDOW, True))
    await here.wall("own-off")
    await here.give("kr", SetPicturePaused(WINDOW, True))
    await here.wall("their-picture-paused")
    await here.give("kr", SetHallMuted(WINDOW, True))
    await here.wall("all-off", (WALL,))
    await here.desks("all-off")
    await here.give("ka", SetWall("ka", "agenda"))
    await here.wall("agenda-on-air", (WALL,))
    await here.give("ka", SetWall("ka", "auto"))
    await here.walls["ka"].clock.install()
    await here.walls["ka"].clock.run_for(31 * 60_000)
    await camera.take(here.walls["ka"], "live-time-over-wall-en-1920")
    await here.walls["ka"].reload()
    await here.give("ka", EndLink(WINDOW))
    await here.walls["ka"].locator(".on-air").wait_for(state="detached")
    await here.wall("over")
    await here.desks("over")
    await here.give("ka", SetWall("ka", "agenda"))
    await here.wall("agenda-over", (WALL,))


async def troubles(camera: Camera, hall: Hall) -> None:
    """What goes wrong, and what is said of it."""
    here = await Window.opened(camera, hall)
    await here.walls["ka"].evaluate(FORBID)
    await here.panel()
    await here.walls["ka"].locator(".trouble").wait_for()
    await here.wall("forbidden")
    await here.close_panel()
    await here.walls["ka"].reload()
    await here.walls["ka"].locator(".wall").wait_for()
    await here.go_live()
    await here.walls["kr"].evaluate(PULL_OUT_CAMERA)
    await here.absent()
    await here.wall("sound-only")
    await here.desks("sound-only")
    await here.walls["ka"].evaluate(PULL_OUT_CAMERA)
    await here.walls["ka"].locator(".near .off").wait_for()
    await here.wall("pulled-out")
    await here.walls["kr"].close()
    reconnecting = here.say("en", "projector.live.reconnecting").split("{")[0]
    await here.walls["ka"].locator(".absent").filter(has_text=reconnecting).wait_for(timeout=WITHIN_MS)
    await here.wall("reconnecting")
    await here.desks("reconnecting")


async def own_camera(camera: Camera, hall: Hall) -> None:
    """Another device as the camera, from the code to its being away."""
    here = await Window.opened(camera, hall)
    device = await camera._browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    page = await device.new_page()
    await page.goto(f"{hall.url}/pair")
    code = page.locator("#code").filter(has_not_text="·")
    await code.wait_for()
    wall = await here.panel()
    await wall.locator(".station-panel .button.quiet").first.click()
    await here.wall("camera-code")
    await wall.locator(".code-field").fill(await code.inner_text())
    await wall.locator(".pairing .primary").click()
    await wall.locator("dialog .camera-state.connected").wait_for(timeout=WITHIN_MS)
    await here.wall("camera-connected")
    await here.close_panel()
    await here.wall("camera-before", (WALL,))
    for language, size in (("de", LAPTOP), ("ru", PHONE), ("en", PHONE)):
        await device.add_cookies([{"name": "tcl-language", "value": language, "url": hall.url}])
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.reload()
        await page.locator(".camera-state.connected").wait_for(timeout=WITHIN_MS)
        await camera.take(page, f"live-camera-{language}-{size[0]}")
    await device.close()
    await wall.locator(".camera-state.missing").wait_for(timeout=WITHIN_MS)
    await here.panel()
    await here.wall("camera-away")


LIVE: dict[str, Callable[[Camera, Hall], Awaitable[None]]] = {
    "live-prepare": prepare,
    "live-on-air": on_air,
    "live-troubles": troubles,
    "live-camera": own_camera,
}
