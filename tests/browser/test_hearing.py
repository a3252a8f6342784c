"""Interpretation as people hear it: on a phone, from a hall's loudspeakers, and what each face says when it stops."""

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from server.core.agenda import SetPhones
from server.core.interpreting import LeaveChannel, SetSpeaking
from server.core.links import EndLink
from server.protocol import ClientCommand
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.firefox import running_firefox
from tests.browser.test_firefox import IS_THERE, KEEP_CONNECTIONS, opened, wait
from tests.browser.test_link import WINDOW
from tests.browser.test_link_relay import on_the_air
from tests.browser.test_live_faces import WINDOW as FACES_WINDOW
from tests.browser.test_live_faces import Window, window  # noqa: F401  a fixture
from tests.hall import Hall

WITHIN_MS = 45_000

# Whether what an element plays is more than silence, over the second it is listened to.
HEARD = """async (selector) => {
  const element = document.querySelector(selector);
  if (!element?.srcObject || element.paused || element.muted) return false;
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(element.srcObject).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let heard = 0;
  for (let n = 0; n < 50; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    analyser.getFloatTimeDomainData(samples);
    heard += samples.reduce((sum, one) => sum + one * one, 0);
  }
  await audio.close();
  return heard > 0;
}"""
FAR = ".far video"
CHANNEL = ".far audio"
PHONE = "body > audio"


async def hears(page: Page, selector: str) -> None:
    await page.wait_for_function(HEARD, arg=selector, timeout=WITHIN_MS)


async def says(part: Locator, words: str) -> None:
    await expect(part).to_contain_text(words, timeout=WITHIN_MS)


class Interpreter:
    """Into Russian, from Krasnodar."""

    def __init__(self, hall: Hall, context: BrowserContext, person: str) -> None:
        self.hall, self._context, self.person = hall, context, person
        self._page: Page | None = None

    async def give(self, command: ClientCommand) -> None:
        receipt = await self.hall.give(self.person, command)
        assert receipt.code is None, receipt

    async def speak(self) -> None:
        known = self._page is not None
        self._page = await self.hall.open(self._context, "interpreter", "kr", person=self.person)
        if not known:
            await self._page.get_by_role("button", name="Mikrofon einrichten").click()
        for name in ("Mikrofon nehmen: Russisch", "Auf Sendung gehen"):
            await self._page.get_by_role("button", name=name).click()

    async def vanish(self) -> None:
        """As a laptop does whose battery is empty: nothing is said in the log."""
        assert self._page is not None
        await self._page.close()


async def interpreter_of(hall: Hall, open_context: OpenContext) -> Interpreter:
    context = await open_context((1440, 900))
    await context.grant_permissions(["microphone"], origin=hall.url)
    return Interpreter(hall, context, await hall.join("interpreter", "kr", "Ирина"))


async def test_interpretation_is_heard_on_a_phone_and_in_the_hall_until_it_stops(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with on_the_air(tmp_path, open_context) as halls:
        interpreter = await interpreter_of(halls.hall, open_context)
        wall, desk = halls.walls["kr"], halls.desks["kr"]
        phone = await halls.hall.open(await open_context((390, 844), touch=True), "participant", "ka", "Миша", "ru")
        await expect(phone.get_by_text("Сначала наденьте наушники")).to_be_visible(timeout=WITHIN_MS)
        await phone.get_by_role("button", name="Русский пока никого нет").click()
        await says(phone.locator(".heard"), "Русский: сейчас никто не переводит.")
        await desk.get_by_role("button", name="Русский", exact=True).click()
        await says(wall.locator(".sound-word"), "Звук: оригинал. Сейчас никто не переводит")
        await hears(wall, FAR)

        await interpreter.speak()
        await hears(phone, PHONE)
        await says(phone.locator(".heard"), "Вы слушаете: Русский.")
        await hears(wall, CHANNEL)
        await says(wall.locator(".sound-word"), "Звук: русский, перевод")
        await expect(wall.locator(FAR)).to_have_js_property("muted", True)
        await says(desk.locator(".interpretation li").nth(1), "Ирина, Mikrofon an")

        await phone.get_by_role("button", name="Зал (оригинал)").click()
        await hears(phone, PHONE)
        await says(phone.locator(".heard"), "Вы слушаете: Зал (оригинал).")

        for page in (phone, wall, desk):
            assert await axe_violations(page) == []
        await interpreter.vanish()
        await says(wall.locator(".sound-word"), "Звук: оригинал.")
        await hears(wall, FAR)
        await interpreter.give(LeaveChannel(WINDOW, "ru"))
        await says(wall.locator(".sound-word"), "Сейчас никто не переводит")
        await expect(phone.get_by_role("button", name="Русский пока никого нет")).to_be_visible(timeout=WITHIN_MS)
        await interpreter.speak()
        await hears(wall, CHANNEL)
        await says(wall.locator(".sound-word"), "Звук: русский, перевод")


HALLS_MUTED = """(muted) => {
  const all = [...document.querySelectorAll(".at-home video")];
  return all.length === 2 && all.every((one) => one.muted === muted);
}"""


@pytest.mark.long
async def test_at_home_the_halls_are_silent_while_somebody_interprets(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with on_the_air(tmp_path, open_context) as halls:
        interpreter = await interpreter_of(halls.hall, open_context)
        phone = await halls.hall.open(await open_context((390, 844), touch=True), "participant", "ka", "Ada", "en")
        await phone.get_by_role("button", name="I am not in the hall").click()
        await expect(phone.get_by_text("Put your headphones on first")).to_have_count(0)
        await phone.get_by_role("button", name="Русский").click()
        await says(phone.locator(".heard.nobody"), "Until then you hear the halls.")
        await phone.wait_for_function(HALLS_MUTED, arg=False, timeout=WITHIN_MS)
        await interpreter.speak()
        await hears(phone, PHONE)
        await phone.wait_for_function(HALLS_MUTED, arg=True, timeout=WITHIN_MS)
        assert await axe_violations(phone) == []
        await interpreter.give(SetSpeaking(WINDOW, "ru", False))
        await phone.wait_for_function(HALLS_MUTED, arg=False, timeout=WITHIN_MS)
        await says(phone.locator(".heard.silent"), "Until then you hear the halls.")
        await interpreter.give(SetSpeaking(WINDOW, "ru", True))
        await phone.wait_for_function(HALLS_MUTED, arg=True, timeout=WITHIN_MS)
        await phone.get_by_role("button", name="Hall (original)").click()
        await phone.wait_for_function(HALLS_MUTED, arg=False, timeout=WITHIN_MS)
        await says(phone.locator(".heard"), "You are listening to: Hall (original).")


# Firefox without loudspeakers plays nothing that could be looked at: the energy is what it counts of what comes.
ENERGY = """async () => {
  let energy = 0;
  for (const connection of window.connections)
    for (const one of (await connection.getStats()).values())
      if (one.type === "inbound-rtp") energy += one.totalAudioEnergy ?? 0;
  return energy > 0 && document.querySelector(".heard.on") !== null;
}"""


@pytest.mark.long
async def test_a_phone_with_firefox_hears_it_too(
    window: Window,  # noqa: F811
    open_context: OpenContext,
    tmp_path: Path,
) -> None:
    await window.go_live()
    interpreter = await interpreter_of(window.hall, open_context)
    async with running_firefox(tmp_path) as firefox:
        phone = await opened(firefox, window.hall, "participant", "ka")
        await phone.evaluate(KEEP_CONNECTIONS)
        await interpreter.speak()
        await wait(phone, IS_THERE, ".hear .speaking")
        await phone.evaluate("() => [...document.querySelectorAll('.hear .choice')].at(-1).click()")
        await wait(phone, ENERGY)
        assert firefox.errors == []


async def test_a_choice_is_remembered_and_only_a_press_begins_to_sound(window: Window) -> None:  # noqa: F811
    anna = await window.hall.join("participant", "ka", "Anna")
    phone = await window.phone("ka", anna, "en")
    await expect(phone.get_by_text("Have your headphones ready.")).to_be_visible()
    await window.go_live()
    chosen = phone.locator(".hear .choice[aria-pressed=true]")
    await expect(chosen).to_contain_text("Hall (original)")
    await phone.get_by_role("button", name="Русский").click()
    await expect(phone.locator(".heard")).to_contain_text("nobody is interpreting right now")
    await phone.reload()
    await expect(chosen).to_contain_text("Русский")
    await expect(phone.locator(".heard.off")).to_be_visible()
    await phone.get_by_role("button", name="Sound on").click()
    await expect(phone.locator(".heard.nobody")).to_be_visible()


async def test_listening_goes_on_while_phones_are_shown_something_else_until_the_end(window: Window) -> None:  # noqa: F811
    await window.go_live()
    phone = await window.phone("ka", await window.hall.join("participant", "ka", "Anna"))
    await phone.get_by_role("button", name="Deutsch").click()
    await phone.get_by_role("button", name="Ich bin nicht im Saal").click()
    await expect(phone.locator(".heard")).to_contain_text("So lange hörst du die Säle.")
    await window.give(window.heads["ka"], SetPhones("ka", "punkten"))
    meanwhile = phone.get_by_role("region", name="Dolmetschen")
    await expect(meanwhile).to_contain_text("Deutsch: Gerade dolmetscht niemand.")
    await expect(meanwhile, "their pictures and sound have gone with the screen").not_to_contain_text("So lange")
    await expect(phone.locator("#heading")).to_be_visible()
    assert await axe_violations(phone) == []
    await window.give(window.heads["ka"], EndLink(FACES_WINDOW))
    await expect(meanwhile).to_have_count(0)
