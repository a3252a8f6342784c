"""The participant's phone in a real browser: what a person writes, moves and votes, and what they are told of it."""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.boards import SetBoardHidden, SetBoardLocked
from server.core.notes import AddNote, MoveNote
from server.core.people import RemovePerson
from server.core.timers import StartTimer
from server.core.voting import CloseRound, ShowRound, StartRound
from server.rehearsal.waiting import until
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.scenery import Scenery, note_id
from tests.browser.writing import go_offline
from tests.hall import Hall, running_hall

ROUND = "round0000001"
FIRST_LOAD_BYTES = 100_000


class Stage:
    """One hall with its scenery, and phones in it."""

    def __init__(self, hall: Hall, open_context: OpenContext) -> None:
        self.hall = hall
        self.scenery = Scenery(hall)
        self._open_context = open_context

    async def phone(
        self, room: str = "ka", name: str = "Miriam", language: str = "de", size: tuple[int, int] = (390, 844)
    ) -> Page:
        context = await self._open_context(size, touch=size[0] < 700)
        page = await self.hall.open(context, "participant", room, name, language)
        await expect(page.locator("h1")).to_be_visible()
        return page

    async def facilitate(self, command: object) -> None:
        receipt = await self.hall.give(self.scenery.facilitators["ka"], command)  # type: ignore[arg-type]
        assert receipt.code is None, receipt

    async def vote(self) -> None:
        await self.scenery.begin()
        await self.scenery.write()
        await self.scenery.reveal()
        await self.scenery.open("punkten")
        await self.facilitate(StartRound(ROUND, "punkten"))

    def texts(self) -> list[str]:
        return [note.text for note in self.hall.live.state.notes.values() if note.status == "active"]


@pytest.fixture
async def stage(open_context: OpenContext, tmp_path: Path) -> AsyncIterator[Stage]:
    async with running_hall(tmp_path) as hall:
        yield Stage(hall, open_context)


async def write(page: Page, text: str) -> None:
    await page.get_by_role("textbox").first.fill(text)
    await page.get_by_role("button", name="Absenden").click()


async def test_note_written_offline_waits_and_arrives_once(stage: Stage) -> None:
    await stage.scenery.begin()
    page = await stage.phone()
    await write(page, "Saatgut tauschen")
    await expect(page.locator(".own-note.arrived")).to_have_count(1)
    await go_offline(page.context)
    await write(page, "Briefmarken zeigen")
    await expect(page.locator(".own-note.waiting")).to_contain_text("sobald das Netz da ist")
    await expect(page.locator(".line-state")).to_contain_text("Offline")
    assert stage.texts() == ["Saatgut tauschen"]
    await page.context.set_offline(False)
    await expect(page.locator(".own-note.arrived")).to_have_count(2)
    assert stage.texts() == ["Saatgut tauschen", "Briefmarken zeigen"]


async def test_draft_survives_reload_and_the_end_of_its_step(stage: Stage) -> None:
    await stage.scenery.begin()
    page = await stage.phone()
    box = page.get_by_role("textbox").first
    await box.press_sequentially("Krimi-Podcast im Wech")
    await page.reload()
    await expect(box).to_have_value("Krimi-Podcast im Wech")
    await stage.scenery.open("vertiefung")
    await expect(page.locator("h1")).to_have_text("Vertiefung in Gruppen")
    await expect(page.locator(".notice")).to_contain_text("Dein angefangener Zettel ist aufgehoben")
    await expect(page.locator(".kept")).to_contain_text("Krimi-Podcast im Wech")
    await stage.scenery.open("ideen-sammeln")
    await expect(box).to_have_value("Krimi-Podcast im Wech")


async def test_typing_is_untouched_by_what_others_write(stage: Stage) -> None:
    await stage.scenery.begin("karte-schreiben")
    page = await stage.phone()
    box = page.get_by_role("textbox").first
    await box.press_sequentially("Ein ganzer Satz")
    await box.evaluate("(box) => { box.setSelectionRange(4, 4); window.watched = box; }")
    person = await stage.scenery.person("kr", "Ольга")
    for n in range(40):
        await stage.hall.give(person, AddNote(f"other{n:08d}", "karte-schreiben", "menschen", f"Идея {n}", "ru"))
    await stage.facilitate(SetBoardHidden("karte", True))
    await stage.facilitate(SetBoardLocked("karte", True))
    await stage.facilitate(StartTimer(("ka", "kr"), 60_000))
    await expect(page.get_by_text("Die Moderation hat die Tafel gerade geschlossen")).to_be_visible()
    now = await box.evaluate("(box) => [box.value, box.selectionStart, document.activeElement === window.watched]")
    assert now == ["Ein ganzer Satz", 4, True]


async def test_note_refused_on_arrival_keeps_its_text_and_its_reason(stage: Stage) -> None:
    await stage.scenery.begin()
    page = await stage.phone()
    await expect(page.locator(".line-state.live")).to_be_visible()
    await go_offline(page.context)
    await write(page, "Zu spät gekommen")
    await stage.scenery.open("vertiefung")
    await page.context.set_offline(False)
    refused = page.locator(".refused")
    await expect(refused).to_contain_text("Zu spät gekommen")
    await expect(refused.locator(".error")).to_have_text(re.compile(r"Nicht angenommen\. \S+"))
    await page.reload()
    await expect(refused).to_contain_text("Zu spät gekommen")
    await refused.get_by_role("button", name="Verwerfen").click()
    await expect(refused).to_have_count(0)
    assert stage.texts() == []


async def test_hidden_board_tells_how_many_and_who_will_read(stage: Stage) -> None:
    await stage.scenery.begin()
    await stage.scenery.write()
    page = await stage.phone()
    await expect(page.locator(".promise")).to_contain_text("Bis zum Aufdecken siehst nur du deine Zettel")
    await expect(page.locator(".hidden-count")).to_contain_text("9 Zettel liegen verdeckt")
    await expect(page.get_by_text("Schüler-Podcast")).to_have_count(0)
    await stage.scenery.reveal()
    await expect(page.locator(".promise")).to_contain_text("Alle lesen sofort mit")
    note = page.locator(".others .note", has_text="Парк «Краснодар»")
    await expect(note.locator(".text")).to_have_attribute("lang", "ru")
    await expect(note.locator(".translation")).to_have_attribute("lang", "de")


async def test_own_note_is_changed_taken_back_and_put_back(stage: Stage) -> None:
    await stage.scenery.begin()
    page = await stage.phone()
    await write(page, "Rezepte tauschn")
    await page.get_by_role("button", name="ändern").click()
    await page.get_by_label("Zettel ändern").fill("Rezepte tauschen")
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.locator(".own-note.arrived .text")).to_have_text("Rezepte tauschen")
    await page.get_by_role("button", name="ändern").click()
    await page.get_by_role("button", name="Zurückziehen").click()
    await expect(page.locator(".withdrawn")).to_contain_text("zurückgezogen")
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(page.locator(".own-note.arrived .text")).to_have_text("Rezepte tauschen")
    assert stage.texts() == ["Rezepte tauschen"]


async def test_limits_are_told_before_they_bite(stage: Stage) -> None:
    await stage.scenery.begin()
    page = await stage.phone()
    limits = page.locator("#write-limits")
    await page.get_by_role("textbox").first.fill("x" * 399)
    await expect(limits).to_be_empty()
    await page.get_by_role("textbox").first.fill("x" * 400)
    await expect(limits).to_have_text("Noch 100 Zeichen")
    await page.get_by_role("textbox").first.fill("x" * 503)
    await expect(limits).to_have_text("3 Zeichen zu viel")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".notice.bad")).to_have_text("3 Zeichen zu viel")
    await expect(page.locator(".own-note")).to_have_count(0)
    await page.get_by_role("textbox").first.fill("")
    person = next(p.id for p in stage.hall.live.state.people.values() if p.role == "participant")
    for n in range(45):
        await stage.hall.give(person, AddNote(f"mine{n:08d}", "ideen-sammeln", "themen", f"Idee {n}", "de"))
    await expect(limits).to_have_text("Noch 5 Zettel in diesem Schritt")


def placed(ballot: Mapping[str, int]) -> dict[str, int]:
    return {item: dots for item, dots in ballot.items() if dots}


async def test_quick_taps_feel_instant_and_end_right(stage: Stage) -> None:
    await stage.vote()
    page = await stage.phone("kr", "Ольга", "ru")
    plus = page.locator("button[aria-label^='Добавить']")
    minus = page.locator("button[aria-label^='Убрать']")
    await expect(minus.nth(4)).to_be_attached()
    # All in one turn of the page: nothing the server says can have come between.
    shown = await page.evaluate(
        """async () => {
          const all = (start) => [...document.querySelectorAll(`button[aria-label^='${start}']`)];
          const [more, less] = [all("Добавить"), all("Убрать")];
          for (const button of [more[0], more[0], more[0], less[0], more[0], more[1], more[2], more[3], more[4]]) button.click();
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          return [...document.querySelectorAll(".step-count")].slice(0, 5).map((count) => count.textContent);
        }"""
    )
    assert shown == ["2", "1", "1", "1", "0"]
    await expect(page.locator(".budget-left")).to_have_text("осталось 0")
    await expect(plus.nth(4)).to_have_attribute("aria-disabled", "true")
    await minus.nth(3).click()
    await expect(page.locator(".budget-left")).to_have_text("осталась 1")
    await expect(page.locator(".vote-dot.square.used")).to_have_count(4)
    items = [item.id for item in stage.hall.live.state.rounds[ROUND].items]
    said = {items[0]: 2, items[1]: 1, items[2]: 1}
    assert await until(lambda: [placed(b) for b in stage.hall.live.world.ballots[ROUND].values()] == [said], 30)
    await page.reload()
    await expect(page.locator(".step-count").first).to_have_text("2")


async def test_group_on_the_ballot_opens_to_its_notes_in_both_languages(stage: Stage) -> None:
    await stage.scenery.begin()
    await stage.scenery.write()
    await stage.scenery.reveal()
    await stage.scenery.group()
    await stage.scenery.open("punkten")
    await stage.facilitate(StartRound(ROUND, "punkten"))
    page = await stage.phone("kr", "Ольга", "ru")
    opener = page.get_by_role("button", name="2 карточки: Музыка и сцена")
    await expect(opener).to_have_attribute("aria-expanded", "false")
    assert await page.get_by_text("Chöre proben dasselbe Lied").count() == 0
    await opener.click()
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_text("Chöre proben dasselbe Lied")).to_be_visible()
    await expect(page.get_by_text("Хоры репетируют одну песню")).to_be_visible()
    await opener.click()
    await expect(page.locator(".item-notes")).to_have_count(0)


async def test_results_are_told_by_room_with_ties_as_ties(stage: Stage) -> None:
    await stage.vote()
    page = await stage.phone()
    for item in (0, 1):
        await page.locator("button[aria-label^='Ein Punkt mehr']").nth(item).click()
    await page.get_by_role("button", name="Ich bin fertig").click()
    await expect(page.locator(".finished")).to_have_text("Fertig: Karlsruhe 1 · Krasnodar 0")
    await stage.facilitate(CloseRound(ROUND))
    await expect(page.get_by_text("Gleich kommt das Ergebnis.")).to_be_visible()
    await expect(page.locator(".result")).to_have_count(0)
    await stage.facilitate(ShowRound(ROUND, True))
    await expect(page.locator(".result")).to_have_count(9)
    await expect(page.locator(".result .tie")).to_have_text(["gleichauf", "gleichauf"])
    await expect(page.locator(".result-bar").first).to_have_text("Karlsruhe: 1")


async def test_note_is_moved_by_the_sheet_and_back(stage: Stage) -> None:
    await stage.scenery.begin()
    await stage.scenery.write()
    await stage.scenery.reveal()
    await stage.scenery.group()
    await stage.scenery.open("ordnen")
    page = await stage.phone()
    move = page.get_by_role("button", name="Verschieben: Schüler-Podcast")
    await move.focus()
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Zettel verschieben nach …")
    # Another hand moves it meanwhile: what the open sheet offers stays where it is.
    await expect(sheet).to_be_visible()
    offered = await sheet.get_by_role("button").all_inner_texts()
    await stage.facilitate(MoveNote(note_id(2), "ideen"))
    assert await sheet.get_by_role("button").all_inner_texts() == offered
    await sheet.get_by_role("button", name="Musik & Bühne").click()
    await expect(page.locator(".notice")).to_contain_text("Verschoben: Musik & Bühne.")
    note = stage.hall.live.state.notes[note_id(2)]
    assert (note.column, note.group) == ("ideen", "group0000001")
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(page.locator(".notice")).to_contain_text("Rückgängig gemacht")
    assert stage.hall.live.state.notes[note_id(2)].column == "themen"


async def test_new_group_is_made_named_and_dissolved(stage: Stage) -> None:
    await stage.scenery.begin()
    await stage.scenery.write()
    await stage.scenery.reveal()
    await stage.scenery.open("ordnen")
    page = await stage.phone()
    await page.get_by_role("button", name="Verschieben: Gemeinschaftsgärten").click()
    await page.get_by_role("button", name="Neue Gruppe mit …").click()
    await page.get_by_role("dialog").get_by_role("button", name="Парк «Краснодар»").click()
    await page.get_by_label("Name der Gruppe").fill("Grün")
    await page.get_by_role("button", name="Gruppe bilden").click()
    group = page.locator(".group", has_text="Grün")
    await expect(group.locator(".note")).to_have_count(2)
    await page.get_by_role("button", name="Gruppe ändern: Grün").click()
    await page.get_by_role("button", name="Umbenennen").click()
    await page.get_by_label("Name der Gruppe").fill("Grün in der Stadt")
    await page.get_by_role("button", name="Umbenennen").click()
    await expect(page.get_by_role("heading", name="Grün in der Stadt")).to_be_visible()
    await page.get_by_role("button", name="Gruppe ändern").click()
    await page.get_by_role("button", name="Gruppe auflösen").click()
    await expect(page.locator(".group")).to_have_count(0)
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(page.locator(".group .note")).to_have_count(2)


async def test_name_and_language_are_changed_in_the_settings(stage: Stage) -> None:
    page = await stage.phone(name="")
    await page.get_by_role("button", name="Ohne Namen").click()
    await page.get_by_label("Wie sollen wir dich nennen?").fill("Miriam")
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.locator(".who-name")).to_have_text("Miriam")
    await page.get_by_label("Русский").check()
    await expect(page.get_by_role("heading", name="О вас")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".who")).to_be_focused()
    await page.reload()
    await expect(page.locator("h1")).to_have_text("Добро пожаловать в ратушу Карлсруэ")


async def test_leaving_signs_this_browser_out(stage: Stage) -> None:
    page = await stage.phone()
    address = page.url
    await page.locator(".who").click()
    await page.get_by_role("button", name="Workshop verlassen").click()
    await page.get_by_role("button", name="Verlassen", exact=True).click()
    await page.wait_for_url(lambda url: url != address)
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 401


async def test_one_minute_left_is_said_aloud(stage: Stage) -> None:
    await stage.scenery.begin(timer_ms=0)
    page = await stage.phone()
    await expect(page.locator("[role=status]")).to_have_count(1)
    await stage.facilitate(StartTimer(("ka", "kr"), 63_000))
    await expect(page.locator(".top-timer")).to_be_visible()
    await expect(page.locator("[role=status]")).to_have_text("Noch 1 Minute.")


async def test_removed_person_is_told_and_keeps_what_was_begun(stage: Stage) -> None:
    await stage.scenery.begin()
    page = await stage.phone()
    await page.get_by_role("textbox").first.fill("Noch nicht fertig")
    person = next(p.id for p in stage.hall.live.state.people.values() if p.role == "participant")
    await stage.facilitate(RemovePerson(person))
    await expect(page.locator("h1")).to_have_text("Du nimmst nicht mehr teil")
    await expect(page.locator(".kept")).to_contain_text("Noch nicht fertig")


async def opened(stage: Stage, page: Page, step: str) -> None:
    """The step, and on this phone its screen, which may have to be fetched first."""
    await stage.scenery.open(step)
    (plan,) = [plan for plan in stage.hall.live.state.plan.activities if plan.id == step]
    await expect(page.get_by_text(plan.instruction.get("ru") or plan.title["ru"], exact=True).first).to_be_visible()


async def look(page: Page) -> None:
    """No violation, and nothing wider than the screen."""
    assert await axe_violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("large_text", [False, True], ids=["320px", "200%"])
async def test_every_screen_is_accessible_and_fits(stage: Stage, large_text: bool) -> None:
    page = await stage.phone("kr", "Анастасия", "ru", (390, 844) if large_text else (320, 640))
    if large_text:
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await look(page)
    await stage.scenery.begin()
    await stage.scenery.write()
    await page.get_by_role("textbox").first.fill("Ещё одна мысль")
    await page.get_by_role("button", name="Отправить").click()
    await page.get_by_role("button", name="изменить").click()
    await look(page)
    await page.get_by_role("button", name="Отозвать").click()
    await stage.scenery.reveal()
    await stage.scenery.group()
    await look(page)
    await opened(stage, page, "ordnen")
    await look(page)
    await page.locator(".card .icon-only").first.click()
    await look(page)
    await page.keyboard.press("Escape")
    await opened(stage, page, "punkten")
    await look(page)
    await stage.facilitate(StartRound(ROUND, "punkten"))
    await page.locator(".step-button").nth(1).click()
    await page.locator(".disclose").first.click()
    await look(page)
    await stage.facilitate(CloseRound(ROUND))
    await stage.facilitate(ShowRound(ROUND, True))
    await expect(page.locator(".result").first).to_be_visible()
    await look(page)
    for step in ("live-2", "mittag-1", "vertiefung", "karte-ordnen"):
        await opened(stage, page, step)
        await look(page)
    await page.locator(".who").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look(page)


async def test_first_load_stays_small(stage: Stage, open_context: OpenContext) -> None:
    await stage.scenery.begin()
    context = await open_context((390, 844), touch=True)
    sizes: dict[str, int] = {}

    async def count(request: object) -> None:
        sizes[request.url] = (await request.sizes())["responseBodySize"]  # type: ignore[attr-defined]

    context.on("requestfinished", count)
    page = await stage.hall.open(context, "participant", "ka", "Miriam", "de")
    await expect(page.locator("h1")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sorted(sizes.items(), key=lambda item: -item[1])
