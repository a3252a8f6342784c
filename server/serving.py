"""Serving from the command line: settings, a socket, uvicorn, and what is printed so that people can come in."""

import argparse
import socket as sockets
import sys
from collections.abc import Callable
from typing import Any, TextIO

import segno
import uvicorn
from msgspec import structs
from starlette.applications import Starlette

from server.app import create_app
from server.hub.live_session import LiveSession
from server.mistakes import Mistake
from server.protocol import MAX_MESSAGE_BYTES
from server.settings import Settings
from server.store.sqlite import SqliteStore
from server.web.auth import grouped
from server.web.plans import PlanMistakes, load_plan
from server.web.services import Services


def serve(options: argparse.Namespace, also: Callable[[Services, LiveSession], Any] | None = None) -> int:
    """Until Ctrl-C. `also` runs once the session is open (the demo's rehearsal)."""
    settings = read_settings(options)
    try:
        plan = load_plan(options.plan)
    except FileNotFoundError:
        raise Mistake(f"there is no plan {options.plan}: name one of {settings.plans}/*.toml with --plan") from None
    except PlanMistakes as mistakes:
        for mistake in mistakes.mistakes:
            print(mistake, file=sys.stderr)
        raise Mistake(f"{options.plan} has mistakes (above): mend them, then start again") from None
    listening = _listen(settings)
    settings = _with_port(settings, listening.getsockname()[1])

    async def opened(services: Services) -> None:
        rows = [row for row in services.hub.sessions() if row.plan_slug == plan.slug and not row.archived]
        row = rows[-1] if rows else await services.hub.open(plan)
        live = await services.hub.live(row.id)
        print_welcome(services, live, sys.stdout)
        if also is not None:
            await also(services, live)

    app = create_app(settings, SqliteStore(settings.database), on_start=opened)
    server = uvicorn.Server(uvicorn_config(app, settings))
    server.run(sockets=[listening])
    return 0 if server.started else 2


def uvicorn_config(app: Starlette, settings: Settings) -> uvicorn.Config:
    """How we run uvicorn, in tests too: our own WebSocket protocol, no deflate (memory, bombs), no addresses in logs."""
    return uvicorn.Config(
        app,
        ws="server.web.wire:HallProtocol",
        ws_max_size=MAX_MESSAGE_BYTES * 2,  # ours answers a large message; this one cuts the line
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        http="httptools",
        loop="uvloop",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose word to take about an address is configured, never assumed
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )


def read_settings(options: argparse.Namespace) -> Settings:
    """Options and environment, checked together. Raises `Mistake`."""
    cert, key = options.tls_cert, options.tls_key
    if (cert is None) != (key is None):
        raise Mistake("TLS needs both files: give --tls-cert and --tls-key together")
    for path in (cert, key):
        if path is not None and not path.is_file():
            raise Mistake(f"there is no file {path}: check --tls-cert and --tls-key")
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
    )


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


def _listen(settings: Settings) -> sockets.socket:
    family = sockets.AF_INET6 if ":" in settings.host else sockets.AF_INET
    listening = sockets.socket(family, sockets.SOCK_STREAM)
    listening.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(1024)
    except PermissionError:
        raise Mistake(
            f"port {settings.port} may not be opened here: use a port above 1023, such as PORT=8000"
        ) from None
    except OSError as error:
        if error.errno == 98:
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


def print_welcome(services: Services, live: LiveSession, out: TextIO) -> None:
    """The links, the code and a QR code that a phone scans from the screen."""
    plan = live.state.plan
    language = plan.rooms[0].language
    title = plan.title.get(language) or next(iter(plan.title.values()))
    print(f"\n{title}\n{'=' * len(title)}", file=out)
    print("\nFacilitators (keep these links to yourselves):", file=out)
    for room in plan.rooms:
        print(f"  {room.name.get('en', room.id):<12} {services.enter_link('facilitator', live.id, room.id)}", file=out)
    print("\nProjectors:", file=out)
    for room in plan.rooms:
        print(f"  {room.name.get('en', room.id):<12} {services.enter_link('projector', live.id, room.id)}", file=out)
    print(f"\nHost page:     {services.enter_link('host', '', '')}", file=out)
    print(f"\nParticipants open {services.settings.public_url} and type  {grouped(services.keys.join_code(live.id))}", file=out)
    print("or scan this with the phone's camera:\n", file=out)
    link = services.join_link(live.id, plan.rooms[0].id)
    segno.make(link, error="l", micro=False).terminal(out=out, compact=True, border=2)
    print("\nCtrl-C ends the server; everything is kept for the next start.\n", file=out, flush=True)
