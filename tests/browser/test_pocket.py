"""What waits on a phone: in IndexedDB, taken over from an earlier release, and in the page alone where there is none."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import OpenStep
from tests.browser.chromium import OpenContext
from tests.browser.writing import STEP, expect_board, expect_waiting, go_offline, open_writing, write
from tests.hall import Hall, running_hall

# A private window without a database; one that may not open it; one whose disk is full.
NO_DATABASE = "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined })"
SHUT_DATABASE = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }"
FULL_DISK = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }"
# What was copied, a moment after the press.
HOLDS = "async (text) => (await (navigator.clipboard ?? window.kept).readText()) === text"


async def phone(hall: Hall, open_context: OpenContext, script: str = "") -> Page:
    context = await open_context((390, 844), touch=True)
    if script:
        await context.add_init_script(script)
    page = await hall.open(context, "participant", "ka", "Miriam")
    await expect(page.locator(".line-state.live")).to_be_visible()
    return page


def says(hall: Hall, how_long: str) -> str:
    return hall.services.catalogues.text("de", f"phone.own.{how_long}")


@pytest.mark.parametrize("script", [NO_DATABASE, SHUT_DATABASE, FULL_DISK], ids=["none", "shut", "full"])
async def test_device_that_keeps_nothing_says_so_and_loses_nothing(
    open_context: OpenContext, tmp_path: Path, script: str
) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        page = await phone(hall, open_context, script)
        await go_offline(page.context)
        await write(page, "eins", "zwei")
        await expect(page.get_by_text(says(hall, "fleeting"))).to_be_visible()
        await expect_waiting(page, "eins", "zwei")
        await page.context.set_offline(False)
        await expect_board(hall, "eins", "zwei")
        await expect_waiting(page)


async def test_device_that_fails_on_the_way_takes_all_once_it_can(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        page = await phone(hall, open_context)
        await go_offline(page.context)
        await write(page, "eins")
        await expect(page.get_by_text(says(hall, "lasting"))).to_be_visible()
        await page.evaluate(f"() => {{ window.put = IDBObjectStore.prototype.put; {FULL_DISK} }}")
        await write(page, "zwei")
        await expect(page.get_by_text(says(hall, "fleeting"))).to_be_visible()
        await page.evaluate("() => { IDBObjectStore.prototype.put = window.put }")
        await write(page, "drei")
        await expect(page.get_by_text(says(hall, "lasting"))).to_be_visible()
        await page.context.set_offline(False)
        await expect_board(hall, "eins", "zwei", "drei")


async def test_commands_of_an_earlier_release_move_in_and_arrive(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_writing(hall)
        page = await phone(hall, open_context)
        person = page.url.rsplit("/", 1)[1]
        await page.evaluate(
            "([key, value]) => localStorage.setItem(key, value)",
            [f"tcl-commands-{person}", json.dumps([left("eins"), left("zwei")])],
        )
        await page.reload()
        await expect_board(hall, "eins", "zwei")
        assert await page.evaluate("Object.keys(localStorage)") == []


def left(text: str) -> dict[str, object]:
    command = {"type": "AddNote", "note_id": f"noteof{text}", "activity_id": STEP, "column_id": "orte", "text": text}
    return {
        "id": f"commandof{text}",
        "command": {**command, "language": "de"},
        "state": "waiting",
        "kept": True,
    }


async def test_refused_note_keeps_reason_and_text_over_reloads(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await open_writing(hall)
        page = await phone(hall, open_context)
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await go_offline(page.context)
        await write(page, "Zu spät geschrieben")
        await hall.give(head, OpenStep("kaffee-1", ("ka", "kr")))
        await page.context.set_offline(False)
        reason = hall.services.catalogues.text("de", "error.step_closed")
        for _ in range(2):
            refused = page.locator(".refused", has_text="Zu spät geschrieben")
            await expect(refused.get_by_text(reason)).to_be_visible()
            await refused.get_by_role("button", name="Text kopieren").click()
            await page.wait_for_function(HOLDS, arg="Zu spät geschrieben")
            await page.evaluate("navigator.clipboard.writeText('')")
            await page.reload()
        await page.locator(".refused").get_by_role("button", name="Verwerfen").click()
        await expect(page.locator(".refused")).to_have_count(0)
        await page.reload()
        await expect(page.locator(".line-state.live")).to_be_visible()
        await expect(page.locator(".refused")).to_have_count(0)
        assert hall.live.state.notes == {}


async def test_text_is_copied_on_a_page_without_a_clipboard_too(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await open_writing(hall)
        page = await phone(hall, open_context)
        await page.context.grant_permissions(["clipboard-read"])
        await go_offline(page.context)
        await write(page, "Zu spät geschrieben")
        await hall.give(head, OpenStep("kaffee-1", ("ka", "kr")))
        await page.evaluate(
            "window.kept = navigator.clipboard; Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })"
        )
        await page.context.set_offline(False)
        await page.locator(".refused").get_by_role("button", name="Text kopieren").click()
        await page.wait_for_function(HOLDS, arg="Zu spät geschrieben")
