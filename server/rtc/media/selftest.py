"""Whether our own TURN server relays: for each way two peers that may use nothing else, and a word from one to the other.

Names, ports, certificate, secret and the relaying itself are all in it. It runs on this machine, so what a hall's network blocks
it does not see; a hall finds that out by its own check.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from aioice.stun import TransactionFailed
from aioice.turn import create_turn_endpoint
from aiortc import RTCConfiguration, RTCIceServer, RTCIceTransportPolicy, RTCPeerConnection
from aiortc.rtcdatachannel import RTCDataChannel
from aiortc.rtcicetransport import parse_stun_turn_uri

from server.rtc.turn import IceServer, TurnServer, WayTried, ice_servers

WITHIN_S = 5.0
ANSWERS_WITHIN_S = 3.0
_UNAUTHORIZED = 401


async def try_ways(turn: TurnServer, now: int) -> tuple[WayTried, ...]:
    """All at once, best way first; none takes longer than `WITHIN_S`. `now`: UTC ms."""
    _, server = ice_servers(turn, "selftest", now)
    return tuple(await asyncio.gather(*(_try(server, url) for url in server.urls)))


async def _try(server: IceServer, url: str) -> WayTried:
    began = time.monotonic()
    try:
        async with asyncio.timeout(WITHIN_S):
            await _ask_for_a_relay(server, url)
            async with _peer(server, url) as one, _peer(server, url) as other:
                await _say_a_word(one, other)
    except TimeoutError:
        return WayTried(url, False, None, f"nothing came through within {WITHIN_S:.0f} s")
    except Exception as error:  # whatever a library makes of a name, a certificate or a credential that is wrong
        return WayTried(url, False, None, str(error) or type(error).__name__)
    return WayTried(url, True, round((time.monotonic() - began) * 1000), "")


async def _ask_for_a_relay(server: IceServer, url: str) -> None:
    """Once by itself: what fails here is told in its own words, while a peer only has no relay."""
    where = parse_stun_turn_uri(url)
    address, transport = (where["host"], where["port"]), where["transport"]
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            relay, _ = await create_turn_endpoint(
                asyncio.DatagramProtocol,
                address,
                server.username,
                server.credential,
                ssl=where["scheme"] == "turns" or None,
                transport=transport,
            )
    except TimeoutError:
        raise ConnectionError("no relay was given: is the port open?") from None
    except TransactionFailed as error:
        if error.response.error_code != _UNAUTHORIZED:
            raise
        raise PermissionError(
            "credentials refused: is TURN_SECRET the same on both sides, and the clock right?"
        ) from error
    relay.close()


@contextlib.asynccontextmanager
async def _peer(server: IceServer, url: str) -> AsyncIterator[RTCPeerConnection]:
    """One that has candidates of this relay and no others."""
    relay = RTCIceServer(url, server.username, server.credential)
    peer = RTCPeerConnection(RTCConfiguration([relay], iceTransportPolicy=RTCIceTransportPolicy.RELAY))
    try:
        yield peer
    finally:
        await peer.close()


async def _say_a_word(one: RTCPeerConnection, other: RTCPeerConnection) -> None:
    heard = asyncio.Event()
    channel = one.createDataChannel("word")
    channel.on("open", lambda: channel.send("word"))

    def opened(there: RTCDataChannel) -> None:
        there.on("message", lambda _word: heard.set())

    other.on("datachannel", opened)
    await one.setLocalDescription(await one.createOffer())
    await other.setRemoteDescription(one.localDescription)
    await other.setLocalDescription(await other.createAnswer())
    await one.setRemoteDescription(other.localDescription)
    await heard.wait()
