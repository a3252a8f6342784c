"""The same pages at any WHIP and WHEP server: our process in its own, or somebody else's. Only MEDIA_URL changes."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from server.core.agenda import StartSession
from server.core.links import GoLive, OfferStation, SetReady
from server.rehearsal.waiting import until
from server.settings import ROOT
from tests.browser.chromium import OpenContext
from tests.hall import Hall, running_hall
from tests.ports import free_port
from tests.served import listens, served_media

WINDOW = "live-1"
WITHIN_MS = 30_000
KEY = bytes(range(32))

PUBLISH = """async ([path, boot, name]) => {
  const { MediaLine } = await import(path);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240 } });
  window.line = new MediaLine(boot, "publish", name);
  window.line.send({ audio: stream.getAudioTracks()[0], video: stream.getVideoTracks()[0] });
}"""
WATCH = """async ([path, boot, name]) => {
  const { MediaLine } = await import(path);
  window.line = new MediaLine(boot, "watch", name);
  window.video = document.createElement("video");
  Object.assign(window.video, { muted: true, autoplay: true, srcObject: window.line.stream });
  document.body.prepend(window.video);
}"""
MOVES = "() => window.video.getVideoPlaybackQuality().totalVideoFrames > 5"


@contextlib.asynccontextmanager
async def other_server(pages: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Its MEDIA_URL, and what it was asked."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.rtc.media.other_server", str(port), pages),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    asked: list[str] = []

    async def read(output: asyncio.StreamReader) -> None:
        async for line in output:
            asked.append(line.decode().strip())

    reading = asyncio.create_task(read(process.stdout))
    try:
        while not await listens(port):
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}/live/{{stream}}/{{way}}", asked
    finally:
        process.kill()
        await process.wait()
        await reading


async def live(hall: Hall) -> str:
    """Both halls on the air; gives the wall that publishes."""
    walls = {room: await hall.join("projector", room) for room in ("ka", "kr")}
    desks = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
    await hall.give(desks["ka"], StartSession())
    for room in ("ka", "kr"):
        await hall.give(walls[room], OfferStation(f"station000{room}", True, True))
        await hall.give(desks[room], SetReady(WINDOW, True))
    assert (await hall.give(desks["ka"], GoLive(WINDOW))).code is None
    return walls["ka"]


async def from_page_to_page(hall: Hall, open_context: OpenContext) -> Page:
    """A wall publishes, a phone watches until the picture moves, and ends it; gives the wall."""
    station = await live(hall)
    context = await open_context((1280, 720))
    await context.grant_permissions(["camera", "microphone"], origin=hall.url)
    wall = await hall.open(context, "projector", "ka", person=station)
    person = await hall.join("participant", "kr")
    phone = await hall.open(await open_context((390, 844)), "participant", "kr", person=person)
    name = f"{hall.live.id}.{WINDOW}.hall.ka"
    for page, script, who in ((wall, PUBLISH, station), (phone, WATCH, person)):
        await page.evaluate(script, ["/static/js/lib/whip.js", {"session": hall.live.id, "person": who}, name])
    await phone.wait_for_function(MOVES, timeout=WITHIN_MS)
    await phone.evaluate("() => window.line.close()")
    return wall


async def test_our_own_process(open_context: OpenContext, tmp_path: Path) -> None:
    port = free_port()
    async with (
        served_media(f"http://127.0.0.1:{port}") as media,
        running_hall(tmp_path, port=port, media_url=media.url, media_key=media.key) as hall,
    ):
        await from_page_to_page(hall, open_context)


async def test_somebody_elses(open_context: OpenContext, tmp_path: Path) -> None:
    port = free_port()
    async with (
        other_server(f"http://127.0.0.1:{port}") as (url, asked),
        running_hall(tmp_path, port=port, media_url=url, media_key=KEY) as hall,
    ):
        wall = await from_page_to_page(hall, open_context)
        await wall.evaluate("() => window.line.close()")
        assert await until(lambda: sum(line.startswith("DELETE /sessions/") for line in asked) == 2, 30)
        name = f"/live/{hall.live.id}.{WINDOW}.hall.ka"
        assert f"POST {name}/whip publish" in asked
        assert f"POST {name}/whep watch" in asked
