"""One workshop through its steps, in real Chromium: two facilitators, two projectors, four phones, three languages.

Write, hide and reveal, group, vote, close, results, timer. Each face is asked what it shows; axe looks at every state.
"""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.desk import next_button, title_of
from tests.browser.strangers import complaints
from tests.hall import Hall, running_hall

NOTES = {
    "miriam": "Gemeinschaftsgärten: Saatgut tauschen",
    "olga": "Клуб велосипедистов",
    "alex": "A podcast about two cities",
    "denis": "Онлайн-джем: два зала, один концерт",
}
ALL_NOTES = list(NOTES.values())
PEOPLE = {"miriam": ("ka", "de"), "alex": ("ka", "en"), "olga": ("kr", "ru"), "denis": ("kr", "ru")}
DESKS = {"ka": "de", "kr": "ru"}


class Stage:
    """All pages of the test, and their words: `say(language, id)` is the catalogue's text, so wording may change."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.phones: dict[str, Page] = {}
        self.desks: dict[str, Page] = {}
        self.walls: dict[str, Page] = {}
        self.broken: list[str] = []

    async def set(self, open_context: OpenContext) -> None:
        for room, language in DESKS.items():
            self.desks[room] = await self.hall.open(
                await open_context((1440, 900)), "facilitator", room, f"Team {room}", language
            )
            self.walls[room] = await self.hall.open(await open_context((1920, 1080)), "projector", room)
        for name, (room, language) in PEOPLE.items():
            context = await open_context((390, 844), touch=True)
            self.phones[name] = await self.hall.open(context, "participant", room, name.title(), language)
        self.broken = complaints(self.pages)

    @property
    def pages(self) -> list[Page]:
        return [*self.desks.values(), *self.walls.values(), *self.phones.values()]

    def say(self, language: str, message_id: str, **params: int | str) -> str:
        return self.hall.services.catalogues.text(language, message_id, **params)

    async def inspect(self, state: str) -> None:
        """No violation on any kind of face."""
        for kind, page in (
            ("desk", self.desks["ka"]),
            ("wall", self.walls["kr"]),
            ("phone", self.phones["miriam"]),
            ("phone", self.phones["olga"]),
        ):
            assert await axe_violations(page) == [], f"{kind} at {state}"


def shown(page: Page, text: str) -> Locator:
    """A text a person can see; walls also hold invisible copies for measuring."""
    return page.get_by_text(text).filter(visible=True).first


async def test_workshop_from_writing_to_results_on_all_faces(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        stage = Stage(hall)
        await stage.set(open_context)
        await start(stage)
        await write_hidden(stage)
        await reveal(stage)
        await group(stage)
        await vote(stage)
        await close_and_show(stage)
        await run_timer(stage)
        assert stage.broken == []


async def start(stage: Stage) -> None:
    """Karlsruhe starts from now; both rooms' phones and walls welcome people."""
    ka = stage.desks["ka"]
    for page in stage.walls.values():
        await expect(page.get_by_text(stage.hall.services.keys.join_code(stage.hall.live.id)[:4]).first).to_be_visible()
    await stage.inspect("before the start")
    await ka.get_by_role("button", name=stage.say("de", "facilitator.start.button")).click()
    await ka.get_by_role("button", name=stage.say("de", "facilitator.start.now")).click()
    for step in ("ankommen", "live-1", "ideen-sammeln"):
        await open_step(stage, step)
    for name, title in (("miriam", "Was verbindet unsere Städte?"), ("alex", "What connects our cities?")):
        await expect(stage.phones[name].get_by_role("heading", name=title)).to_be_visible()
    await expect(stage.phones["olga"].get_by_role("heading", name="Что связывает наши города?")).to_be_visible()
    await expect(shown(stage.walls["ka"], "Was verbindet unsere Städte?")).to_be_visible()
    await expect(shown(stage.walls["ka"], "Что связывает наши города?")).to_be_visible()


async def open_step(stage: Stage, step: str) -> None:
    """For both rooms, by Karlsruhe's primary button."""
    await next_button(stage.hall, stage.desks["ka"], step).click()
    await expect(stage.desks["ka"].locator("[aria-current=step]")).to_contain_text(title_of(stage.hall, step))


async def write_hidden(stage: Stage) -> None:
    """Everyone writes; nobody sees another's note; counts are known."""
    for name, text in NOTES.items():
        phone, language = stage.phones[name], PEOPLE[name][1]
        await phone.get_by_role("textbox").fill(text)
        await phone.get_by_role("button", name=stage.say(language, "phone.write.send"), exact=True).click()
        await expect(shown(phone, text)).to_be_visible()
        await expect(phone.get_by_text(stage.say(language, "phone.own.arrived"), exact=True)).to_be_visible()
    for name, text in NOTES.items():
        others = [page for other, page in stage.phones.items() if other != name]
        for page in (*others, *stage.desks.values(), *stage.walls.values()):
            await expect(page.get_by_text(text)).to_have_count(0)
    for phone, language in ((stage.phones["miriam"], "de"), (stage.phones["olga"], "ru"), (stage.phones["alex"], "en")):
        await expect(phone.get_by_text(stage.say(language, "phone.others.hidden", n=4))).to_be_visible()
    for room, language in DESKS.items():
        await expect(
            stage.desks[room].get_by_text(stage.say(language, "facilitator.board.face_down")).first
        ).to_be_visible()
    await stage.inspect("hidden")


async def reveal(stage: Stage) -> None:
    """One act for both halls, by Krasnodar this time."""
    await stage.desks["kr"].get_by_role("button", name=stage.say("ru", "facilitator.board.reveal")).click()
    for page in stage.pages:
        for text in ALL_NOTES:
            if page in stage.phones.values():
                continue  # a phone shows one column at a time; the notes all lie in the first
            await expect(shown(page, text)).to_be_visible()
    for name, phone in stage.phones.items():
        for other, text in NOTES.items():
            if other != name:
                await expect(phone.get_by_text(text).first).to_be_visible()
    # The author's name is for phones and desks; a wall shows none.
    await expect(shown(stage.phones["olga"], "Miriam")).to_be_visible()
    for wall in stage.walls.values():
        await expect(wall.get_by_text("Miriam")).to_have_count(0)
    await stage.inspect("revealed")


async def group(stage: Stage) -> None:
    """Karlsruhe's facilitator groups two notes and names the group; all see it."""
    ka = stage.desks["ka"]
    await open_step(stage, "ordnen")
    for name in ("miriam", "denis"):
        label = stage.say("de", "facilitator.card.choose", note=NOTES[name])
        await ka.get_by_role("checkbox", name=label).check()
    await ka.get_by_role("button", name=stage.say("de", "facilitator.group.form"), exact=True).first.click()
    name_field = ka.get_by_role("dialog").get_by_label(stage.say("de", "facilitator.group.name"), exact=True)
    await name_field.fill("Gemeinsam")
    await ka.get_by_role("dialog").get_by_role("button", name=stage.say("de", "facilitator.save")).click()
    for page in stage.pages:
        await expect(shown(page, "Gemeinsam")).to_be_visible()
    assert [g.title for g in stage.hall.live.state.groups.values()] == ["Gemeinsam"]
    # A participant may sort here too: by a sheet, without dragging.
    await stage.inspect("grouped")


async def vote(stage: Stage) -> None:
    """A round is opened; dots are placed and taken back; the budget holds; nobody sees a tally."""
    ka = stage.desks["ka"]
    await open_step(stage, "punkten")
    await ka.get_by_role("button", name=stage.say("de", "facilitator.voting.start")).click()
    await expect(ka.get_by_role("heading", name=stage.say("de", "facilitator.voting.running", n=1))).to_be_visible()
    placed = {"miriam": [("Gemeinsam", 2), (NOTES["olga"], 2), (NOTES["alex"], 1)], "olga": [("Gemeinsam", 2)]}
    for name, votes in placed.items():
        phone, language = stage.phones[name], PEOPLE[name][1]
        for title, dots in votes:
            more = phone.get_by_role("button", name=stage.say(language, "phone.vote.more", title=title))
            for _ in range(dots):
                await more.click()
    miriam = stage.phones["miriam"]
    await expect(shown(miriam, stage.say("de", "phone.vote.left", n=0))).to_be_visible()
    await expect(
        miriam.get_by_role("button", name=stage.say("de", "phone.vote.more", title=NOTES["alex"]))
    ).to_have_attribute("aria-disabled", "true")
    less = miriam.get_by_role("button", name=stage.say("de", "phone.vote.less", title=NOTES["alex"]))
    await less.click()
    await expect(shown(miriam, stage.say("de", "phone.vote.left", n=1))).to_be_visible()
    await miriam.get_by_role("button", name=stage.say("de", "phone.vote.more", title=NOTES["alex"])).click()
    await stage.phones["alex"].get_by_role("button", name=stage.say("en", "phone.done.say")).click()
    await expect(shown(stage.walls["ka"], "2 / 2").or_(shown(stage.walls["ka"], "2 von 2"))).to_be_visible()
    await stage.inspect("voting")


async def close_and_show(stage: Stage) -> None:
    """Closing counts; at first only facilitators see it; showing it is one act for all."""
    ka = stage.desks["ka"]
    await ka.get_by_role("button", name=stage.say("de", "facilitator.voting.close")).click()
    await ka.get_by_role("button", name=stage.say("de", "facilitator.voting.close_yes")).click()
    for room, language in DESKS.items():
        title = stage.say(language, "facilitator.results.title", n=1)
        await expect(stage.desks[room].get_by_role("heading", name=title)).to_be_visible()
    await expect(shown(stage.phones["miriam"], stage.say("de", "phone.vote.closed"))).to_be_visible()
    (closed,) = stage.hall.live.state.rounds.values()
    group_id = next(item.id for item in closed.items if item.kind == "group")
    assert closed.tally is not None
    assert closed.tally[group_id] == {"ka": 2, "kr": 2}
    assert stage.hall.live.world.ballots == {}
    await stage.inspect("closed")

    await stage.desks["kr"].get_by_role("button", name=stage.say("ru", "facilitator.results.show")).click()
    for name, (_, language) in PEOPLE.items():
        title = stage.say(language, "phone.results.title")
        await expect(stage.phones[name].get_by_role("heading", name=title)).to_be_visible()
    for wall in stage.walls.values():
        await expect(shown(wall, "Gemeinsam")).to_be_visible()
        await expect(wall.get_by_text("4", exact=True).filter(visible=True).first).to_be_visible()
    await stage.inspect("results")


async def run_timer(stage: Stage) -> None:
    """Started in Karlsruhe for both, paused in Krasnodar, one minute more, stopped: the same digits everywhere."""
    ka, kr = stage.desks["ka"], stage.desks["kr"]
    await ka.get_by_role("button", name=stage.say("de", "facilitator.timer.start"), exact=True).click()
    for page in stage.pages:
        await expect(page.locator(".timer-digits").filter(visible=True).first).to_be_visible()
    await kr.get_by_role("button", name=stage.say("ru", "facilitator.timer.pause"), exact=True).click()
    await expect(ka.get_by_role("button", name=stage.say("de", "facilitator.timer.resume"), exact=True)).to_be_visible()
    left = stage.hall.live.state.timers["ka"].remaining_ms
    await ka.get_by_title(stage.say("de", "facilitator.timer.more")).click()
    await expect(stage.phones["miriam"].locator(".timer-digits").first).to_have_text(digits(left + 60_000))
    for page in stage.pages:
        await expect(page.locator(".timer-digits").filter(visible=True).first).to_have_text(digits(left + 60_000))
    await stage.inspect("timer paused")
    await kr.get_by_role("button", name=stage.say("ru", "facilitator.timer.stop"), exact=True).click()
    for phone in stage.phones.values():
        await expect(phone.locator(".timer-digits")).to_have_count(0)
    assert stage.hall.live.state.timers == {}


def digits(ms: int) -> str:
    seconds = -(-ms // 1000)
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
