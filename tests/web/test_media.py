"""Leave to publish and watch, as the server gives it, and the streams inside the server: which must not disturb a board."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiortc import RTCPeerConnection

from server.core.agenda import StartSession
from server.core.links import EndLink, GoLive, OfferStation, SetReady
from server.core.people import RemovePerson
from server.rehearsal.waiting import until
from server.rtc.closing import Closing
from server.rtc.media import streams as streams_module
from server.rtc.media.endpoints import MAX_OFFER_BYTES
from server.rtc.media.forward import Forward
from server.settings import ROOT
from server.web.auth import cookie_name
from server.web.media import media_address
from tests.hall import Hall, running_hall
from tests.rtc.media.peers import Sending, Watching, close, offer_of, post_offer
from tests.web.doorstep import Doorstep, doorstep, refused

WINDOW = "live-1"
KEY = bytes(range(32))


async def live_link(hall: Hall) -> dict[str, str]:
    """Both halls on the air; people by what they are."""
    people = {f"wall {room}": await hall.join("projector", room) for room in ("ka", "kr")}
    people |= {f"desk {room}": await hall.join("facilitator", room) for room in ("ka", "kr")}
    people["phone"] = await hall.join("participant", "kr")
    await hall.give(people["desk ka"], StartSession())
    for room in ("ka", "kr"):
        await hall.give(people[f"wall {room}"], OfferStation(f"station000{room}", True, True))
        await hall.give(people[f"desk {room}"], SetReady(WINDOW, True))
    assert (await hall.give(people["desk ka"], GoLive(WINDOW))).code is None
    return people


class Asking:
    """Asks as each of these people in turn."""

    def __init__(self, browser: Doorstep, people: dict[str, str]) -> None:
        self.browser, self.hall, self.people = browser, browser.hall, people

    def stream(self, room: str) -> str:
        return f"{self.hall.live.id}.{WINDOW}.hall.{room}"

    async def __call__(self, who: str, act: str, room: str) -> Any:
        person = self.people[who]
        services, client = self.browser.hall.services, self.browser.client
        client.cookies.set(cookie_name(person, secure=False), services.keys.token(self.hall.live.id, person))
        value = {"person": person, "act": act, "stream": self.stream(room)}
        return await self.browser.ask(f"/api/sessions/{self.hall.live.id}/media", value)

    async def connect(self, who: str, act: str, room: str, pc: RTCPeerConnection) -> str:
        leave = (await self(who, act, room)).json()
        return await post_offer(self.browser.client, leave["url"], leave["token"], pc)


async def test_a_station_publishes_and_is_told_how_many_watch(hall: Hall) -> None:
    sending, wall, phone = Sending(), Watching(), Watching()
    async with doorstep(hall) as browser:
        asking = Asking(browser, await live_link(hall))
        where = await asking.connect("wall ka", "publish", "ka", sending.pc)
        await asking.connect("wall kr", "watch", "ka", wall.pc)
        left = await asking.connect("phone", "watch", "ka", phone.pc)
        await asyncio.gather(*(one.gets(kind) for one in (wall, phone) for kind in ("audio", "video")))
        assert (await browser.client.get(f"{where}/viewers")).json() == {"viewers": 2}
        assert (await browser.client.get(f"{left}/viewers")).status_code == 404, "who watches is not told"
        await browser.client.delete(left)
        assert (await browser.client.get(f"{where}/viewers")).json() == {"viewers": 1}
        assert (await browser.client.delete(where)).status_code == 200
        assert (await browser.client.delete(where)).status_code == 200, "nobody is told of a mistake that is none"
        assert (await asking("phone", "watch", "ka")).status_code == 200
    await close(sending, wall, phone)


@pytest.mark.parametrize(
    ("who", "act", "room"),
    [
        ("wall ka", "publish", "kr"),
        ("wall ka", "watch", "ka"),
        ("desk ka", "watch", "kr"),
        ("desk ka", "publish", "ka"),
        ("phone", "publish", "kr"),
        ("phone", "watch", "elsewhere"),
    ],
)
async def test_everyone_else_is_not_allowed(hall: Hall, who: str, act: str, room: str) -> None:
    async with doorstep(hall) as browser:
        asking = Asking(browser, await live_link(hall))
        assert refused(await asking(who, act, room)) == (403, "not_allowed")


async def test_leave_is_for_one_act_and_one_stream(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams_module, "WAIT_S", 0.2)
    async with doorstep(hall) as browser:
        asking = Asking(browser, await live_link(hall))
        leave = (await asking("phone", "watch", "ka")).json()
        headers = {"Authorization": f"Bearer {leave['token']}", "Content-Type": "application/sdp"}
        watching = Watching()
        offer = await offer_of(watching.pc)
        await close(watching)
        other = [leave["url"].replace("whep", "whip"), leave["url"].replace("hall.ka", "hall.kr")]
        for url in other:
            assert (await browser.client.post(url, content=offer, headers=headers)).status_code == 401
        assert (await browser.client.post(leave["url"], content=offer)).status_code == 401
        nobody = await browser.client.post(leave["url"], content=offer, headers=headers)
        assert nobody.status_code == 404, "nobody publishes"
        large = await browser.client.post(leave["url"], content="v" * (MAX_OFFER_BYTES + 1), headers=headers)
        assert large.status_code == 413
        plain = await browser.client.post(
            leave["url"], content=offer, headers={**headers, "Content-Type": "text/plain"}
        )
        assert (plain.status_code, plain.headers["Accept-Post"]) == (415, "application/sdp")
        publish = (await asking("wall ka", "publish", "ka")).json()
        headers["Authorization"] = f"Bearer {publish['token']}"
        assert (await browser.client.post(publish["url"], content="v=0", headers=headers)).status_code == 400


async def test_who_is_removed_watches_no_longer_and_comes_in_no_more(hall: Hall) -> None:
    sending, wall, phone = Sending(), Watching(), Watching()
    async with doorstep(hall) as browser:
        people = await live_link(hall)
        asking = Asking(browser, people)
        await asking.connect("wall ka", "publish", "ka", sending.pc)
        await asking.connect("wall kr", "watch", "ka", wall.pc)
        await asking.connect("phone", "watch", "ka", phone.pc)
        await asyncio.gather(wall.gets("video"), phone.gets("video"))
        kept = (await asking("phone", "watch", "ka")).json()
        await hall.give(people["desk kr"], RemovePerson(people["phone"]))
        assert await until(lambda: phone.pc.connectionState == "closed", 30)
        before = wall.frames["video"]
        assert await until(lambda: wall.frames["video"] > before + 10, 30), "nobody else is sent away"
        again = Watching()
        headers = {"Authorization": f"Bearer {kept['token']}", "Content-Type": "application/sdp"}
        answer = await browser.client.post(kept["url"], content=await offer_of(again.pc), headers=headers)
        assert answer.status_code == 401
    await close(sending, wall, phone, again)


@pytest.mark.parametrize("told", [True, False], ids=["ours", "the control"])
async def test_nothing_outlives_its_window(hall: Hall, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    """Neither a wall that goes on sending nor who watches it hears of the end; and their leave is good for two minutes more."""
    if not told:
        monkeypatch.setattr(Closing, "look", AsyncMock())
    sending, phone, late, next_time = Sending(), Watching(), Sending(), Sending()
    async with doorstep(hall) as browser:
        people = await live_link(hall)
        asking = Asking(browser, people)
        await asking.connect("wall ka", "publish", "ka", sending.pc)
        await asking.connect("phone", "watch", "ka", phone.pc)
        await phone.gets("video")
        kept = (await asking("wall ka", "publish", "ka")).json()
        assert hall.services.media is not None
        streams = await hall.services.media.streams()
        await hall.give(people["desk kr"], EndLink(WINDOW))
        if not told:
            await phone.gets("video", 30)
            assert streams.names() == [asking.stream("ka")]
        else:
            assert await until(lambda: not streams.names() and phone.pc.connectionState == "closed", 15)
            headers = {"Authorization": f"Bearer {kept['token']}", "Content-Type": "application/sdp"}
            offer = await offer_of(late.pc)
            assert (await browser.client.post(kept["url"], content=offer, headers=headers)).status_code == 401
            for room in ("ka", "kr"):
                await hall.give(people[f"desk {room}"], SetReady(WINDOW, True))
            await asking.connect("wall ka", "publish", "ka", next_time.pc)
            assert streams.names() == [asking.stream("ka")], "the next time is another one"
    await close(sending, phone, late, next_time)


async def test_what_goes_wrong_with_a_stream_stays_with_it(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in the middle of a packet: that connection may end, the board does not notice."""

    def broken(*_: object) -> None:
        raise RuntimeError("a mistake")

    sending, wall = Sending(), Watching()
    async with doorstep(hall) as browser:
        people = await live_link(hall)
        asking = Asking(browser, people)
        await asking.connect("wall ka", "publish", "ka", sending.pc)
        await asking.connect("wall kr", "watch", "ka", wall.pc)
        await wall.gets("video")
        monkeypatch.setattr(Forward, "_taken", broken)
        await asyncio.sleep(0.3)
        assert (await hall.give(people["desk ka"], SetReady(WINDOW, True))).code is None
        assert await hall.join("participant", "ka") in hall.live.state.people
        assert (await browser.client.get("/healthz")).status_code == 200
    await close(sending, wall)


async def test_aiortc_is_not_brought_in_before_it_is_needed() -> None:
    code = "import sys, server.app, server.serving; print('aiortc' in sys.modules or 'av' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


async def test_with_another_process_for_media_only_the_setting_changes(tmp_path: Path) -> None:
    url = "https://media.example.org:8443/pass"
    async with running_hall(tmp_path, media_url=url, media_key=KEY) as hall, doorstep(hall) as browser:
        asking = Asking(browser, await live_link(hall))
        leave = (await asking("phone", "watch", "ka")).json()
        assert leave["url"] == f"https://media.example.org:8443/pass/whep/{asking.stream('ka')}"
        assert (await browser.client.post(f"/media/whep/{asking.stream('ka')}")).status_code == 404
        policy = (await browser.client.get("/")).headers["Content-Security-Policy"]
        assert " https://media.example.org:8443; manifest-src" in policy


async def test_without_one_no_other_origin_is_named(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        policy = (await browser.client.get("/")).headers["Content-Security-Policy"]
        (connect,) = [part for part in policy.split("; ") if part.startswith("connect-src ")]
        assert connect == f"connect-src 'self' ws://127.0.0.1:{hall.port}"


def test_an_address_has_its_own_places_for_way_and_stream() -> None:
    assert media_address("", "publish", "s.a.hall.ka") == "/media/whip/s.a.hall.ka"
    assert media_address("https://m/{stream}/{way}", "watch", "s.a.hall.ka") == "https://m/s.a.hall.ka/whep"
