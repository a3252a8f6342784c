"""A whole workshop without a mouse or a finger: every act reached by Tab, done by Enter, Space and letters."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.chromium import OpenContext
from tests.browser.desk import next_button
from tests.hall import Hall, running_hall

WITHIN_S = 30.0

# What a screen reader would call the focused element, near enough; and whether a sighted person sees where it is.
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: "", seen: true };
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const ringed = style.outlineStyle !== "none" || style.boxShadow !== "none" || element.matches("textarea, input");
  return { name: label.trim(), title: element.title, seen: box.width > 0 && box.height > 0 && ringed };
}"""


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what bears this name, which may still have to come; what has it must be visible."""
    passed, deadline = [], time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        focused = await page.evaluate(FOCUSED)
        if focused["name"].startswith(name) or focused.get("title") == name:
            assert focused["seen"], f"nobody sees that {name!r} has the focus"
            return
        passed.append(focused["name"])
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name!r}, only to {sorted(set(passed))}")


async def press(page: Page, name: str, key: str = "Enter") -> None:
    await tab_to(page, name)
    await page.keyboard.press(key)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not holds():
            await asyncio.sleep(0.1)


class Words:
    def __init__(self, hall: Hall, language: str) -> None:
        self._hall, self._language = hall, language

    def __call__(self, message_id: str, **params: int | str) -> str:
        return self._hall.services.catalogues.text(self._language, message_id, **params)


async def test_whole_workshop_by_keyboard(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        desk = await hall.open(await open_context((1440, 900)), "facilitator", "ka", "Sabine")
        phone = await hall.open(await open_context((390, 844)), "participant", "ka", "Miriam")
        say = Words(hall, "de")
        await begin(hall, desk, say)
        await write(hall, phone, say)
        await press(desk, say("facilitator.board.reveal"))
        await until(lambda: not hall.live.state.boards["ideen"].hidden)
        await group(hall, desk, say)
        await vote(hall, desk, phone, say)
        await timing(hall, desk, say)


async def open_next(hall: Hall, desk: Page, say: Words, step: str) -> None:
    await expect(next_button(hall, desk, step)).to_be_enabled()
    await press(desk, say("facilitator.step.next") + ":")
    await until(lambda: hall.live.state.stages["ka"].activity == step)


async def begin(hall: Hall, desk: Page, say: Words) -> None:
    await desk.get_by_role("button", name=say("facilitator.start.button")).wait_for()
    await press(desk, say("facilitator.start.button"))
    await press(desk, say("facilitator.start.now"))
    await until(lambda: hall.live.state.started is not None)
    for step in ("ankommen", "live-1", "ideen-sammeln"):
        await open_next(hall, desk, say, step)


async def write(hall: Hall, phone: Page, say: Words) -> None:
    await phone.get_by_role("textbox").wait_for()
    texts = ["Gemeinschaftsgärten", "Chöre proben dasselbe Lied", "Rezepte-Tausch"]
    written: list[str] = []
    for text in texts:
        await tab_to(phone, say("phone.write.label"))
        await phone.keyboard.type(text)
        await press(phone, say("phone.write.send"))
        written.append(text)
        await until(lambda: [note.text for note in hall.live.state.notes.values()] == written)


async def group(hall: Hall, desk: Page, say: Words) -> None:
    await open_next(hall, desk, say, "ordnen")
    # The board is one stop of the Tab key; the arrows go from card to card, X chooses.
    await tab_to(desk, "Gemeinschaftsgärten")
    await desk.keyboard.press("x")
    for _ in range(5):
        await desk.keyboard.press("ArrowDown")
        if (await desk.evaluate(FOCUSED))["name"].startswith("Rezepte-Tausch"):
            break
    await desk.keyboard.press("x")
    await press(desk, say("facilitator.group.form"))
    await until(lambda: len(hall.live.state.groups) == 1)
    # The dialog begins at this field by itself; a Tab pressed before it is there would land on the next one.
    await expect(desk.get_by_label(say("facilitator.group.name"), exact=True)).to_be_focused()
    await desk.keyboard.type("Gemeinsam")
    await press(desk, say("facilitator.save"))
    await until(lambda: [g.title for g in hall.live.state.groups.values()] == ["Gemeinsam"])
    # Nothing is a one-way door. (While the dialog still stands, Ctrl+Z would be its text field's.)
    await expect(desk.get_by_role("dialog")).to_have_count(0)
    await desk.keyboard.press("Control+z")
    await until(lambda: all(group.dissolved for group in hall.live.state.groups.values()))
    assert {note.group for note in hall.live.state.notes.values()} == {None}


async def vote(hall: Hall, desk: Page, phone: Page, say: Words) -> None:
    await open_next(hall, desk, say, "punkten")
    await press(desk, say("facilitator.voting.start"))
    await until(lambda: len(hall.live.state.rounds) == 1)
    (round_id,) = hall.live.state.rounds
    title = "Chöre proben dasselbe Lied"
    await phone.get_by_role("button", name=say("phone.vote.more", title=title)).wait_for()
    await press(phone, say("phone.vote.more", title=title))
    await phone.keyboard.press("Space")
    await until(lambda: sum(map(sum, (b.values() for b in hall.live.world.ballots.get(round_id, {}).values()))) == 2)
    await press(phone, say("phone.done.say"))
    await until(lambda: hall.live.state.done.get("punkten"))
    await press(desk, say("facilitator.voting.close"))
    await press(desk, say("facilitator.voting.close_yes"))
    await until(lambda: hall.live.state.rounds[round_id].status == "closed")
    await press(desk, say("facilitator.results.show"))
    await until(lambda: hall.live.state.rounds[round_id].shown)
    await phone.get_by_role("heading", name=say("phone.results.title")).wait_for()


async def timing(hall: Hall, desk: Page, say: Words) -> None:
    await press(desk, say("facilitator.timer.start"))
    await until(lambda: hall.live.state.timers.get("ka"))
    await press(desk, say("facilitator.timer.pause"))
    await until(lambda: hall.live.state.timers["ka"].status == "paused")
    await press(desk, say("facilitator.timer.more"))
    await press(desk, say("facilitator.timer.resume"))
    await until(lambda: hall.live.state.timers["kr"].status == "running")
    await press(desk, say("facilitator.timer.stop"))
    await until(lambda: not hall.live.state.timers)
