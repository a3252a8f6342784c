"""A proxy in front says by which scheme and name people asked. It is believed only if the operator named where it stands.

Anybody can send such headers, so who is not named is taken at the word of their own connection. Addresses of people are never
read: this server keeps none.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network

_HOST_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]")


def read_networks(text: str) -> tuple[Network, ...]:
    """Addresses and CIDR ranges with commas or spaces between them. Raises `ValueError`, naming the one that is none."""
    return tuple(ip_network(part) for part in text.replace(",", " ").split())


class Proxies:
    """Pure ASGI, outermost: what is within sees the request as it was asked for."""

    def __init__(self, app: ASGIApp, trusted: Iterable[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._is_trusted(scope):
            scope = _as_asked(scope)
        await self._app(scope, receive, send)

    def _is_trusted(self, scope: Scope) -> bool:
        client = scope.get("client")
        if not self._trusted or client is None:
            return False
        try:
            address = ip_address(client[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self._trusted)


def _as_asked(scope: Scope) -> Scope:
    scheme, host = _last(scope, b"x-forwarded-proto"), _last(scope, b"x-forwarded-host")
    if scheme in ("http", "https"):
        kind = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme
        scope = {**scope, "scheme": kind}
    if host and _HOST_CHARS.issuperset(host):
        headers = [header for header in scope["headers"] if header[0] != b"host"]
        scope = {**scope, "headers": [*headers, (b"host", host.encode())]}
    return scope


def _last(scope: Scope, name: bytes) -> str:
    """What the nearest proxy said: it adds at the end."""
    values = [value.decode("latin-1") for header, value in scope["headers"] if header == name]
    return ",".join(values).rpartition(",")[2].strip()
