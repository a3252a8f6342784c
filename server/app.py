"""The only wiring: routes as a list, services built in the lifespan, answers to what goes wrong. Nothing at import."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypedDict

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from server.errors import Code, NotSaved, Rejected, StoreError
from server.hub.bus import Bus
from server.hub.clock import Clock
from server.hub.housekeeping import Housekeeping
from server.hub.hub import Hub
from server.rtc.media.recorder_door import RecorderDoor
from server.rtc.tokens import media_key
from server.settings import Settings
from server.store.base import Store
from server.web import doors, events, faces, media, operating, pages
from server.web.assets import respond
from server.web.auth import Keys
from server.web.headers import SecurityHeaders
from server.web.i18n import Catalogues
from server.web.proxies import Proxies
from server.web.services import Services
from server.web.socket import socket
from server.web.templating import language_of

log = structlog.get_logger()

_STATUS = {
    Code.NOT_SIGNED_IN: 401,
    Code.REMOVED: 403,
    Code.NOT_ALLOWED: 403,
    Code.ORIGIN_REFUSED: 403,
    Code.OTHER_ROOM: 403,
    Code.LINK_INVALID: 403,
    Code.LINK_EXPIRED: 403,
    Code.LINK_RENEWED: 403,
    Code.LINK_REVOKED: 403,
    Code.LINK_USED: 403,
    Code.CODE_INVALID: 404,
    Code.CODE_EXPIRED: 404,
    Code.SESSION_UNKNOWN: 404,
    Code.SESSION_DELETED: 404,
    Code.PAGE_UNKNOWN: 404,
    Code.SESSION_ARCHIVED: 410,
    Code.ERASED: 410,
    Code.TOO_LARGE: 413,
    Code.TOO_FAST: 429,
    Code.CODES_PAUSED: 429,
    Code.INTERNAL: 500,
    Code.MEDIA_AWAY: 503,
    Code.NOT_SAVED: 503,
    Code.NOT_LOADED: 503,
}


# What a device keeps of a person goes with them. Not for a session that is only not here: a server that was started on the
# wrong file knows none, and unsent words would go with it.
_FORGETTING = (Code.REMOVED, Code.ERASED, Code.SESSION_DELETED)


class State(TypedDict):
    """The lifespan's state: `request.state.services`."""

    services: Services


def routes() -> list[Route | WebSocketRoute]:
    return [
        *pages.routes(),
        *operating.routes(),
        Route("/s/{session}/{person}", faces.face),
        Route("/s/{session}/{person}/shell", faces.shell),
        Route("/s/{session}/{person}/join.svg", faces.join_qr),
        Route("/i18n/{face}/{name}", faces.catalogue),
        WebSocketRoute("/ws/{session}/{person}", socket),
        *events.routes(),
        *media.routes(),
        Route("/static/{path:path}", static),
        Route("/sw.js", service_worker),
    ]


async def service_worker(request: Request) -> Response:
    """`/sw.js`: a worker may serve what lies below its own address, so this one script lies at the top."""
    services: Services = request.state.services
    return services.assets.answer(request, "js/sw.js", lasting=False)


async def static(request: Request) -> Response:
    services: Services = request.state.services
    theirs = await services.releases.find(request.path_params["path"])
    return respond(request, theirs, lasting=True) if theirs is not None else await services.assets.serve(request)


def create_app(
    settings: Settings,
    store: Store,
    now: Callable[[], int] | None = None,
    on_start: "Callable[[Services], Any] | None" = None,
    bus: Bus | None = None,
) -> Starlette:
    """The whole application. `on_start` is awaited with the services once everything is open, before the first request."""

    return Starlette(
        routes=routes(),
        lifespan=lambda _app: _at_work(settings, Hub(store, now or Clock().now, bus), on_start),
        middleware=[
            Middleware(Proxies, trusted=settings.trusted_proxies),
            Middleware(SecurityHeaders, secure=settings.secure, media=settings.media_url),
        ],
        exception_handlers={
            Rejected: _rejected,
            HTTPException: _http_error,
            NotSaved: _not_saved,
            StoreError: _not_loaded,
            ClientDisconnect: _gone,
            Exception: _bug,
        },
    )


@contextlib.asynccontextmanager
async def _at_work(settings: Settings, hub: Hub, on_start: "Callable[[Services], Any] | None") -> AsyncIterator[State]:
    """From the opening of the store to its closing."""
    await hub.start()
    background = [asyncio.create_task(Housekeeping(hub).go_on(), name="housekeeping")]
    services: Services | None = None
    try:
        secret = await hub.store.secret()
        key = settings.media_key or media_key(secret)
        services = Services(settings, hub, Keys(secret), Catalogues(), key)
        if isinstance(services.recordings, RecorderDoor):
            services.recordings.open()
        background.append(asyncio.create_task(services.clerk.go_on(), name="recordings"))
        if on_start is not None:
            await on_start(services)
        yield {"services": services}
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        if services is not None:
            await services.close()
        await hub.stop()


async def _rejected(request: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)
    return _tell(request, error.code, error.params)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _tell(request, Code.PAGE_UNKNOWN, {}, error.status_code)


async def _not_saved(request: Request, _error: Exception) -> Response:
    return _tell(request, Code.NOT_SAVED, {})


async def _not_loaded(request: Request, _error: Exception) -> Response:
    return _tell(request, Code.NOT_LOADED, {})


async def _gone(_request: Request, _error: Exception) -> Response:
    """Whoever went in the middle of a request reads no answer, and is no trouble to log."""
    return Response(status_code=400)


async def _bug(request: Request, _error: Exception) -> Response:
    return _tell(request, Code.INTERNAL, {})


def _tell(request: Request, code: Code, params: dict[str, int | str], status: int | None = None) -> Response:
    """A sentence in the person's language: as JSON to scripts, as a page to people."""
    services: Services = request.state.services
    services.count(code.value)
    language = language_of(request)
    sentence = services.catalogues.refusal(language, code.value, params)
    status = status or _STATUS.get(code, 400)
    if request.url.path.startswith(("/api/", "/events/")):
        return doors.answer({"code": code.value, "message": sentence, "params": params}, status)
    forget = code in _FORGETTING
    page = services.pages.render("error.html", language, status, code=code.value, sentence=sentence, forget=forget)
    if forget:
        page.headers["Forget-Person"] = "yes"
    if code is Code.SESSION_DELETED and (person := request.path_params.get("person")):
        doors.sign_out(request, page, person)
    return page
