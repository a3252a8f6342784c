"""A live window recorded with the word of both halls, in real browsers; and what of it is in the files."""

import asyncio
import hashlib
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.test_link import Halls, halls, sees_and_hears
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


async def test_both_halls_agree_and_either_takes_it_back(halls: Halls, open_context: OpenContext) -> None:
    phones = [
        await halls.hall.open(await open_context((390, 844), touch=True), "participant", room, language=language)
        for room, language in (("kr", "ru"), ("ka", "en"))
    ]
    await phones[0].get_by_role("button", name="Я не в зале").click()
    everyone = [*halls.walls.values(), *halls.desks.values(), *phones]
    await halls.go_live()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    await ask(halls, "ka")
    await expect(halls.desks["kr"].get_by_text("Karlsruhe möchte die Schalte aufnehmen.")).to_be_visible()
    assert await axe_violations(halls.desks["kr"]) == []
    await marked(everyone, False)
    assert files(halls, "*") == [], "nobody has agreed but who asks"
    began = time.monotonic()
    await halls.press("kr", "Einverstanden")
    await marked(everyone, True)
    words = {"ka": ("Aufnahme läuft", "Идёт запись"), "kr": ("Идёт запись", "Aufnahme läuft")}
    for room in ("ka", "kr"):
        await expect(halls.walls[room].locator(".recorded")).to_have_text("\u00a0· ".join(words[room]))
        await grown(halls, room, 50_000)
    for page in (phones[1], halls.walls["ka"]):
        assert await axe_violations(page) == []
    await asyncio.sleep(3)
    await halls.press("kr", "Einverständnis widerrufen")
    await marked(everyone, False)
    sent = time.monotonic() - began
    await expect(halls.desks["ka"].get_by_text("Krasnodar hat das Einverständnis widerrufen")).to_be_visible()
    await asyncio.sleep(1)
    written = {path: hashlib.sha256(path.read_bytes()).digest() for path in files(halls, "*")}
    for path in written:
        last = ffprobe(path)
        assert sent - 4 < min(last.values()) <= max(last.values()) <= sent + 1, (path, last, sent)
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
