"""Pairing a projector, in the spirit of RFC 8628: its machine shows a short code, a facilitator types it in.

What waits lies on the bus, where every process finds it: machine and facilitator need not come to the same one. A restart of
the server, or of Redis, costs at most a new code on the wall.
"""

import secrets
from collections.abc import Callable

import msgspec
from msgspec import Struct, structs

from server.errors import Code, Rejected
from server.hub.bus import Bus
from server.web.auth import random_code, tidy_code
from server.web.guesses import Guesses

LIFETIME_MS = 5 * 60_000
# A code is remembered for a while after its end, so that who types it late is told why.
REMEMBERED_MS = 2 * LIFETIME_MS
WRONG_PER_MINUTE = 30
# Codes that may be asked for within their lifetime.
MOST_WAITING = 1000


class Place(Struct, frozen=True):
    """Where a paired device belongs."""

    session: str
    person: str


class Device(Struct, frozen=True):
    """A machine that shows `code`. `place` follows once the projector has joined."""

    secret: str
    code: str
    expires_at: int
    place: Place | None = None


class Pairings:
    """Devices that wait, and those paired a moment ago, so that an answer lost on the way can be asked for again."""

    def __init__(self, now: Callable[[], int], bus: Bus) -> None:
        self._now = now
        self._bus = bus
        self._guesses = Guesses(bus, "pairing", WRONG_PER_MINUTE)

    async def start(self) -> Device:
        """A new code. Raises `Rejected(TOO_FAST)` when too many were asked for lately."""
        if await self._bus.count("pair:started", LIFETIME_MS) > MOST_WAITING:
            raise Rejected(Code.TOO_FAST)
        device = Device(secrets.token_urlsafe(16), random_code(), self._now() + LIFETIME_MS)
        await self._keep(device)
        await self._bus.put(f"pair:code:{device.code}", device.secret.encode(), REMEMBERED_MS)
        return device

    async def find(self, secret: str) -> Device | None:
        """A device by its own secret; None once its time is over."""
        device = await self._kept(secret)
        return device if device is not None and device.expires_at > self._now() else None

    async def claim(self, typed: str) -> Device:
        """The device that shows this code; nobody gets it twice. Raises `Rejected(CODE_INVALID | CODE_EXPIRED | CODES_PAUSED)`."""
        await self._guesses.check()
        code = tidy_code(typed)
        secret = await self._bus.get(f"pair:code:{code}")
        device = await self._kept(secret.decode()) if secret is not None else None
        if device is None:
            await self._guesses.failed()
            raise Rejected(Code.CODE_INVALID)
        mine = secrets.token_bytes(16)
        if device.expires_at <= self._now() or not await self._bus.claim(_claim(device), mine, REMEMBERED_MS):
            await self._guesses.failed()
            raise Rejected(Code.CODE_EXPIRED)
        return device

    async def release(self, device: Device) -> None:
        """Back to waiting: the projector could not join."""
        await self._bus.delete(_claim(device))

    async def settle(self, device: Device, place: Place) -> None:
        """The machine learns where it belongs when it asks next."""
        await self._keep(structs.replace(device, place=place))

    async def _keep(self, device: Device) -> None:
        await self._bus.put(f"pair:device:{device.secret}", msgspec.json.encode(device), REMEMBERED_MS)

    async def _kept(self, secret: str) -> Device | None:
        found = await self._bus.get(f"pair:device:{secret}")
        return msgspec.json.decode(found, type=Device) if found is not None else None


def _claim(device: Device) -> str:
    return f"pair:claim:{device.code}"
