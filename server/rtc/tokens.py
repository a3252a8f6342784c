"""Leave to publish or watch one stream, for a while: signed by the server, read by the media process, stored nowhere.

Both derive the key from the server's one secret, so a media process on another machine needs that key and nothing else.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Literal, cast

from msgspec import Struct

Act = Literal["publish", "watch"]


class Leave(Struct, frozen=True):
    """`stream`: `<session>.<activity>.<kind>.<name>`. `until`: UTC ms."""

    act: Act
    stream: str
    until: int


def media_key(secret: bytes) -> bytes:
    """The key of media tokens, from the server's secret: who has it opens streams and nothing else."""
    return hmac.new(secret, b"media", hashlib.sha256).digest()


def token(key: bytes, leave: Leave) -> str:
    """ "act~stream~until~signature": no dots, for those stand in a stream's name."""
    said = f"{leave.act}~{leave.stream}~{leave.until}"
    return f"{said}~{_signature(key, said)}"


def read_token(key: bytes, text: str, now: int) -> Leave | None:
    """None for what nobody with the key made, or made for an earlier time."""
    said, _, signature = text.rpartition("~")
    if not hmac.compare_digest(_signature(key, said).encode(), signature.encode()):
        return None
    act, stream, until = said.split("~")
    return Leave(cast(Act, act), stream, int(until)) if now <= int(until) else None


def _signature(key: bytes, said: str) -> str:
    return urlsafe_b64encode(hmac.new(key, said.encode(), hashlib.sha256).digest()[:16]).decode().rstrip("=")
