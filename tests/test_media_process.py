"""The media process as operators start it: for the pages of one server, and with leave that this server gave."""

import signal
import time

import httpx2

from server.rtc.tokens import Leave, token
from tests.rtc.media.peers import Sending, Watching, close, post_offer
from tests.served import served_media

PAGES = "https://lab.example.org"
NAME = "s1.live-1.hall.ka"


def leave(key: bytes, act: str) -> str:
    return token(key, Leave(act, NAME, int(time.time() * 1000) + 60_000, "anna"))  # type: ignore[arg-type]


async def test_it_passes_on_what_the_server_gave_leave_for_and_ends_when_told() -> None:
    sending, watching = Sending(), Watching()
    async with served_media(PAGES) as media, httpx2.AsyncClient(timeout=30) as client:
        await post_offer(client, f"{media.url}/whip/{NAME}", leave(media.key, "publish"), sending.pc)
        where = await post_offer(client, f"{media.url}/whep/{NAME}", leave(media.key, "watch"), watching.pc)
        await watching.gets("video")
        await watching.gets("audio")
        origin = media.url.removesuffix("/media")
        assert (await client.delete(f"{origin}{where}")).status_code == 200
        unsigned = {"Authorization": f"Bearer {leave(bytes(32), 'watch')}"}
        assert (await client.post(f"{media.url}/whep/{NAME}", headers=unsigned)).status_code == 401
        media.process.send_signal(signal.SIGTERM)
        assert await media.process.wait() in (0, -signal.SIGTERM)
    await close(sending, watching)


async def test_only_pages_of_that_server_may_ask() -> None:
    async with served_media(PAGES) as media, httpx2.AsyncClient(timeout=30) as client:
        for origin, allowed in ((PAGES, PAGES), ("https://elsewhere.example", None), (f"{PAGES}.example", None)):
            asking = {
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type",
            }
            asked = await client.options(f"{media.url}/whip/{NAME}", headers=asking)
            answered = await client.post(f"{media.url}/whip/{NAME}", headers={"Origin": origin})
            assert asked.headers.get("Access-Control-Allow-Origin") == allowed
            assert answered.headers.get("Access-Control-Allow-Origin") == allowed
            assert answered.status_code == 401
