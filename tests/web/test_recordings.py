"""Recordings on the host's page: listed, taken along in pieces, deleted; the host's alone, here and in another process."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from server.core.plan import LANGUAGES
from server.rtc.media.shelf import Shelf
from server.rtc.recordings import Away, End, Forget, Keep, Record, Show
from server.rtc.recordings_away import RemoteRecordings
from server.rtc.tokens import Leave, digest, token
from tests.hall import Hall, running_hall
from tests.rtc.media.peers import Sending, post_offer
from tests.rtc.media.peers import close as close_peers
from tests.served import ServedMedia, served_media
from tests.web.doorstep import doorstep
from tests.web.test_host import host, press, read

BEGAN = 1_780_000_000_000
FILE = bytes(range(256)) * 5000


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with running_hall(tmp_path) as found:
        yield found


def recorded(root: Path, session: str, at: int = BEGAN) -> str:
    """A file in its place; gives its name."""
    path = Shelf(root).new(session, "live-1", "kr", at)
    path.write_bytes(FILE)
    Shelf(root).keep(session, BEGAN * 2)
    return path.name


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_there_is_is_listed_in_the_hosts_language(hall: Hall, language: str) -> None:
    words = {"de": "Aufnahmen", "ru": "Записи", "en": "Recordings"}[language]
    async with doorstep(hall, language) as browser:
        await host(browser)
        assert f">{words}<" not in await read(browser, f"/host/{hall.live.id}")
        name = recorded(hall.services.settings.recordings_root, hall.live.id)
        text = await read(browser, f"/host/{hall.live.id}")
        assert f">{words}<" in text
        assert f"/host/{hall.live.id}/recordings/{name}" in text
        assert {"de": "Krasnodar", "ru": "Краснодар", "en": "Krasnodar"}[language] in text
        assert "1 MB" in text


async def test_a_download_that_broke_off_goes_on_and_is_noted_once(hall: Hall) -> None:
    name = recorded(hall.services.settings.recordings_root, hall.live.id)
    address = f"/host/{hall.live.id}/recordings/{name}"
    async with doorstep(hall) as browser:
        await host(browser)
        first = await browser.client.get(address, headers={"Range": "bytes=0-999"})
        rest = await browser.client.get(address, headers={"Range": "bytes=1000-", "If-Range": first.headers["ETag"]})
        assert (first.status_code, rest.status_code) == (206, 206)
        assert first.content + rest.content == FILE
        assert first.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "no-store" in first.headers["Cache-Control"]
        trail = await hall.services.hub.store.audit_trail(hall.live.id)
        assert (trail[0].what, trail[0].by, trail[0].about) == ("recording_downloaded", "host", name)
        assert [one.what for one in trail].count("recording_downloaded") == 1


async def test_one_is_deleted_after_a_second_word(hall: Hall) -> None:
    root = hall.services.settings.recordings_root
    name, other = recorded(root, hall.live.id), recorded(root, hall.live.id, BEGAN + 1)
    address = f"/host/{hall.live.id}/recordings/{name}/delete"
    async with doorstep(hall) as browser:
        await host(browser)
        assert "Endgültig löschen" in await read(browser, address)
        assert await press(browser, address) == f"/host/{hall.live.id}#recordings"
        assert (await browser.client.get(address)).status_code == 404
        assert [path.name for path in (root / hall.live.id).glob("*.webm")] == [other]
        assert "1 Aufnahme" in await read(browser, f"/host/{hall.live.id}/delete")
        assert "Aufnahme gelöscht" in await read(browser, f"/host/{hall.live.id}")


@pytest.mark.parametrize("deed", ["archive", "delete"])
async def test_they_go_with_the_workshop(hall: Hall, deed: str) -> None:
    root = hall.services.settings.recordings_root
    recorded(root, hall.live.id)
    async with doorstep(hall) as browser:
        await host(browser)
        assert "Die Aufnahmen werden dabei gelöscht" in await read(browser, f"/host/{hall.live.id}")
        await press(browser, f"/host/{hall.live.id}/{deed}")
        async with asyncio.timeout(30):
            while (root / hall.live.id).exists():
                await asyncio.sleep(0.02)


async def test_nobody_else_gets_at_them(hall: Hall) -> None:
    name = recorded(hall.services.settings.recordings_root, hall.live.id)
    address = f"/host/{hall.live.id}/recordings/{name}"
    async with doorstep(hall) as browser:
        await browser.enter(hall.link("facilitator", "kr"))
        for path in (address, f"{address}/delete"):
            assert await browser.face(path) == 401
        assert (await browser.client.post(f"{address}/delete", headers={"Origin": hall.url})).status_code == 401
        for path in (f"/media/recordings/{hall.live.id}/{name}", "/media/recordings", f"/recordings/{name}"):
            assert (await browser.client.get(path)).status_code in (404, 405)
        await host(browser)
        for wrong in ("keep_until", "..%2F..%2Fhall.sqlite", "live-1.kr.20260101T000000000Z.webm"):
            assert await browser.face(f"/host/{hall.live.id}/recordings/{wrong}") == 404
        assert await browser.face(address) == 200


# -- in a process of their own


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[ServedMedia]:
    async with served_media("https://lab.example.org", "--recordings", str(tmp_path / "there")) as found:
        yield found


def now() -> int:
    return int(time.time() * 1000)


async def test_another_process_obeys_the_server_and_nobody_else(media: ServedMedia, tmp_path: Path) -> None:
    there = RemoteRecordings(media.url, media.key, now)
    stream = "s1.live-1.hall.ka"
    sending = Sending()
    async with httpx2.AsyncClient(timeout=30) as client:
        leave = token(media.key, Leave("publish", stream, now() + 60_000, "anna"))
        await post_offer(client, f"{media.url}/whip/{stream}", leave, sending.pc)
        assert (await there.order(Record(stream, now() + 60_000, 1))).trouble is None
        async with asyncio.timeout(30):
            while not (parts := (await there.order(Show("s1"))).parts) or parts[0].size < 3_000:
                await asyncio.sleep(0.1)
        assert parts[0].writing
        await there.order(End(stream, 2))
        (part,) = (await there.order(Show("s1"))).parts
        assert not part.writing
        address = there.address("s1", part.name)
        got = await client.get(address, headers={"Range": "bytes=10-"})
        assert (got.status_code, len(got.content)) == (206, part.size - 10)
        for wrong in (address.replace("fetch~", "watch~"), address.split("?")[0], address.replace("/s1/", "/s2/")):
            assert (await client.get(wrong)).status_code == 401
        body = b'{"type":"Forget","session":"s1"}'
        said = {"good": digest(body), "another": digest(body.replace(b"s1", b"s2"))}
        for key, holder in ((bytes(32), said["good"]), (media.key, said["another"]), (media.key, "")):
            signed = token(key, Leave("record", "recordings", now() + 9_000, holder))
            headers = {"Authorization": f"Bearer {signed}"}
            assert (await client.post(f"{media.url}/recordings", content=body, headers=headers)).status_code == 401
        with pytest.raises(Away):
            await RemoteRecordings(media.url, bytes(32), now).order(Forget("s1"))
    assert [path.name for path in (tmp_path / "there" / "s1").glob("*.webm")] == [part.name]
    await there.order(Keep("s1", now() + 60_000))
    await there.order(Forget("s1"))
    assert (await there.order(Show())).sessions == ()
    media.process.kill()
    await media.process.wait()
    with pytest.raises(Away):
        await there.order(Show())
    await close_peers(sending)


async def test_what_is_overdue_is_gone_when_it_starts_though_no_server_asks(tmp_path: Path) -> None:
    root = tmp_path / "there"
    recorded(root, "s1")
    Shelf(root).keep("s1", now() - 1)
    recorded(root, "s2")
    async with served_media("https://lab.example.org", "--recordings", str(root)), asyncio.timeout(30):
        while (root / "s1").exists():
            await asyncio.sleep(0.05)
    assert (root / "s2").exists()


async def test_the_host_is_sent_to_where_they_are_and_told_when_that_is_away(
    media: ServedMedia, tmp_path: Path
) -> None:
    async with (
        running_hall(tmp_path, media_url=media.url, media_key=media.key) as hall,
        doorstep(hall) as browser,
    ):
        name = recorded(tmp_path / "there", hall.live.id)
        await host(browser)
        sent = await browser.client.get(f"/host/{hall.live.id}/recordings/{name}")
        assert sent.status_code == 303
        got = await browser.client.get(sent.headers["Location"])
        assert hashlib.sha256(got.content).digest() == hashlib.sha256(FILE).digest()
        media.process.kill()
        await media.process.wait()
        assert await browser.face(f"/host/{hall.live.id}") == 200
        assert await browser.face(f"/host/{hall.live.id}/recordings/{name}") == 503
