"""Somebody else's WHIP and WHEP server, as small as one can be: `python -m tests.rtc.media.other_server PORT ORIGIN`.

Nothing in it is ours. Its addresses are built otherwise, its Location is a whole address, it decodes and encodes. Each request is
told on the output: method, path, and the first word of the token.
"""

import sys
from uuid import uuid4

import uvicorn
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class OtherServer:
    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._streams: dict[str, list[MediaStreamTrack]] = {}
        self._peers: dict[str, RTCPeerConnection] = {}

    async def connect(self, request: Request) -> Response:
        """POST `/live/{stream}/{whip|whep}` (RFC 9725, 4.2)."""
        stream, way = request.path_params["stream"], request.path_params["way"]
        tell(request)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return Response(status_code=401)
        if request.headers["content-type"] != "application/sdp" or (way == "whep" and stream not in self._streams):
            return Response(status_code=404)
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        if way == "whip":
            tracks = self._streams[stream] = []
            pc.on("track", tracks.append)
        await pc.setRemoteDescription(RTCSessionDescription((await request.body()).decode(), "offer"))
        for track in self._streams[stream] if way == "whep" else ():
            pc.addTrack(self._relay.subscribe(track))
        await pc.setLocalDescription(await pc.createAnswer())
        peer = uuid4().hex
        self._peers[peer] = pc
        where = {"Location": f"{request.url.scheme}://{request.url.netloc}/sessions/{peer}", "ETag": '"1"'}
        return Response(pc.localDescription.sdp, 201, where, "application/sdp")

    async def end(self, request: Request) -> Response:
        """DELETE `/sessions/{peer}` (RFC 9725, 4.2)."""
        tell(request)
        pc = self._peers.pop(request.path_params["peer"], None)
        if pc is None:
            return Response(status_code=404)
        await pc.close()
        return Response()


def tell(request: Request) -> None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ").partition("~")[0]
    print(request.method, request.url.path, token, flush=True)


def main() -> None:
    port, origin = int(sys.argv[1]), sys.argv[2]
    server = OtherServer()
    routes = [
        Route("/live/{stream}/{way}", server.connect, methods=["POST"]),
        Route("/sessions/{peer}", server.end, methods=["DELETE"]),
    ]
    allowed = {"allow_methods": ["POST", "DELETE"], "allow_headers": ["*"], "expose_headers": ["Location"]}
    app = Starlette(routes=routes, middleware=[Middleware(CORSMiddleware, allow_origins=[origin], **allowed)])  # type: ignore[arg-type]
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
