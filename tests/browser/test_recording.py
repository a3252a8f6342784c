"""A live window recorded with the word of both halls, in real browsers; and what of it is in the files."""

import asyncio
import hashlib
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core.agenda import OpenStep, SetWall
from server.core.ids import Role
from server.core.links import GoLive, OfferStation, SetReady
from server.core.recording import AgreeToRecord, AskToRecord
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.test_link import WINDOW, Halls, halls, sees_and_hears
from tests.hall import running_hall
from tests.rtc.media.tones import ffprobe

__all__ = ["halls"]

WITHIN_S = 20


def files(halls: Halls, room: str) -> list[Path]:
    return sorted(halls.hall.services.settings.recordings_root.glob(f"*/*.{room}.*.webm"))


async def grown(halls: Halls, room: str, size: int) -> Path:
    async with asyncio.timeout(WITHIN_S):
        while not (found := files(halls, room)) or found[-1].stat().st_size < size:
            await asyncio.sleep(0.1)
    return found[-1]


async def marked(pages: list[Page], there: bool) -> None:
    for page in pages:
        await expect(page.locator(".recorded").first).to_be_visible(visible=there)


async def ask(halls: Halls, room: str) -> None:
    await halls.press(room, "Aufnehmen lassen …")
    await halls.press(room, "Ja, fragen")


FACES: tuple[tuple[Role, str, str, str], ...] = (
    ("projector", "ka", "de", "Aufnahme läuft\u00a0· Идёт запись"),
    ("projector", "kr", "ru", "Идёт запись\u00a0· Aufnahme läuft"),
    ("facilitator", "ka", "de", "Aufnahme läuft"),
    ("participant", "kr", "ru", "Идёт запись"),
    ("participant", "ka", "en", "Recording"),
    ("interpreter", "ka", "de", "Aufnahme läuft"),
    ("camera", "kr", "ru", "Идёт запись"),
)


async def test_every_face_says_so_for_as_long_as_it_runs(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        await hall.give(heads["ka"], OpenStep(WINDOW, ("ka", "kr")))
        pages = []
        for role, room, language, _ in FACES:
            size = (390, 844) if role == "participant" else (1280, 720)
            pages.append(await hall.open(await open_context(size), role, room, language=language))
        for room in ("ka", "kr"):
            wall = next(
                one.id for one in hall.live.state.people.values() if (one.role, one.room) == ("projector", room)
            )
            await hall.give(wall, OfferStation(f"station000{room}", True, True))
            await hall.give(heads[room], SetReady(WINDOW, True))
        await hall.give(heads["ka"], AskToRecord(WINDOW))
        await hall.give(heads["kr"], AgreeToRecord(WINDOW, True))
        await marked(pages, False)
        await hall.give(heads["kr"], GoLive(WINDOW))
        for page, (_, _, _, words) in zip(pages, FACES, strict=True):
            await expect(page.locator(".recorded").first).to_have_text(words)
            assert await axe_violations(page) == []
        await hall.give(heads["kr"], SetWall("kr", "black"))
        await expect(pages[1].locator("main.nothing")).to_be_attached()
        await marked(pages, True)
        await hall.give(heads["ka"], AgreeToRecord(WINDOW, False))
        await marked(pages, False)


async def test_both_halls_agree_and_one_takes_it_back(halls: Halls) -> None:
    everyone = [*halls.walls.values(), *halls.desks.values()]
    await halls.go_live()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    await ask(halls, "ka")
    asked = halls.desks["kr"].get_by_role("group", name="Karlsruhe möchte die Schalte aufnehmen.")
    await expect(asked).to_be_visible()
    assert await axe_violations(halls.desks["kr"]) == []
    await marked(everyone, False)
    assert files(halls, "*") == [], "nobody has agreed but who asks"
    began = time.monotonic()
    await halls.press("kr", "Einverstanden")
    await marked(everyone, True)
    for room in ("ka", "kr"):
        await grown(halls, room, 50_000)
    running = time.monotonic()
    await asyncio.sleep(3)
    least = time.monotonic() - running
    await halls.press("kr", "Einverständnis widerrufen")
    await marked(everyone, False)
    sent = time.monotonic() - began
    told = halls.desks["ka"].get_by_role("region", name="Aufnahme", exact=True)
    await expect(told).to_contain_text("Krasnodar hat das Einverständnis widerrufen")
    await asyncio.sleep(1)
    written = {path: hashlib.sha256(path.read_bytes()).digest() for path in files(halls, "*")}
    for path in written:
        last = ffprobe(path)
        assert least < min(last.values()) <= max(last.values()) <= sent + 1, (path, last, least, sent)
        assert last.keys() == {"audio", "video"}
    await asyncio.sleep(2)
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in files(halls, "*")} == written
    for wall in halls.walls.values():
        await sees_and_hears(wall)


@pytest.mark.long
async def test_a_wall_loaded_anew_and_a_media_process_killed_leave_files_that_play(halls: Halls) -> None:
    await halls.go_live()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    await ask(halls, "ka")
    began = time.monotonic()
    await halls.press("kr", "Einverstanden")
    for room in ("ka", "kr"):
        await grown(halls, room, 50_000)
    await halls.walls["ka"].reload()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    path = files(halls, "ka")[-1]
    await grown(halls, "ka", path.stat().st_size + 50_000)
    sent = time.monotonic() - began
    await halls.end("kr")
    async with asyncio.timeout(WITHIN_S):
        while halls.hall.services.clerk.begun:
            await asyncio.sleep(0.1)
    assert len(files(halls, "ka")) == len(files(halls, "kr")) == 1
    for path in files(halls, "*"):
        last = ffprobe(path)
        assert abs(min(last.values()) - sent) < 4, (path, last, sent)
