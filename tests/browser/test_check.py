"""The check before a live window in a real browser: a wall tries its way, and both desks read what that means."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from server.core.agenda import OpenStep, StartSession
from server.core.link_state import Findings
from server.rtc.media import echo
from tests.browser.chromium import FLAGS, OpenContext, executable
from tests.browser.walls import press_control
from tests.hall import Hall, running_hall
from tests.rtc.coturn import coturn

WINDOW = "live-1"
WITHIN_MS = 30_000
CHECK = "Verbindung prüfen"
# As a network that lets no UDP through: the browser has TCP alone.
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"


class Place:
    """One wall in Karlsruhe, and a desk in each hall."""

    def __init__(self, hall: Hall, wall: Page, desks: dict[str, Page]) -> None:
        self.hall, self.wall, self.desks = hall, wall, desks

    async def open_panel(self) -> None:
        await press_control(self.wall, "Kamera und Ton")
        await expect(self.wall.locator(".preview video")).to_be_visible()

    async def ask(self) -> None:
        await self.desks["ka"].get_by_role("button", name=CHECK).click()

    async def both_read(self, *words: str) -> None:
        for desk in self.desks.values():
            for word in words:
                await expect(desk.locator(".check-words")).to_contain_text(word, timeout=WITHIN_MS)

    def found(self) -> Findings:
        found = self.hall.live.state.checks[f"{WINDOW}/ka"].found
        assert found is not None
        return found


@asynccontextmanager
async def place(
    open_context: OpenContext, path: Path, wall: BrowserContext | None = None, **more: Any
) -> AsyncIterator[Place]:
    async with running_hall(path, **more) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        await hall.give(heads["ka"], StartSession())
        await hall.give(heads["ka"], OpenStep(WINDOW, ("ka", "kr")))
        wall = wall or await open_context((1920, 1080))
        await wall.grant_permissions(["camera", "microphone"], origin=hall.url)
        page = await hall.open(wall, "projector", "ka")
        desks = {
            room: await hall.open(await open_context((1440, 900)), "facilitator", room, person=head)
            for room, head in heads.items()
        }
        yield Place(hall, page, desks)


@pytest.fixture
async def without_udp() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), headless=True, args=[*FLAGS, NO_UDP])
        yield browser
        await browser.close()


async def test_a_wall_checks_and_both_desks_read_it(
    open_context: OpenContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with place(open_context, tmp_path) as here:
        await expect(here.desks["ka"].get_by_role("button", name=CHECK)).to_be_disabled()
        await here.open_panel()
        await here.wall.get_by_role("button", name=CHECK).click()
        await expect(here.wall.locator("video.echo")).to_be_visible(timeout=WITHIN_MS)
        await here.both_read("Ton gut, Weg: direkt", "kein Vermittler (TURN) eingerichtet")
        await expect(here.wall.locator(".check-words")).to_contain_text("Weg: direkt")
        await here.wall.set_viewport_size({"width": 1280, "height": 720})
        await expect(here.wall.get_by_role("button", name="Fertig")).to_be_in_viewport(ratio=1)
        await here.wall.locator(".device select").first.select_option("")
        await expect(here.wall.locator(".check-words"), "of a camera that is not used any more").to_have_count(0)
        await expect(here.desks["kr"].locator(".rail")).to_contain_text("Geprüft in 1 von 2 Sälen, mit Einschränkungen")
        found = here.found()
        assert (found.answered, found.way, found.turn) == (True, "direct", None)
        assert found.picture in ("good", "poor"), "the machine may be busy, but a picture came back"
        assert found.up_kbit > 0
        monkeypatch.setattr(echo, "MOST", 0)
        await here.ask()
        await here.both_read("So geht es noch nicht", "Unser Server konnte bei der Prüfung nicht mitmachen")
        assert not here.found().answered


async def test_a_turn_server_that_refuses_our_credentials_is_not_called_out_of_reach(
    open_context: OpenContext, tmp_path: Path
) -> None:
    async with (
        coturn(tmp_path) as turn,
        place(open_context, tmp_path, turn=structs.replace(turn, secret="another")) as here,
    ):
        await here.open_panel()
        await here.ask()
        await here.both_read("Unser Vermittler (TURN) antwortet, weist aber unser Kennwort ab.")
        for desk in here.desks.values():
            await expect(desk.locator(".check-words")).not_to_contain_text("nicht zu erreichen")


@pytest.mark.long
async def test_a_network_without_udp_is_said_to_run_over_tcp(
    open_context: OpenContext, tmp_path: Path, without_udp: Browser
) -> None:
    wall = await without_udp.new_context(viewport={"width": 1920, "height": 1080})
    async with coturn(tmp_path) as turn, place(open_context, tmp_path, wall, turn=turn) as here:
        await here.open_panel()
        await here.ask()
        await here.both_read("Das Netz des Saals sperrt UDP; es läuft über TCP 443")
        assert here.found().turn == ("tcp",), "nobody signed the certificate of the last way"
