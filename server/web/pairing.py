"""Pairing a projector, in the spirit of RFC 8628: its machine shows a short code, a facilitator types it in.

The table lives in memory: a restart costs a new code on the wall and nothing else.
"""

import secrets
from collections.abc import Callable

from msgspec import Struct

from server.errors import Code, Rejected
from server.web.auth import random_code, tidy_code
from server.web.guesses import Guesses

LIFETIME_MS = 5 * 60_000
WRONG_PER_MINUTE = 30
MOST_WAITING = 1000


class Place(Struct, frozen=True):
    """Where a paired device belongs."""

    session: str
    person: str


class Device(Struct):
    """A machine that shows `code`. `claimed`: a facilitator typed it. `place` follows once the projector has joined."""

    secret: str
    code: str
    expires_at: int
    claimed: bool = False
    place: Place | None = None


class Pairings:
    """Devices that wait, and those paired a moment ago, so that an answer lost on the way can be asked for again."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._guesses = Guesses(now, WRONG_PER_MINUTE)
        self._devices: dict[str, Device] = {}

    def start(self) -> Device:
        """A new code. Raises `Rejected(TOO_FAST)` when too many wait already."""
        self._forget_old()
        if len(self._devices) >= MOST_WAITING:
            raise Rejected(Code.TOO_FAST)
        device = Device(secrets.token_urlsafe(16), random_code(), self._now() + LIFETIME_MS)
        self._devices[device.secret] = device
        return device

    def find(self, secret: str) -> Device | None:
        """A device by its own secret; None once its time is over."""
        device = self._devices.get(secret)
        return device if device is not None and device.expires_at > self._now() else None

    def claim(self, typed: str) -> Device:
        """The device that shows this code; nobody gets it twice. Raises `Rejected(CODE_INVALID | CODE_EXPIRED | CODES_PAUSED)`."""
        self._guesses.check()
        code = tidy_code(typed)
        device = next(
            (d for d in self._devices.values() if secrets.compare_digest(d.code.encode(), code.encode())), None
        )
        if device is None:
            self._guesses.failed()
            raise Rejected(Code.CODE_INVALID)
        if device.claimed or device.expires_at <= self._now():
            self._guesses.failed()
            raise Rejected(Code.CODE_EXPIRED)
        device.claimed = True
        return device

    def release(self, device: Device) -> None:
        """Back to waiting: the projector could not join."""
        device.claimed = False

    def _forget_old(self) -> None:
        """A code is remembered for a while after its end, so that who types it late is told why."""
        oldest = self._now() - LIFETIME_MS
        self._devices = {s: d for s, d in self._devices.items() if d.expires_at > oldest}
