"""Invitations, join codes and cookies. All are made from the server's one secret by HMAC, so none is stored.

An *invitation* stands in a URL's fragment, which browsers never send: pages exchange it by POST. A *token* is the cookie that
proves a person; its name bears the person's id, so that several people (faces) can live in one browser.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Literal, cast, get_args

from msgspec import Struct

from server.core.ids import Role
from server.errors import Code, Rejected

Purpose = Literal["participant", "facilitator", "projector", "host"]

# Crockford's base 32: nothing that is mistaken for something else when read from a wall.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})


class Invitation(Struct, frozen=True):
    """What an invitation lets its bearer be. `room` is "" where the room is still to be chosen."""

    purpose: Purpose
    session: str
    room: str

    @property
    def role(self) -> Role:
        return cast(Role, self.purpose)


class Keys:
    """Everything that is derived from the secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def invitation(self, purpose: Purpose, session: str = "", room: str = "", until: int | None = None) -> str:
        """ "purpose.session.room.until.signature", the signature with 128 bits. `until`: UTC ms, None for no end."""
        fields = (purpose, session, room, "" if until is None else str(until))
        return ".".join((*fields, self._sign("invitation", *fields)))

    def read_invitation(self, text: str, now: int) -> Invitation:
        """Raises `Rejected(LINK_INVALID | LINK_EXPIRED)`: for what this server did not make, or made for an earlier time."""
        fields = text.strip().split(".")
        if len(fields) != 5 or fields[0] not in get_args(Purpose):
            raise Rejected(Code.LINK_INVALID)
        signature = self._sign("invitation", *fields[:4])
        if not hmac.compare_digest(signature.encode(), fields[4].encode()):
            raise Rejected(Code.LINK_INVALID)
        purpose, session, room, until, _ = fields
        if until and now > int(until):
            raise Rejected(Code.LINK_EXPIRED)
        return Invitation(cast(Purpose, purpose), session, room)

    def token(self, session: str, person: str) -> str:
        return self._sign("token", session, person)

    def is_token(self, session: str, person: str, token: str) -> bool:
        return hmac.compare_digest(self.token(session, person).encode(), token.encode())

    def join_code(self, session: str) -> str:
        """The typed code of a session: 8 characters, 40 bits."""
        number = int.from_bytes(self._digest("join code", session)[:5], "big")
        return "".join(_CODE_LETTERS[number >> (5 * place) & 31] for place in range(_CODE_LENGTH))

    def _sign(self, *parts: str) -> str:
        return urlsafe_b64encode(self._digest(*parts)[:16]).decode().rstrip("=")

    def _digest(self, *parts: str) -> bytes:
        return hmac.new(self._secret, "\x1f".join(parts).encode(), hashlib.sha256).digest()


def tidy_code(typed: str) -> str:
    """A code as people type it: any case, spaces, the letters that look like digits."""
    return typed.upper().translate(_MISREAD)


def grouped(code: str) -> str:
    """A code as it is shown: two groups of four are read and typed with fewer slips."""
    return f"{code[:4]} {code[4:]}"


def random_code() -> str:
    """A code that stands for nothing, in the same letters as a join code."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def cookie_name(person: str, secure: bool) -> str:
    return f"__Host-tcl-{person}" if secure else f"tcl-{person}"
