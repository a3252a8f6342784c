"""The live link between two walls in real browsers: from "ready" to picture and sound in both halls, and to the end."""

from pathlib import Path
from typing import get_args

import pytest
from playwright.async_api import BrowserContext, Page, expect

from server.core.agenda import OpenStep, StartSession
from server.core.link_state import Layout
from server.core.links import SetLayout
from tests.browser.chromium import OpenContext
from tests.browser.strangers import complaints
from tests.browser.walls import press_control
from tests.hall import Hall, running_hall

WINDOW = "live-1"
WITHIN_MS = 45_000

# Frames shown and the energy of the sound since it was first asked, of what comes from the other hall, by whichever way: when
# a connection takes another's place, the element counts from the beginning, and the sound is another track's.
SEEN = """() => {
  if (!window.seen) {
    window.seen = [0, 0];
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    let [element, track, shown, source] = [null, null, 0, null];
    setInterval(() => {
      const video = document.querySelector(".far video");
      const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      if (video !== element || frames < shown) [element, shown] = [video, 0];
      window.seen[0] += frames - shown;
      shown = frames;
      const now = video?.srcObject?.getAudioTracks()[0] ?? null;
      if (now !== track) {
        source?.disconnect();
        source = now && audio.createMediaStreamSource(video.srcObject);
        source?.connect(analyser);
        track = now;
      }
      analyser.getFloatTimeDomainData(samples);
      if (track) window.seen[1] += samples.reduce((sum, one) => sum + one * one, 0);
    }, 20);
  }
  return window.seen;
}"""
MORE = f"([frames, heard]) => {{ const now = ({SEEN})(); return now[0] > frames + 10 && now[1] > heard; }}"
# No sound for a second and a half, after what was on its way.
SILENT = f"""async () => {{
  const before = ({SEEN})()[1];
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return ({SEEN})()[1] - before < 0.01;
}}"""


# Three seconds long it stands there, and nobody looks just then.
NOTE_COUNT_IN = """() => {
  window.countedIn = false;
  new MutationObserver(() => { window.countedIn ||= document.querySelector(".count-in") !== null; })
    .observe(document, { childList: true, subtree: true });
}"""

# What a browser says of a camera whose cable was pulled.
PULL_OUT_CAMERA = """() => {
  const [camera] = document.querySelector(".near video").srcObject.getVideoTracks();
  camera.stop();
  camera.dispatchEvent(new Event("ended"));
}"""


# What of a wall on the air lies on something else.
MEETING = """() => {
  const boxes = [...document.querySelectorAll(".near, .controls, .queue, .air-board, .air-foot > *:not(:empty)")]
    .filter((one) => getComputedStyle(one).visibility === "visible")
    .map((one) => [one.className, one.getBoundingClientRect()]);
  const meet = (a, b) => Math.min(a.right, b.right) > Math.max(a.left, b.left) + 1
    && Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top) + 1;
  return boxes.flatMap(([name, box], at) => boxes.slice(at + 1).filter(([, other]) => meet(box, other))
    .map(([other]) => `${name} and ${other}`));
}"""
LAYOUTS: tuple[Layout, ...] = get_args(Layout)


class Halls:
    """Two walls and two desks; `walls` and `desks` by room. `complaints`: see there."""

    def __init__(self, hall: Hall, walls: dict[str, Page], desks: dict[str, Page]) -> None:
        self.hall, self.walls, self.desks = hall, walls, desks
        self.complaints = complaints([*walls.values(), *desks.values()])

    async def set_up(self, room: str) -> None:
        wall = self.walls[room]
        opens, done = {"ka": ("Kamera und Ton", "Fertig"), "kr": ("Камера и звук", "Готово")}[room]
        await press_control(wall, opens)
        await expect(wall.locator(".preview video")).to_be_visible()
        await wall.get_by_role("button", name=done).click()

    async def press(self, room: str, name: str) -> None:
        await self.desks[room].get_by_role("button", name=name, exact=True).click()

    async def end(self, room: str) -> None:
        await self.press(room, "Beenden")
        await self.press(room, "Ja, beenden")

    async def go_live(self) -> None:
        for room in ("ka", "kr"):
            await self.set_up(room)
        for room in ("ka", "kr"):
            await self.press(room, "Wir sind bereit")
        await self.press("ka", "Live schalten")


async def sees_and_hears(wall: Page) -> None:
    """New frames come, and sound that is more than silence."""
    await expect(wall.locator(".far video")).to_be_visible(timeout=WITHIN_MS)
    await wall.wait_for_function(MORE, arg=await wall.evaluate(SEEN), timeout=WITHIN_MS)


@pytest.fixture
async def halls(open_context: OpenContext, tmp_path: Path):  # type: ignore[no-untyped-def]
    async with running_hall(tmp_path) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        await hall.give(heads["ka"], StartSession())
        await hall.give(heads["ka"], OpenStep(WINDOW, ("ka", "kr")))
        walls, desks = {}, {}
        for room in ("ka", "kr"):
            context: BrowserContext = await open_context((1920, 1080))
            await context.grant_permissions(["camera", "microphone"], origin=hall.url)
            walls[room] = await hall.open(context, "projector", room)
            desk_context = await open_context((1440, 900))
            desks[room] = await hall.open(desk_context, "facilitator", room, person=heads[room])
        yield Halls(hall, walls, desks)


async def nothing_lies_on_a_picture(halls: Halls) -> None:
    """In no layout, also while somebody is at the machine and the wall's menu is there."""
    head = await halls.hall.join("facilitator", "ka")
    wall = halls.walls["ka"]
    for layout in LAYOUTS:
        receipt = await halls.hall.give(head, SetLayout(WINDOW, layout))
        assert receipt.code is None, receipt
        await expect(wall.locator(f".on-air.as-{layout} .near video")).to_be_visible()
        # The focus holds it in view; a cursor would leave after three seconds.
        await wall.locator(".controls button").first.focus()
        await expect(wall.locator(".controls")).to_have_css("opacity", "1")
        assert await wall.evaluate(MEETING) == [], layout


async def test_both_halls_see_and_hear_each_other_until_the_end(halls: Halls) -> None:
    for wall in halls.walls.values():
        await wall.evaluate(NOTE_COUNT_IN)
    await halls.go_live()
    for wall in halls.walls.values():
        await wall.wait_for_function("() => window.countedIn", timeout=WITHIN_MS)
        await sees_and_hears(wall)
        await expect(wall.locator(".count-in")).to_have_count(0)
    await nothing_lies_on_a_picture(halls)
    await halls.end("kr")
    for wall in halls.walls.values():
        await expect(wall.locator(".on-air")).to_have_count(0)
        await expect(wall.locator(".countdown")).to_have_count(0)
    assert halls.hall.live.state.links[WINDOW].status == "over"
    assert halls.complaints == []


async def test_a_wall_loaded_anew_is_back_on_the_air_by_itself(halls: Halls) -> None:
    await halls.go_live()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    await halls.walls["ka"].reload()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    assert halls.hall.live.state.links[WINDOW].generation >= 2


async def test_a_hall_whose_camera_is_pulled_out_is_still_heard_and_says_so(halls: Halls) -> None:
    await halls.go_live()
    await sees_and_hears(halls.walls["kr"])
    await expect(halls.walls["ka"].locator(".near video")).to_be_visible()
    await halls.walls["ka"].evaluate(PULL_OUT_CAMERA)
    await expect(halls.walls["ka"].locator(".near .off")).to_contain_text("Unsere Kamera ist aus")
    await expect(halls.walls["kr"].locator(".absent")).to_contain_text("только звук")
    assert halls.hall.live.state.links[WINDOW].generation == 1


async def test_a_muted_hall_is_not_heard_and_a_paused_one_not_seen(halls: Halls) -> None:
    await halls.go_live()
    for wall in halls.walls.values():
        await sees_and_hears(wall)
    await halls.press("ka", "Unser Bild aus")
    await expect(halls.walls["kr"].locator(".absent")).to_contain_text("изображение выключено")
    await expect(halls.walls["kr"].locator(".far video"), "not its last picture either").to_be_hidden()
    await halls.press("ka", "Unser Bild an")
    await sees_and_hears(halls.walls["kr"])
    await halls.press("ka", "Unseren Ton aus")
    await expect(halls.walls["kr"].locator(".sound-word")).to_contain_text("звук выключен")
    await halls.walls["kr"].wait_for_function(SILENT, timeout=WITHIN_MS)
