"""Whose word is taken about scheme and host: a proxy's the operator named, nobody else's."""

from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from server.web.proxies import Proxies, read_networks
from tests.core.worlds import PLAN
from tests.hall import running_hall
from tests.web.doorstep import doorstep

TRUSTED = "10.0.0.0/8, 127.0.0.1, 2001:db8::/32"
HTTPS = {"x-forwarded-proto": "https", "x-forwarded-host": "lab.example.org"}
INSIDE, OUTSIDE = ("http", "inside:8000"), ("https", "lab.example.org")


async def seen(client: Any, headers: dict[str, str] | list[tuple[str, str]], trusted: str, kind: str = "http") -> Any:
    """Scheme and host as the application sees them."""
    found: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope)

    pairs = headers.items() if isinstance(headers, dict) else headers
    scope = {
        "type": kind,
        "scheme": "ws" if kind == "websocket" else "http",
        "client": client,
        "headers": [(b"host", b"inside:8000"), *((name.encode(), value.encode()) for name, value in pairs)],
    }
    await Proxies(app, read_networks(trusted))(scope, None, None)  # type: ignore[arg-type]
    (host,) = [value.decode() for name, value in found[0]["headers"] if name == b"host"]
    return found[0]["scheme"], host


@pytest.mark.parametrize(
    ("client", "headers", "trusted", "expected"),
    [
        (("10.1.2.3", 5), HTTPS, TRUSTED, OUTSIDE),
        (("127.0.0.1", 5), HTTPS, TRUSTED, OUTSIDE),
        (("2001:db8::7", 5), HTTPS, TRUSTED, OUTSIDE),
        (("::ffff:10.1.2.3", 5), HTTPS, TRUSTED, OUTSIDE),
        (("127.0.0.2", 5), HTTPS, TRUSTED, INSIDE),
        (("11.0.0.1", 5), HTTPS, TRUSTED, INSIDE),
        (("2001:db9::7", 5), HTTPS, TRUSTED, INSIDE),
        (("203.0.113.9", 5), HTTPS, TRUSTED, INSIDE),
        (("127.0.0.1", 5), HTTPS, "", INSIDE),
        (None, HTTPS, TRUSTED, INSIDE),
        (("", 0), HTTPS, TRUSTED, INSIDE),
        (("10.1.2.3", 5), {}, TRUSTED, INSIDE),
        (("10.1.2.3", 5), {"x-forwarded-proto": "https"}, TRUSTED, ("https", "inside:8000")),
        (("10.1.2.3", 5), {"x-forwarded-proto": "gopher"}, TRUSTED, INSIDE),
        (("10.1.2.3", 5), {"x-forwarded-proto": "HTTPS"}, TRUSTED, INSIDE),
        (("10.1.2.3", 5), {"x-forwarded-host": "lab.example.org"}, TRUSTED, ("http", "lab.example.org")),
        (("10.1.2.3", 5), {"x-forwarded-host": "evil.example/; x"}, TRUSTED, INSIDE),
        (("10.1.2.3", 5), {"x-forwarded-host": "lab.example.org; script-src *"}, TRUSTED, INSIDE),
        (("10.1.2.3", 5), {"x-forwarded-host": "evil.example, lab.example.org"}, TRUSTED, ("http", "lab.example.org")),
        (
            ("10.1.2.3", 5),
            [("x-forwarded-proto", "http"), ("x-forwarded-proto", "https")],
            TRUSTED,
            ("https", INSIDE[1]),
        ),
        (("10.1.2.3", 5), {"x-forwarded-for": "127.0.0.1", "forwarded": "proto=https;host=evil"}, TRUSTED, INSIDE),
    ],
)
async def test_what_a_proxy_says_is_believed_if_it_was_named(
    client: Any, headers: Any, trusted: str, expected: tuple[str, str]
) -> None:
    assert await seen(client, headers, trusted) == expected


async def test_a_websocket_through_it_is_one_over_tls() -> None:
    assert await seen(("10.1.2.3", 5), HTTPS, TRUSTED, "websocket") == ("wss", "lab.example.org")


def test_what_is_no_range_is_named() -> None:
    assert read_networks("") == ()
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        read_networks("127.0.0.1,10.0.0.0/99")


@pytest.mark.parametrize("trusted", ["127.0.0.1", "10.0.0.0/8"])
async def test_behind_a_trusted_proxy_cookies_are_bound_to_tls_and_its_name_is_an_origin(
    tmp_path: Path, trusted: str
) -> None:
    """From anywhere else the same headers are so many words: the control."""
    believed = trusted == "127.0.0.1"
    async with running_hall(tmp_path, PLAN, trusted_proxies=read_networks(trusted)) as hall, doorstep(hall) as browser:
        browser.client.headers.update(HTTPS)
        ticket = {"invitation": hall.link("participant", "ka").split("#")[1]}
        answer = await browser.ask("/api/enter", ticket, "https://lab.example.org")
        assert answer.status_code == (200 if believed else 403)
        own = await browser.ask("/api/enter", ticket, "https://lab.example.org" if believed else hall.url)
        cookie = (answer if believed else own).headers["set-cookie"]
        assert cookie.startswith("__Host-tcl-") == believed
        assert ("Secure" in cookie) == believed
        page = await browser.client.get("/")
        assert ("Strict-Transport-Security" in page.headers) == believed
        assert (" wss://lab.example.org;" in page.headers["Content-Security-Policy"]) == believed
