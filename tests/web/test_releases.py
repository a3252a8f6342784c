"""While an update rolls, every page gets its files from its own release, whichever process it asks."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from server.hub.bus import MemoryBus, Serving
from server.web.assets import Assets
from server.web.releases import Releases
from tests.hall import Hall
from tests.hub.processes import until

NOW = 1_780_732_800_000


def assets(folder: Path, said: str) -> Assets:
    """The static files of a release: two modules that belong together."""
    folder.mkdir()
    (folder / "js").mkdir()
    (folder / "js" / "a.js").write_text(f'import {{ b }} from "./b.js"; b("{said}");')
    (folder / "js" / "b.js").write_text(f'export const b = () => "{said}";')
    return Assets(folder)


async def laid_out(bus: MemoryBus, *releases: Assets) -> None:
    async with asyncio.timeout(30):
        for each in releases:
            while await bus.get(f"static:{each.digest}") is None:
                await asyncio.sleep(0.01)


async def test_a_page_gets_its_files_from_a_process_of_another_release(tmp_path: Path) -> None:
    bus = MemoryBus(alone=False)
    old, new = assets(tmp_path / "old", "old"), assets(tmp_path / "new", "new")
    with capture_logs() as logs:
        first = Releases(bus, "p1", old, lambda: NOW)
        first.tell()
        second = Releases(bus, "p2", new, lambda: NOW)
        second.tell()
        await laid_out(bus, old, new)
        for _ in range(3):
            second.tell()
            first.tell()
        for asked, theirs, said in ((first, new, b"new"), (second, old, b"old")):
            for name in ("js/a.js", "js/b.js"):
                found = await asked.find(f"{theirs.digest}/{name}")
                assert found is not None
                assert said in found.data
            assert await asked.find(f"{theirs.digest}/js/c.js") is None
    assert [line["event"] for line in logs] == ["releases_mixed"] * 2, "once in each process"


async def test_with_one_release_nothing_lies_on_the_bus(tmp_path: Path) -> None:
    bus = MemoryBus(alone=False)
    both = assets(tmp_path / "both", "same")
    releases = [Releases(bus, f"p{n}", both, lambda: NOW) for n in range(2)]
    with capture_logs() as logs:
        for each in releases:
            each.tell()
        heard: list[object] = []
        bus.listen(heard.append, lambda: None)
        bus.publish(Serving("p3", "0", both.digest, NOW))
        await until(lambda: len(heard) == 1)
    assert await bus.get(f"static:{both.digest}") is None
    assert logs == []
    assert await releases[0].find("0123456789ab/js/a.js") is None


async def test_what_is_not_what_its_name_says_is_served_to_nobody(tmp_path: Path) -> None:
    bus = MemoryBus(alone=False)
    ours, theirs, forged = (assets(tmp_path / name, name) for name in ("ours", "theirs", "forged"))
    releases = Releases(bus, "p1", ours, lambda: NOW)
    await bus.put(f"static:{theirs.digest}", forged.packed(), 60_000)
    bus.publish(Serving("p2", "9", theirs.digest, NOW))
    await laid_out(bus, ours)
    assert await releases.find(f"{theirs.digest}/js/a.js") is None


async def test_clocks_that_differ_are_told_of_once(tmp_path: Path) -> None:
    bus = MemoryBus(alone=False)
    both = assets(tmp_path / "both", "same")
    here = Releases(bus, "p1", both, lambda: NOW)
    there = Releases(bus, "p2", both, lambda: NOW + 1500)
    level = Releases(bus, "p3", both, lambda: NOW + 900)
    with capture_logs() as logs:
        for _ in range(3):
            there.tell()
            level.tell()
        heard: list[object] = []
        bus.listen(heard.append, lambda: None)
        here.tell()
        await until(lambda: len(heard) == 1)
    assert [(line["process"], line["by_ms"]) for line in logs if line["event"] == "clocks_differ"] == [
        ("p2", 1500),
        ("p1", -1500),
    ]


async def test_another_releases_file_is_kept_by_browsers_like_our_own(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, theirs = MemoryBus(alone=False), assets(tmp_path / "theirs", "theirs")
    releases = Releases(bus, "p1", hall.services.assets, lambda: NOW)
    monkeypatch.setattr(hall.services, "releases", releases)
    await bus.put(f"static:{theirs.digest}", theirs.packed(), 60_000)
    bus.publish(Serving("p2", "9", theirs.digest, NOW))
    await laid_out(bus, hall.services.assets)
    async with httpx2.AsyncClient(base_url=hall.url, timeout=30) as client:
        answer = await client.get(f"/static/{theirs.digest}/js/a.js")
        assert answer.status_code == 200
        assert "theirs" in answer.text
        assert "immutable" in answer.headers["cache-control"]
        assert (await client.get("/static/0123456789ab/js/a.js")).status_code == 404
        assert (await client.get(f"{hall.services.assets.prefix}/css/base.css")).status_code == 200
