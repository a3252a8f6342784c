"""Firefox beside Chromium: a live window held between the two, either way round, and every face without a complaint."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from server.core.agenda import OpenStep, StartSession
from server.core.ids import Role
from server.core.links import RestartLink, SetReady
from server.core.recording import AgreeToRecord, AskToRecord
from server.rehearsal.waiting import until
from server.web.auth import cookie_name
from tests.browser.chromium import OpenContext
from tests.browser.firefox import Firefox, FirefoxPage, running_firefox
from tests.hall import Hall, running_hall
from tests.rtc.link import ROOMS, WINDOW
from tests.rtc.media.tones import Played, ffprobe

pytestmark = pytest.mark.browser

FACES: tuple[Role, ...] = ("participant", "facilitator", "projector")
WITHIN_S = 60
OPENS, DONE = {"ka": "Kamera und Ton", "kr": "Камера и звук"}, {"ka": "Fertig", "kr": "Готово"}
CHECK = {"ka": "Verbindung prüfen", "kr": "Проверить связь"}

# What a wall receives, as its browser counts it: Firefox counts no frames at the element, and without loudspeakers no sound.
KEEP_CONNECTIONS = """() => {
  const Plain = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Plain {
    constructor(...options) {
      super(...options);
      window.connections.push(this);
    }
  };
}"""
RECEIVED = """async () => {
  const video = document.querySelector(".far video");
  if (!video) return [0, 0];
  if (video.shown === undefined) {
    video.shown = 0;
    const count = () => video.requestVideoFrameCallback(() => { video.shown += 1; count(); });
    count();
  }
  let energy = 0;
  for (const connection of window.connections.filter(({ signalingState }) => signalingState !== "closed"))
    for (const one of (await connection.getStats()).values())
      if (one.type === "inbound-rtp" && one.kind === "audio") energy += one.totalAudioEnergy;
  return [video.shown, energy];
}"""
MORE_THAN = f"""async ([shown, energy]) => {{
  const now = await ({RECEIVED})();
  return now[0] > shown + 10 && now[1] > energy;
}}"""
IS_SILENT = f"""async () => {{
  const [, before] = await ({RECEIVED})();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [, after] = await ({RECEIVED})();
  return after - before < 1e-6;
}}"""
PRESS = """(name) => {
  const found = [...document.querySelectorAll("button")].find((one) => one.textContent.trim() === name && !one.disabled);
  found?.click();
  return found !== undefined;
}"""
IS_RELAYED = """() => performance.getEntriesByType("resource").some(({ name }) => name.includes("/whep/"))
  && document.querySelector(".far video")?.videoWidth > 0"""
IS_THERE = "(place) => document.querySelector(place) !== null"
IS_GONE = "(place) => document.querySelector(place) === null"
READS = "() => document.body.innerText"
MOVES = "(place) => document.querySelector(place)?.videoWidth > 0"


class Face(Protocol):
    """What pages of both browsers can do."""

    async def evaluate(self, script: str, arg: Any = None, /) -> Any: ...


async def wait(face: Face, script: str, arg: Any = None) -> None:
    """Until it is so on the page."""
    try:
        async with asyncio.timeout(WITHIN_S):
            while not await face.evaluate(script, arg):
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"not {arg or script}, but {await face.evaluate(READS)}") from None


async def press(face: Face, name: str) -> None:
    await wait(face, PRESS, name)


async def sees_and_hears(wall: Face) -> None:
    """New frames come, and sound that is more than silence."""
    await wait(wall, MORE_THAN, await wall.evaluate(RECEIVED))


async def opened(firefox: Firefox, hall: Hall, role: Role, room: str, person: str = "") -> FirefoxPage:
    visit = await hall.visit(role, room, "Anna" if role == "participant" else "", person=person)
    return await firefox.open(hall.url + visit.path, visit.cookies)


@pytest.fixture
async def firefox(tmp_path: Path) -> AsyncIterator[Firefox]:
    async with running_firefox(tmp_path) as found:
        yield found


class Window:
    """A live window with Firefox in one hall, at wall and desk, and Chromium in the other."""

    def __init__(self, hall: Hall, heads: dict[str, str], walls: dict[str, Face], desk: Face) -> None:
        self.hall, self.heads, self.walls, self.desk = hall, heads, walls, desk

    async def set_up(self, room: str, check: bool) -> None:
        wall = self.walls[room]
        await press(wall, OPENS[room])
        await wait(wall, MOVES, ".preview video")
        if check:
            await press(wall, CHECK[room])
            await wait(wall, MOVES, "video.echo")
            await wait(wall, IS_THERE, ".check-words")
        await press(wall, DONE[room])

    async def begin(self, own: str, other: str) -> None:
        await press(self.desk, "Wir sind bereit")
        assert (await self.hall.give(self.heads[other], SetReady(WINDOW, True))).code is None
        await press(self.desk, "Live schalten")

    async def end(self) -> None:
        await press(self.desk, "Beenden")
        await press(self.desk, "Ja, beenden")
        for wall in self.walls.values():
            await wait(wall, IS_GONE, ".on-air")


async def window(firefox: Firefox, hall: Hall, open_context: OpenContext, own: str, other: str) -> Window:
    heads = {room: await hall.join("facilitator", room) for room in ROOMS}
    await hall.give(heads["ka"], StartSession())
    await hall.give(heads["ka"], OpenStep(WINDOW, ROOMS))
    context = await open_context((960, 540))
    await context.grant_permissions(["camera", "microphone"], origin=hall.url)
    walls: dict[str, Face] = {
        own: await opened(firefox, hall, "projector", own),
        other: await hall.open(context, "projector", other),
    }
    for wall in walls.values():
        await wall.evaluate(KEEP_CONNECTIONS)
    return Window(hall, heads, walls, await opened(firefox, hall, "facilitator", own, heads[own]))


@pytest.mark.parametrize("own", ["ka", pytest.param("kr", marks=pytest.mark.long)])
async def test_a_window_between_firefox_and_chromium(
    firefox: Firefox, open_context: OpenContext, tmp_path: Path, own: str
) -> None:
    other = next(room for room in ROOMS if room != own)
    async with running_hall(tmp_path) as hall:
        found = await window(firefox, hall, open_context, own, other)
        await found.set_up(own, check=True)
        await found.set_up(other, check=False)
        result = hall.live.state.checks[f"{WINDOW}/{own}"].found
        assert result is not None
        assert (result.answered, result.sound, result.way) == (True, "good", "direct")
        assert result.round_trip_ms is not None
        await found.begin(own, other)
        for wall in found.walls.values():
            await sees_and_hears(wall)
        await wait(found.desk, "() => /direkt.*\\d ms/s.test(document.querySelector('.link-figures').textContent)")
        await press(found.desk, "Unseren Ton aus")
        await wait(found.walls[other], IS_SILENT)
        await press(found.desk, "Unseren Ton an")
        await sees_and_hears(found.walls[other])
        await found.end()
        assert hall.live.state.links[WINDOW].status == "over"
        assert hall.live.state.links[WINDOW].generation == 1
        # Before the server stops: a page that still fetches something then complains with reason.
        assert firefox.errors == []


async def on_the_air(firefox: Firefox, hall: Hall, open_context: OpenContext) -> Window:
    """Firefox in Karlsruhe, Chromium in Krasnodar; each sees and hears the other."""
    found = await window(firefox, hall, open_context, "ka", "kr")
    for room in ROOMS:
        await found.set_up(room, check=False)
    await found.begin("ka", "kr")
    for wall in found.walls.values():
        await sees_and_hears(wall)
    return found


@pytest.mark.long
async def test_between_the_two_it_also_goes_through_our_own_server(
    firefox: Firefox, open_context: OpenContext, tmp_path: Path
) -> None:
    async with running_hall(tmp_path) as hall:
        found = await on_the_air(firefox, hall, open_context)
        station = hall.live.state.stations["ka"]
        for _ in range(2):
            await hall.give(station.person, RestartLink(WINDOW, hall.live.state.links[WINDOW].generation))
        generation = hall.live.state.links[WINDOW].generation
        for wall in found.walls.values():
            await wait(wall, IS_RELAYED)
            await sees_and_hears(wall)
        link = hall.live.state.links[WINDOW]
        assert (link.way, link.generation) == ("relay", generation), "and it holds"
        await found.end()
        assert firefox.errors == []


@pytest.mark.long
async def test_what_either_publishes_is_recorded(firefox: Firefox, open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        found = await on_the_air(firefox, hall, open_context)
        began = time.monotonic()
        await hall.give(found.heads["ka"], AskToRecord(WINDOW))
        await hall.give(found.heads["kr"], AgreeToRecord(WINDOW, True))
        root, length = hall.services.settings.recordings_root, 5
        assert await until(lambda: len(list(root.glob("*/*.webm"))) == 2, WITHIN_S)
        await asyncio.sleep(length)
        await found.end()
        sent = time.monotonic() - began
        assert await until(lambda: not hall.services.clerk.begun, WITHIN_S)
        for room in ROOMS:
            (path,) = root.glob(f"*/*.{room}.*.webm")
            played, probed = Played(path), ffprobe(path)
            print(f"{room}: {played.sides}, {len(played.shown) / played.shown[-1]:.0f} pictures a second, {probed}")
            for last in (played.shown[-1], played.heard[-1], *probed.values()):
                assert length - 1 < last < sent
            assert played.loud, "and more than silence"
        assert firefox.errors == []


async def test_no_face_has_anything_to_complain_of(firefox: Firefox, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        head = await hall.join("facilitator", "ka")
        await hall.give(head, StartSession())
        for role in FACES:
            page = await opened(firefox, hall, role, "ka", head if role == "facilitator" else "")
            await wait(page, IS_THERE, "h1, h2")
            await wait(page, IS_GONE, ".line-state.offline")
        host = {cookie_name("host", secure=False): hall.services.keys.token("", "host")}
        for path in ("/host", f"/host/{hall.live.id}", "/pair", "/privacy", hall.link("participant", "ka")):
            page = await firefox.open(path if path.startswith("http") else hall.url + path, host)
            await wait(page, IS_THERE, "h1, h2")
        assert firefox.errors == []
        await page.evaluate(
            "() => { setTimeout(() => missing(), 0); document.body.append(document.createElement('i')); }"
        )
        async with asyncio.timeout(WITHIN_S):
            while not firefox.errors:
                await asyncio.sleep(0.05)
    assert "missing" in firefox.errors[0], "the control"
