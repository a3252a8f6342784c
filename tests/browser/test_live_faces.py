"""The live connection on every face, without a picture: what desks decide, what walls and phones say of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import OpenStep, StartSession
from server.core.links import EndLink, GoLive, OfferStation, SetReady
from server.core.speakers import RaiseHand
from server.protocol import ClientCommand
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.hall import Hall, running_hall

WINDOW = "live-2"


class Window:
    """Both halls on the air by commands alone."""

    def __init__(self, hall: Hall, open_context: OpenContext, heads: dict[str, str]) -> None:
        self.hall, self._open_context, self.heads = hall, open_context, heads

    async def give(self, person: str, *commands: ClientCommand) -> None:
        for command in commands:
            receipt = await self.hall.give(person, command)
            assert receipt.code is None, receipt

    async def go_live(self) -> None:
        for room, head in self.heads.items():
            wall = await self.hall.join("projector", room)
            await self.give(wall, OfferStation(f"station000{room}", True, True))
            await self.give(head, SetReady(WINDOW, True))
        await self.give(self.heads["ka"], GoLive(WINDOW))

    async def desk(self, room: str, language: str = "de") -> Page:
        context = await self._open_context((1440, 900))
        return await self.hall.open(context, "facilitator", room, "", language, person=self.heads[room])

    async def phone(self, room: str, person: str, language: str = "de") -> Page:
        context = await self._open_context((390, 844), touch=True)
        return await self.hall.open(context, "participant", room, "", language, person=person)

    async def wall(self, room: str) -> Page:
        context = await self._open_context((1920, 1080))
        return await self.hall.open(context, "projector", room)


@pytest.fixture
async def window(open_context: OpenContext, tmp_path: Path) -> AsyncIterator[Window]:
    async with running_hall(tmp_path) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        found = Window(hall, open_context, heads)
        await found.give(heads["ka"], StartSession(), OpenStep(WINDOW, ("ka", "kr")))
        yield found


async def test_a_hand_goes_from_a_phone_to_both_desks_and_the_wall(window: Window) -> None:
    await window.go_live()
    jonas = await window.hall.join("participant", "ka", "Jonas")
    olga = await window.hall.join("participant", "kr", "Ольга")
    await window.give(olga, RaiseHand("handofolga", WINDOW, "Ольга"))
    phone, wall = await window.phone("ka", jonas), await window.wall("kr")
    hand = phone.locator(".hand-up p")
    await phone.get_by_label("Name oder Platz").fill("Jonas, Reihe 3")
    await phone.get_by_role("button", name="Ich melde mich").click()
    await expect(hand).to_have_text("Du bist Nummer 2 in der Reihe.")
    await expect(wall.locator(".queue li")).to_contain_text(["Ольга", "Jonas, Reihe 3"])
    await expect(wall.locator(".air-foot .planned")).to_contain_text("Все, кто хочет представить идею")
    desk = await window.desk("kr", "ru")
    await desk.get_by_role("button", name="Jonas, Reihe 3: на одно место вперёд").click()
    await expect(hand).to_have_text("Du bist Nummer 1 in der Reihe.")
    await desk.get_by_role("button", name="Дать слово").click()
    await expect(hand).to_have_text("Du hast das Wort!")
    await expect(wall.locator(".queue .speaking")).to_contain_text("Jonas, Reihe 3")
    await expect(wall.locator(".air-foot .planned"), "somebody else than whoever has the floor").to_be_empty()
    await expect(phone.locator("video, audio")).to_have_count(0)
    await phone.get_by_role("button", name="Ich bin fertig").click()
    await expect(wall.locator(".queue .speaking")).to_have_count(0)


async def test_who_goes_home_keeps_a_raised_hand_in_view_until_the_window_is_over(window: Window) -> None:
    await window.go_live()
    anna = await window.hall.join("participant", "ka", "Anna")
    await window.give(anna, RaiseHand("handofanna", WINDOW, "Anna"))
    phone = await window.phone("ka", anna)
    await phone.get_by_role("button", name="Ich bin nicht im Saal").click()
    await expect(phone.locator("figure .instead")).to_have_text(["Das Bild kommt gleich"] * 2)
    await expect(phone.locator(".hand-up p")).to_have_text("Du bist Nummer 1 in der Reihe.")
    await phone.get_by_role("button", name="Meldung zurücknehmen").click()
    await expect(phone.locator(".hand-up, .raise")).to_have_count(0)
    await phone.get_by_role("button", name="Ich bin doch im Saal").click()
    await phone.get_by_role("button", name="Ich melde mich").click()
    await expect(phone.locator(".hand-up p")).to_have_text("Du bist Nummer 1 in der Reihe.")
    await window.give(window.heads["ka"], EndLink(WINDOW))
    await expect(phone.get_by_text("Die Live-Schalte ist zu Ende.")).to_be_visible()
    await expect(phone.locator(".stage-card, .hand-up, .raise, .hear")).to_have_count(0)
    await expect(phone.get_by_text("Nummer 0")).to_have_count(0)


async def test_a_hall_that_is_asked_for_silence_answers_with_one_press(window: Window) -> None:
    await window.go_live()
    await window.wall("ka")
    ka, kr = await window.desk("ka"), await window.desk("kr", "ru")
    mute = ka.get_by_role("button", name="Unseren Ton aus")
    # Who is there has been told, and all letters have come: nothing else moves it either.
    await expect(ka.locator(".link-state.away")).to_have_count(1)
    await ka.evaluate("document.fonts.ready")
    before = await mute.bounding_box()
    await kr.get_by_role("button", name="Попросить тишины: Карлсруэ").click()
    asked = ka.get_by_role("group", name="Krasnodar bittet: Schaltet euren Saal bitte stumm.")
    await expect(asked).to_be_visible()
    reminder = ka.locator(".toast.reminder")
    await expect(reminder).to_contain_text("Schaltet euren Saal bitte stumm.")
    assert await mute.bounding_box() == before, "a question must not move what a finger is about to press"
    await asked.get_by_role("button", name="Stumm schalten").click()
    await expect(asked).to_have_count(0)
    await expect(reminder).to_have_count(0)
    # The row says once that it is on the air.
    await expect(ka.locator(".step.current .live-tag")).to_have_count(0)
    await expect(ka.locator(".step.current .still")).to_contain_text("LIVE")
    await expect(kr.locator(".link-state.muted")).to_have_count(1)
    assert window.hall.live.state.links[WINDOW].muted == ("ka",)


async def test_each_wall_is_laid_out_by_its_own_desk(window: Window) -> None:
    await window.go_live()
    desk, wall = await window.desk("ka"), await window.wall("ka")
    for words, name in (("Beide Säle", "halves"), ("Tafel, Bild klein", "board"), ("Bild, Tafel klein", "picture")):
        await desk.get_by_role("button", name=words).click()
        await expect(wall.locator(f".on-air.as-{name}")).to_be_visible()
        small = desk.locator(f".wall .preview.as-{name}")
        await expect(small).to_contain_text("LIVE")
        await expect(small.locator(".far")).to_contain_text("Krasnodar")
    await expect(wall.locator(".air-board h1, .air-board h2").first).to_be_visible()
    assert window.hall.live.state.links[WINDOW].layouts == {"ka": "picture"}
    await expect(wall.locator(".sound-word"), "nobody interprets").to_have_count(0)
    await expect(wall.locator(".absent")).to_contain_text("noch nicht eingerichtet")
    await window.wall("ka")
    await expect(wall.locator(".absent")).to_contain_text("über eine andere Leinwand")


async def the_foot_stands_still(wall: Page) -> None:
    """Whatever digits the clocks show; and no word of it is cut off."""
    places = """() => [...document.querySelectorAll(".air-foot > *")].map((one) => [one.offsetLeft, one.offsetWidth])"""
    cut = """() => [...document.querySelectorAll(".air-foot, .air-foot *")]
        .filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth > 0).map((one) => one.textContent)"""
    clock, before = wall.locator(".air-foot .digits"), await wall.evaluate(places)
    for _ in range(4):
        shown = await clock.inner_text()
        await wall.clock.run_for(67_000)
        await expect(clock).not_to_have_text(shown)
        assert await wall.evaluate(places) == before
        assert await wall.evaluate(cut) == []


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
async def test_all_that_governs_a_link_is_in_view_beside_the_board_too(window: Window, size: tuple[int, int]) -> None:
    await window.go_live()
    desk = await window.desk("kr", "ru")
    await desk.set_viewport_size({"width": size[0], "height": size[1]})
    controls = desk.locator(".middle .link-controls")
    for part in (".on-air-for", ".acts", ".layout", ".speakers", ".interpretation .segments"):
        await expect(controls.locator(part).first).to_be_in_viewport(ratio=1)
    picture, pencil = desk.locator("button.wall-picture"), desk.locator(".wall-change")
    apart = "([one, other]) => one.getBoundingClientRect().bottom <= other.getBoundingClientRect().top"
    assert await desk.evaluate(apart, [await picture.element_handle(), await pencil.element_handle()])
    await pencil.click(force=True)  # what is pressed is the small wall above it
    await expect(desk.get_by_role("dialog", name="Наш экран: Краснодар")).to_be_visible()
    await desk.keyboard.press("Escape")
    await window.give(window.heads["kr"], OpenStep("punkten", ("ka", "kr")))
    for name in ("Завершить", "Выключить наш звук"):
        await expect(desk.locator(".hall .link-controls").get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


async def test_who_goes_on_while_live_is_asked_and_a_wall_in_a_break_says_that_the_camera_is_on(window: Window) -> None:
    await window.go_live()
    desk, wall = await window.desk("ka"), await window.wall("kr")
    phone = await window.phone("kr", await window.hall.join("participant", "kr"), "ru")
    go_on = desk.get_by_role("button", name="Nächster Schritt: Mittagspause")
    question = desk.get_by_role("dialog", name="Ihr seid noch live")
    sign = wall.get_by_text("Камера и микрофон включены")
    await go_on.click()
    assert await axe_violations(desk) == []
    await question.get_by_role("button", name="Weiter, Schalte bleibt an").click()
    await expect(wall.get_by_role("heading", name="Обед")).to_be_visible()
    await expect(sign).to_be_visible()
    times = wall.locator(".break .times .digits")
    await expect(phone.locator(".times .digits")).to_have_text(await times.all_inner_texts())
    await window.give(window.heads["kr"], OpenStep(WINDOW, ("ka", "kr")))
    await expect(sign).to_have_count(0)
    await go_on.click()
    await question.get_by_role("button", name="Schalte beenden und weiter").click()
    await expect(wall.get_by_role("heading", name="Обед")).to_be_visible()
    await expect(sign).to_have_count(0)
    assert window.hall.live.state.links[WINDOW].status == "over"


async def test_the_end_of_a_window_is_told_and_nothing_is_cut(window: Window) -> None:
    await window.go_live()
    desk, wall = await window.desk("ka"), await window.wall("ka")
    for page in (desk, wall):
        await page.clock.install()
        await expect(page.locator(".time-over")).to_have_count(0)
        if page == wall:
            await the_foot_stands_still(wall)
        await page.clock.run_for(31 * 60_000)
        await expect(page.locator(".time-over")).to_be_visible()
    assert window.hall.live.state.links[WINDOW].status == "live"


async def test_every_face_is_clean_while_live(window: Window) -> None:
    await window.go_live()
    anna = await window.hall.join("participant", "ka", "Anna")
    await window.give(anna, RaiseHand("handofanna", WINDOW, "Anna"))
    for page in (await window.desk("ka"), await window.wall("ka"), await window.phone("ka", anna)):
        await expect(page.get_by_text("Anna").first).to_be_visible()
        assert await axe_violations(page) == []


async def test_both_desks_are_reminded_15_and_5_minutes_before_and_never_twice(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        await hall.give(heads["ka"], StartSession())
        window = Window(hall, open_context, heads)
        words = {
            "ka": ("de", "Erste Live-Schalte", "Kamera und Ton einrichten", "Stimmen Bild und Ton?"),
            "kr": ("ru", "Первое включение", "настроить и проверить камеру", "Изображение и звук в порядке?"),
        }
        for room, (language, step, set_up, five) in words.items():
            # The first window of the kickoff is a quarter of an hour after its beginning.
            desk = await window.desk(room, language)
            reminder = desk.locator(".toast.reminder")
            await expect(reminder).to_contain_text(step)
            await expect(reminder).to_contain_text(set_up)
            await desk.clock.install()
            await reminder.get_by_role("button").click()
            await expect(reminder).to_have_count(0)
            # Between the two there are ten minutes, less those that have passed so far on a busy machine.
            await desk.clock.run_for(7 * 60_000)
            await expect(reminder).to_have_count(0)
            await desk.clock.run_for(4 * 60_000)
            await expect(reminder).to_contain_text(five)
            await desk.reload()
            await expect(desk.locator(".line-state.live")).to_be_visible()
            await expect(reminder).to_have_count(0)


async def test_a_reminder_goes_once_its_own_hall_is_ready(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        await hall.give(heads["ka"], StartSession())
        window = Window(hall, open_context, heads)
        ka, kr = [(await window.desk(room)).locator(".toast.reminder") for room in heads]
        await expect(ka).to_contain_text("Kamera und Ton einrichten")
        await window.give(await hall.join("projector", "ka"), OfferStation("station000ka", True, True))
        await window.give(heads["ka"], SetReady("live-1", True))
        await expect(ka).to_have_count(0)
        await expect(kr).to_contain_text("Kamera und Ton einrichten")
