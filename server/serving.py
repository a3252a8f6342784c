"""Serving from the command line: settings, a socket, uvicorn."""

import argparse
import errno
import logging
import os
import socket as sockets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from msgspec import structs
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import VERSION, logs
from server.app import create_app
from server.certificates import check_files, check_time
from server.core.plan import Plan
from server.core.texts import one_line
from server.errors import StoreError
from server.greeting import print_welcome
from server.hub.bus import make_bus
from server.hub.clock import Steps
from server.hub.live_session import LiveSession
from server.media_settings import read_media_key, read_media_url
from server.mistakes import Mistake
from server.protocol import MAX_MESSAGE_BYTES
from server.rtc.turn import read_turn
from server.settings import Settings
from server.store.opening import make_store, read_redis
from server.web.health import Health
from server.web.plans import PlanMistakes, load_plan
from server.web.proxies import Network, read_networks
from server.web.services import Services

# Shorter ones can be guessed by asking.
TOKEN_CHARS = 16
CONTACT_CHARS = 200
# Of the processes that start within so long, one prints the links.
TOGETHER_MS = 60_000

log = structlog.get_logger()


def serve(options: argparse.Namespace, also: Callable[[Services, LiveSession], Any] | None = None) -> int:
    """Until Ctrl-C. `also` runs once the session is open (the demo's rehearsal)."""
    logs.configure()
    settings = read_settings(options)
    ends_soon = check_time(settings.tls_cert) if settings.tls_cert is not None else None
    plan = _read_plan(options.plan, settings)
    listening = listen(settings)
    settings = _with_port(settings, listening.getsockname()[1])

    async def opened(services: Services) -> None:
        server.health = services.health
        _log_start(settings)
        row = await services.hub.first(plan)
        live = await services.hub.live(row.id)
        if ends_soon is not None:
            log.warning("certificate_ends_soon", says=ends_soon)
        if await services.hub.bus.claim(f"welcome:{row.id}", services.hub.others.me.encode(), TOGETHER_MS):
            print_welcome(services, live, sys.stdout)
        else:
            print(f"\nServing {row.id} together with a process that started a moment ago and printed its links.")
        if also is not None:
            await also(services, live)
        else:
            print("Ctrl-C ends the server; everything is kept for the next start.\n", flush=True)

    store, bus = make_store(settings.database, settings.redis), make_bus(settings.redis.url if settings.redis else None)
    startup = _Startup(create_app(settings, store, on_start=opened, bus=bus))
    server = _Server(uvicorn_config(startup, settings))
    logging.getLogger("uvicorn.error").addFilter(lambda _record: startup.failure is None)
    try:
        server.run(sockets=[listening])
    except SystemExit:
        if startup.failure is None:
            raise
        raise startup.failure from None
    return 0


def _read_plan(path: Path, settings: Settings) -> Plan:
    if not path.is_file():
        raise Mistake(f"there is no plan {path}: name one of {settings.plans}/*.toml with --plan")
    try:
        return load_plan(path)
    except PlanMistakes as mistakes:
        for mistake in mistakes.mistakes:
            print(mistake, file=sys.stderr)
        raise Mistake(f"{path} has mistakes (above): mend them, then start again") from None


class _Server(uvicorn.Server):
    """uvicorn, saying when it is told to end and when it has: lines closed with 1012, what was asked for answered."""

    health: Health | None = None

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._steps = Steps()

    async def on_tick(self, counter: int) -> bool:
        """uvicorn's, ten times a second."""
        step = self._steps.look() if counter % 10 == 0 else None
        if step is not None:
            log.warning(
                "clock_was_set", by_s=round(step), says="the server counts on by its own: start it again to follow"
            )
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[sockets.socket] | None = None) -> None:
        if self.health is not None:
            self.health.stopping = True
        log.info("stopping")
        await super().shutdown(sockets)
        log.info("stopped")


def _log_start(settings: Settings) -> None:
    """What a question about a bad evening begins with. No secret: neither the token nor a link."""
    log.info(
        "started",
        version=VERSION,
        public_url=settings.public_url,
        host=settings.host,
        port=settings.port,
        tls=settings.tls_cert is not None,
        store="sqlite" if settings.redis is None else "redis",
        metrics="token" if settings.metrics_token else "loopback",
        turn=settings.turn.host if settings.turn is not None else "none",
    )


class _Startup:
    """The application; what stops it at its start is kept for the console, as its sentence, without uvicorn's traceback."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.failure: StoreError | Mistake | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, self._held_back(send) if scope["type"] == "lifespan" else send)
        except (StoreError, Mistake) as failure:
            if scope["type"] != "lifespan":
                raise
            self.failure = failure
            await send({"type": "lifespan.startup.failed", "message": ""})

    @staticmethod
    def _held_back(send: Send) -> Send:
        async def without_traceback(message: Message) -> None:
            if message["type"] != "lifespan.startup.failed":
                await send(message)

        return without_traceback


def uvicorn_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How we run uvicorn, in tests too: our own protocols, no deflate (memory, bombs), no addresses in logs."""
    return uvicorn.Config(
        app,
        ws="server.web.wire:HallProtocol",
        ws_max_size=MAX_MESSAGE_BYTES * 2,  # ours answers a large message; this one cuts the line
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        http="server.web.wire:HallHttp",
        loop="uvloop",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # whose word to take about an address is configured, never assumed
        timeout_graceful_shutdown=3,  # who takes nothing, or never ends a request, holds nobody up
        timeout_keep_alive=30,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )


def read_settings(options: argparse.Namespace) -> Settings:
    """Options and environment, checked together. Raises `Mistake`."""
    cert, key = options.tls_cert, options.tls_key
    check_files(cert, key)
    public = options.public_url
    if public is not None and not public.startswith(("http://", "https://")):
        raise Mistake(f"{public!r} is no web address: PUBLIC_URL begins with https:// (or http://)")
    scheme = "https" if cert is not None else "http"
    if public is None:
        public = f"{scheme}://{_reachable_address(options.host)}:{options.port}"
    return Settings(
        public_url=public.rstrip("/"),
        database=options.database,
        host=options.host,
        port=options.port,
        tls_cert=cert,
        tls_key=key,
        guessed_url=options.public_url is None,
        trusted_proxies=_trusted_proxies(options.trusted_proxy),
        metrics_token=_metrics_token(os.environ.get("METRICS_TOKEN", "")),
        privacy_contact=_privacy_contact(os.environ.get("PRIVACY_CONTACT", "")),
        redis=read_redis(os.environ) if options.shared else None,
        turn=read_turn(os.environ),
        media_url=read_media_url(os.environ),
        media_key=read_media_key(os.environ),
        recordings=options.recordings,
    )


def _trusted_proxies(given: list[str]) -> tuple[Network, ...]:
    try:
        return read_networks(",".join(given or [os.environ.get("TRUSTED_PROXIES", "")]))
    except ValueError as error:
        raise Mistake(f"{error}: a trusted proxy is an address or a range, such as 127.0.0.1 or 10.0.0.0/8") from None


def _metrics_token(token: str) -> str:
    if token and (len(token) < TOKEN_CHARS or not token.isascii() or not token.isprintable() or " " in token):
        raise Mistake(f"METRICS_TOKEN is no good: use at least {TOKEN_CHARS} letters and digits that nobody can guess")
    return token


def _privacy_contact(given: str) -> str:
    contact = one_line(given)
    if len(contact) > CONTACT_CHARS:
        raise Mistake(f"PRIVACY_CONTACT is too long: use one line of at most {CONTACT_CHARS} characters")
    return contact


def _reachable_address(host: str) -> str:
    """The address by which phones in the same network reach us: that of the way out; nothing is sent."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def listen(settings: Settings) -> sockets.socket:
    family = sockets.AF_INET6 if ":" in settings.host else sockets.AF_INET
    listening = sockets.socket(family, sockets.SOCK_STREAM)
    listening.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(1024)
    except PermissionError:
        listening.close()
        raise Mistake(
            f"port {settings.port} may not be opened here: use a port above 1023, such as PORT=8000"
        ) from None
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"port {settings.port} is taken, perhaps by a server that still runs: end it, or use PORT={settings.port + 1}"
            raise Mistake(reason) from None
        raise Mistake(f"cannot listen on {settings.host}: {error.strerror}; try --host 127.0.0.1") from None
    return listening


def _with_port(settings: Settings, port: int) -> Settings:
    """Port 0 means: any free one. Only then the guessed address must be told which it became."""
    if port == settings.port:
        return settings
    base = settings.public_url.removesuffix(f":{settings.port}")
    return structs.replace(
        settings, port=port, public_url=f"{base}:{port}" if settings.guessed_url else settings.public_url
    )
