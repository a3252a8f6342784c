"""What operators' machines ask: `/healthz` for anyone, `/metrics` for those who may."""

import hmac
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import Code, Rejected
from server.settings import Settings
from server.web.doors import answer
from server.web.metrics import CONTENT_TYPE
from server.web.services import Services

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


def routes() -> list[Route]:
    return [
        Route("/healthz", health),
        Route("/healthz/live", live),
        Route("/healthz/ready", health),
        Route("/metrics", metrics),
    ]


async def live(_request: Request) -> Response:
    """That the loop answers is all there is to say."""
    return answer({"live": True})


async def health(request: Request) -> Response:
    """`/healthz`, `/healthz/ready`: 200 when people may be sent here, else 503 with the reasons.

    With `?deep`, for who may read figures, also how the TURN server does. Without it boards are served all the same, so
    that makes nobody unready.
    """
    services: Services = request.state.services
    deep = "deep" in request.query_params
    if deep and not _may_read(request, services.settings):
        raise Rejected(Code.PAGE_UNKNOWN)
    reasons = await services.health.reasons()
    said: dict[str, object] = {"live": True, "ready": not reasons, "reasons": reasons}
    if deep:
        said["turn"] = await services.deep.ways()
    return answer(said, 503 if reasons else 200)


async def metrics(request: Request) -> Response:
    """`/metrics`. For everyone else it is not there: raises `Rejected(PAGE_UNKNOWN)`."""
    services: Services = request.state.services
    if not _may_read(request, services.settings):
        raise Rejected(Code.PAGE_UNKNOWN)
    return Response(services.metrics.render(), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _may_read(request: Request, settings: Settings) -> bool:
    """With a token, who has it. Without one, this machine alone, and only where no proxy can be what asks."""
    if settings.metrics_token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
    # Behind a proxy on this machine everyone comes from loopback. Some say so in a header, some keep the name that was
    # asked for, and https in our address that we do not speak ourselves is somebody else's doing.
    proxied = any(name in request.headers for name in _FORWARDED) or (settings.secure and settings.tls_cert is None)
    peer = request.client.host if request.client is not None else ""
    return not proxied and _is_this_machine(peer) and _is_this_machine(_host(request))


def _host(request: Request) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_this_machine(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
