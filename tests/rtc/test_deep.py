"""`/healthz?deep`: the ways through TURN as they are now, for those who may read figures, one look at a time."""

import asyncio
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from msgspec import structs

from server.rtc.media import selftest
from server.rtc.turn import TurnServer, WayTried
from server.web.deep import DeepLook
from tests.hall import running_hall
from tests.rtc.coturn import coturn
from tests.rtc.relays import now_ms

TOKEN = {"Authorization": "Bearer a-token-for-these-tests"}
TURN = TurnServer("turn.example.org", "a-secret-of-tests")


async def test_the_ways_are_told_to_who_may_read_figures(tmp_path: Path) -> None:
    async with (
        coturn(tmp_path) as turn,
        running_hall(tmp_path, turn=turn, metrics_token=TOKEN["Authorization"].split()[1]) as hall,
        AsyncClient(timeout=60) as client,
    ):
        refused = await client.get(f"{hall.url}/healthz?deep")
        told = await client.get(f"{hall.url}/healthz?deep", headers=TOKEN)
        plain = await client.get(f"{hall.url}/healthz")
    assert refused.status_code == 404
    assert (told.status_code, told.json()["ready"]) == (200, True)
    udp, tcp, tls = told.json()["turn"]
    assert (udp["works"], tcp["works"], tls["works"]) == (True, True, False), "nobody signed this certificate"
    assert "turn" not in plain.json()


async def test_a_server_without_turn_has_no_ways(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall, AsyncClient(timeout=60) as client:
        told = await client.get(f"{hall.url}/healthz?deep")
    assert told.json()["turn"] == []


async def test_however_many_ask_it_looks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    go_on = asyncio.Event()

    async def try_ways(turn: TurnServer, now: int) -> tuple[WayTried, ...]:
        nonlocal looks
        looks += 1
        await go_on.wait()
        return (WayTried(turn.host, True, now, ""),)

    monkeypatch.setattr(selftest, "try_ways", try_ways)
    deep = DeepLook(TURN, lambda: 7)
    asking = [asyncio.create_task(deep.ways()) for _ in range(50)]
    await asyncio.sleep(0)
    go_on.set()
    assert await asyncio.gather(*asking) == [(WayTried(TURN.host, True, 7, ""),)] * 50
    assert looks == 1
    await deep.ways()
    assert looks == 2, "the next to ask is told how it is then"


async def test_a_secret_that_differs_is_told_from_a_port_that_is_closed(tmp_path: Path) -> None:
    async with coturn(tmp_path) as turn:
        udp, tcp, _ = await selftest.try_ways(structs.replace(turn, secret="another"), now_ms())
    assert (udp.works, tcp.works) == (False, False)
    assert udp.problem.startswith("credentials refused")
    assert tcp.problem.startswith("credentials refused")


async def test_a_server_that_is_not_there_is_told_in_time() -> None:
    nobody = structs.replace(TURN, host="127.0.0.1", port=9, tls_port=9)
    async with asyncio.timeout(selftest.WITHIN_S + 30):
        tried = await selftest.try_ways(nobody, 0)
    assert not any(way.works for way in tried)
    assert all(way.problem for way in tried)
