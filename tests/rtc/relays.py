"""One allocation on a TURN server, by hand: what a page's script would never ask for can be asked here."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from aioice import stun
from aioice.turn import TurnClientUdpProtocol

from server.rtc.turn import TurnServer, ice_servers
from tests.ports import free_port

FORBIDDEN = 403


def now_ms() -> int:
    return int(time.time() * 1000)


class Allocation:
    def __init__(self, protocol: TurnClientUdpProtocol) -> None:
        self._protocol = protocol

    async def may_reach(self, address: str) -> bool:
        """Whether the server would relay there. It gives its word alone; nothing is sent."""
        request = stun.Message(stun.Method.CREATE_PERMISSION, stun.Class.REQUEST)
        request.attributes["XOR-PEER-ADDRESS"] = (address, 9)
        try:
            await self._protocol.request_with_retry(request)
        except stun.TransactionFailed as refused:
            if refused.response.error_code != FORBIDDEN:
                raise
            return False
        return True

    async def refresh(self) -> None:
        """As a browser does every few minutes."""
        request = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST)
        request.attributes["LIFETIME"] = 600
        response, _ = await self._protocol.request_with_retry(request)
        assert response.attributes["LIFETIME"] > 0


@contextlib.asynccontextmanager
async def relay(turn: TurnServer, issued: int) -> AsyncIterator[Allocation]:
    """Over UDP, with a credential issued at that time (UTC ms); from a port of its own.

    The system may give one a second time, and for some moments coturn takes who comes from there for who was there before.
    """
    _, server = ice_servers(turn, "test", issued)
    address, own = ("127.0.0.1", turn.port), ("127.0.0.1", free_port())
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: TurnClientUdpProtocol(address, server.username, server.credential, 600, 500), own, address
    )
    try:
        await protocol.connect()
        yield Allocation(protocol)
        await protocol.delete()
    finally:
        transport.close()
