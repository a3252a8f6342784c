"""The facilitator's desk in a real browser: driving steps, voting, time, walls, people."""

import asyncio

import pytest
from playwright.async_api import expect

from server.core.agenda import OpenStep
from server.core.groups import GroupNotes
from server.core.voting import CloseRound, PlaceDots, StartRound
from tests.browser.axe import axe_violations
from tests.browser.desk import PODCAST, Stage, card
from tests.browser.scenery import note_id

PRESS_TWICE = """() => new Promise((done) => {
  const button = () => document.querySelector(".split .button");
  button().click();
  const look = () => {
    if (button().title.includes("Ordnen")) return requestAnimationFrame(look);
    button().click();
    done();
  };
  look();
})"""

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
    # The second press of each comes as the button changes, before anybody can have seen the new step: it must do nothing.
    await asyncio.gather(ka.evaluate(PRESS_TWICE), kr.evaluate(PRESS_TWICE))
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


async def test_a_group_without_a_title_goes_into_a_vote_only_when_that_is_meant(stage: Stage) -> None:
    await stage.hall.give(stage.scenery.facilitators["ka"], GroupNotes("group0000001", (note_id(0), note_id(1)), ""))
    await stage.scenery.open("punkten")
    page = await stage.desk()
    start = page.get_by_role("button", name="Abstimmung starten")
    await start.click()
    await expect(page.get_by_role("dialog")).to_contain_text("1 Gruppe hat noch keinen Titel")
    await page.get_by_role("button", name="Abbrechen").click()
    assert stage.hall.live.state.rounds == {}
    await start.click()
    await page.get_by_role("button", name="Trotzdem abstimmen").click()
    await expect(page.get_by_role("heading", name="Runde 1 läuft")).to_be_visible()


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
