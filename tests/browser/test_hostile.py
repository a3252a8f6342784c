"""Texts that would like to be programs, in every place people write, on every face and in what one takes along (S16)."""

from pathlib import Path

from msgspec import structs
from playwright.async_api import BrowserContext, Page, expect

from server.core.agenda import SetWall
from server.core.groups import GroupNotes
from server.core.invitations import InviteFacilitator
from server.core.notes import AddNote, TranslateNote
from server.core.people import SetName
from server.core.plan import Plan
from server.rehearsal.waiting import until
from server.web.plans import load_plan
from tests.browser.chromium import OpenContext
from tests.browser.scenery import Scenery
from tests.browser.strangers import Watch
from tests.hall import KICKOFF, Hall, running_hall

HOSTILE = (
    "<img src=x onerror=hit()>",
    "<svg onload=hit()>",
    "</script><script>hit()</script>",
    '"><iframe srcdoc="<script>parent.hit()</script>">',
    "{{ hit() }} ${hit()} javascript:hit()",
    '=HYPERLINK("javascript:hit()")',
)
STEP = "ideen-sammeln"


def hostile_plan() -> Plan:
    plan = load_plan(KICKOFF)
    title = dict.fromkeys(("de", "ru", "en"), f"Werkstatt {HOSTILE[2]}")
    rooms = tuple(
        structs.replace(room, name={**room.name, "de": f"{room.name['de']} {HOSTILE[0]}"}) for room in plan.rooms
    )
    return structs.replace(plan, title=title, subtitle=title, rooms=rooms)


async def counting(context: BrowserContext) -> list[str]:
    """What was run: empty, one hopes."""
    hits: list[str] = []
    await context.expose_function("hit", lambda *_: hits.append("run"))
    return hits


async def write(hall: Hall, scenery: Scenery) -> None:
    fka = scenery.facilitators["ka"]
    author = await hall.join("participant", "ka", HOSTILE[0])
    for number, text in enumerate(HOSTILE):
        receipt = await hall.give(author, AddNote(f"hostile{number:05}", STEP, "themen", text, "de"))
        assert receipt.code is None, receipt
    await scenery.reveal()
    await hall.give(fka, TranslateNote("hostile00000", HOSTILE[1]))
    await scenery.open("ordnen")
    ids = ("hostile00001", "hostile00002")
    assert (await hall.give(fka, GroupNotes("hostilegroup", ids, HOSTILE[3]))).code is None
    assert (await hall.give(fka, SetName(HOSTILE[1]))).code is None
    assert (await hall.give(fka, InviteFacilitator("hostileinvite", HOSTILE[0][:40]))).code is None


async def test_hostile_texts_are_shown_as_texts_everywhere(tmp_path: Path, open_context: OpenContext) -> None:
    async with running_hall(tmp_path, hostile_plan()) as hall:
        scenery = Scenery(hall)
        await scenery.begin(STEP)
        await write(hall, scenery)
        context = await open_context()
        hits, watch = await counting(context), await Watch(hall.url).over(context)
        desk = await hall.open(context, "facilitator", "ka", "", "de", scenery.facilitators["ka"])
        wall = await hall.open(context, "projector", "ka")
        phone = await hall.open(context, "participant", "ka", HOSTILE[2])
        for page in (desk, wall):
            await expect(page.get_by_text(HOSTILE[0]).first).to_be_attached()
        await expect(phone.locator("h1, h2").first).to_be_visible()
        await desk.get_by_role("button", name="Mehr", exact=True).click()
        await desk.get_by_role("button", name="Co-Moderation einladen").click()
        await expect(desk.get_by_role("dialog").locator("strong", has_text=HOSTILE[0])).to_be_visible()
        await hall.give(scenery.facilitators["ka"], SetWall("ka", "message", None, HOSTILE[3]))
        await expect(wall.locator(".said", has_text=HOSTILE[3]).locator("visible=true").first).to_be_visible()
        door = await context.new_page()
        await door.goto(hall.link("participant", "ka"))
        await expect(door.get_by_text("Werkstatt").first).to_be_visible()
        await door.goto(hall.services.host_link())
        await door.wait_for_url("**/host")
        await door.goto(f"{hall.url}/host/{hall.live.id}")
        await expect(door.get_by_role("heading", level=1)).to_contain_text("<script>")
        await read_as_file(door, f"{phone.url}/mine.html")
        assert (hits, watch.strangers, watch.violations, watch.errors) == ([], [], [], [])


async def read_as_file(page: Page, address: str) -> None:
    """What one takes along, opened from a disk: no policy of ours holds it there."""
    saved = await page.context.request.get(address)
    assert saved.ok
    await page.goto("about:blank")
    await page.set_content(await saved.text())
    await expect(page.get_by_text("hit()").first).to_be_visible()


async def test_control_a_text_taken_for_a_page_is_run(open_context: OpenContext) -> None:
    context = await open_context()
    hits = await counting(context)
    page = await context.new_page()
    await page.set_content(HOSTILE[0])
    assert await until(lambda: hits == ["run"], 30)
