"""Who is given an echo: a room's station, and nobody else."""

from pathlib import Path
from typing import Any

from httpx2 import AsyncClient

from server.core.links import OfferStation
from server.web.auth import cookie_name
from tests.hall import Hall, running_hall
from tests.rtc.media.peers import accept, connection, offer_of


async def asked(hall: Hall, person: str, offer: str) -> tuple[int, dict[str, Any]]:
    cookies = {cookie_name(person, False): hall.services.keys.token(hall.live.id, person)}
    async with AsyncClient(cookies=cookies, headers={"Origin": hall.url}, timeout=30) as client:
        url = f"{hall.url}/api/sessions/{hall.live.id}/check"
        reply = await client.post(url, json={"person": person, "offer": offer})
    return reply.status_code, reply.json()


async def test_a_rooms_station_alone_is_answered(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        phone, wall = await hall.join("participant", "ka"), await hall.join("projector", "ka")
        pc = connection()
        pc.addTransceiver("video", direction="sendrecv")
        offer = await offer_of(pc)
        assert (await asked(hall, phone, offer))[1]["code"] == "not_allowed"
        assert (await asked(hall, wall, offer))[1]["code"] == "no_station"
        await hall.give(wall, OfferStation("station000ka", True, True))
        status, told = await asked(hall, wall, offer)
        assert status == 200
        await accept(pc, told["answer"])
        assert (await asked(hall, wall, "no offer"))[1]["code"] == "malformed"
        assert (await asked(hall, wall, "x" * 70_000))[1]["code"] == "too_large"
        await pc.close()
