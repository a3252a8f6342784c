"""The wall of a hall, in real Chromium: what it shows, that nothing is clipped or too small, and that it minds itself."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import OpenStep, SetWall, SetWallLanguage, StartSession
from server.core.boards import SetBoardHidden
from server.core.groups import GroupNotes, RenameGroup
from server.core.notes import AddNote, TranslateNote
from server.core.timers import ExtendTimer, PauseTimer, StartTimer, StopTimer
from server.core.voting import CloseRound, PlaceDots, ShowRound, StartRound
from server.protocol import ClientCommand
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.hall import Hall, running_hall

BOTH = ("ka", "kr")
COLUMNS = ("menschen", "gruppen", "orte")
LONG_NOTE = ("Ein Zettel, der gar nicht mehr aufhört, weil er so viel zu sagen hat. " * 8)[:500].strip()

# What on a wall is smaller than 26 px at 1080p, or reaches beyond the screen, or has more inside than it shows.
DEFECTS = """() => {
  const least = parseFloat(getComputedStyle(document.documentElement).fontSize) * 2.6 - 0.1;
  const found = [];
  for (const element of document.querySelectorAll(".wall *")) {
    if (element.closest(".sheets, .controls, .visually-hidden, svg")) continue;
    const box = element.getBoundingClientRect();
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (words && parseFloat(getComputedStyle(element).fontSize) < least) found.push(`small: ${element.textContent}`);
    if (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1)
      found.push(`outside: ${element.className} ${element.textContent.slice(0, 40)}`);
    const foot = document.querySelector(".foot").getBoundingClientRect();
    if (words && !element.closest(".foot, .stopped") && box.bottom > foot.top + 1)
      found.push(`under the foot: ${element.textContent.slice(0, 40)}`);
  }
  return found;
}"""

# Chimes heard: each is a chord of several oscillators started at once.
COUNT_TONES = """() => {
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { globalThis.tones += 1; return start.apply(this, at); };
}"""
TONES_OF_A_CHIME = 18
FITS_IN_S = 10


class Wall:
    """A projector's page with someone at the facilitator's laptop of its room."""

    def __init__(self, hall: Hall, page: Page, laptop: str) -> None:
        self.hall = hall
        self.page = page
        self.laptop = laptop

    async def give(self, *commands: ClientCommand) -> None:
        for command in commands:
            receipt = await self.hall.give(self.laptop, command)
            assert receipt.code is None, (command, receipt.code)

    async def is_readable(self, what: str = "") -> None:
        """Nothing is clipped or too small, once the wall has fitted in what it shows."""
        for _ in range(FITS_IN_S * 10):
            found: list[str] = await self.page.evaluate(DEFECTS)
            if not found:
                return
            await self.page.wait_for_timeout(100)
        raise AssertionError(f"{what}: {found}")

    async def rings(self) -> None:
        """Until a whole chime was heard."""
        await self.page.wait_for_function(f"() => globalThis.tones >= {TONES_OF_A_CHIME}")

    async def tones(self) -> int:
        counted: int = await self.page.evaluate("() => globalThis.tones")
        return counted


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with running_hall(tmp_path) as running:
        yield running


async def open_wall(
    hall: Hall, open_context: OpenContext, room: str = "ka", size: tuple[int, int] = (1920, 1080)
) -> Wall:
    laptop = await hall.join("facilitator", room)
    context = await open_context(size)
    await context.add_init_script(f"({COUNT_TONES})()")
    page = await hall.open(context, "projector", room)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    return Wall(hall, page, laptop)


async def write(hall: Hall, texts: list[str], activity: str = "karte-schreiben", board: str = "karte") -> list[str]:
    """Notes by two people, one of each city in turn, spread over the columns; gives their ids."""
    columns = [column.id for column in hall.live.state.boards[board].plan.columns]
    people = [await hall.join("participant", room) for room in BOTH]
    ids = []
    for n, text in enumerate(texts):
        note_id = f"{len(hall.live.state.notes):020d}"
        author = people[n % 2]
        receipt = await hall.give(author, AddNote(note_id, activity, columns[n % len(columns)], text, "de"))
        assert receipt.code is None, receipt.code
        ids.append(note_id)
    return ids


async def test_wall_before_the_start_tells_how_to_join_in_both_languages(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await expect(wall.page.get_by_role("heading", level=1)).to_have_text("Willkommen im Rathaus Karlsruhe")
    await expect(wall.page.get_by_text("Добро пожаловать в ратушу Карлсруэ")).to_be_visible()
    code = hall.services.keys.join_code(hall.live.id)
    await expect(wall.page.get_by_text(f"{code[:4]} {code[4:]}")).to_be_visible()
    await expect(wall.page.get_by_text("Mit der Handykamera scannen")).to_be_visible()
    drawn = await wall.page.locator(".qr-card img").evaluate("(image) => image.decode().then(() => image.naturalWidth)")
    assert drawn > 0
    await wall.is_readable()


async def test_board_shows_notes_with_translations_and_no_names(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    (first, _) = await write(hall, ["Schüler-Podcast", "Клуб велосипедистов"])
    await wall.give(TranslateNote(first, "Школьный подкаст"))
    shown = wall.page.locator(".page.shown")
    await expect(shown.get_by_text("Schüler-Podcast")).to_be_visible()
    await expect(shown.get_by_text("Школьный подкаст")).to_be_visible()
    await expect(shown.get_by_text("Menschen · Люди")).to_be_visible()
    assert await shown.locator(".by").count() == 0
    assert await shown.locator(".note .room-dot").evaluate_all("(dots) => dots.map((dot) => dot.className)") == [
        "room-dot round",
        "room-dot square",
    ]


async def test_columns_without_notes_leave_the_wall_to_the_full_one(hall: Hall, open_context: OpenContext) -> None:
    """Bug: two empty columns took half a wall, and the notes of the third turned pages beside them."""
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    author = await hall.join("participant", "ka")
    for n in range(6):
        await expect(wall.page.locator(".page.shown .column-head")).to_have_count(3)
        assert (await hall.give(author, AddNote(f"{n:020d}", "karte-schreiben", "orte", f"Ort {n}", "de"))).code is None
    await expect(wall.page.locator(".still-empty")).to_contain_text("Menschen · Люди, Gruppen und Vereine")
    await expect(wall.page.locator(".page.shown .column-head > :first-child").first).to_contain_text("Orte")
    await wall.is_readable()
    assert (await hall.give(author, AddNote(f"{6:020d}", "karte-schreiben", "menschen", "Eine", "de"))).code is None
    await expect(wall.page.locator(".page.shown .column-head")).to_have_count(3)


async def test_hidden_board_shows_how_much_and_never_what(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("ideen-sammeln", BOTH))
    await expect(wall.page.get_by_text("Schreibt auf euren Telefonen")).to_be_visible()
    await wall.is_readable()
    await write(hall, ["Geheim eins", "Geheim zwei", "Geheim drei", "Geheim vier"], "ideen-sammeln", "ideen")
    await expect(wall.page.get_by_text("Zettel sind noch verdeckt")).to_be_visible()
    await expect(wall.page.locator(".much")).to_have_text(["2", "1", "1"])
    assert "Geheim" not in await wall.page.content()
    await wall.give(SetBoardHidden("ideen", False))
    await expect(wall.page.locator(".page.shown").get_by_text("Geheim vier")).to_be_visible()


async def test_more_than_fits_turns_pages_and_every_note_is_shown_whole(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    texts = [f"Zettel {n}: Nachbarschaftsgärten, Saatgut und Wissen tauschen" for n in range(1, 37)] + [LONG_NOTE]
    ids = await write(hall, texts)
    await wall.give(TranslateNote(ids[-1], LONG_NOTE))
    await expect(wall.page.locator(".page.shown .column-head").first).to_contain_text("/ 13")
    seen: set[str] = set()
    await wall.page.clock.install()
    await wall.page.reload()
    await expect(wall.page.locator(".page.shown .note").first).to_be_visible()
    for _ in range(await wall.page.locator(".page.shown ~ .turning .dot").count()):
        await expect(wall.page.locator(".page.shown .note").first).to_be_visible()
        seen.update(await wall.page.locator(".page.shown .note .text").all_inner_texts())
        await wall.is_readable()
        await wall.page.clock.run_for(12_500)
    assert seen == set(texts)


async def test_new_note_does_not_turn_the_page(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    await write(hall, [f"Zettel {n}: {'viele Worte ' * 8}" for n in range(40)])
    shown = wall.page.locator(".page.shown")
    await expect(wall.page.locator(".page.shown .column-head").first).to_contain_text("/ 14")
    before = await shown.locator(".note").all_inner_texts()
    await write(hall, ["Ganz neu"])
    await expect(wall.page.locator(".page.shown .column-head").first).to_contain_text("/ 15")
    assert await shown.locator(".note").all_inner_texts() == before
    await expect(wall.page.locator(".turning .dot.fresh")).to_have_count(1)


async def test_columns_keep_their_places_and_a_long_one_gets_more_room(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    authors = [await hall.join("participant", room) for room in BOTH]
    for n in range(90):
        note = AddNote(
            f"{n:020d}", "karte-schreiben", "orte" if n else "menschen", f"Zettel {n}: ein Ort für alle", "de"
        )
        assert (await hall.give(authors[n % 2], note)).code is None
        if n == 15:
            # One column is longer than the wall is high: it takes a second place before anything turns.
            await expect(wall.page.locator(".page.shown .slot")).to_have_count(4)
            assert await wall.page.locator(".turning:visible").count() == 0
    columns = "(heads) => [...new Set(heads.map((head) => head.firstElementChild.textContent))]"
    await wall.page.clock.install()
    await wall.page.reload()
    for _ in range(2):
        heads = wall.page.locator(".page.shown .column-head")
        await expect(heads).not_to_have_count(0)
        named = await heads.evaluate_all(columns)
        assert [name.split("\u00a0")[0] for name in named] == ["Menschen", "Gruppen und Vereine", "Orte"]
        await expect(wall.page.locator(".page.shown").get_by_text("Zettel 0:")).to_be_visible()
        await wall.page.clock.run_for(12_500)


async def test_group_is_framed_on_the_board_and_enlarged_alone(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    ids = await write(hall, ["Gärten", "Парк", "Bäume", "Chöre"])
    group = "g" * 20
    await wall.give(GroupNotes(group, tuple(ids[:3])), RenameGroup(group, "Grün in der Stadt", "Зелень в городе"))
    frame = wall.page.locator(".page.shown .frame")
    await expect(frame.locator(".group-title")).to_contain_text("Grün in der Stadt")
    await expect(frame.locator(".note")).to_have_count(3)
    await wall.give(SetWall("ka", "group", group))
    await expect(wall.page.get_by_role("heading", level=1)).to_have_text("Grün in der Stadt")
    await expect(wall.page.locator(".page.shown .note")).to_have_count(3)
    await wall.give(SetWall("ka", "column", "orte"))
    await expect(wall.page.get_by_role("heading", level=1)).to_have_text("Orte")


async def vote(hall: Hall, wall: Wall) -> str:
    """An open round on four notes, in which one person of each city has placed dots; gives its id."""
    await wall.give(OpenStep("ideen-sammeln", BOTH))
    ids = await write(hall, ["Gärten", "Парк", "Chöre", "Театр"], "ideen-sammeln", "ideen")
    round_id = "r" * 20
    await wall.give(SetBoardHidden("ideen", False), OpenStep("punkten", BOTH), StartRound(round_id, "punkten"))
    for room, dots in (("ka", (2, 2, 1)), ("kr", (1, 1, 1))):
        voter = await hall.join("participant", room)
        for item, n in zip(ids, dots, strict=False):
            assert (await hall.give(voter, PlaceDots(round_id, item, n))).code is None
    return round_id


async def test_vote_shows_progress_by_room_then_results_with_ties(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    round_id = await vote(hall, wall)
    await expect(wall.page.locator(".how-many")).to_have_text(["1 von 1 fertig", "Готово: 0 из 0"])
    assert await wall.page.locator(".sum, .part").count() == 0
    await wall.give(CloseRound(round_id), ShowRound(round_id, True))
    shown = wall.page.locator(".page.shown")
    await expect(shown.locator(".result .place")).to_have_text(["1gleichauf", "1gleichauf", "3"])
    await expect(shown.locator(".result .sum")).to_have_text(["3", "3", "2"])
    await expect(shown.locator(".result").first.locator(".part")).to_have_text(["Karlsruhe 2", "Краснодар 1"])
    await expect(shown.get_by_text("1 weitere Idee ohne Punkte")).to_be_visible()
    await expect(wall.page.get_by_text("1 hat gepunktet")).to_be_visible()


async def test_language_of_the_wall_is_its_facilitators_choice(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH))
    await expect(wall.page.get_by_role("heading", level=1)).to_have_text("Akteur:innen-Karte")
    await wall.give(SetWallLanguage("ka", "en"))
    await expect(wall.page.get_by_role("heading", level=1)).to_have_text("Map of actors")
    await expect(wall.page.locator("html")).to_have_attribute("lang", "en")
    assert await wall.page.locator(".subtitle").get_by_text("Akteur").count() == 0


async def test_end_of_timer_is_seen_and_heard_once(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("vertiefung", BOTH), StartTimer(BOTH, 61_000))
    digits = wall.page.get_by_role("timer")
    await expect(digits).to_have_text(re.compile(r"01:0\d|00:5\d"))
    assert await digits.evaluate("(element) => parseFloat(getComputedStyle(element).fontSize)") >= 120
    await wall.give(PauseTimer(("ka",)))
    await expect(wall.page.get_by_text("angehalten")).to_be_visible()
    await wall.give(ExtendTimer(("ka",), -58_000), StartTimer(("ka",), 10_000), ExtendTimer(("ka",), -9_500))
    await expect(wall.page.get_by_text("Zeit ist um")).to_be_visible()
    await expect(wall.page.get_by_text("Время вышло")).to_be_visible()
    await wall.rings()
    await asyncio.sleep(1)
    assert await wall.tones() == TONES_OF_A_CHIME, "once"
    await wall.page.reload()
    await expect(wall.page.get_by_text("Zeit ist um")).to_be_visible()
    assert await wall.tones() == 0


async def test_timer_of_the_other_hall_is_not_rung_here(hall: Hall, open_context: OpenContext) -> None:
    here = await open_wall(hall, open_context, "ka")
    there = await open_wall(hall, open_context, "kr")
    await there.give(OpenStep("pause-kr", ("kr",)), StartTimer(("kr",), 10_000), ExtendTimer(("kr",), -9_900))
    await expect(there.page.get_by_text("Время вышло")).to_be_visible()
    await there.rings()
    await asyncio.sleep(0.5)
    assert await here.tones() == 0


async def test_wall_without_network_keeps_its_content_rings_and_comes_back(
    hall: Hall, open_context: OpenContext
) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(OpenStep("karte-schreiben", BOTH), StartTimer(BOTH, 10_000), ExtendTimer(BOTH, -7_500))
    await write(hall, ["Gärten"])
    await expect(wall.page.locator(".page.shown").get_by_text("Gärten")).to_be_visible()
    await wall.page.context.set_offline(True)
    await expect(wall.page.locator(".foot .line-state")).to_have_text("Offline")
    await expect(wall.page.get_by_text("Zeit ist um")).to_be_visible()
    await expect(wall.page.locator(".page.shown").get_by_text("Gärten")).to_be_visible()
    await write(hall, ["Bäume"])
    await wall.page.context.set_offline(False)
    await expect(wall.page.locator(".page.shown").get_by_text("Bäume")).to_be_visible()
    await expect(wall.page.locator(".foot .line-state")).to_have_count(0)
    await wall.rings()
    assert await wall.tones() == TONES_OF_A_CHIME


async def test_silent_browser_asks_for_one_touch(hall: Hall, open_context: OpenContext) -> None:
    laptop = await hall.join("facilitator", "ka")
    context = await open_context((1920, 1080))
    # Chromium of the tests always allows sound: say "suspended" until it is asked to resume, as a real one does.
    await context.add_init_script("""
      let allowed = false;
      Object.defineProperty(AudioContext.prototype, "state", { get: () => (allowed ? "running" : "suspended") });
      AudioContext.prototype.resume = async () => { allowed = navigator.userActivation.hasBeenActive; };""")
    await context.add_init_script(f"({COUNT_TONES})()")
    wall = Wall(hall, await hall.open(context, "projector", "ka"), laptop)
    button = wall.page.get_by_role("button", name="Ton einschalten")
    await button.click()
    await expect(button).to_have_count(0)
    await wall.rings()


async def test_every_wall_is_readable_and_accessible_at_every_size(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    round_id = await vote(hall, wall)
    await wall.give(CloseRound(round_id), ShowRound(round_id, True), StartTimer(BOTH, 600_000))
    message = "Bitte alle nach draußen: Gruppenfoto auf der Treppe!"
    orders: list[tuple[str, ClientCommand]] = [
        ("results", SetWall("ka", "results", round_id)),
        ("agenda", SetWall("ka", "agenda")),
        ("message", SetWall("ka", "message", None, message)),
        ("timer", SetWall("ka", "timer")),
        ("live", SetWall("ka", "live")),
        ("board", SetWall("ka", "board", "ideen")),
        ("join", SetWall("ka", "join")),
        ("auto", OpenStep("kaffee-1", BOTH)),
        ("auto", OpenStep("vertiefung", BOTH)),
    ]
    for kind, order in orders:
        await wall.give(order)
        await expect(wall.page.locator(f".wall.of-{kind}")).to_be_visible()
        for width, height in ((1280, 720), (1024, 768), (3840, 2160), (1920, 1080)):
            await wall.page.set_viewport_size({"width": width, "height": height})
            await wall.page.wait_for_timeout(100)
            await wall.is_readable(f"{kind} at {width}")
        assert await axe_violations(wall.page) == [], kind


async def test_buttons_come_with_the_cursor_and_go_after_a_while(hall: Hall, open_context: OpenContext) -> None:
    page = (await open_wall(hall, open_context)).page
    await page.clock.install()
    await page.clock.pause_at(time.time() + 3_600)
    for _ in range(2):
        await expect(page.locator("html.unattended")).to_be_attached()
        await expect(page.locator(".controls")).to_have_css("pointer-events", "none")
        await page.mouse.move(300, 300)
        await page.mouse.move(310, 310)
        await expect(page.locator("html.unattended")).not_to_be_attached()
        await expect(page.locator(".controls")).to_have_css("pointer-events", "auto")
        await page.clock.run_for(3_100)


async def test_black_wall_is_black(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(SetWall("ka", "black"))
    await expect(wall.page.locator(".wall.of-black")).to_have_css("background-color", "rgb(0, 0, 0)")
    assert (
        await wall.page.locator(".wall.of-black > :not(.controls)").inner_text()
    ).strip() == "Die Leinwand ist dunkel"
    await expect(wall.page.locator("h1")).to_have_class("visually-hidden")
    assert await axe_violations(wall.page) == []


async def test_removed_projector_says_what_to_do(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(StopTimer(("ka",)))
    await wall.page.evaluate("""() => {
      // The server's refusal, as it arrives: a close code from 4200 on.
      WebSocket.prototype.send = function () { this.onclose({ code: 4200 }); };
    }""")
    await wall.page.evaluate("() => dispatchEvent(new Event('online'))")
    await expect(wall.page.get_by_role("alert")).to_contain_text("Verbinde sie am Laptop der Moderation neu")
    assert await axe_violations(wall.page) == []


async def test_results_share_one_scale_and_no_ended_timer_frames_them(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    round_id = await vote(hall, wall)
    await wall.give(StartTimer(BOTH, 10_000), ExtendTimer(BOTH, -9_900))
    await expect(wall.page.locator(".wall.over")).to_be_visible()
    await wall.give(CloseRound(round_id))
    await expect(wall.page.get_by_text("Die Abstimmung ist beendet. Gleich kommt das Ergebnis.")).to_be_visible()
    await expect(wall.page.locator(".wall.over, .time-up")).to_have_count(0)
    await wall.give(ShowRound(round_id, True))
    bars = wall.page.locator(".page.shown .stack-bars")
    await expect(bars).to_have_count(3)
    await expect(wall.page.locator(".wall.over, .time-up")).to_have_count(0)
    # Two rows share the first place, one is alone on the third: three, three and two dots.
    boxes = await bars.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect())")
    assert len({box["left"] for box in boxes}) == 1
    assert boxes[2]["width"] == pytest.approx(boxes[0]["width"] * 2 / 3, abs=1)


async def test_live_wall_says_when_and_promises_no_picture(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await wall.give(SetWall("ka", "live"))
    # The plan's day has long passed.
    await expect(wall.page.locator(".soon .first")).to_have_text("Hier begegnen sich unsere Säle")
    await wall.give(StartSession(), OpenStep("live-1", BOTH))
    await expect(wall.page.locator(".soon .first")).to_have_text(re.compile(r"Live-Schalte um \d\d:\d\d / \d\d:\d\d"))
    await expect(wall.page.locator(".soon .also")).to_contain_text("Прямое включение в ")
    await expect(wall.page.locator("main")).not_to_contain_text("leich")


async def test_wall_of_a_closed_workshop_waits_for_it(hall: Hall, open_context: OpenContext) -> None:
    wall = await open_wall(hall, open_context)
    await hall.services.hub.set_archived(hall.live.id, True)
    notice = wall.page.get_by_role("alert")
    await expect(notice).to_contain_text("Dieser Workshop liegt im Archiv.")
    await expect(notice).to_contain_text("Этот воркшоп в архиве.")
    await expect(notice.get_by_role("link")).to_have_count(0)
    assert await axe_violations(wall.page) == []


async def test_wall_of_a_deleted_workshop_shows_nothing_of_it(hall: Hall, open_context: OpenContext) -> None:
    """Bug: it kept its last picture, and said that the workshop might be opened again."""
    wall = await open_wall(hall, open_context)
    await expect(wall.page.locator("#app")).to_contain_text("Karlsruhe")
    await hall.services.hub.delete(hall.live.id)
    await expect(wall.page.get_by_role("alert")).to_contain_text("Dieser Workshop ist gelöscht.")
    await expect(wall.page.locator("#app")).not_to_contain_text("Karlsruhe")
