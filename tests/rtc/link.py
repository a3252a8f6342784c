"""A live link between two walls in real browsers: made, begun and ended, and when pictures came."""

import asyncio
import itertools
import time

from playwright.async_api import BrowserContext, Page

from server.core.agenda import OpenStep, StartSession
from server.core.links import EndLink, GoLive, SetReady
from tests.hall import Hall

WINDOW = "live-1"
ROOMS = ("ka", "kr")
WITHIN_MS = 45_000

# A small picture: what is measured here is when it comes. Each look writes down the times at which new frames were there.
SMALL = """
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = ({ audio, video }) =>
  ask({ audio: audio && true, video: video && { width: 320, height: 240, frameRate: 15 } });
window.pictures = [];
let last = [null, 0];
setInterval(() => {
  const video = document.querySelector(".far video");
  const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  if (frames > 0 && (video !== last[0] || frames > last[1])) window.pictures.push(Date.now());
  last = [video, frames];
}, 40);
"""


class Link:
    """`walls` by room; `heads`: facilitators by room; `window`: which one is held. Times are seconds."""

    def __init__(self, hall: Hall, heads: dict[str, str]) -> None:
        self.hall, self.heads = hall, heads
        self.walls: dict[str, Page] = {}
        self.window = WINDOW

    async def add_wall(self, context: BrowserContext, room: str, url: str = "", person: str = "") -> None:
        """Open in this browser, until the server knows it as the room's station. `url`: the server as seen from there."""
        await context.grant_permissions(["camera", "microphone"], origin=url or self.hall.url)
        await context.add_init_script(SMALL)
        chosen = '{"camera":"any","microphone":"any"}'
        await context.add_init_script(f"localStorage['tcl-station-{self.hall.live.id}'] = '{chosen}'")
        before = self.hall.live.state.stations.get(room)
        self.walls[room] = await self.hall.open(context, "projector", room, url=url, person=person)
        async with asyncio.timeout(WITHIN_MS / 1000):
            while self.hall.live.state.stations.get(room) == before:
                await asyncio.sleep(0.05)

    @property
    def generation(self) -> int:
        return self.hall.live.state.links[self.window].generation

    async def ready(self) -> None:
        for room in ROOMS:
            await self.hall.give(self.heads[room], SetReady(self.window, True))

    async def go_at_once(self) -> float:
        """Both rooms press ready, then go, at the same instant."""
        live, heads = self.hall.live, self.heads.values()
        await asyncio.gather(*(self.hall.give(head, SetReady(self.window, True)) for head in heads))
        began = time.time()
        await asyncio.gather(*(self.hall.give(head, GoLive(self.window)) for head in heads))
        return await self.pictures_after(max(began, (live.state.links[self.window].live_at or 0) / 1000))

    async def end(self) -> None:
        await self.hall.give(self.heads["kr"], EndLink(self.window))
        for wall in self.walls.values():
            await wall.wait_for_function("() => !document.querySelector('.far video')", timeout=WITHIN_MS)

    async def go(self) -> float:
        """Until the first picture is on both walls, from "go"."""
        began = time.time()
        await self.hall.give(self.heads["ka"], GoLive(self.window))
        due = (self.hall.live.state.links[self.window].live_at or 0) / 1000
        return await self.pictures_after(max(began, due))

    async def pictures_after(self, moment: float, still: float = 0.0) -> float:
        """How long after the moment both walls had a picture again; `still`: since then it must have stood so long before."""
        return max([await self._picture_after(wall, moment, still) for wall in self.walls.values()])

    async def _picture_after(self, wall: Page, moment: float, still: float) -> float:
        found = await wall.wait_for_function(
            """([moment, still]) => {
              let before = moment;
              for (const at of window.pictures.filter((at) => at >= moment)) {
                if (at - before >= still) return at;
                before = at;
              }
              return 0;
            }""",
            arg=[moment * 1000, still * 1000],
            timeout=WITHIN_MS * 2,
            polling=100,
        )
        return float(await found.json_value()) / 1000 - moment

    async def runs_for(self, seconds: float) -> float:
        """Let it run; gives the longest time that either wall's picture stood still."""
        began = time.time()
        await asyncio.sleep(seconds)
        longest = 0.0
        for wall in self.walls.values():
            times = [at / 1000 for at in await wall.evaluate("window.pictures") if at / 1000 >= began]
            edges = [began, *times, time.time()]
            longest = max([longest, *(later - before for before, later in itertools.pairwise(edges))])
        return longest


async def window_open(hall: Hall) -> Link:
    """Both rooms are in the live window, without walls yet."""
    heads = {room: await hall.join("facilitator", room) for room in ROOMS}
    await hall.give(heads["ka"], StartSession())
    await hall.give(heads["ka"], OpenStep(WINDOW, ROOMS))
    return Link(hall, heads)
