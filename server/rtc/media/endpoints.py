"""WHIP (RFC 9725) to publish a stream and WHEP to watch one: an offer by POST, the answer with 201 and a Location to DELETE.

The seam to bigger servers: whoever outgrows this process points the same addresses at one that speaks the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.rtc.media.refusals import BadOffer, Full, NoStream, SentAway
from server.rtc.recordings import Close, SendAway
from server.rtc.tokens import Act, Leave, read_token
from server.rtc.turn import IceServer

if TYPE_CHECKING:
    from server.rtc.media.streams import Streams

MAX_OFFER_BYTES = 32_768
SDP = "application/sdp"
ACTS: dict[str, Act] = {"whip": "publish", "whep": "watch"}


def routes(answer: Callable[[Request], Awaitable[Response]]) -> list[Route]:
    """The addresses, in a process of their own or among the others of `serve`. `answer`: that of an `Endpoints`."""
    return [
        Route("/media/{way}/{stream}", answer, methods=["POST"]),
        Route("/media/{way}/{stream}/{peer}", answer, methods=["DELETE"]),
        Route("/media/{way}/{stream}/{peer}/viewers", answer, methods=["GET"]),
    ]


class Endpoints:
    """`key`: that of media tokens. `servers`: our own STUN and TURN, told to who connects. `now`: UTC ms."""

    def __init__(
        self, key: bytes, now: Callable[[], int], servers: Callable[[], tuple[IceServer, ...]] = tuple
    ) -> None:
        self._key, self._now, self._servers = key, now, servers
        self._streams: Streams | None = None
        self._opening = asyncio.Lock()
        self._void: set[Close | SendAway] = set()

    async def streams(self) -> "Streams":
        """aiortc is 46 MB and a second of work: brought in with the first offer, and not on the loop that boards live on."""
        async with self._opening:
            if self._streams is None:
                self._streams = (await asyncio.to_thread(_streams_class))(self._servers, self._is_void)
        return self._streams

    async def void(self, order: Close | SendAway) -> None:
        """The leave it covers opens nothing any more, and what that has opened ends. Where nothing is open aiortc stays away."""
        now = self._now()
        self._void = {one for one in self._void if one.until >= now} | {order}
        if self._streams is not None:
            await self._streams.end(order.covers)

    def _is_void(self, leave: Leave) -> bool:
        return any(order.covers(leave) for order in self._void)

    async def close(self) -> None:
        if self._streams is not None:
            await self._streams.close_all()

    async def answer(self, request: Request) -> Response:
        """POST `/media/{whip|whep}/{stream}`, DELETE `/media/{whip|whep}/{stream}/{peer}`, GET the same and `/viewers`."""
        act = ACTS.get(request.path_params["way"])
        if act is None:
            return Response(status_code=404)
        if request.method == "DELETE":
            return await self._end(request)
        return await self._connect(request, act) if request.method == "POST" else self._viewers(request)

    async def _end(self, request: Request) -> Response:
        """The address is known to who connected alone. What has ended already is ended: browsers tell it in two ways at once."""
        if self._streams is not None:
            await self._streams.close(request.path_params["stream"], request.path_params["peer"])
        return Response()

    def _viewers(self, request: Request) -> Response:
        """How many, never who; for the publisher, who alone knows this address."""
        stream, peer = request.path_params["stream"], request.path_params["peer"]
        found = None if self._streams is None else self._streams.viewers(stream, peer)
        headers = {"Cache-Control": "no-store"}
        return Response(status_code=404) if found is None else JSONResponse({"viewers": found}, headers=headers)

    async def _connect(self, request: Request, act: Act) -> Response:
        stream: str = request.path_params["stream"]
        leave = self._leave(request)
        if leave is None or (leave.act, leave.stream) != (act, stream) or self._is_void(leave):
            return _no_leave()
        if request.headers.get("content-type", "").partition(";")[0] != SDP:
            return Response(status_code=415, headers={"Accept-Post": SDP})
        offer = await _body(request)
        if offer is None:
            return Response(status_code=413)
        streams = await self.streams()
        try:
            connect = streams.publish if act == "publish" else streams.watch
            peer, answer = await connect(leave, offer)
        except BadOffer:
            return Response(status_code=400)
        except SentAway:
            return _no_leave()
        except NoStream:
            return Response(status_code=404)
        except Full:
            return Response(status_code=503, headers={"Retry-After": "10"})
        return self._created(request, peer.id, answer)

    def _created(self, request: Request, peer: str, answer: str) -> Response:
        response = Response(answer, 201, media_type=SDP)
        response.headers["Location"] = f"{request.url.path}/{peer}"
        response.headers["ETag"] = f'"{peer}"'
        for server in self._servers():
            for url in server.urls:
                login = f'; username="{server.username}"; credential="{server.credential}"; credential-type="password"'
                response.headers.append("Link", f'<{url}>; rel="ice-server"{login if server.username else ""}')
        return response

    def _leave(self, request: Request) -> Leave | None:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        return read_token(self._key, text, self._now()) if scheme.lower() == "bearer" else None


def _no_leave() -> Response:
    return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})


def _streams_class() -> "type[Streams]":
    from server.rtc.media.streams import Streams

    return Streams


async def _body(request: Request) -> str | None:
    """The offer; None when it is too large. What is no text becomes one that no parser takes."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > MAX_OFFER_BYTES:
            return None
    return data.decode(errors="replace")
