"""A way that carries no picture: sound goes on, everybody is told, and the picture comes back by itself."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.core import link_ladder
from server.core.link_state import Link
from tests.browser.chromium import OpenContext
from tests.browser.test_link_relay import on_the_air
from tests.hall import Hall
from tests.rtc.link import WINDOW

WITHIN_MS = 30_000

# What a browser counts on a bad line. `window.bad`: of a hundred packets so many more are lost, as told by the counters alone.
WORSE = """() => {
  window.bad ??= 0;
  const ask = RTCPeerConnection.prototype.getStats;
  const missing = new Map();
  RTCPeerConnection.prototype.getStats = async function (...of) {
    const report = new Map(await ask.apply(this, of));
    for (const [id, one] of report) {
      if (one.type !== "inbound-rtp") continue;
      const before = missing.get(id) ?? { packets: one.packetsReceived, lost: 0 };
      const lost = before.lost + ((one.packetsReceived - before.packets) * window.bad) / (100 - window.bad);
      missing.set(id, { packets: one.packetsReceived, lost });
      report.set(id, { ...one, packetsLost: one.packetsLost + lost });
    }
    return report;
  };
}"""


async def make_bad(wall: Page, percent: int) -> None:
    await wall.evaluate(WORSE)
    await wall.evaluate(f"window.bad = {percent}")


def link_of(hall: Hall) -> Link:
    return hall.live.state.links[WINDOW]


# Whether the picture moved in the second that was looked at it.
MOVED = """async (moved) => {
  const count = () => document.querySelector(".far video")?.getVideoPlaybackQuality().totalVideoFrames;
  const before = count();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return (count() > before) === moved;
}"""


async def moves(wall: Page, moves: bool = True) -> None:
    """What was on its way still comes."""
    await wall.wait_for_function(MOVED, arg=moves, timeout=WITHIN_MS)


async def test_a_picture_that_does_not_hold_makes_way_for_the_sound_and_comes_back(
    open_context: OpenContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_ladder, "FIRST_WAIT_MS", 3_000)
    async with on_the_air(tmp_path, open_context) as halls:
        phone = await halls.hall.open(await open_context((390, 844), touch=True), "participant", "ka", "Mia")
        ka, kr = halls.walls["ka"], halls.walls["kr"]
        await make_bad(ka, 30)
        await make_bad(kr, 10)  # the control: what browsers repair is no reason
        await expect(ka.locator(".absent")).to_contain_text("nur Ton. Für ein Bild", timeout=WITHIN_MS)
        await expect(kr.locator(".near .off")).to_contain_text("связь сейчас слишком слабая")
        await expect(halls.desks["ka"].locator(".link-state.held_back")).to_have_count(1)
        await expect(halls.desks["kr"].locator(".link-state.held_back")).to_have_count(1)
        await expect(phone.locator(".link-line")).to_contain_text("nur Ton. Für ein Bild")
        assert [*link_of(halls.hall).held_back] == ["kr"], "and nothing of the other direction"
        await moves(ka, False)  # nothing of the picture is sent any more
        await moves(kr)
        await ka.evaluate("window.bad = 0")
        await expect(ka.locator(".absent")).to_have_count(0, timeout=WITHIN_MS)
        await expect(phone.locator(".link-line p")).to_have_count(0)
        await moves(ka)
        await kr.close()
        await expect(phone.locator(".link-line")).to_contain_text("werden gerade verbunden", timeout=WITHIN_MS)
