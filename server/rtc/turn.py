"""Credentials for our own TURN server, as coturn checks them (`use-auth-secret`, the "REST API" of draft-uberti-behave-turn-rest).

Made for one person and one hour; nothing is stored. A connection outlives its credential.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

from msgspec import Struct

from server.mistakes import Mistake

VALID_S = 3600
# Who guesses it relays at our cost.
SECRET_CHARS = 16


class TurnServer(Struct, frozen=True):
    """`host`: its name, the same for all ways. `secret`: shared with coturn (`static-auth-secret`)."""

    host: str
    secret: str
    port: int = 3478
    tls_port: int = 443


class IceServer(Struct, frozen=True, omit_defaults=True):
    """As RTCIceServer of the W3C."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class WayTried(Struct, frozen=True):
    """One way through TURN as the self-test found it. `ms`: until a word had passed; `problem`: why none did, in English."""

    url: str
    works: bool
    ms: int | None
    problem: str


def ice_servers(turn: TurnServer | None, person: str, now: int) -> tuple[IceServer, ...]:
    """Best way first: STUN, then TURN over UDP, TCP and TLS. `now`: UTC ms. None of anybody else's, so perhaps none at all."""
    if turn is None:
        return ()
    username = f"{now // 1000 + VALID_S}:{person}"
    digest = hmac.new(turn.secret.encode(), username.encode(), hashlib.sha1).digest()
    urls = (
        f"turn:{turn.host}:{turn.port}?transport=udp",
        f"turn:{turn.host}:{turn.tls_port}?transport=tcp",
        f"turns:{turn.host}:{turn.tls_port}?transport=tcp",
    )
    stun = IceServer((f"stun:{turn.host}:{turn.port}",))
    return stun, IceServer(urls, username, base64.b64encode(digest).decode())


def read_turn(environment: Mapping[str, str]) -> TurnServer | None:
    """`TURN_HOST`, `TURN_SECRET`, `TURN_PORT`, `TURN_TLS_PORT`. Raises `Mistake`."""
    host, secret = environment.get("TURN_HOST", ""), environment.get("TURN_SECRET", "")
    if not host and not secret:
        return None
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,253}", host):
        raise Mistake("TURN_HOST is no name of a machine: use one such as turn.example.org, without a port")
    # What coturn reads to the end of a line must not begin another one, nor lose its blanks.
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{{SECRET_CHARS},200}}", secret):
        raise Mistake(f"TURN_SECRET is no good: use {SECRET_CHARS} or more letters and digits that nobody can guess")
    return TurnServer(host, secret, _port(environment, "TURN_PORT", 3478), _port(environment, "TURN_TLS_PORT", 443))


def _port(environment: Mapping[str, str], name: str, usual: int) -> int:
    given = environment.get(name) or str(usual)
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= 65535):
        raise Mistake(f"{name} is no port: use a number from 1 to 65535, such as {usual}")
    return int(given)
