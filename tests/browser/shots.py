"""Pictures of all faces and states, for looking at beside the design: `make shots` writes them to var/shots.

Not a test: nothing is asserted here but that a face has become live.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from server.core.agenda import OpenStep, SetWall, SetWallLanguage
from server.core.notes import AddNote
from server.core.people import SetDone
from server.core.plan import WallKind
from server.core.timers import PauseTimer
from server.core.voting import CloseRound, PlaceDots, ShowRound, StartRound
from tests.browser.chromium import FLAGS, executable
from tests.browser.pictures import LAPTOP, PHONE, SHORT, SMALL, WALL, Camera
from tests.browser.scenery import Scenery, note_id
from tests.browser.shots_hearing import hearing
from tests.browser.shots_interpreter import interpreter
from tests.browser.shots_live import LIVE
from tests.hall import Hall, running_hall

ROUND = "round0000001"


async def main(out: Path, only: str = "") -> int:
    out.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        camera = Camera(browser, out)
        for name, scene in SCENES.items():
            if only in name:
                with tempfile.TemporaryDirectory() as directory:
                    async with running_hall(Path(directory)) as hall:
                        await scene(camera, hall)
        await browser.close()
    print(f"{camera.taken} pictures in {out}")
    return 0


async def doors(camera: Camera, hall: Hall) -> None:
    for language, size in (("de", PHONE), ("ru", PHONE), ("en", SMALL)):
        context = await camera._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=True, device_scale_factor=1.25
        )
        await context.add_cookies([{"name": "tcl-language", "value": language, "url": hall.url}])
        page = await context.new_page()
        for name, address in (
            ("door-code", hall.url),
            ("door-join", hall.link("participant", "ka")),
            ("door-pair", f"{hall.url}/pair"),
            ("door-privacy", f"{hall.url}/privacy"),
            ("door-error", f"{hall.url}/nowhere"),
        ):
            await page.goto(address)
            await camera.take(page, f"{name}-{language}-{size[0]}")
        await context.close()
    context = await camera._browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]}, locale="de-DE")
    page = await context.new_page()
    await page.goto(hall.services.host_link())
    await page.wait_for_url("**/host")
    await camera.take(page, "door-host-de-1440")
    await context.close()


async def before(camera: Camera, hall: Hall) -> None:
    """Not started: everyone waits."""
    await camera.shot(hall, "before-facilitator", "facilitator", "ka", LAPTOP, "de", "Sabine")
    await camera.shot(hall, "before-phone", "participant", "kr", PHONE, "ru", "Ольга")
    await camera.shot(hall, "before-wall", "projector", "ka", WALL, "de")


async def writing(camera: Camera, hall: Hall) -> None:
    scenery = Scenery(hall)
    await scenery.begin()
    await scenery.write()
    miriam = await scenery.person("ka", "Miriam")
    for size, language in ((PHONE, "de"), (SMALL, "de"), (PHONE, "en")):
        await camera.shot(hall, "hidden-phone", "participant", "ka", size, language, person=miriam)
    await camera.shot(
        hall, "hidden-phone", "participant", "kr", PHONE, "ru", person=await scenery.person("kr", "Ольга")
    )
    await camera.shot(hall, "hidden-facilitator", "facilitator", "ka", LAPTOP, "de", person=scenery.facilitators["ka"])
    await camera.shot(hall, "hidden-wall", "projector", "ka", WALL, "de")
    await scenery.reveal()
    await camera.shot(hall, "open-phone", "participant", "ka", PHONE, "de", person=miriam)
    for size, language in ((LAPTOP, "de"), (SHORT, "de"), (LAPTOP, "ru"), (LAPTOP, "en"), (SMALL, "de")):
        await camera.shot(
            hall, "open-facilitator", "facilitator", "ka", size, language, person=scenery.facilitators["ka"]
        )
    await scenery.group()
    await camera.shot(hall, "grouped-facilitator", "facilitator", "ka", LAPTOP, "de", person=scenery.facilitators["ka"])
    await camera.shot(hall, "grouped-wall", "projector", "ka", WALL, "de")
    await camera.shot(hall, "grouped-wall", "projector", "kr", WALL, "ru")
    await camera.shot(hall, "grouped-wall", "projector", "ka", SHORT, "de")
    await scenery.open("ordnen")
    await camera.shot(hall, "sorting-phone", "participant", "ka", PHONE, "de", person=miriam)
    await camera.shot(
        hall, "sorting-phone", "participant", "kr", SMALL, "ru", person=await scenery.person("kr", "Ольга")
    )


async def voting(camera: Camera, hall: Hall) -> None:
    scenery = Scenery(hall)
    await scenery.begin()
    await scenery.write()
    head = scenery.facilitators["ka"]
    await scenery.reveal()
    await scenery.group()
    await scenery.open("punkten")
    await camera.shot(hall, "voting-before-phone", "participant", "ka", PHONE, "de", "Ada")
    await hall.give(head, StartRound(ROUND, "punkten"))
    items = [item.id for item in hall.live.state.rounds[ROUND].items]
    for n, person in enumerate(list(scenery.people.values())):
        await hall.give(person, PlaceDots(ROUND, items[n % 3], 2))
        await hall.give(person, PlaceDots(ROUND, items[(n + 3) % len(items)], 1))
    olga = await scenery.person("kr", "Ольга")
    miriam = await scenery.person("ka", "Miriam")
    await hall.give(miriam, SetDone("punkten", True))
    await camera.shot(hall, "voting-phone", "participant", "kr", PHONE, "ru", person=olga)
    await camera.shot(hall, "voting-phone", "participant", "ka", SMALL, "de", person=miriam)
    await camera.shot(hall, "voting-facilitator", "facilitator", "ka", LAPTOP, "de", person=head)
    await camera.shot(hall, "voting-wall", "projector", "ka", WALL, "de")
    await hall.give(head, CloseRound(ROUND))
    await camera.shot(hall, "closed-facilitator", "facilitator", "ka", LAPTOP, "de", person=head)
    await camera.shot(hall, "closed-phone", "participant", "ka", PHONE, "de", person=miriam)
    await hall.give(head, ShowRound(ROUND, True))
    await camera.shot(hall, "results-facilitator", "facilitator", "ka", LAPTOP, "en", person=head)
    await camera.shot(hall, "results-phone", "participant", "kr", PHONE, "ru", person=olga)
    await camera.shot(hall, "results-wall", "projector", "ka", WALL, "de")
    await camera.shot(hall, "results-wall", "projector", "kr", SHORT, "ru")


async def walls(camera: Camera, hall: Hall) -> None:
    scenery = Scenery(hall)
    await scenery.begin()
    await scenery.write()
    head = scenery.facilitators["ka"]
    await scenery.reveal()
    await scenery.group()
    kinds: list[tuple[WallKind, str | None, str]] = [
        ("board", "ideen", ""),
        ("column", "ideen", ""),
        ("group", "group0000000", ""),
        ("timer", None, ""),
        ("join", None, ""),
        ("agenda", None, ""),
        ("message", None, "Wir machen fünf Minuten später weiter. Kaffee steht im Foyer!"),
        ("black", None, ""),
        ("live", None, ""),
    ]
    wall = await camera.page(hall, "projector", "ka", WALL, "de")
    for kind, target, text in kinds:
        receipt = await hall.give(head, SetWall("ka", kind, target, text))
        assert receipt.code is None, receipt
        await camera.take(wall, f"wall-{kind}-de-1920")
    await hall.give(head, SetWallLanguage("ka", "ru"))
    await hall.give(head, SetWall("ka", "join"))
    await camera.take(wall, "wall-join-ru-1920")
    await hall.give(head, SetWallLanguage("ka", "en"))
    await camera.take(wall, "wall-join-en-1920")
    await hall.give(head, PauseTimer(("ka", "kr")))
    await camera.take(wall, "wall-paused-en-1920")
    await wall.context.close()


async def full(camera: Camera, hall: Hall) -> None:
    """All 522 real notes."""
    scenery = Scenery(hall)
    await scenery.begin()
    await scenery.write_real()
    await scenery.reveal()
    long = await scenery.person("ka", "Lang")
    await hall.give(
        long, AddNote(note_id(9000), "ideen-sammeln", "themen", ("Ein sehr langer Zettel. " * 21)[:500], "de")
    )
    for size in (LAPTOP, SMALL):
        await camera.shot(hall, "full-facilitator", "facilitator", "ka", size, "de", person=scenery.facilitators["ka"])
    for size in (WALL, SHORT):
        await camera.shot(hall, "full-wall", "projector", "ka", size, "de")
    await camera.shot(hall, "full-phone", "participant", "ka", PHONE, "de", person=long)


async def steps(camera: Camera, hall: Hall) -> None:
    """Every other kind of step on the phone and on the wall."""
    scenery = Scenery(hall)
    await scenery.begin("ankommen", 0)
    head = scenery.facilitators["ka"]
    phone = await camera.page(hall, "participant", "ka", PHONE, "de", "Miriam")
    wall = await camera.page(hall, "projector", "kr", WALL, "ru")
    desk = await camera.page(hall, "facilitator", "kr", LAPTOP, "ru", person=scenery.facilitators["kr"])
    for step in ("ankommen", "live-1", "karte-schreiben", "vertiefung", "mittag-1", "vor-ort-ka"):
        rooms = ("ka",) if step.endswith("-ka") else ("ka", "kr")
        await hall.give(head, OpenStep(step, rooms))
        for page, face in ((phone, "phone-de-390"), (wall, "wall-ru-1920"), (desk, "facilitator-ru-1440")):
            await camera.take(page, f"step-{step}-{face}")
    for page in (phone, wall, desk):
        await page.context.close()


async def forgetting(camera: Camera, hall: Hall) -> None:
    """What is one's own, on the phone; somebody's wish at the desk; how long, on the host's page."""
    scenery = Scenery(hall)
    await scenery.begin()
    await scenery.write()
    text = hall.services.catalogues.text
    for language, size, name in (("de", PHONE, "Miriam"), ("ru", PHONE, "Алексей"), ("en", SMALL, "Jonas")):
        person = await scenery.person("ka", name)
        page = await camera.page(hall, "participant", "ka", size, language, person=person)
        await page.locator("header .who").click()
        await page.locator(".stored summary").click()
        await camera.take(page, f"forget-mine-{language}-{size[0]}")
        await page.get_by_role("button", name=text(language, "phone.mine.delete")).click()
        await camera.take(page, f"forget-choice-{language}-{size[0]}")
        await page.get_by_role("button", name=text(language, "phone.mine.delete_now")).click()
        await page.get_by_text(text(language, "phone.stopped.erased")).wait_for()
        await camera.take(page, f"forget-gone-{language}-{size[0]}")
        await page.context.close()
    for language, room in (("de", "ka"), ("ru", "kr")):
        who = await scenery.person(room, "Sabine K." if room == "ka" else "Денис")
        desk = await camera.page(hall, "facilitator", room, LAPTOP, language, person=scenery.facilitators[room])
        await desk.get_by_role("button", name=text(language, "facilitator.people.title")).first.click()
        named = hall.live.world.names[who]
        await desk.get_by_role(
            "button", name=text(language, "facilitator.people.remove").replace("{name}", named)
        ).click()
        await camera.take(desk, f"forget-remove-{language}-1440")
        await desk.get_by_role("button", name=text(language, "facilitator.people.erase_instead")).click()
        await camera.take(desk, f"forget-desk-{language}-1440")
        await desk.context.close()
    for language, size in (("de", LAPTOP), ("ru", LAPTOP), ("en", SMALL)):
        context = await camera._browser.new_context(viewport={"width": size[0], "height": size[1]})
        await context.add_cookies([{"name": "tcl-language", "value": language, "url": hall.url}])
        page = await context.new_page()
        await page.goto(hall.services.host_link())
        await page.wait_for_url("**/host")
        await camera.take(page, f"forget-hosts-{language}-{size[0]}")
        await page.goto(f"{hall.url}/host/{hall.live.id}#kept")
        await page.locator("details summary").first.click()
        await page.locator("#kept").scroll_into_view_if_needed()
        await camera.take(page, f"forget-kept-{language}-{size[0]}")
        await context.close()


SCENES = {
    "doors": doors,
    "forgetting": forgetting,
    "before": before,
    "writing": writing,
    "voting": voting,
    "walls": walls,
    "full": full,
    "steps": steps,
    **LIVE,
    "hearing": hearing,
    "interpreter": interpreter,
}

if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path("var/shots"), sys.argv[1] if len(sys.argv) > 1 else "")))
