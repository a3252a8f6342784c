"""Whether a Redis may be trusted with a workshop: it keeps what it acknowledges, and its keys are ours to read.

Run at the start and on every new connection, for behind a failover there may be a Redis that is set up otherwise.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from server.errors import StoreError
from server.store.redis_line import Command, exchange
from server.store.redis_trouble import another_program, sentence

FORMAT = 1
OLDEST = (7, 0)

_PROGRAM = "twin-city-lab"
_ACCEPT = "or accept the loss with REDIS_ACCEPT_LOSS=1"

log = structlog.get_logger()


class Check:
    """`shown`: where Redis is, for the sentences. `accept_loss`: what would lose data is told, not refused."""

    def __init__(self, shown: str, replicas: int, accept_loss: bool) -> None:
        self._shown, self._replicas, self._accept_loss = shown, replicas, accept_loss
        self._told: set[str] = set()

    async def __call__(self, connection: AbstractConnection) -> None:
        """Raises `StoreError` for the first thing that is not as it should be."""
        commands: list[Command] = [("INFO", "everything"), ("CONFIG GET", "appendfsync")]
        replies = await exchange(connection, commands)
        if isinstance(replies[0], ResponseError):
            raise StoreError(sentence(replies[0], self._shown))
        about = info(replies[0])
        version = about.get("redis_version", "0")
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            raise StoreError(f"Redis at {self._shown} is version {version}: install 7.0 or newer.")
        if about.get("role") == "slave":
            raise StoreError(
                f"Redis at {self._shown} is a replica and takes no writes: give the address of the primary in REDIS_URL."
            )
        if about.get("aof_enabled") != "1":
            self._loses("keeps no append-only file, so a crash loses minutes: set appendonly yes")
        if about.get("maxmemory_policy") != "noeviction":
            self._loses("throws keys away when memory gets short: set maxmemory-policy noeviction")
        self._check_fsync(replies[1])
        connected = int(about.get("connected_slaves", 0))
        if connected and not self._replicas:
            self._tell("has replicas, but writes do not wait for them: set REDIS_REPLICAS=1, or a failover loses some")

    def _check_fsync(self, reply: Any) -> None:
        match None if isinstance(reply, ResponseError) else _fsync(reply):
            case "always":
                return
            case "everysec":
                self._tell("writes its file once a second: a power cut loses up to that; appendfsync always loses none")
            case "no":
                self._loses("leaves it to the system when its file is written: set appendfsync always")
            case _:
                self._loses("does not tell how it writes its file: allow CONFIG GET, set appendfsync always")

    def _loses(self, what: str) -> None:
        if not self._accept_loss:
            raise StoreError(f"Redis at {self._shown} {what}, {_ACCEPT}.")
        self._tell(what)

    def _tell(self, what: str) -> None:
        """Once, not with every new connection."""
        if what not in self._told:
            self._told.add(what)
            log.warning("redis_may_lose", reason=f"Redis at {self._shown} {what}.")


def our_format() -> str:
    """What `tcl:format` holds."""
    return f"{_PROGRAM} {FORMAT}"


def check_format(found: bytes, shown: str) -> None:
    """Raises `StoreError` unless the keys are ours, and of a format this version reads."""
    program, _, number = found.decode(errors="replace").partition(" ")
    if program != _PROGRAM or not number.isdigit():
        raise StoreError(another_program(shown))
    if int(number) > FORMAT:
        raise StoreError(
            f"Redis at {shown} was written by a newer version of this server: install that version, or a newer one."
        )


def info(reply: bytes) -> dict[str, str]:
    """What INFO says, by name."""
    lines = (line.partition(":") for line in reply.decode(errors="replace").splitlines())
    return {key: value for key, colon, value in lines if colon}


def _fsync(reply: Sequence[bytes]) -> str:
    return reply[1].decode() if len(reply) == 2 else ""
