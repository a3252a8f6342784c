"""WHIP (RFC 9725) to publish a stream and WHEP to watch one: an offer by POST, the answer with 201 and a Location to DELETE.

The seam to bigger servers: whoever outgrows this process points the same addresses at one that speaks the same.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.rtc.media.streams import BadOffer, Full, NoStream, Peer, Streams
from server.rtc.tokens import Act, read_token
from server.rtc.turn import IceServer

MAX_OFFER_BYTES = 32_768
SDP = "application/sdp"


class Endpoints:
    """`key`: that of media tokens. `servers`: our own STUN and TURN, told to who connects. `now`: UTC ms."""

    def __init__(
        self, streams: Streams, key: bytes, now: Callable[[], int], servers: Callable[[], tuple[IceServer, ...]] = tuple
    ) -> None:
        self._streams, self._key, self._now, self._servers = streams, key, now, servers

    def routes(self) -> list[Route]:
        return [
            Route("/media/whip/{stream}", self.publish, methods=["POST"]),
            Route("/media/whep/{stream}", self.watch, methods=["POST"]),
            Route("/media/{way}/{stream}/{peer}", self.end, methods=["DELETE"]),
        ]

    async def publish(self, request: Request) -> Response:
        """POST `/media/whip/{stream}`"""
        return await self._connect(request, "publish")

    async def watch(self, request: Request) -> Response:
        """POST `/media/whep/{stream}`"""
        return await self._connect(request, "watch")

    async def end(self, request: Request) -> Response:
        """DELETE `/media/{whip|whep}/{stream}/{peer}`: the address is known to who connected alone."""
        ended = await self._streams.close(request.path_params["stream"], request.path_params["peer"])
        return Response(status_code=200 if ended else 404)

    async def _connect(self, request: Request, act: Act) -> Response:
        stream: str = request.path_params["stream"]
        if not self._may(request, act, stream):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        if request.headers.get("content-type", "").partition(";")[0] != SDP:
            return Response(status_code=415, headers={"Accept-Post": SDP})
        offer = await _body(request)
        if offer is None:
            return Response(status_code=413)
        try:
            connect = self._streams.publish if act == "publish" else self._streams.watch
            peer, answer = await connect(stream, offer)
        except BadOffer:
            return Response(status_code=400)
        except NoStream:
            return Response(status_code=404)
        except Full:
            return Response(status_code=503, headers={"Retry-After": "10"})
        return self._created(request, peer, answer)

    def _created(self, request: Request, peer: Peer, answer: str) -> Response:
        response = Response(answer, 201, media_type=SDP)
        response.headers["Location"] = f"{request.url.path}/{peer.id}"
        response.headers["ETag"] = f'"{peer.id}"'
        for server in self._servers():
            for url in server.urls:
                login = f'; username="{server.username}"; credential="{server.credential}"; credential-type="password"'
                response.headers.append("Link", f'<{url}>; rel="ice-server"{login if server.username else ""}')
        return response

    def _may(self, request: Request, act: Act, stream: str) -> bool:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        leave = read_token(self._key, text, self._now()) if scheme.lower() == "bearer" else None
        return leave is not None and (leave.act, leave.stream) == (act, stream)


async def _body(request: Request) -> str | None:
    """The offer; None when it is too large. What is no text becomes one that no parser takes."""
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > MAX_OFFER_BYTES:
            return None
    return data.decode(errors="replace")
