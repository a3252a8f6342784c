"""Security headers on every answer, as pure ASGI so that nothing is buffered."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def _origin(url: str) -> str:
    """ " https://host:port", or "" for none."""
    parts = urlsplit(url)
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""


class SecurityHeaders:
    """A strict CSP: own scripts and styles only, no frames; Trusted Types, of which one policy
    is left: it names the service worker and can name nothing else. The WebSocket's origin is named for old Safari.
    `media`: the address of another process for streams, or ""."""

    def __init__(self, app: ASGIApp, secure: bool, media: str = "") -> None:
        self._app = app
        self._secure = secure
        self._media = _origin(media)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = self._secure or scope["scheme"] == "https"
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        # A host header with anything strange in it names nothing in our policy.
        socket = f" {'wss' if secure else 'ws'}://{host}" if all(c.isalnum() or c in ".-:[]" for c in host) else ""
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"connect-src 'self'{socket}{self._media}; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types tcl-sw"
        )

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                # The rest concerns documents; on each of forty files it would weigh as much as the scripts themselves.
                if scope["path"].startswith("/static/") and not scope["path"].endswith(".svg"):
                    await send(message)
                    return
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Content-Security-Policy"] = policy
                # Not no-referrer: browsers would then send our own forms with the origin "null".
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(), interest-cohort=()"
                if secure:
                    # Over plain HTTP browsers ignore it, with an error in every page's console.
                    headers["Cross-Origin-Opener-Policy"] = "same-origin"
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self._app(scope, receive, with_headers)
