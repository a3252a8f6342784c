"""A network that lets no WebSocket through: the faces find the way round by themselves, and nobody sees a difference."""

import asyncio
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import OpenStep
from server.core.boards import SetBoardHidden
from server.core.notes import AddNote
from server.core.voting import StartRound
from tests.browser.chromium import OpenContext
from tests.faults.proxy import Weather, fault_proxy
from tests.hall import Hall, running_hall

BOTH = ("ka", "kr")
REFUSING = Weather(refuse_upgrades=True)


def behind(hall: Hall, url: str) -> Hall:
    return Hall(url, hall.services, hall.live)


def port_of(hall: Hall) -> int:
    return int(hall.url.rpartition(":")[2])


async def live(phone: Page, within_s: float = 30) -> None:
    await expect(phone.locator(".line-state.live")).to_be_visible(timeout=1000 * within_s)


async def write(phone: Page, text: str) -> None:
    await phone.get_by_role("textbox").first.fill(text)
    await phone.get_by_role("button", name="Absenden", exact=True).click()


async def texts(hall: Hall, *expected: str) -> None:
    async with asyncio.timeout(30):
        while [note.text for note in hall.live.state.notes.values()] != list(expected):
            await asyncio.sleep(0.05)


async def test_notes_go_both_ways_where_upgrades_are_refused(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall, fault_proxy(port_of(hall), REFUSING) as proxy:
        head, alex = await hall.join("facilitator", "ka"), await hall.join("participant", "kr")
        await hall.give(head, OpenStep("karte-schreiben", BOTH))
        context = await open_context((390, 844), touch=True)
        phone = await behind(hall, proxy.url).open(context, "participant", "ka", "Miriam")
        await live(phone)
        await write(phone, "Hin")
        await texts(hall, "Hin")
        await hall.give(alex, AddNote("note000001", "karte-schreiben", "menschen", "Her", "de"))
        await expect(phone.get_by_text("Her", exact=True).first).to_be_visible()
        tried = proxy.refused
        assert tried >= 2, "a WebSocket first"
        await phone.reload()
        await live(phone)
        await write(phone, "Nach dem Laden")
        await texts(hall, "Hin", "Her", "Nach dem Laden")
        assert proxy.refused == tried, "remembered in the tab"


async def test_a_vote_goes_the_way_round_and_on_after_a_restart(open_context: OpenContext, tmp_path: Path) -> None:
    context = await open_context((390, 844), touch=True)
    async with fault_proxy(0, REFUSING) as proxy:
        async with running_hall(tmp_path) as hall:
            proxy.upstream = port_of(hall)
            await voting(hall)
            phone = await behind(hall, proxy.url).open(context, "participant", "ka", "Miriam")
            await live(phone)
            word = hall.services.catalogues.text("de", "phone.vote.more", title="Ein Lied")
            more = phone.get_by_role("button", name=word)
            await more.click()
            await placed(hall, 1)
        await expect(phone.locator(".line-state.live")).to_have_count(0)
        await more.click()
        async with running_hall(tmp_path) as again:
            proxy.upstream = port_of(again)
            await live(phone)
            await placed(again, 2)


async def voting(hall: Hall) -> None:
    head, alex = await hall.join("facilitator", "ka"), await hall.join("participant", "kr")
    for person, command in (
        (head, OpenStep("ideen-sammeln", BOTH)),
        (alex, AddNote("note000001", "ideen-sammeln", "ideen", "Ein Lied", "de")),
        (head, SetBoardHidden("ideen", False)),
        (head, OpenStep("punkten", BOTH)),
        (head, StartRound("round00001", "punkten")),
    ):
        assert (await hall.give(person, command)).code is None


async def placed(hall: Hall, dots: int) -> None:
    async with asyncio.timeout(30):
        while [*hall.live.world.ballots.get("round00001", {}).values()] != [{"note000001": dots}]:
            await asyncio.sleep(0.05)


async def test_a_facilitator_acts_on_the_way_round_and_changes_over_once_it_is_free(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall, fault_proxy(port_of(hall), REFUSING) as proxy:
        context = await open_context()
        await context.add_init_script(
            "const often = setInterval; window.setInterval = (f, ms) => often(f, ms > 60_000 ? 300 : ms);"
        )
        desk = await behind(hall, proxy.url).open(context, "facilitator", "ka", "Sabine")
        await expect(desk.locator(".line-state.live")).to_be_visible()
        assert transports(hall) == {"EventSink"}
        proxy.weather = Weather()
        async with asyncio.timeout(30):
            while transports(hall) != {"HallProtocol"}:
                await asyncio.sleep(0.05)
        await expect(desk.locator(".line-state.live")).to_be_visible()


@pytest.mark.long
async def test_a_browser_notices_a_line_that_died_without_a_word(open_context: OpenContext, tmp_path: Path) -> None:
    """R12, on both transports, with the intervals as they are."""
    async with (
        running_hall(tmp_path) as hall,
        fault_proxy(port_of(hall)) as straight,
        fault_proxy(port_of(hall), REFUSING) as round_it,
    ):
        phones = []
        for proxy in (straight, round_it):
            context = await open_context((390, 844), touch=True)
            phones.append(await behind(hall, proxy.url).open(context, "participant", "ka"))
            await live(phones[-1])
        await asyncio.sleep(20)
        assert transports(hall) == {"HallProtocol", "EventSink"}
        began = time.monotonic()
        for proxy in (straight, round_it):
            proxy.blackhole()
        for phone in phones:
            await expect(phone.locator(".line-state.live")).to_have_count(0, timeout=30_000)
        print(f"R12: browsers noticed within {time.monotonic() - began:.0f} s")
        for proxy in (straight, round_it):
            proxy.blackhole(False, False)
        for phone in phones:
            await live(phone, 40)  # what was tried meanwhile hangs for a while


def transports(hall: Hall) -> set[str]:
    return {type(line.outbox._sink).__name__ for lines in hall.live._connections.values() for line in lines}


async def test_without_the_way_round_the_page_never_gets_live(open_context: OpenContext, tmp_path: Path) -> None:
    """The control: it is the way round that the tests above go."""
    async with running_hall(tmp_path) as hall, fault_proxy(port_of(hall), REFUSING) as proxy:
        context = await open_context((390, 844), touch=True)
        await context.route("**/stream.js", lambda route: route.abort())
        phone = await behind(hall, proxy.url).open(context, "participant", "ka", "Miriam")
        async with asyncio.timeout(30):
            while proxy.refused < 4:
                await asyncio.sleep(0.05)
        await expect(phone.locator(".line-state.live")).to_have_count(0)
        assert not hall.live._connections
