"""Through our media process: when no direct way holds, until that ends too. Two walls in real browsers, the process a real one."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Response, expect

from server.core.agenda import OpenStep, StartSession
from server.core.link_state import Link
from server.core.links import RestartLink
from server.rehearsal.waiting import until
from server.rtc.media.streams import Streams
from tests.browser.axe import axe_violations
from tests.browser.chromium import OpenContext
from tests.browser.strangers import complaints
from tests.browser.test_link import WINDOW, Halls, sees_and_hears
from tests.hall import Hall, running_hall
from tests.ports import free_port
from tests.served import served_media

WITHIN_S = 30
# Something was published there, and something watched.
CONNECTED_BY = """(url) => {
  const asked = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.startsWith(url));
  return ["/whip/", "/whep/"].every((way) => asked.some((name) => name.includes(way)));
}"""

BOTH_MOVE = """() => {
  const all = [...document.querySelectorAll(".at-home video")];
  return all.length === 2 && all.every((one) => one.getVideoPlaybackQuality().totalVideoFrames > 10);
}"""


@contextlib.asynccontextmanager
async def on_the_air(directory: Path, open_context: OpenContext, **more: Any) -> AsyncIterator[Halls]:
    """Both halls live, by the direct way, each with a wall and a desk."""
    async with running_hall(directory, **more) as hall:
        heads = {room: await hall.join("facilitator", room) for room in ("ka", "kr")}
        await hall.give(heads["ka"], StartSession())
        await hall.give(heads["ka"], OpenStep(WINDOW, ("ka", "kr")))
        walls, desks = {}, {}
        for room in ("ka", "kr"):
            context = await open_context((1280, 720))
            await context.grant_permissions(["camera", "microphone"], origin=hall.url)
            walls[room] = await hall.open(context, "projector", room)
            desks[room] = await hall.open(await open_context((1440, 900)), "facilitator", room, person=heads[room])
        halls = Halls(hall, walls, desks)
        await halls.go_live()
        for wall in walls.values():
            await sees_and_hears(wall)
        yield halls


def link_of(hall: Hall) -> Link:
    return hall.live.state.links[WINDOW]


def watched(streams: Streams) -> list[str]:
    """Streams over whose connection to a viewer something can pass."""
    found = {name: streams.find(name) for name in streams.names()}
    return sorted(
        name
        for name, stream in found.items()
        if stream and any(viewer.pc.connectionState == "connected" for viewer in stream.viewers.values())
    )


def is_end(answer: Response) -> bool:
    """Of a line to the media process."""
    return answer.request.method == "DELETE"


async def give_up_twice(hall: Hall) -> None:
    """As a wall's watchdog does over a way that does not hold."""
    station = hall.live.state.stations["ka"]
    for _ in range(2):
        await hall.give(station.person, RestartLink(WINDOW, link_of(hall).generation))


async def test_a_way_that_failed_twice_leads_through_our_own_server(open_context: OpenContext, tmp_path: Path) -> None:
    async with on_the_air(tmp_path, open_context) as halls:
        await give_up_twice(halls.hall)
        assert link_of(halls.hall).way == "relay"
        assert halls.hall.services.media is not None
        streams = await halls.hall.services.media.streams()
        stream = f"{halls.hall.live.id}.{WINDOW}.hall"
        assert await until(lambda: watched(streams) == [f"{stream}.ka", f"{stream}.kr"], WITHIN_S)
        for wall in halls.walls.values():
            await sees_and_hears(wall)
        assert link_of(halls.hall).way == "relay", "and it holds"
        ka, kr = halls.walls.values()
        async with ka.expect_response(is_end), kr.expect_response(is_end):
            await halls.end("kr")
        assert await until(lambda: not streams.names(), WITHIN_S)
        for wall in halls.walls.values():
            await expect(wall.locator(".on-air")).to_have_count(0)
        assert halls.complaints == []


async def test_when_the_media_process_is_killed_the_halls_go_on_directly(
    open_context: OpenContext, tmp_path: Path
) -> None:
    port = free_port()
    async with served_media(f"http://127.0.0.1:{port}") as media:
        more = {"port": port, "media_url": media.url, "media_key": media.key}
        async with on_the_air(tmp_path, open_context, **more) as halls:
            await give_up_twice(halls.hall)
            relayed = link_of(halls.hall).generation
            for wall in halls.walls.values():
                await wall.wait_for_function(CONNECTED_BY, arg=media.url, timeout=1000 * WITHIN_S)
                await sees_and_hears(wall)
            assert (link_of(halls.hall).way, link_of(halls.hall).generation) == ("relay", relayed)
            media.process.kill()
            assert await until(lambda: link_of(halls.hall).way == "direct", WITHIN_S)
            for wall in halls.walls.values():
                await sees_and_hears(wall)
            assert await halls.hall.join("participant", "ka") in halls.hall.live.state.people


async def test_who_is_at_home_sees_and_hears_both_halls(open_context: OpenContext, tmp_path: Path) -> None:
    async with on_the_air(tmp_path, open_context) as halls:
        phone = await halls.hall.open(await open_context((390, 844), touch=True), "participant", "kr", "Миша", "ru")
        said = complaints([phone])
        await expect(phone.locator(".stage-card")).to_be_visible()
        assert not link_of(halls.hall).shared, "halls publish to nobody for nobody"
        await phone.get_by_role("button", name="Я не в зале").click()
        await expect(phone.locator(".at-home video")).to_have_count(2)
        await phone.wait_for_function(BOTH_MOVE, timeout=1000 * WITHIN_S)
        assert link_of(halls.hall).shared
        await expect(phone.locator(".stage-card")).to_have_count(0)
        await phone.get_by_role("button", name="Включить звук").click()
        heard = "() => [...document.querySelectorAll('.at-home video')].every((one) => !one.muted)"
        await phone.wait_for_function(heard)
        assert await axe_violations(phone) == []
        await halls.press("ka", "Unseren Ton aus")
        await expect(phone.locator(".at-home figcaption [role=status]")).to_have_text("звук выключен")
        await halls.press("ka", "Unseren Ton an")
        await phone.reload()
        await phone.wait_for_function(BOTH_MOVE, timeout=1000 * WITHIN_S)
        await phone.get_by_role("button", name="Я всё-таки в зале").click()
        await expect(phone.locator(".stage-card")).to_be_visible()
        await phone.get_by_role("button", name="Я не в зале").click()
        await phone.wait_for_function(BOTH_MOVE, timeout=1000 * WITHIN_S)
        await halls.end("ka")
        assert halls.hall.services.media is not None
        streams = await halls.hall.services.media.streams()
        assert await until(lambda: not streams.names(), WITHIN_S)
        await expect(phone.locator(".at-home video")).to_have_count(0)
        assert (halls.complaints, said) == ([], [])
