"""Invitations, join codes and cookies. All are made from the server's one secret by HMAC, so none is stored.

Which of them hold is the session's to say (`server/core/invitations.py`): links and codes have a generation, and only the
latest opens anything; an invitation for one person has an id.

An *invitation* stands in a URL's fragment, which browsers never send: pages exchange it by POST. A *token* is the cookie that
proves a person; its name bears the person's id, so that several people (faces) can live in one browser.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from typing import Literal, cast, get_args

from msgspec import Struct

from server.core.ids import Role
from server.core.limits import LIMITS
from server.core.state import Entrance
from server.errors import Code, Rejected

Purpose = Literal["participant", "facilitator", "projector", "interpreter", "host"]

# Crockford's base 32: nothing that is mistaken for something else when read from a wall.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})


# The generation of a standing link ("" is 0) or, at least ten characters long, the id of an invitation.
_WHICH = re.compile(r"([1-9][0-9]{0,3})?|[a-z0-9]{10,32}")


class Invitation(Struct, frozen=True):
    """What an invitation lets its bearer be, if it still holds. `room` is "" where the room is still to be chosen.

    `which`: the generation of a standing link or code, or the id of an invitation for one person.
    """

    purpose: Purpose
    session: str
    room: str
    which: int | str = 0

    @property
    def role(self) -> Role:
        return cast(Role, self.purpose)

    @property
    def entrance(self) -> Entrance:
        if isinstance(self.which, str):
            return Entrance(self.room, invitation=self.which)
        return Entrance(self.room, self.which)


class Keys:
    """Everything that is derived from the secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._codes: dict[str, dict[str, int]] = {}

    def invitation(self, purpose: Purpose, session: str = "", room: str = "", which: int | str = 0) -> str:
        """ "purpose.session.room.which.signature", the signature with 128 bits. `which`: see `Invitation`; "" for 0."""
        fields = (purpose, session, room, str(which or ""))
        return ".".join((*fields, self._sign("invitation", *fields)))

    def read_invitation(self, text: str) -> Invitation:
        """What this server once signed. Raises `Rejected(LINK_INVALID)`."""
        fields = text.strip().split(".")
        if len(fields) != 5 or fields[0] not in get_args(Purpose):
            raise Rejected(Code.LINK_INVALID)
        signature = self._sign("invitation", *fields[:4])
        if not hmac.compare_digest(signature.encode(), fields[4].encode()):
            raise Rejected(Code.LINK_INVALID)
        purpose, session, room, which, _ = fields
        if not _WHICH.fullmatch(which):
            raise Rejected(Code.LINK_INVALID)
        return Invitation(cast(Purpose, purpose), session, room, which if len(which) >= 10 else int(which or 0))

    def token(self, session: str, person: str) -> str:
        return self._sign("token", session, person)

    def is_token(self, session: str, person: str, token: str) -> bool:
        return hmac.compare_digest(self.token(session, person).encode(), token.encode())

    def join_code(self, session: str, generation: int = 0) -> str:
        """The typed code of a session: 8 characters, 40 bits."""
        renewed = (str(generation),) if generation else ()
        number = int.from_bytes(self._digest("join code", session, *renewed)[:5], "big")
        return "".join(_CODE_LETTERS[number >> (5 * place) & 31] for place in range(_CODE_LENGTH))

    def code_generation(self, session: str, code: str) -> int | None:
        """Which of a session's codes this is, those of the past and the future included; None for no code of it.

        So a code leads to its session without waking every other one. Whether it holds, the session then says.
        """
        if session not in self._codes:
            generations = range(LIMITS.links_per_session + 1)
            self._codes[session] = {self.join_code(session, generation): generation for generation in generations}
        return self._codes[session].get(code)

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
