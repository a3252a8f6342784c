"""Credentials for our own TURN server, as coturn checks them (`use-auth-secret`, the "REST API" of draft-uberti-behave-turn-rest).

Made for one person and one hour; nothing is stored. A connection outlives its credential.
"""

import base64
import hashlib
import hmac

from msgspec import Struct

VALID_S = 3600


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
