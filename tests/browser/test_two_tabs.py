"""One person, two tabs: both show what waits, one sends it, it counts once; and the other goes on when that one closes."""

from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from server.rehearsal.waiting import until
from tests.browser.chromium import OpenContext
from tests.browser.writing import SOON_S, Sent, board, expect_board, expect_waiting, go_offline, open_writing, write
from tests.hall import Hall, running_hall

WITHOUT_LOCKS = "delete Navigator.prototype.locks"
NO_ANSWER = "Object.defineProperty(WebSocket.prototype, 'send', { value: () => undefined })"


async def two_tabs(hall: Hall, context: BrowserContext) -> tuple[Page, Page]:
    """Of one person, Miriam, one opened after the other; both live."""
    await open_writing(hall)
    person = await hall.join("participant", "ka", "Miriam")
    tabs = [await hall.open(context, "participant", "ka", person=person) for _ in range(2)]
    for tab in tabs:
        await expect(tab.locator(".line-state.live")).to_be_visible()
    return tabs[0], tabs[1]


async def test_both_tabs_show_what_waits_and_it_arrives_once(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((390, 844), touch=True)
        first, second = await two_tabs(hall, context)
        sent = [Sent(first), Sent(second)]
        await go_offline(context)
        await write(first, "eins")
        await write(second, "zwei")
        await write(first, "drei")
        for tab in (first, second):
            await expect_waiting(tab, "eins", "zwei", "drei")
        await context.set_offline(False)
        await expect_board(hall, "eins", "zwei", "drei")
        for tab in (first, second):
            await expect_waiting(tab)
            await expect(tab.locator(".own-note.arrived")).to_have_count(3)
        assert sorted(len(one.ids) for one in sent) == [0, 3]


async def test_without_web_locks_both_tabs_send_and_it_still_counts_once(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((390, 844), touch=True)
        await context.add_init_script(WITHOUT_LOCKS)
        first, second = await two_tabs(hall, context)
        sent = [Sent(first), Sent(second)]
        await go_offline(context)
        await write(first, "eins", "zwei")
        await write(second, "drei")
        await context.set_offline(False)
        await expect_board(hall, "eins", "zwei", "drei")
        for tab in (first, second):
            await expect_waiting(tab)
            await expect(tab.locator(".line-state.live")).to_be_visible()
        # With both lines up, each sends what it hears of before it hears the answer.
        await write(first, "vier")
        await expect_board(hall, "eins", "zwei", "drei", "vier")
        # The control of the test above: there it was the lock that kept one of them still.
        assert await until(lambda: all(one.ids for one in sent), SOON_S)
        assert len({*sent[0].ids, *sent[1].ids}) == 4
        assert hall.services.refusals == {}


async def test_same_text_given_twice_counts_twice(open_context: OpenContext, tmp_path: Path) -> None:
    """The control of all that arrive once: it is the id that counts, and whoever counts sees a second one."""
    async with running_hall(tmp_path) as hall:
        context = await open_context((390, 844), touch=True)
        first, second = await two_tabs(hall, context)
        await go_offline(context)
        await write(first, "eins")
        await second.get_by_role("textbox").fill("eins")
        await second.get_by_role("button", name="Absenden", exact=True).click()
        await expect_waiting(first, "eins", "eins")
        await context.set_offline(False)
        await expect_board(hall, "eins", "eins")


async def test_tab_that_sent_is_closed_and_the_other_finishes(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((390, 844), touch=True)
        first, second = await two_tabs(hall, context)
        # The first tab came first, so it is its turn; from now on nothing it says gets anywhere.
        await first.evaluate(NO_ANSWER)
        await write(first, "eins", "zwei")
        await expect_waiting(second, "eins", "zwei")
        assert board(hall) == []
        await first.close()
        await expect_board(hall, "eins", "zwei")
        await expect_waiting(second)


async def test_tab_that_has_the_turn_and_sleeps_loses_it(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        context = await open_context((390, 844), touch=True)
        await context.add_init_script(
            "const later = setTimeout; window.setTimeout = (f, ms) => later(f, ms === 10_000 ? 1_000 : ms);"
        )
        first, second = await two_tabs(hall, context)
        await first.evaluate(NO_ANSWER)
        await write(second, "eins", "zwei")
        await expect_board(hall, "eins", "zwei")
        for tab in (first, second):
            await expect_waiting(tab)
