"""Whether a request comes from our own pages. Cookies alone do not say so: a browser sends them for anyone."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import Code, Rejected
from server.settings import Settings
from server.web.services import Services


def is_own_origin(connection: HTTPConnection, settings: Settings) -> bool:
    """This very host, or one the operator named. Browsers always say an Origin; what says none has no one's cookies."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    # Letter by letter, as browsers write it. A proxy that ends TLS passes on the host and says nothing of the scheme.
    host = connection.headers.get("host")
    return origin in (f"http://{host}", f"https://{host}", settings.public_url, *settings.more_origins)


def post(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """A POST route. Raises `Rejected(ORIGIN_REFUSED)` for other sites' pages."""

    async def guarded(request: Request) -> Response:
        services: Services = request.state.services
        if not is_own_origin(request, services.settings):
            raise Rejected(Code.ORIGIN_REFUSED)
        return await endpoint(request)

    return Route(path, guarded, methods=["POST"])
