"""What a hall full of people does to one screen, for those who hear it, enlarge it or see it in their own colours (A3-A7)."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.core.notes import AddNote, EditNote
from server.core.timers import ExtendTimer, StartTimer, StopTimer
from server.core.voting import StartRound
from server.protocol import ClientCommand
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.desk import Stage, card
from tests.browser.scenery import NOTES, Scenery
from tests.hall import running_hall

# Writes down when what a screen reader says changes, and in which live region.
LISTEN = """() => {
  window.said = [];
  const regions = [...document.querySelectorAll("[aria-live=polite], [role=status]")];
  window.regions = regions.length;
  for (const region of regions) {
    new MutationObserver(() => window.said.push([performance.now(), region.textContent]))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""
BATCH_MS = 3_000
# A busy machine shows one text late and the next in time. Said as they come, they would be no second apart.
SLACK_MS = 1_500


async def open_phone(stage: Stage, room: str = "ka", language: str = "de", **more: object) -> Page:
    context = await stage._open_context((390, 844), touch=True, **more)  # type: ignore[arg-type]
    page = await stage.hall.open(context, "participant", room, "Mia", language)
    await expect(page.locator(".line-state.live")).to_be_visible()
    return page


async def test_what_is_said_aloud_comes_in_one_region_and_at_most_every_three_seconds(stage: Stage) -> None:
    page = await open_phone(stage)
    await page.evaluate(LISTEN)
    head = stage.scenery.facilitators["ka"]
    for n in range(6):
        await stage.scenery.reveal()
        await stage.hall.give(head, StartTimer(("ka", "kr"), 61_000 + n))
        await stage.scenery.open(("punkten", "ideen-sammeln")[n % 2])
        if n % 2 == 0:
            await stage.hall.give(head, StartRound(f"round{n:06}", "punkten"))
        await page.wait_for_timeout(1_300)
    said = await page.evaluate("window.said")
    assert await page.evaluate("window.regions") == 1
    assert len(said) >= 2, "nothing was said, so this proves nothing"
    pauses = [later[0] - earlier[0] for earlier, later in pairwise(said)]
    assert min(pauses) >= BATCH_MS - SLACK_MS


async def test_timer_is_spoken_at_five_minutes_one_minute_and_the_end(stage: Stage) -> None:
    page = await open_phone(stage)
    await page.evaluate(LISTEN)
    head = stage.scenery.facilitators["ka"]
    for length, words in ((303_000, "5 Minuten"), (63_000, "1 Minute")):
        await stage.hall.give(head, StartTimer(("ka", "kr"), length))
        await expect(page.locator("[role=status]")).to_contain_text(words)
    await stage.hall.give(head, ExtendTimer(("ka", "kr"), -57_000))
    await expect(page.locator("[role=status]")).to_contain_text("Die Zeit ist um")


async def test_a_thousand_changes_leave_the_caret_where_it_was(stage: Stage) -> None:
    """A4. The person types on while the others write and edit."""
    page = await open_phone(stage)
    box = page.get_by_role("textbox").first
    await box.press_sequentially("Ein ganzer Satz")
    await box.evaluate("(box) => { box.setSelectionRange(4, 4); window.watched = box; window.scrolled = scrollY; }")
    people = [await stage.hall.join("participant", "kr", f"Лина {n}") for n in range(10)]
    for start in range(0, 500, 25):
        some = range(start, start + 25)
        commands: list[ClientCommand] = [
            AddNote(f"other{n:08d}", "ideen-sammeln", "themen", f"Идея {n}", "ru") for n in some
        ]
        commands += [EditNote(f"other{n:08d}", f"Другая идея {n}") for n in some]
        receipts = await asyncio.gather(
            *(stage.hall.give(people[n % 10], command) for n, command in zip([*some, *some], commands, strict=True))
        )
        assert {receipt.code for receipt in receipts} == {None}
    await expect(page.get_by_text("Другая идея 499")).to_be_attached()
    await box.press_sequentially("kurzer ")
    now = await box.evaluate("(box) => [box.value, box.selectionStart, document.activeElement === window.watched]")
    assert now == ["Ein kurzer ganzer Satz", 11, True]


@pytest.mark.parametrize("media", ["forced", "reduced", "zoomed"])
async def test_screens_hold_in_forced_colours_without_motion_and_at_four_hundred_percent(
    stage: Stage, media: str
) -> None:
    """A5. Zooming 1280 px to 400 % leaves 320 CSS px."""
    more: dict[str, Any] = {
        "forced": {"forced_colors": "active"},
        "reduced": {"reduced_motion": "reduce"},
        "zoomed": {},
    }[media]
    await stage.scenery.group()
    desk = await stage.desk(**(more or {"viewport": (320, 256)}))
    phone = await open_phone(stage, "kr", "ru", **more)
    for page in (desk, phone):
        assert await axe_violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if media == "reduced":
        moving = "() => document.getAnimations().filter((a) => a.effect.getComputedTiming().duration > 1).length"
        assert await phone.evaluate(moving) == 0
        assert await desk.evaluate(moving) == 0
    if media == "forced":
        # The room is told by its two letters too, and what is chosen by more than a colour.
        await expect(card(desk, NOTES[0][3]).get_by_text("KA", exact=True)).to_be_visible()


async def test_a_timer_can_be_extended_and_switched_off_and_its_end_takes_no_draft(stage: Stage) -> None:
    """A6."""
    page = await open_phone(stage)
    box = page.get_by_role("textbox").first
    await box.fill("Noch mitten im Satz")
    head = stage.scenery.facilitators["ka"]
    await stage.hall.give(head, StartTimer(("ka", "kr"), 10_000))
    await stage.hall.give(head, ExtendTimer(("ka", "kr"), -9_500))
    await expect(page.locator(".timer-digits.ended")).to_be_visible()
    await expect(box).to_have_value("Noch mitten im Satz")
    await expect(box).to_be_editable()
    await stage.hall.give(head, ExtendTimer(("ka", "kr"), 60_000))
    await expect(page.locator(".timer-digits.running")).to_be_visible()
    await stage.hall.give(head, StopTimer(("ka", "kr")))
    await expect(page.locator(".timer-digits")).to_have_count(0)
    await expect(box).to_have_value("Noch mitten im Satz")


# Every text of a note on this page with the language its element is said to be in.
SPOKEN = """(texts) => texts.map((text) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    if (walker.currentNode.data.trim() === text) {
      found.push(walker.currentNode.parentElement.closest("[lang]").lang);
    }
  }
  return found;
})"""


async def test_every_note_is_marked_with_its_language(open_context: OpenContext, tmp_path: Path) -> None:
    """A7: on all three faces, original and translation."""
    expected = {text: "de" if room == "ka" else "ru" for _, room, _, text, _ in NOTES}
    expected |= {more: "ru" if room == "ka" else "de" for _, room, _, _, more in NOTES if more}
    async with running_hall(tmp_path) as hall:
        stage = Stage(hall, Scenery(hall), open_context)
        await stage.scenery.begin()
        await stage.scenery.write()
        await stage.scenery.reveal()
        desk = await stage.desk(language="en")
        await stage.scenery.open("ordnen")
        phone = await open_phone(stage, "kr", "en")
        wall_context = await open_context((1920, 1080))
        wall = await hall.open(wall_context, "projector", "ka")
        await expect(wall.get_by_text(NOTES[0][3]).filter(visible=True).first).to_be_visible()
        for page in (desk, phone, wall):
            texts = list(expected)
            marked = dict(zip(texts, await page.evaluate(SPOKEN, texts), strict=True))
            shown = {text: set(languages) for text, languages in marked.items() if languages}
            assert len(shown) > 3, "hardly a note is on this screen"
            assert shown == {text: {expected[text]} for text in shown}
