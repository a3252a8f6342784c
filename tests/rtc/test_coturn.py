"""coturn as we set it up: it relays over every way, for credentials of ours, and to nothing that is private (S17)."""

import asyncio
import re
from collections.abc import AsyncIterator
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from aioice import stun
from msgspec import structs

from server.rtc.coturn import DENIED, Files, config
from server.rtc.media.selftest import try_ways
from server.rtc.turn import VALID_S, TurnServer, ice_servers
from tests.rtc.coturn import coturn
from tests.rtc.relays import now_ms, relay

# One of each range that a peer must not have; neither of them is asked, only coturn is.
PRIVATE = ["10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.0.0.2", "0.0.0.1"]
PRIVATE_SIX = ["::1", "fc00::1", "fe80::1", "64:ff9b::a00:1", "2002:a00:1::1"]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("coturn")


@pytest.fixture(scope="module")
async def server(directory: Path) -> AsyncIterator[TurnServer]:
    async with coturn(directory) as turn:
        yield turn


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    """The server's certificate, as if somebody had signed it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(directory / "lab.pem"))


@pytest.mark.usefixtures("trusted")
async def test_every_way_relays(server: TurnServer) -> None:
    tried = await try_ways(server, now_ms())
    assert [re.split(r":\d+", way.url)[0] for way in tried] == ["turn:localhost", "turn:localhost", "turns:localhost"]
    assert [(way.works, way.problem) for way in tried] == [(True, "")] * 3
    assert all(way.ms is not None and way.ms < 5_000 for way in tried)


async def test_a_certificate_that_nobody_signed_is_told(server: TurnServer) -> None:
    udp, tcp, tls = await try_ways(server, now_ms())
    assert (udp.works, tcp.works, tls.works) == (True, True, False)
    assert "certificate" in tls.problem.lower()


async def test_a_wrong_secret_is_told(server: TurnServer) -> None:
    tried = await try_ways(structs.replace(server, secret="another-secret-0123"), now_ms())
    assert not any(way.works for way in tried)
    assert all("TURN_SECRET" in way.problem for way in tried[:2])


async def test_an_expired_credential_is_refused(server: TurnServer) -> None:
    with pytest.raises(stun.TransactionFailed) as refused:
        async with relay(server, now_ms() - (VALID_S + 5) * 1000):
            pass
    assert refused.value.response.error_code == 401


async def test_an_allocation_outlives_its_credential(server: TurnServer) -> None:
    issued = now_ms() - (VALID_S - 5) * 1000
    async with relay(server, issued) as allocation:
        await asyncio.sleep(max(0, issued + (VALID_S + 1) * 1000 - now_ms()) / 1000)
        with pytest.raises(stun.TransactionFailed):
            async with relay(server, issued):
                pass
        await allocation.refresh()
        assert await allocation.may_reach("198.51.100.7")


@pytest.mark.parametrize("address", [*PRIVATE, "224.0.0.1", "239.1.2.3"])
async def test_nothing_private_is_relayed_to(server: TurnServer, address: str) -> None:
    async with relay(server, now_ms()) as allocation:
        assert not await allocation.may_reach(address)
        assert await allocation.may_reach("198.51.100.7"), "the Internet"


async def test_without_the_list_it_is_a_way_into_the_network(tmp_path: Path) -> None:
    """The control."""
    async with coturn(tmp_path, without="denied-peer-ip") as open_server, relay(open_server, now_ms()) as allocation:
        assert await allocation.may_reach("10.0.0.1")
        assert await allocation.may_reach("169.254.169.254")


@pytest.mark.parametrize("address", [*PRIVATE, *PRIVATE_SIX])
def test_the_list_holds_every_private_range(address: str) -> None:
    found = ip_address(address)
    assert any(found in ip_network(network) for network in DENIED if ip_network(network).version == found.version)


def test_what_is_let_through_all_the_same_is_named() -> None:
    text = config(TurnServer("turn.example.org", "a-secret-of-tests"), Files(), "203.0.113.7", ("10.0.0.7",))
    assert "allowed-peer-ip=10.0.0.7" in text
    assert "external-ip=203.0.113.7" in text
    plain = config(TurnServer("turn.example.org", "a-secret-of-tests"), Files())
    assert "allowed-peer-ip" not in plain
    assert "external-ip" not in plain


def test_the_ways_of_the_file_are_those_that_stations_are_given() -> None:
    turn = TurnServer("turn.example.org", "a-secret-of-tests", 3479, 8443)
    text = config(turn, Files())
    ports = set(re.findall(r"^(?:tls-)?listening-port=(\d+)$", text, re.MULTILINE))
    urls = [url for one in ice_servers(turn, "wall", 0) for url in one.urls]
    assert ports == {match for url in urls for match in re.findall(r":(\d+)", url)}
