"""Leave to publish or watch one stream, for a while: signed by the server, read by the media process, stored nowhere.

Both derive the key from the server's one secret, so a media process on another machine needs that key and nothing else.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Literal, cast

from msgspec import Struct

VALID_MS = 120_000
"""Leave to connect, which takes a second. What is connected outlives it."""

Act = Literal["publish", "watch"]
OwnAct = Literal["record", "fetch"]
"""The server's own: an order about recordings, and one file for the host."""


class Leave(Struct, frozen=True):
    """`stream`: see `StreamName`. `until`: UTC ms. `holder`: the same for all of one person's, and no way back to them.

    To "record" is said of "recordings", with the order's digest in the place of a holder; to "fetch", of `<session>/<file>`.
    """

    act: Act | OwnAct
    stream: str
    until: int
    holder: str


def media_key(secret: bytes) -> bytes:
    """The key of media tokens, from the server's secret: who has it opens streams and recordings, and nothing else."""
    return hmac.new(secret, b"media", hashlib.sha256).digest()


def token(key: bytes, leave: Leave) -> str:
    """ "act~stream~until~holder~signature": no dots, for those stand in a stream's name."""
    said = f"{leave.act}~{leave.stream}~{leave.until}~{leave.holder}"
    return f"{said}~{_signature(key, said)}"


def read_token(key: bytes, text: str, now: int) -> Leave | None:
    """None for what nobody with the key made, or made for an earlier time."""
    said, _, signature = text.rpartition("~")
    if not hmac.compare_digest(_signature(key, said).encode(), signature.encode()):
        return None
    act, stream, until, holder = said.split("~")
    return Leave(cast(Act | OwnAct, act), stream, int(until), holder) if now <= int(until) else None


def holder(key: bytes, session: str, person: str) -> str:
    """Whom the media process counts connections of, without being told who it is."""
    return _signature(key, f"holder~{session}~{person}")


def digest(data: bytes) -> str:
    """Of what is ordered: nobody says something else with another's leave."""
    return urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _signature(key: bytes, said: str) -> str:
    return urlsafe_b64encode(hmac.new(key, said.encode(), hashlib.sha256).digest()[:16]).decode().rstrip("=")
