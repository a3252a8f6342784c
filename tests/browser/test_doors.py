"""The doors in a real browser: joining in three languages and two widths, the typed code, pairing a wall, the host's pages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import StartSession
from server.hub.bus import MemoryBus
from server.web.auth import cookie_name
from server.web.pairing import LIFETIME_MS, Pairings
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.hall import Hall, running_hall

LOCALES = {"de": "de-DE", "ru": "ru-RU", "en": "en-GB"}
JOIN = {"de": "Mitmachen", "ru": "Участвовать", "en": "Join in"}
HERE = {"de": "du bist hier", "ru": "вы здесь", "en": "you are here"}
DAY = {
    "de": ["Auftaktworkshop", "Samstag, 24. Juli 2032"],
    "ru": ["Стартовый воркшоп", "суббота, 24 июля 2032 г."],
    "en": ["Kickoff workshop", "Saturday, 24 July 2032"],
}

CODE = re.compile(r"^[0-9A-Z]{4} [0-9A-Z]{4}$")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with running_hall(tmp_path) as hall:
        yield hall


async def check(page: Page) -> None:
    """What holds for every page in every state."""
    assert await axe_violations(page) == []
    widths: list[int] = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    small: list[str] = await page.evaluate(
        """[...document.querySelectorAll("button, input:not(.visually-hidden), a.button, label.room-choice")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", list(LOCALES))
async def test_participant_joins_by_link(hall: Hall, open_context: OpenContext, language: str, width: int) -> None:
    context = await open_context((width, 844), locale=LOCALES[language], touch=True)
    page = await context.new_page()
    await page.goto(hall.link("participant", "kr"))
    await expect(page.get_by_role("heading", name="Twin City Lab")).to_be_visible()
    # The plan's day has passed, and nobody has said which it is instead.
    await expect(page.locator(".day")).to_have_text(DAY[language][:1])
    assert (await hall.give(await hall.join("facilitator", "ka"), StartSession("2032-07-24"))).code is None
    await page.reload()
    await expect(page.locator(".day")).to_have_text(DAY[language])
    await expect(page.get_by_text(HERE[language]).locator("visible=true")).to_have_count(1)
    assert await page.evaluate("document.documentElement.lang") == language
    await check(page)
    await page.get_by_role("textbox").fill("Ольга")
    await page.get_by_role("button", name=JOIN[language]).click()
    await page.wait_for_url("**/s/**")
    person = hall.live.state.people[urlsplit(page.url).path.rsplit("/", 1)[1]]
    assert (person.room, hall.live.world.names[person.id]) == ("kr", "Ольга")


async def test_switching_the_language_keeps_what_was_chosen_and_typed(hall: Hall, open_context: OpenContext) -> None:
    context = await open_context((390, 844), touch=True)
    page = await context.new_page()
    await page.goto(hall.link("participant", "ka"))
    await page.get_by_text("Krasnodar").click()
    await page.get_by_role("textbox").fill("Miriam")
    await page.get_by_role("button", name="Русский").click()
    await expect(page.get_by_role("button", name=JOIN["ru"])).to_be_visible()
    await expect(page.get_by_role("radio", name="Краснодар")).to_be_checked()
    await expect(page.get_by_role("textbox")).to_have_value("Miriam")
    await page.reload()
    await expect(page.get_by_role("button", name=JOIN["ru"])).to_be_visible()


async def test_invitation_leaves_the_address_and_is_never_asked_for(hall: Hall, open_context: OpenContext) -> None:
    context = await open_context((390, 844), touch=True)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    link = hall.link("participant", "ka")
    await page.goto(link)
    await expect(page.get_by_role("radio", name="Karlsruhe")).to_be_checked()
    assert page.url == f"{hall.url}/join"
    await page.reload()
    await expect(page.get_by_role("radio", name="Karlsruhe")).to_be_checked()
    signature = link.rsplit(".", 1)[1]
    # Playwright shows the fragment a navigation was asked with; it is never sent.
    assert not [url for url in asked if signature in url.split("#")[0]]
    assert len(asked) > 3


async def test_second_code_scanned_into_the_same_tab_counts(hall: Hall, open_context: OpenContext) -> None:
    page = await (await open_context((390, 844), touch=True)).new_page()
    await page.goto(hall.link("participant", "ka"))
    await expect(page.get_by_role("radio", name="Karlsruhe")).to_be_checked()
    await page.goto(hall.link("participant", "kr"))
    await expect(page.get_by_role("radio", name="Krasnodar")).to_be_checked()


async def test_person_comes_back_or_somebody_else_does(hall: Hall, open_context: OpenContext) -> None:
    page = await (await open_context((390, 844), touch=True)).new_page()
    await page.goto(hall.link("participant", "ka"))
    await page.get_by_role("textbox").fill("Miriam")
    await page.get_by_role("button", name=JOIN["de"]).click()
    await page.wait_for_url("**/s/**")
    first = page.url
    await page.goto(hall.url)
    await expect(page.get_by_role("link", name="Weiter als Miriam")).to_have_attribute("href", urlsplit(first).path)
    await check(page)
    await page.goto(hall.link("participant", "ka"))
    await expect(page.get_by_role("link", name="Weiter als Miriam")).to_be_visible()
    await check(page)
    await page.get_by_role("button", name="Als jemand anderes mitmachen").press("Enter")
    await expect(page.get_by_role("radio").first).to_be_focused()
    await page.get_by_role("button", name="Zurück").press("Enter")
    await expect(page.get_by_role("link", name="Weiter als Miriam")).to_be_focused()
    await page.get_by_role("button", name="Als jemand anderes mitmachen").click()
    await page.get_by_role("textbox").fill("Jonas")
    await page.get_by_role("button", name=JOIN["de"]).click()
    await page.wait_for_url("**/s/**")
    assert page.url != first
    await page.goto(first)
    await expect(page.get_by_text("Miriam").first).to_be_visible()
    assert sorted(hall.live.world.names.values()) == ["Jonas", "Miriam"]


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", list(LOCALES))
async def test_typed_code_leads_to_the_rooms(hall: Hall, open_context: OpenContext, language: str, width: int) -> None:
    page = await (await open_context((width, 700), locale=LOCALES[language], touch=True)).new_page()
    await page.goto(hall.url)
    field = page.get_by_role("textbox")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    await field.fill("abcd efg")
    await field.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("7")
    assert asked == []
    await field.fill("abcd efgh")
    await field.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(re.compile(r"^[^7]+$"))
    await expect(field).to_be_focused()
    await check(page)
    code = hall.services.keys.join_code(hall.live.id)
    await field.fill(f"{code[:4]} {code[4:]}".lower().replace("0", "o"))
    await field.press("Enter")
    await page.wait_for_url("**/join")
    await page.get_by_role("button", name=JOIN[language]).click()
    # No room was scanned, so none is chosen for anybody.
    await expect(page.get_by_role("alert")).to_be_visible()
    assert hall.live.state.people == {}
    await check(page)
    await page.get_by_role("radio").first.focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.get_by_role("button", name=JOIN[language]).click()
    await page.wait_for_url("**/s/**")
    assert [person.room for person in hall.live.state.people.values()] == ["ka"]


async def test_joining_without_network_says_so_and_works_later(hall: Hall, open_context: OpenContext) -> None:
    context = await open_context((390, 844), touch=True)
    page = await context.new_page()
    await page.goto(hall.link("participant", "ka"))
    await page.get_by_role("textbox").fill("Miriam")
    await context.set_offline(True)
    await page.get_by_role("button", name=JOIN["de"]).click()
    await expect(page.get_by_role("alert")).to_contain_text("Keine Verbindung")
    await expect(page.get_by_role("textbox")).to_have_value("Miriam")
    await context.set_offline(False)
    await page.get_by_role("button", name=JOIN["de"]).click()
    await page.wait_for_url("**/s/**")


@pytest.mark.parametrize("path", ["/join#participant.x.ka.nonsense", "/enter#facilitator.x.ka.nonsense"])
async def test_link_that_lacks_a_piece_is_explained(hall: Hall, open_context: OpenContext, path: str) -> None:
    page = await (await open_context((390, 844), touch=True)).new_page()
    await page.goto(hall.url + path)
    await expect(page.get_by_role("alert")).to_contain_text("Dieser Link stimmt nicht")
    await check(page)


async def test_without_a_ticket_the_code_is_asked_for(hall: Hall, open_context: OpenContext) -> None:
    page = await (await open_context((390, 844), touch=True)).new_page()
    await page.goto(f"{hall.url}/join")
    await expect(page).to_have_url(f"{hall.url}/")


@pytest.mark.parametrize("language", list(LOCALES))
async def test_pages_to_read(hall: Hall, open_context: OpenContext, language: str) -> None:
    page = await (await open_context((320, 700), locale=LOCALES[language], touch=True)).new_page()
    for path in ("/privacy", "/nowhere"):
        await page.goto(hall.url + path)
        await check(page)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_wall_is_paired_from_the_facilitators_laptop(hall: Hall, open_context: OpenContext) -> None:
    laptop = await open_context()
    desk = await laptop.new_page()
    await desk.goto(hall.link("facilitator", "kr"))
    await desk.wait_for_url("**/s/**")
    machine = await open_context((1920, 1080))
    wall = await machine.new_page()
    await wall.goto(f"{hall.url}/pair")
    await expect(wall.locator("#code")).to_have_text(CODE)
    await check(wall)
    size: int = await wall.evaluate("parseFloat(getComputedStyle(document.querySelector('.what')).fontSize)")
    assert size >= 26
    code = await wall.locator("#code").inner_text()
    person = urlsplit(desk.url).path.rsplit("/", 1)[1]
    answer = await laptop.request.post(
        f"{hall.url}/api/sessions/{hall.live.id}/pair", data={"person": person, "code": code}
    )
    assert answer.ok
    await wall.wait_for_url("**/s/**")
    projectors = [p.room for p in hall.live.state.people.values() if p.role == "projector"]
    assert projectors == ["kr"]


async def test_code_that_has_expired_is_replaced_by_itself(hall: Hall, open_context: OpenContext) -> None:
    now = [0]
    hall.services.pairings = Pairings(lambda: now[0], MemoryBus(now=lambda: now[0]))
    wall = await (await open_context((1920, 1080))).new_page()
    await wall.goto(f"{hall.url}/pair")
    await expect(wall.locator("#code")).to_have_text(CODE)
    code = await wall.locator("#code").inner_text()
    now[0] += LIFETIME_MS
    await expect(wall.locator("#code")).not_to_have_text(code)
    await expect(wall.locator("#code")).to_have_text(CODE)


async def test_host_opens_hands_out_archives_and_deletes(hall: Hall, open_context: OpenContext) -> None:
    context = await open_context((1280, 900), permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(hall.services.host_link())
    await expect(page.get_by_role("heading", level=1)).to_have_text("Workshops auf diesem Server")
    await check(page)
    await page.get_by_role("button", name="Öffnen Ideenrunde").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ideenrunde")
    await check(page)
    await page.get_by_role("button", name="Kopieren Moderation, Nordstadt").click()
    await expect(page.get_by_role("button", name="Kopiert Moderation, Nordstadt")).to_be_visible()
    copied: str = await page.evaluate("navigator.clipboard.readText()")
    desk = await (await open_context()).new_page()
    await desk.goto(copied)
    await desk.wait_for_url("**/s/**")
    await page.get_by_text("Ins Archiv legen …").click()
    await expect(page.get_by_text("Wer gerade dabei ist")).to_be_visible()
    await check(page)
    await page.get_by_role("button", name="Ja, ins Archiv legen").click()
    await expect(page.get_by_role("button", name="Zurückholen")).to_be_visible()
    await check(page)
    await page.get_by_role("link", name="Löschen …").click()
    await check(page)
    await page.get_by_role("button", name="Endgültig löschen").click()
    await expect(page).to_have_url(f"{hall.url}/host")
    assert [row.id for row in hall.services.hub.sessions()] == [hall.live.id]


async def test_hosts_pages_work_without_scripts_on_a_narrow_screen(hall: Hall, open_context: OpenContext) -> None:
    context = await open_context((320, 700), locale="ru-RU", java_script_enabled=False)
    token = hall.services.keys.token("", "host")
    await context.add_cookies([{"name": cookie_name("host", secure=False), "value": token, "url": hall.url}])
    page = await context.new_page()
    await page.goto(f"{hall.url}/host")
    await page.get_by_role("button", name="Открыть Обмен идеями").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Обмен идеями")
    await page.get_by_text("Перенести в архив …").click()
    await page.get_by_role("button", name="Да, перенести в архив").click()
    await expect(page.get_by_text("в архиве", exact=True)).to_be_visible()
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("button", name="Bring back")).to_be_visible()
