"""The board on a facilitator's desk: tidied by mouse, finger and keys, and steady under the hand."""

import asyncio

from playwright.async_api import expect

from server.core.notes import ArchiveNote, EditNote, MoveNote
from tests.browser.axe import axe_violations
from tests.browser.desk import CHOIRS, GARDENS, PODCAST, RECIPES, Stage, card, column, drag
from tests.browser.scenery import note_id


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


async def test_group_dragged_by_its_title_takes_its_notes_along(stage: Stage) -> None:
    await stage.scenery.group()
    page = await stage.desk()
    target = await column(page, "ideen").bounding_box()
    assert target is not None
    await drag(page, page.locator("[data-kind=group]").first, target["x"] + 80, target["y"] + target["height"] - 60)
    await expect(column(page, "ideen")).to_contain_text("Grün in der Stadt")
    assert (stage.column(0), stage.column(1)) == ("ideen", "ideen")
    await page.keyboard.press("Control+z")
    await expect(column(page, "themen")).to_contain_text("Grün in der Stadt")
    assert (stage.column(0), stage.column(1)) == ("themen", "themen")


async def test_board_stands_still_while_something_is_dragged(stage: Stage) -> None:
    page = await stage.desk()
    box = await card(page, PODCAST).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 40, box["y"] + 16)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 80, box["y"] + 40, steps=3)
    other = stage.scenery.facilitators["kr"]
    await stage.hall.give(other, MoveNote(note_id(6), "themen", before=note_id(0)))
    await stage.hall.give(other, EditNote(note_id(0), "Inzwischen geändert"))
    # The server's word has come when the archive's number, which is no part of the board, has changed.
    await stage.hall.give(other, ArchiveNote(note_id(5)))
    await expect(page.get_by_role("button", name="Archiv")).to_contain_text("1")
    await expect(column(page, "ideen")).to_contain_text(RECIPES)
    await expect(card(page, GARDENS)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(column(page, "themen")).to_contain_text(RECIPES)
    await expect(card(page, "Inzwischen geändert")).to_be_visible()
    await page.mouse.up()
    assert stage.column(2) == "themen"


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

    async def pull(held: bool) -> None:
        source, target = await card(page, GARDENS).bounding_box(), await column(page, "ideen").bounding_box()
        assert source is not None
        assert target is not None
        begins = touch("touchStart", source["x"] + 60, source["y"] + 20)
        moves = [
            touch(
                "touchMove",
                source["x"] + 60 + (target["x"] - source["x"]) * share,
                source["y"] + 20 + (target["y"] + 280 - source["y"]) * share,
            )
            for share in (0.2, 0.6, 1)
        ]
        if held:
            await begins
            await expect(page.locator("html.dragging")).to_be_attached()
            await asyncio.gather(*moves)
        else:
            # All in one breath: a busy machine would make a press of it that is long enough.
            await asyncio.gather(begins, *moves)
        await touch("touchEnd")

    await pull(held=False)
    assert stage.column(0) == "themen"
    await pull(held=True)
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
