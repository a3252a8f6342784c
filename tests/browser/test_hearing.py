"""Interpretation as people hear it: on a phone, from a hall's loudspeakers, and what each face says when it stops."""

from pathlib import Path

from playwright.async_api import Page, expect

from server.core.interpreting import LeaveChannel, SetSpeaking, TakeChannel
from server.protocol import ClientCommand
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.test_link import WINDOW, Halls
from tests.browser.test_link_relay import on_the_air
from tests.browser.test_live_faces import Window, window  # noqa: F401  a fixture

WITHIN_MS = 30_000

PUBLISH = """async ([path, boot, name]) => {
  const { MediaLine } = await import(path);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  window.line = new MediaLine(boot, "publish", name, ["audio"]);
  window.line.send({ audio: stream.getAudioTracks()[0], video: null });
}"""

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


class Interpreter:
    """Into Russian, from a page that does nothing but publish."""

    def __init__(self, halls: Halls, person: str, page: Page) -> None:
        self.halls, self.person, self.page = halls, person, page

    async def give(self, *commands: ClientCommand) -> None:
        for command in commands:
            receipt = await self.halls.hall.give(self.person, command)
            assert receipt.code is None, receipt

    async def speak(self) -> None:
        await self.give(TakeChannel(WINDOW, "ru"), SetSpeaking(WINDOW, "ru", True))
        boot = {"session": self.halls.hall.live.id, "person": self.person}
        name = f"{self.halls.hall.live.id}.{WINDOW}.channel.ru"
        await self.page.evaluate(PUBLISH, ["/static/js/lib/whip.js", boot, name])

    async def vanish(self) -> None:
        """As a laptop does whose battery is empty: nothing is said in the log."""
        await self.page.evaluate("() => window.line.close()")


async def interpreter_of(halls: Halls, open_context: OpenContext) -> Interpreter:
    context = await open_context((800, 600))
    await context.grant_permissions(["microphone"], origin=halls.hall.url)
    person = await halls.hall.join("interpreter", "kr", "Ирина")
    return Interpreter(halls, person, await halls.hall.open(context, "interpreter", "kr", person=person))


async def test_interpretation_is_heard_on_a_phone_and_in_the_hall_until_it_stops(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with on_the_air(tmp_path, open_context) as halls:
        interpreter = await interpreter_of(halls, open_context)
        wall, desk = halls.walls["kr"], halls.desks["kr"]
        phone = await halls.hall.open(await open_context((390, 844), touch=True), "participant", "ka", "Миша", "ru")
        await expect(phone.get_by_text("Сначала наденьте наушники")).to_be_visible()
        await phone.get_by_role("button", name="Русский пока никого нет").click()
        await expect(phone.locator(".heard")).to_contain_text("Русский: сейчас никто не переводит.")
        await desk.get_by_role("button", name="Русский", exact=True).click()
        await expect(wall.locator(".sound-word")).to_contain_text("Звук: оригинал. Сейчас никто не переводит")
        await hears(wall, FAR)

        await interpreter.speak()
        await hears(phone, PHONE)
        await expect(phone.locator(".heard")).to_contain_text("Вы слушаете: Русский.")
        await hears(wall, CHANNEL)
        await expect(wall.locator(".sound-word")).to_contain_text("Звук: русский, перевод")
        assert await wall.evaluate(f"() => document.querySelector('{FAR}').muted")
        await expect(desk.locator(".interpretation li").nth(1)).to_contain_text("Ирина, Mikrofon an")

        await phone.get_by_role("button", name="Зал (оригинал)").click()
        await hears(phone, PHONE)
        await expect(phone.locator(".heard")).to_contain_text("Вы слушаете: Зал (оригинал).")

        for page in (phone, wall, desk):
            assert await axe_violations(page) == []
        await interpreter.vanish()
        await expect(wall.locator(".sound-word")).to_contain_text("Звук: оригинал. Перевод сейчас появится")
        await hears(wall, FAR)
        await interpreter.give(LeaveChannel(WINDOW, "ru"))
        await expect(wall.locator(".sound-word")).to_contain_text("Сейчас никто не переводит")
        await expect(phone.get_by_role("button", name="Русский пока никого нет")).to_be_visible()
        await interpreter.speak()
        await hears(wall, CHANNEL)
        await expect(wall.locator(".sound-word")).to_contain_text("Звук: русский, перевод")
