"""`python -m server media`: streams passed on in a process of their own, so that no board ever waits for a picture."""

import argparse
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from server import VERSION, logs
from server.certificates import check_files
from server.hub.clock import Clock
from server.media_settings import NEW_KEY, read_media_key
from server.mistakes import Mistake
from server.rtc.media import recorder_door
from server.rtc.media.endpoints import Endpoints, routes
from server.rtc.media.recorder_door import RecorderDoor
from server.rtc.turn import TurnServer, ice_servers, read_turn
from server.serving import listen, uvicorn_config
from server.settings import Settings

log = structlog.get_logger()


def media(options: argparse.Namespace) -> int:
    """Until Ctrl-C. Raises `Mistake`."""
    logs.configure()
    check_files(options.tls_cert, options.tls_key)
    key = read_media_key(os.environ)
    if not key:
        raise Mistake(f"MEDIA_KEY is missing: {NEW_KEY}")
    if not options.public_url:
        raise Mistake("PUBLIC_URL is missing: the pages at that address, and no others, may publish and watch here")
    settings = Settings(
        public_url=options.public_url.rstrip("/"),
        database=Path(),
        host=options.host,
        port=options.port,
        tls_cert=options.tls_cert,
        tls_key=options.tls_key,
    )
    listening = listen(settings)
    host, port = listening.getsockname()[:2]
    log.info("media_started", version=VERSION, host=host, port=port, pages=settings.public_url)
    app = media_app(key, settings.public_url, read_turn(os.environ), options.recordings)
    uvicorn.Server(uvicorn_config(app, settings)).run(sockets=[listening])
    return 0


def media_app(key: bytes, pages: str, turn: TurnServer | None, recordings: Path) -> Starlette:
    """`pages`: the one origin whose scripts may ask. `recordings`: where their files lie."""
    now = Clock().now
    endpoints = Endpoints(key, now, lambda: ice_servers(turn, "media", now()))
    door = RecorderDoor(recordings, endpoints, now)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await endpoints.streams()  # there is nobody here to hold up: whoever comes first waits for no import
        door.open()
        yield
        await door.close()
        await endpoints.close()

    allowed = Middleware(
        CORSMiddleware,
        allow_origins=[pages],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Location", "Link", "ETag"],
    )
    return Starlette(
        routes=[*recorder_door.routes(door, key, now), *routes(endpoints.answer)],
        lifespan=lifespan,
        middleware=[allowed],
    )
