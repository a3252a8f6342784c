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
from server.rehearsal.waiting import until
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.test_link import WINDOW, Halls, halls, sees_and_hears
from tests.browser.test_link_relay import on_the_air
from tests.hall import running_hall
from tests.ports import free_port
from tests.rtc.media.tones import ffprobe
from tests.served import served_media

__all__ = ["halls"]

WITHIN_S = 30


def files(halls: Halls, room: str) -> list[Path]:
    return sorted(halls.hall.services.settings.recordings_root.glob(f"*/*.{room}.*.webm"))


async def grown(halls: Halls, room: str, size: int) -> Path:
    async with asyncio.timeout(WITHIN_S * 3):
        while not (found := files(halls, room)) or found[-1].stat().st_size < size:
            await asyncio.sleep(0.1)
    return found[-1]


async def over(halls: Halls) -> None:
    """Whoever writes has been told, and the files are whole."""
    assert await until(lambda: not halls.hall.services.clerk.begun, WITHIN_S)


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
        beforehand = pages[4].get_by_text("It is recorded only if both halls agree")
        await expect(beforehand).to_be_visible()
        await hall.give(heads["kr"], GoLive(WINDOW))
        for page, (_, _, _, words) in zip(pages, FACES, strict=True):
            await expect(page.locator(".recorded").first).to_have_text(words)
            assert await axe_violations(page) == []
        await expect(beforehand).to_have_count(0)
        await expect(pages[5].get_by_text("Dein Mikrofon wird nicht aufgenommen.")).to_be_visible()
        await expect(pages[5].locator(".recorded")).to_have_count(1)
        # Taking it back needs no scrolling, and comes before all that is only to be read.
        await expect(pages[2].get_by_role("button", name="Einverständnis widerrufen")).to_be_in_viewport()
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
    await over(halls)
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
async def test_a_wall_loaded_anew_goes_on_in_the_same_file(halls: Halls) -> None:
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
    await over(halls)
    assert len(files(halls, "ka")) == len(files(halls, "kr")) == 1
    for path in files(halls, "*"):
        last = ffprobe(path)
        assert abs(min(last.values()) - sent) < 4, (path, last, sent)


@pytest.mark.long
async def test_a_media_process_that_is_killed_leaves_files_that_play_and_goes_on_in_others(
    open_context: OpenContext, tmp_path: Path
) -> None:
    port, there = free_port(), tmp_path / "recordings"
    pages, options = f"http://127.0.0.1:{port}", ("--recordings", str(there))
    async with served_media(pages, *options) as media:
        more = {"port": port, "media_url": media.url, "media_key": media.key}
        async with on_the_air(tmp_path, open_context, **more) as halls:
            await ask(halls, "ka")
            began = time.monotonic()
            await halls.press("kr", "Einverstanden")
            for room in ("ka", "kr"):
                await grown(halls, room, 200_000)
            sent = time.monotonic() - began
            first = files(halls, "*")
            media.process.kill()
            await media.process.wait()
            for path in first:
                assert min(ffprobe(path).values()) > sent - 6, (path, ffprobe(path), sent)
            told = halls.desks["ka"].get_by_role("region", name="Aufnahme", exact=True)
            await expect(told).to_contain_text("unterbrochen", timeout=1000 * WITHIN_S)
            for wall in halls.walls.values():
                await sees_and_hears(wall)
            async with served_media(pages, *options, port=int(media.url.split(":")[2].split("/")[0])):
                await expect(told).not_to_contain_text("unterbrochen", timeout=1000 * WITHIN_S)
                async with asyncio.timeout(WITHIN_S * 4):
                    while len(files(halls, "ka")) < 2 or len(files(halls, "kr")) < 2:
                        await asyncio.sleep(0.2)
                assert set(first) < set(files(halls, "*"))


async def test_where_somebody_elses_server_has_the_media_no_recording_is_offered(
    open_context: OpenContext, tmp_path: Path
) -> None:
    url = "http://127.0.0.1:9/{stream}/{way}"
    async with running_hall(tmp_path, media_url=url, media_key=bytes(range(32))) as hall:
        head = await hall.join("facilitator", "ka")
        await hall.give(head, OpenStep(WINDOW, ("ka", "kr")))
        desk = await hall.open(await open_context((1440, 900)), "facilitator", "ka", person=head, language="ru")
        told = desk.get_by_role("region", name="Запись", exact=True)
        await expect(told).to_contain_text("Подключённый здесь медиасервер не ведёт запись.")
        await expect(told.get_by_role("button")).to_have_count(0)
