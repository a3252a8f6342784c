"""What all of the host's pages have in common: only the host sees them, and each deed leads back to a page."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.errors import Code, Rejected
from server.web.services import HOST, Services

_Endpoint = Callable[[Request], Awaitable[Response]]


def hosts_only(endpoint: _Endpoint) -> _Endpoint:
    """Raises `Rejected(NOT_SIGNED_IN)` for who did not come by the host's link."""

    async def guarded(request: Request) -> Response:
        services: Services = request.state.services
        if not services.is_signed_in(request.cookies, *HOST):
            raise Rejected(Code.NOT_SIGNED_IN)
        return await endpoint(request)

    return guarded


def see(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
