"""The interpreter's page in a real browser: heard by a listener, handed over without one, and clear words for what goes wrong."""

import asyncio

import pytest
from playwright.async_api import BrowserContext, Page, Request, Route, expect

from server.core.agenda import SetWall
from server.core.invitations import RenewLink
from server.core.link_state import Channel
from server.core.links import EndLink
from server.core.people import RemovePerson
from server.rehearsal.waiting import until
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.scenery import NOTES, Scenery
from tests.browser.test_hearing import hears as plays
from tests.browser.test_live_faces import WINDOW, Window, window  # noqa: F401  a fixture

WITHIN_MS = 45_000

# A listener that does nothing but listen, and begins anew when it was cut off: `heard` is the energy of the sound so far.
LISTEN = """async ([boot, name]) => {
  const { MediaLine } = await import("/static/js/lib/whip.js");
  const sound = new Audio();
  sound.muted = true;
  [window.heard, window.lines] = [0, 0];
  const listen = () => {
    const line = new MediaLine(boot, "watch", name, ["audio"]);
    window.lines += 1;
    sound.srcObject = line.stream;
    sound.play();
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(line.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      window.heard += samples.reduce((sum, one) => sum + one * one, 0);
      if (!["disconnected", "failed", "closed"].includes(line.state.value)) return;
      clearInterval(look);
      line.close();
      listen();
    }, 20);
  };
  listen();
}"""

# A hall, without a wall around it.
PUBLISH = """async ([boot, name]) => {
  const { MediaLine } = await import("/static/js/lib/whip.js");
  const own = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180, frameRate: 10 } });
  window.line = new MediaLine(boot, "publish", name);
  window.line.send({ audio: own.getAudioTracks()[0], video: own.getVideoTracks()[0] });
}"""

# Nothing for two and a half seconds, after what was on its way.
SILENT = """async () => {
  const before = window.heard;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  return window.heard - before < 1e-3;
}"""

DENY = """() => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""


class Booths:
    """Both halls on the air, and interpreters' pages; the first interprets from Karlsruhe, the second from Krasnodar."""

    def __init__(self, on_air: Window, open_context: OpenContext) -> None:
        self.window, self.hall, self._open_context = on_air, on_air.hall, open_context
        self.people: list[str] = []

    async def context(self) -> BrowserContext:
        context = await self._open_context((1440, 900))
        await context.grant_permissions(["microphone", "camera"], origin=self.hall.url)
        return context

    async def open(self, room: str, name: str = "", language: str = "de") -> Page:
        person = await self.hall.join("interpreter", room, name)
        self.people.append(person)
        return await self.hall.open(await self.context(), "interpreter", room, name, language, person)

    async def page_of(self, person: str, script: str, stream: str) -> Page:
        """A page that does one thing as that person."""
        context = await self.context()
        visit = await self.hall.visit("participant", "ka", person=person)
        await context.add_cookies([{"name": n, "value": v, "url": self.hall.url} for n, v in visit.cookies.items()])
        page = await context.new_page()
        await page.goto(f"{self.hall.url}/privacy")
        boot = {"session": self.hall.live.id, "person": person}
        await page.evaluate(script, [boot, f"{self.hall.live.id}.{WINDOW}.{stream}"])
        return page

    async def listener(self, room: str = "kr") -> Page:
        return await self.page_of(await self.hall.join("participant", room), LISTEN, "channel.ru")

    def channel(self) -> Channel | None:
        return self.hall.live.state.links[WINDOW].channels.get("ru")

    async def speaking(self, person: str, speaking: bool) -> None:
        assert await until(lambda: self.channel() == Channel(person, None, speaking), 30), self.channel()


@pytest.fixture
async def booths(window: Window, open_context: OpenContext) -> Booths:  # noqa: F811
    await window.go_live()
    return Booths(window, open_context)


async def hears(listener: Page) -> None:
    """More than silence, from now on."""
    before = await listener.evaluate("window.heard")
    await listener.wait_for_function("(before) => window.heard > before + 1e-3", arg=before, timeout=WITHIN_MS)


async def slowly(route: Route) -> None:
    """Over a line that takes its time: the first one's must not have been ended before."""
    await asyncio.sleep(1.5)
    await route.continue_()


async def begin(page: Page, allow: str, take: str) -> None:
    await page.get_by_role("button", name=allow).click()
    await page.get_by_role("button", name=take).click()


async def relayed(page: Page) -> None:
    """Hears what the other one interprets, as who does not understand the hall does."""
    await page.get_by_role("radio", name="Русский").check()
    await expect(page.get_by_text("Вы слушаете перевод. Русский: микрофон включён.")).to_be_visible(timeout=WITHIN_MS)
    await plays(page, ".halls > audio")
    assert await axe_violations(page) == []


async def test_a_voice_is_heard_and_handed_over_without_a_listener_doing_anything(booths: Booths) -> None:
    first, listener = await booths.open("ka", "Ines"), await booths.listener()
    await begin(first, "Mikrofon einrichten", "Mikrofon nehmen: Russisch")
    await first.get_by_role("button", name="Auf Sendung gehen").click()
    await expect(first.get_by_text("Russisch: Du bist auf Sendung")).to_be_visible(timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], True)
    await hears(listener)

    await expect(first.get_by_text("1 Gerät hört zu")).to_be_visible(timeout=WITHIN_MS)

    second = await booths.open("kr", "Ира", "ru")
    await relayed(second)
    await expect(first.get_by_text("2 Geräte hören zu")).to_be_visible(timeout=WITHIN_MS)
    await second.route("**/media/whip/**", slowly)
    await begin(second, "Подключить микрофон", "Предложить смену: Русский")
    await expect(second.get_by_text("Микрофон пока у: Ines.")).to_be_visible()
    await first.get_by_text("Übernehmen möchte: Ира.").wait_for()
    assert await axe_violations(first) == []
    await first.get_by_role("button", name="Jetzt übergeben").click()
    await expect(first.get_by_text("Am Mikrofon, gerade aus: Ира.")).to_be_visible()
    await expect(second.get_by_text("Русский: микрофон выключен, вас не слышат")).to_be_visible()
    await booths.speaking(booths.people[1], False)
    await second.get_by_role("button", name="Выйти в эфир").click()
    await expect(second.get_by_text("Русский: вы в эфире")).to_be_visible(timeout=WITHIN_MS)
    await hears(listener)
    assert await listener.evaluate("window.lines") == 1, "by the very line it began with"


async def test_who_is_on_the_air_is_so_again_after_a_reload_and_a_cough_is_not_heard(booths: Booths) -> None:
    page, listener = await booths.open("ka"), await booths.listener()
    await begin(page, "Mikrofon einrichten", "Mikrofon nehmen: Russisch")
    await page.get_by_role("button", name="Auf Sendung gehen").click()
    await hears(listener)
    await page.reload()
    await expect(page.get_by_text("Russisch: Du bist auf Sendung")).to_be_visible(timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], True)
    await hears(listener)

    await page.keyboard.down("Space")
    await expect(page.get_by_text("Russisch: kurz stumm")).to_be_visible()
    await listener.wait_for_function(SILENT, timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], True)  # nobody is told of a cough
    await page.keyboard.up("Space")
    await hears(listener)

    await page.get_by_role("button", name="Mikrofon aus").click()
    await booths.speaking(booths.people[0], False)
    await page.keyboard.down("Space")
    await booths.speaking(booths.people[0], True)
    await page.keyboard.up("Space")
    await booths.speaking(booths.people[0], False)


async def test_of_two_pages_the_one_that_takes_the_microphone_has_it_and_the_other_says_so(booths: Booths) -> None:
    first, listener = await booths.open("ka"), await booths.listener()
    published: list[str] = []
    await begin(first, "Mikrofon einrichten", "Mikrofon nehmen: Russisch")
    await first.get_by_role("button", name="Auf Sendung gehen").click()
    await hears(listener)

    second = await booths.hall.open(await booths.context(), "interpreter", "ka", language="ru", person=booths.people[0])

    def publishes(request: Request) -> None:
        if request.method == "POST" and "/media/whip/" in request.url:
            published.append(request.url)

    for page in (first, second):
        page.on("request", publishes)
    await expect(second.get_by_text("Русский: ваш микрофон в другом месте")).to_be_visible(timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], True)  # to look does not take it
    await second.get_by_role("button", name="Забрать микрофон сюда").press("Enter")
    await expect(first.get_by_text("Russisch: Dein Mikrofon ist anderswo")).to_be_visible(timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], False)
    for follows in ("Подключить микрофон", "Выйти в эфир"):
        await expect(second.get_by_role("button", name=follows)).to_be_focused(timeout=WITHIN_MS)
        await second.keyboard.press("Enter")
    await expect(second.get_by_text("Русский: вы в эфире")).to_be_visible(timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], True)
    await hears(listener)
    await first.keyboard.down("Space")  # where it is not, nothing opens it
    assert await axe_violations(first) == []
    await listener.wait_for_timeout(2_500)  # longer than either waits before it publishes again
    assert len(published) == 1, "nobody takes it from the other by themselves"

    await first.keyboard.up("Space")
    await first.get_by_role("button", name="Mikrofon hierher holen").click()
    await expect(second.get_by_text("Русский: ваш микрофон в другом месте")).to_be_visible(timeout=WITHIN_MS)
    await first.get_by_role("button", name="Auf Sendung gehen").click()
    await booths.speaking(booths.people[0], True)
    await hears(listener)
    assert await listener.evaluate("window.lines") == 1, "by the very line it began with"


async def test_what_is_to_be_read_in_the_hall_is_there_from_the_empty_board_on(booths: Booths) -> None:
    page, texts = await booths.open("ka", language="ru"), "section.texts"
    await expect(page.locator(texts).get_by_text("пока пусто")).to_have_count(3)
    scenery = Scenery(booths.hall)
    scenery.facilitators = booths.window.heads
    await scenery.open("ideen-sammeln")
    await scenery.write()
    await expect(page.locator(texts)).to_contain_text("Карточки пока скрыты.")
    await scenery.reveal()
    for *_, text, translation in NOTES:
        for words in filter(None, (text, translation)):
            await expect(page.locator(texts).get_by_text(words, exact=True)).to_be_visible(timeout=WITHIN_MS)
    await booths.window.give(booths.window.heads["ka"], SetWall("ka", "message", text="Kaffee im Foyer"))
    await expect(page.locator(f"{texts} .said")).to_have_text("Kaffee im Foyer")


async def test_the_halls_are_heard_and_seen_and_at_the_end_every_microphone_is_closed(booths: Booths) -> None:
    wall = booths.hall.live.state.stations["kr"].person
    await booths.page_of(wall, PUBLISH, "hall.kr")
    page = await booths.open("ka")
    await page.wait_for_function(
        "() => document.querySelector('.halls video')?.getVideoPlaybackQuality().totalVideoFrames > 5",
        timeout=WITHIN_MS,
    )
    assert booths.hall.live.state.links[WINDOW].shared, "and halls know that somebody listens"
    await plays(page, ".halls video")
    for name, follows in (
        ("Mikrofon einrichten", "Mikrofon nehmen: Deutsch"),
        ("Mikrofon nehmen: Russisch", "Auf Sendung gehen"),
    ):
        await page.get_by_role("button", name=name).press("Enter")
        await expect(page.get_by_role("button", name=follows)).to_be_focused(timeout=WITHIN_MS)
    talk = page.get_by_role("button", name="Halten und sprechen")
    await expect(
        talk
    ).to_be_enabled()  # the channel is in one's hands; before, it takes no focus and the key goes nowhere
    await talk.focus()
    await page.keyboard.down("Enter")
    await booths.speaking(booths.people[0], True)
    await page.keyboard.up("Enter")
    await booths.speaking(booths.people[0], False)
    await page.get_by_role("button", name="Auf Sendung gehen").click()
    await booths.speaking(booths.people[0], True)
    assert await axe_violations(page) == []
    await booths.window.give(booths.window.heads["ka"], EndLink(WINDOW))
    await expect(page.get_by_text("Die Schalte ist vorbei. Danke!")).to_be_visible(timeout=WITHIN_MS)
    await booths.speaking(booths.people[0], False)
    await expect(page.get_by_role("button", name="Auf Sendung gehen")).to_be_disabled()


async def test_a_microphone_that_is_denied_is_said_in_ones_own_language(booths: Booths) -> None:
    for language, allow, sentence in (
        ("de", "Mikrofon einrichten", "Der Browser darf das Mikrofon nicht benutzen."),
        ("ru", "Подключить микрофон", "Браузеру запрещён доступ к микрофону."),
        ("en", "Set up the microphone", "The browser may not use the microphone."),
    ):
        page = await booths.open("ka", language=language)
        await page.evaluate(DENY)
        await page.get_by_role("button", name=allow).click()
        await expect(page.get_by_role("alert")).to_contain_text(sentence)
        assert await axe_violations(page) == []
        await page.context.close()


async def test_who_was_shown_out_is_told_so_and_so_is_who_comes_by_a_link_that_was_taken_back(booths: Booths) -> None:
    page = await booths.open("ka")
    await expect(page.get_by_role("heading", name="Dolmetschen")).to_be_visible()
    await booths.window.give(booths.window.heads["ka"], RemovePerson(booths.people[0]))
    await expect(page.get_by_role("alert")).to_contain_text("Du wurdest aus diesem Workshop genommen.")

    link = booths.hall.link("interpreter", "ka")
    await booths.window.give(booths.window.heads["ka"], RenewLink("ka", "interpreter"))
    for language, sentence in (
        ("de", "Dieser Link gilt nicht mehr"),
        ("ru", "Эта ссылка больше не действует"),
        ("en", "This link is no longer valid"),
    ):
        await page.context.add_cookies([{"name": "tcl-language", "value": language, "url": booths.hall.url}])
        await page.goto("about:blank")
        await page.goto(link)
        await expect(page.get_by_text(sentence)).to_be_visible()
