"""Fifty phones on one channel, each with its own leave from the server: what that costs the media process, and who comes late."""

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCPeerConnection
from aiortc.rtp import RtpPacket

from bench.link_media import RATES, Made
from bench.servers import cpu_s
from server.core.interpreting import SetSpeaking, TakeChannel
from server.rtc.media import inside
from server.web.auth import cookie_name
from tests.hall import running_hall
from tests.ports import free_port
from tests.rtc.media.peers import connection, post_offer
from tests.served import ServedMedia, served_media
from tests.web.doorstep import Doorstep, doorstep
from tests.web.test_media import WINDOW, live_link

pytestmark = pytest.mark.long

LISTENERS = 50
SECONDS = 10


class Channel:
    """Into Russian. `heard`: packets of sound each listener has got."""

    def __init__(self, browser: Doorstep) -> None:
        self.browser, self.hall = browser, browser.hall
        # Fifty ends and the server share this process: an answer may take its time.
        browser.client.timeout = 30.0
        self.open: list[RTCPeerConnection] = []
        self.heard: list[int] = []

    async def connect(self, person: str, act: str, pc: RTCPeerConnection) -> None:
        """With the leave that the server gives this person, or not."""
        self.open.append(pc)
        services, client = self.hall.services, self.browser.client
        client.cookies.set(cookie_name(person, secure=False), services.keys.token(self.hall.live.id, person))
        stream = f"{self.hall.live.id}.{WINDOW}.channel.ru"
        asking = {"person": person, "act": act, "stream": stream}
        leave = await self.browser.ask(f"/api/sessions/{self.hall.live.id}/media", asking)
        assert leave.status_code == 200, leave.text
        client.cookies.clear()
        await post_offer(client, leave.json()["url"], leave.json()["token"], pc)

    async def interpret(self) -> None:
        person = await self.hall.join("interpreter", "kr")
        for command in (TakeChannel(WINDOW, "ru"), SetSpeaking(WINDOW, "ru", True)):
            assert (await self.hall.give(person, command)).code is None
        pc = connection()
        pc.addTrack(Made("audio"))
        await self.connect(person, "publish", pc)

    async def listen(self) -> float:
        """One more; how long from the press until sound comes."""
        person = await self.hall.join("participant", "ka")
        pc, began, first, place = connection(), time.monotonic(), asyncio.Event(), len(self.heard)
        self.heard.append(0)

        def taken(_packet: RtpPacket) -> None:
            self.heard[place] += 1
            first.set()

        inside.tap(pc.addTransceiver("audio", direction="recvonly").receiver, taken)
        await self.connect(person, "watch", pc)
        await asyncio.wait_for(first.wait(), 20)
        return time.monotonic() - began

    async def share_of_a_core(self, pid: int) -> float:
        before, began = cpu_s(pid), time.monotonic()
        await asyncio.sleep(SECONDS)
        return (cpu_s(pid) - before) / (time.monotonic() - began)

    async def close(self) -> None:
        await asyncio.gather(*(pc.close() for pc in self.open))


async def on_a_channel(channel: Channel, media: ServedMedia) -> dict[str, Any]:
    await live_link(channel.hall)
    await channel.interpret()
    joins = [await channel.listen() for _ in range(LISTENERS // 5)]
    await asyncio.sleep(1)
    few = await channel.share_of_a_core(media.process.pid)
    joins += [await channel.listen() for _ in range(LISTENERS - len(joins))]
    await asyncio.sleep(1)
    before = list(channel.heard)
    many = await channel.share_of_a_core(media.process.pid)
    got = [now - then for now, then in zip(channel.heard, before, strict=True)]
    late = await channel.listen()
    return {"few": few, "many": many, "joins": joins, "late": late, "got": got}


async def test_fifty_listen_and_one_more_comes_late(tmp_path: Path) -> None:
    port = free_port()
    async with (
        served_media(f"http://127.0.0.1:{port}") as media,
        running_hall(tmp_path, port=port, media_url=media.url, media_key=media.key) as hall,
        doorstep(hall) as browser,
    ):
        channel = Channel(browser)
        try:
            found = await on_a_channel(channel, media)
        finally:
            await channel.close()
    told = {key: round(found[key], 3) for key in ("few", "many", "late")}
    print(f"\n{told}, join {statistics.median(found['joins']):.3f} s, at most {max(found['joins']):.3f} s")
    assert found["many"] <= 0.35, "of a core"
    # Each further listener costs no more than the ones before.
    assert found["many"] <= 1.5 * found["few"] * LISTENERS / (LISTENERS // 5)
    assert min(found["got"]) >= 0.8 * RATES["audio"] * SECONDS, "nobody is left behind"
    assert statistics.median(found["joins"]) <= 2
    assert found["late"] <= 5
