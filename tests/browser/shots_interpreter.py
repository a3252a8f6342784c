"""Pictures of the interpreter's page in three languages: before, with channels in every hand, live, and when something is wrong."""

from playwright.async_api import Page

from server.core.interpreting import HandOver, TakeChannel
from server.core.links import EndLink, GoLive, SetReady
from server.core.speakers import GiveWord, RaiseHand
from server.protocol import ClientCommand
from tests.browser.pictures import LAPTOP, PHONE, Camera
from tests.browser.scenery import Scenery
from tests.browser.test_interpreter import DENY
from tests.hall import Hall

NARROW = (1024, 768)
WINDOW = "live-2"


async def interpreter(camera: Camera, hall: Hall) -> None:
    scenery = Scenery(hall)
    await scenery.begin()
    ines, ira = await hall.join("interpreter", "ka", "Ines Vogt"), await hall.join("interpreter", "kr", "Ирина")
    first = await hall.join("interpreter", "kr")
    pages = {
        "de-1440": await camera.page(hall, "interpreter", "ka", LAPTOP, "de", person=ines),
        "ru-1440": await camera.page(hall, "interpreter", "kr", LAPTOP, "ru", person=ira),
        "en-390": await camera.page(hall, "interpreter", "ka", PHONE, "en", person=ines),
        "ru-390": await camera.page(hall, "interpreter", "kr", PHONE, "ru", person=ira),
        "en-1024": await camera.page(hall, "interpreter", "kr", NARROW, "en", person=first),
    }

    async def take(name: str, *only: str) -> None:
        for face, page in pages.items():
            if face.startswith(only or ("de", "ru", "en")):
                await camera.take(page, f"interpreter-{name}-{face}")

    async def give(person: str, *commands: ClientCommand) -> None:
        for command in commands:
            receipt = await hall.give(person, command)
            assert receipt.code is None, receipt

    await take("empty")
    await scenery.write()
    await scenery.reveal()
    await scenery.group()
    await scenery.open(WINDOW)
    await queue(hall, scenery)
    for page in pages.values():
        await page.locator(".first .button").click()
        await page.locator(".loudness").wait_for()
    await take("before")
    await stations(camera, hall)
    await give(ines, TakeChannel(WINDOW, "ru"))
    await take("held", "de-1440", "ru-1440")
    for room in ("ka", "kr"):
        await give(scenery.facilitators[room], SetReady(WINDOW, True))
    await give(scenery.facilitators["ka"], GoLive(WINDOW))
    await pages["de-1440"].locator(".on-air").click()
    await pages["de-1440"].locator(".mic.open").wait_for()
    await give(ira, TakeChannel(WINDOW, "ru"))
    await pages["de-1440"].wait_for_timeout(6_000)
    await take("live")
    await pages["ru-1440"].locator(".chip input").last.check(force=True)
    await pages["ru-1440"].locator(".heard").wait_for()
    await take("relay", "ru-1440")
    another = await camera.page(hall, "interpreter", "ka", LAPTOP, "de", person=ines)
    await camera.take(another, "interpreter-elsewhere-de-1440")
    await another.context.close()
    await give(ines, HandOver(WINDOW, "ru"))
    await take("handed-over", "de-1440", "ru")
    await give(scenery.facilitators["ka"], EndLink(WINDOW))
    await take("over", "de-1440", "ru-390")
    await trouble(camera, hall)


async def queue(hall: Hall, scenery: Scenery) -> None:
    miriam, olga = await scenery.person("ka", "Miriam"), await scenery.person("kr", "Ольга")
    await hall.give(miriam, RaiseHand("hand000001", WINDOW, "Miriam, 3. Reihe"))
    await hall.give(olga, RaiseHand("hand000002", WINDOW, "Ольга"))
    await hall.give(scenery.facilitators["ka"], GiveWord("hand000001"))


async def stations(camera: Camera, hall: Hall) -> None:
    for room, language in (("ka", "de"), ("kr", "ru")):
        wall: Page = await camera.page(hall, "projector", room, (1920, 1080), language)
        await wall.mouse.move(300, 300)
        await wall.locator(".controls button").first.click()
        await wall.locator(".preview video").wait_for()
        await wall.locator(".station-panel .primary").click()


async def trouble(camera: Camera, hall: Hall) -> None:
    for language in ("de", "ru", "en"):
        page = await camera.page(hall, "interpreter", "ka", LAPTOP, language)
        await page.evaluate(DENY)
        await page.locator(".first .button").click()
        await page.locator(".trouble").wait_for()
        await camera.take(page, f"interpreter-denied-{language}-1440")
        await page.context.close()
