"""How soon who comes late sees a hall, and how soon two halls see each other again when the media process dies under them."""

import asyncio
import statistics
import time
from pathlib import Path

import pytest
from playwright.async_api import Page

from server.core.links import RestartLink
from server.rehearsal.waiting import until
from tests.browser.chromium import OpenContext
from tests.hall import running_hall
from tests.ports import free_port
from tests.rtc.link import ROOMS, WINDOW, WITHIN_MS, window_open
from tests.served import served_media

pytestmark = [pytest.mark.long, pytest.mark.browser]

JOINS = 8
# Goals are 1 s and 2.5 s; whatever else the machine does may take as long again, and more.
LATE_WITHIN_S, BACK_WITHIN_S = 3.0, 7.5

# From the wish to the first picture, in ms.
JOIN = """async ([path, boot, name]) => {
  const { MediaLine } = await import(path);
  const began = performance.now();
  const line = new MediaLine(boot, "watch", name);
  const video = document.createElement("video");
  Object.assign(video, { muted: true, autoplay: true, srcObject: line.stream });
  document.body.prepend(video);
  const at = await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  line.close();
  video.remove();
  return at - began;
}"""


async def test_late_viewers_and_a_media_process_that_is_killed(open_context: OpenContext, tmp_path: Path) -> None:
    port = free_port()
    async with (
        served_media(f"http://127.0.0.1:{port}") as media,
        running_hall(tmp_path, port=port, media_url=media.url, media_key=media.key) as hall,
    ):
        link = await window_open(hall)
        for room in ROOMS:
            await link.add_wall(await open_context((960, 540)), room)
        await link.go_at_once()
        for _ in range(2):
            station = hall.live.state.stations["ka"].person
            await hall.give(station, RestartLink(WINDOW, link.generation))
        assert await until(lambda: hall.live.state.links[WINDOW].came == ROOMS, WITHIN_MS / 1000)
        assert hall.live.state.links[WINDOW].way == "relay"
        await asyncio.sleep(2)
        person = await hall.join("participant", "kr")
        phone = await hall.open(await open_context((390, 844)), "participant", "kr", person=person)
        late = [await join(phone, hall.live.id, person) for _ in range(JOINS)]
        print(f"late: picture after {statistics.median(late):.2f} s, the slowest of {JOINS} after {max(late):.2f} s")
        assert statistics.median(late) < LATE_WITHIN_S
        killed = time.time()
        media.process.kill()
        took = await link.pictures_after(killed, still=0.6)
        print(f"media process killed: picture again on both walls after {took:.2f} s, by the direct way")
        assert hall.live.state.links[WINDOW].way == "direct"
        assert took < BACK_WITHIN_S


async def join(phone: Page, session: str, person: str) -> float:
    name = f"{session}.{WINDOW}.hall.ka"
    took = await phone.evaluate(JOIN, ["/static/js/lib/whip.js", {"session": session, "person": person}, name])
    return float(took) / 1000
