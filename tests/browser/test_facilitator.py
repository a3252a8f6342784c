"""The facilitator's desk in a real browser: driving steps, tidying the board by every kind of hand, voting, time, walls."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from server.core.agenda import OpenStep
from server.core.notes import EditNote, MoveNote
from server.core.voting import CloseRound, PlaceDots, StartRound
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.scenery import Scenery, note_id
from tests.hall import Hall, running_hall

GARDENS, PODCAST, RECIPES, CHOIRS = "Gemeinschaftsgärten", "Schüler-Podcast", "Rezepte-Tausch", "Chöre proben"


class Stage:
    """A hall with the notes of the pictures on an open board, and the two facilitators' desks."""

    def __init__(self, hall: Hall, scenery: Scenery, open_context: OpenContext) -> None:
        self.hall = hall
        self.scenery = scenery
        self._open_context = open_context

    async def desk(self, room: str = "ka", language: str = "de", **more: object) -> Page:
        context = await self._open_context(**more)  # type: ignore[arg-type]
        page = await self.hall.open(context, "facilitator", room, "", language, self.scenery.facilitators[room])
        await page.locator("h1").first.wait_for()
        return page

    def column(self, note: int) -> str:
        return self.hall.live.state.notes[note_id(note)].column

    def group(self, note: int) -> str | None:
        return self.hall.live.state.notes[note_id(note)].group


@pytest.fixture
async def stage(open_context: OpenContext, tmp_path: Path) -> AsyncIterator[Stage]:
    async with running_hall(tmp_path) as hall:
        scenery = Scenery(hall)
        await scenery.begin()
        await scenery.write()
        await scenery.reveal()
        yield Stage(hall, scenery, open_context)


def card(page: Page, text: str) -> Locator:
    return page.locator("[data-kind=note]").filter(has_text=text)


def column(page: Page, column_id: str) -> Locator:
    return page.locator(f"[data-column={column_id}]")


async def drag(page: Page, source: Locator, x: float, y: float) -> None:
    box = await source.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] + 16)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 60, box["y"] + 30, steps=3)
    await page.mouse.move(x, y, steps=6)
    await page.mouse.up()


# -- steps -----------------------------------------------------------------------------------------------------------


async def test_next_step_opens_in_both_rooms_and_the_other_team_is_told(stage: Stage) -> None:
    ka, kr = await stage.desk("ka"), await stage.desk("kr", "ru")
    # Only who knows the teams can say whose act it was.
    await kr.locator(".room-pill[title='здесь 1 ведущий']").nth(1).wait_for()
    await ka.get_by_role("button", name="Nächster Schritt: Ordnen").click()
    await expect(ka.locator("[aria-current=step]")).to_contain_text("Ordnen")
    await expect(kr.locator("[aria-current=step]")).to_contain_text("Группируем")
    await expect(kr.locator(".toast")).to_contain_text("Карлсруэ: открыт шаг «Группируем»")
    assert {s.activity for s in stage.hall.live.state.stages.values()} == {"ordnen"}


async def test_next_step_pressed_in_both_halls_opens_one_step(stage: Stage) -> None:
    ka, kr = await stage.desk("ka"), await stage.desk("kr", "de")
    for page in (ka, kr):
        await page.get_by_role("button", name="Nächster Schritt: Ordnen").wait_for()
    press = "() => document.querySelector('.split .button').click()"
    # The second press of each comes before anybody can have seen the new step: it must do nothing.
    await ka.evaluate(press)
    await kr.evaluate(press)
    await ka.evaluate(press)
    await kr.evaluate(press)
    await expect(ka.get_by_role("button", name="Nächster Schritt: Punkten")).to_be_visible()
    await expect(kr.get_by_role("button", name="Nächster Schritt: Punkten")).to_be_visible()
    assert {s.activity for s in stage.hall.live.state.stages.values()} == {"ordnen"}


async def test_rooms_apart_are_not_moved_together_unasked(stage: Stage) -> None:
    page = await stage.desk("ka")
    await stage.hall.give(stage.scenery.facilitators["kr"], OpenStep("punkten", ("kr",)))
    await expect(page.locator(".toast")).to_contain_text("Krasnodar hat „Punkten“ geöffnet")
    await page.get_by_role("button", name="Nächster Schritt: Ordnen").click()
    await expect(page.locator(".menu")).to_contain_text("Krasnodar ist gerade bei „Punkten“")
    await page.get_by_role("button", name="Öffnen: nur Karlsruhe").click()
    await expect(page.locator("[aria-current=step]")).to_contain_text("Ordnen")
    assert stage.hall.live.state.stages["kr"].activity == "punkten"


# -- the board -------------------------------------------------------------------------------------------------------


async def test_card_dragged_with_the_mouse_moves_and_comes_back(stage: Stage) -> None:
    page = await stage.desk()
    target = await column(page, "ideen").bounding_box()
    assert target is not None
    await drag(page, card(page, PODCAST), target["x"] + 80, target["y"] + target["height"] - 60)
    await expect(column(page, "ideen")).to_contain_text(PODCAST)
    assert stage.column(2) == "ideen"
    await page.keyboard.press("Control+z")
    await expect(column(page, "themen")).to_contain_text(PODCAST)
    assert stage.column(2) == "themen"


async def test_card_dropped_on_another_forms_a_group(stage: Stage) -> None:
    page = await stage.desk()
    box = await card(page, RECIPES).bounding_box()
    assert box is not None
    await drag(page, card(page, CHOIRS), box["x"] + 80, box["y"] + box["height"] / 2)
    await expect(page.locator("[data-kind=group]")).to_contain_text(RECIPES)
    assert stage.group(6) == stage.group(8) is not None
    await page.get_by_role("button", name="Rückgängig", exact=True).first.click()
    await expect(page.locator("[data-kind=group]")).to_have_count(0)
    assert stage.group(8) is None


async def test_card_is_moved_with_the_keyboard_alone(stage: Stage) -> None:
    page = await stage.desk()
    start = page.get_by_role("button", name=PODCAST).first
    await start.focus()
    await page.keyboard.press("Space")
    await expect(page.locator("[aria-live=polite]")).to_contain_text("Vor „")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("[aria-live=polite]")).to_contain_text("Akteur:innen")
    await page.keyboard.press("Space")
    await expect(column(page, "akteure")).to_contain_text(PODCAST)
    assert stage.column(2) == "akteure"
    # Whoever moved it goes on from where it lies now.
    await expect(card(page, PODCAST).locator("[data-focus]")).to_be_focused()
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Escape")
    assert stage.column(2) == "akteure"


async def test_card_is_dragged_with_a_finger_while_a_swipe_only_scrolls(stage: Stage) -> None:
    page = await stage.desk(viewport=(1024, 768), touch=True)
    session = await page.context.new_cdp_session(page)

    async def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    async def pull(hold_ms: int) -> None:
        source, target = await card(page, GARDENS).bounding_box(), await column(page, "ideen").bounding_box()
        assert source is not None
        assert target is not None
        await touch("touchStart", source["x"] + 60, source["y"] + 20)
        await page.wait_for_timeout(hold_ms)
        for share in (0.2, 0.6, 1):
            x = source["x"] + 60 + (target["x"] + 60 - source["x"] - 60) * share
            await touch("touchMove", x, source["y"] + 20 + (target["y"] + 300 - source["y"] - 20) * share)
        await touch("touchEnd")

    await pull(hold_ms=0)
    assert stage.column(0) == "themen"
    await pull(hold_ms=500)
    await expect(column(page, "ideen")).to_contain_text(GARDENS)
    assert stage.column(0) == "ideen"


async def test_move_to_does_what_dragging_does(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name=f"Mehr zu: {PODCAST}").click()
    await page.get_by_role("button", name="Verschieben nach").click()
    await page.get_by_role("region", name="Ideen").get_by_role("button", name="Nach oben").click()
    await expect(column(page, "ideen").locator("[data-kind=note]").first).to_contain_text(PODCAST)


async def test_ticked_notes_become_a_named_group(stage: Stage) -> None:
    page = await stage.desk()
    for text in (PODCAST, RECIPES):
        await card(page, text).get_by_role("checkbox").click()
    await page.get_by_role("button", name="Gruppieren").first.click()
    dialog = page.get_by_role("dialog", name="Gruppe")
    await dialog.get_by_label("Titel", exact=True).fill("Zusammen")
    await dialog.get_by_label("Titel übersetzt").fill("Вместе")
    await dialog.get_by_role("button", name="Speichern").click()
    group = page.locator("[data-kind=group]")
    await expect(group).to_contain_text("Zusammen")
    await expect(group).to_contain_text("Вместе")
    await group.get_by_role("button", name="Mehr zur Gruppe: Zusammen").click()
    await page.get_by_role("button", name="Auflösen").click()
    await expect(group).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(page.locator("[data-kind=group]")).to_contain_text("Zusammen")


async def test_draft_survives_what_others_do_to_the_note(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name=PODCAST).first.click()
    dialog = page.get_by_role("dialog", name="Zettel")
    await dialog.get_by_label("Text").fill("Mein Entwurf")
    other = stage.scenery.facilitators["kr"]
    await stage.hall.give(other, EditNote(note_id(2), "Von nebenan"))
    await stage.hall.give(other, MoveNote(note_id(2), "ideen"))
    await expect(dialog).to_contain_text("Jemand hat den Zettel gerade geändert: „Von nebenan“")
    await expect(dialog.get_by_label("Text")).to_have_value("Mein Entwurf")
    await expect(dialog.get_by_label("Text")).to_be_focused()
    await dialog.get_by_role("button", name="Speichern").click()
    await expect(card(page, "Mein Entwurf")).to_be_visible()
    await page.keyboard.press("Control+z")
    await expect(card(page, "Von nebenan")).to_be_visible()


async def test_hiding_leaves_numbers_and_revealing_brings_notes_back(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name="Verdeckt sammeln").click()
    await expect(page.locator(".face-down")).to_have_count(6)
    await expect(page.get_by_text(PODCAST)).to_have_count(0)
    assert await axe_violations(page) == []
    await page.get_by_role("button", name="Aufdecken").click()
    await expect(card(page, PODCAST)).to_be_visible()


async def test_archived_note_comes_back_from_the_drawer(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name=PODCAST).first.focus()
    await page.keyboard.press("Delete")
    await expect(card(page, PODCAST)).to_have_count(0)
    await page.get_by_role("button", name="Archiv").first.click()
    await page.get_by_role("button", name=f"Zurückholen: {PODCAST}").click()
    await page.keyboard.press("Escape")
    await expect(card(page, PODCAST)).to_be_visible()


async def test_note_for_somebody_without_a_phone_is_pinned(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name="Zettel", exact=True).click()
    dialog = page.get_by_role("dialog", name="Zettel anheften")
    await dialog.get_by_role("button", name="Ideen").click()
    await dialog.get_by_label("Text").fill("Tanzabend auf beiden Plätzen")
    await dialog.get_by_role("button", name="Anheften").click()
    await expect(dialog.get_by_label("Text")).to_have_value("")
    await dialog.get_by_role("button", name="Fertig").click()
    await expect(column(page, "ideen")).to_contain_text("Tanzabend auf beiden Plätzen")


# -- voting, time, walls -----------------------------------------------------------------------------------------------


async def test_round_is_opened_closed_shown_and_repeated_among_the_first(stage: Stage) -> None:
    await stage.scenery.open("punkten")
    page = await stage.desk()
    await page.get_by_role("button", name="Abstimmung starten").click()
    await expect(page.get_by_role("heading", name="Runde 1 läuft")).to_be_visible()
    found = next(iter(stage.hall.live.state.rounds.values()))
    voters = list(stage.scenery.people.values())
    for person in voters:
        for item in found.items[:2]:
            await stage.hall.give(person, PlaceDots(found.id, item.id, 1))
    await page.get_by_role("button", name="Abstimmung schließen").click()
    await page.get_by_role("button", name="Schließen und zählen").click()
    rows = page.locator(".result")
    await expect(rows.nth(0)).to_contain_text("gleichauf")
    await expect(rows.nth(0).locator(".sum")).to_have_text(str(len(voters)))
    await expect(rows.nth(0)).to_contain_text("von beiden Städten getragen")
    assert await axe_violations(page) == []
    await page.get_by_role("button", name="Ergebnis zeigen").click()
    await expect(page.get_by_role("button", name="Ergebnis verbergen")).to_be_visible()
    await page.get_by_role("button", name="Nur die vorderen 2").click()
    await page.get_by_role("button", name="Abstimmung starten").click()
    await expect(page.get_by_role("heading", name="Runde 2 läuft")).to_be_visible()
    second = next(other for other in stage.hall.live.state.rounds.values() if other.number == 2)
    assert [item.id for item in second.items] == [item.id for item in found.items[:2]]
    await page.get_by_role("button", name="Runde 1").click()
    await expect(rows).to_have_count(len(found.items))


async def test_timer_of_both_rooms_is_paused_and_extended(stage: Stage) -> None:
    page = await stage.desk()
    panel = page.get_by_role("region", name="Uhr")
    await panel.get_by_role("button", name="Pause").click()
    await expect(panel).to_contain_text("angehalten")
    await panel.get_by_role("button", name="+1 min").click()
    await panel.get_by_role("button", name="Weiter").click()
    await expect(panel).to_contain_text("von 16 min")
    assert {timer.status for timer in stage.hall.live.state.timers.values()} == {"running"}
    assert set(stage.hall.live.state.timers) == {"ka", "kr"}
    await panel.get_by_role("button", name="nur Karlsruhe").click()
    await panel.get_by_role("button", name="Stopp").click()
    await expect(panel.get_by_role("button", name="Starten")).to_be_visible()
    assert set(stage.hall.live.state.timers) == {"kr"}


async def test_own_wall_shows_what_was_chosen_and_the_other_team_sees_it(stage: Stage) -> None:
    ka, kr = await stage.desk("ka"), await stage.desk("kr", "ru")
    await ka.get_by_role("button", name="Leinwand ändern").click()
    dialog = ka.get_by_role("dialog", name="Unsere Leinwand")
    await dialog.get_by_label("Nachricht an den Raum").fill("Kaffee steht im Foyer")
    await dialog.get_by_role("button", name="Nachricht zeigen").click()
    for page in (ka, kr):
        await expect(page.locator(".wall").first).to_contain_text("Kaffee steht im Foyer")
    await expect(kr.locator(".wall").first.get_by_role("button")).to_have_count(0)


async def test_result_on_the_board_is_told_in_dots(stage: Stage) -> None:
    await stage.scenery.open("punkten")
    head = stage.scenery.facilitators["ka"]
    await stage.hall.give(head, StartRound("round0000001", "punkten"))
    person = await stage.scenery.person("kr", "Ольга")
    await stage.hall.give(person, PlaceDots("round0000001", note_id(2), 2))
    await stage.hall.give(head, CloseRound("round0000001"))
    page = await stage.desk()
    await page.get_by_label("Was du hier siehst").select_option("ideen")
    await expect(card(page, PODCAST).get_by_role("img", name="2 Punkte").locator(".dot.square")).to_have_count(2)


# -- people ------------------------------------------------------------------------------------------------------------


async def test_people_are_found_renamed_and_removed(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name="Wer ist da?").click()
    dialog = page.get_by_role("dialog", name="Wer ist da?")
    await dialog.get_by_label("Nach Namen suchen").fill("jon")
    await expect(dialog.locator(".people li")).to_have_count(1)
    await dialog.get_by_role("button", name="Umbenennen: Jonas").click()
    await dialog.get_by_label("Name", exact=True).fill("Jona")
    await dialog.get_by_role("button", name="Speichern").click()
    await dialog.get_by_role("button", name="Entfernen: Jona").click()
    await dialog.get_by_role("button", name="Ja, entfernen").click()
    await expect(dialog.get_by_text("Niemand gefunden")).to_be_visible()
    person = stage.scenery.people["ka", "Jonas"]
    assert stage.hall.live.state.people[person].removed


async def test_wrong_pairing_code_is_refused_in_the_desks_language(stage: Stage) -> None:
    page = await stage.desk("kr", "ru")
    await page.get_by_role("button", name="Ещё", exact=True).click()
    await page.get_by_role("button", name="Подключить экран").click()
    dialog = page.get_by_role("dialog", name="Подключить экран")
    await dialog.get_by_label("Код на экране").fill("ABCD-2345")
    await dialog.get_by_role("button", name="Подключить", exact=True).click()
    await expect(dialog.get_by_role("alert")).to_contain_text("код")


async def test_invitation_is_a_link_with_its_code(stage: Stage) -> None:
    page = await stage.desk()
    await page.get_by_role("button", name="Mehr", exact=True).click()
    await page.get_by_role("button", name="Co-Moderation einladen").click()
    await expect(page.get_by_label("Link der Einladung")).to_have_value(stage.hall.link("facilitator", "ka"))
    await expect(page.get_by_alt_text("QR-Code der Einladung")).to_be_visible()


# -- every size, every state ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (320, 640)])
async def test_desk_is_accessible_and_fits(stage: Stage, size: tuple[int, int]) -> None:
    await stage.scenery.group()
    page = await stage.desk(viewport=size)
    assert await axe_violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size[0] < 900:
        for tab in ("Ablauf", "Räume"):
            await page.get_by_role("navigation", name="Bereiche").get_by_role("button", name=tab).click()
            assert await axe_violations(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_dialogs_and_menus_are_accessible(stage: Stage) -> None:
    page = await stage.desk()
    for name in ("Leinwand ändern", "Wer ist da?", "QR zeigen", PODCAST, f"Mehr zu: {PODCAST}", "Archiv"):
        await page.get_by_role("button", name=name).first.click()
        await page.locator("dialog, .menu").wait_for()
        assert await axe_violations(page) == [], name
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog, .menu")).to_have_count(0)
