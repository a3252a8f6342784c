"""The one connection on which a store speaks to Redis: what waits goes out together, in the order it was asked for.

A group of requests costs one round trip and, on Redis' side, one fsync, however many sessions share it. The answers of a
group are given only once all that they tell of lies on the replicas too, where replicas are asked for: WAIT speaks for
what its own connection has sent, so the group ends with a fence and a WAIT, on this very connection. Redis carries a
fence (a message to nobody) to the replicas behind everything it has done before, so it speaks for what other processes
wrote and this group only read. Nothing is shown that a failover could take back.

A group whose answer was lost is sent again as a whole: every write of ours can be, without happening twice.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

import structlog
from msgspec import Struct
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    MasterDownError,
    NoScriptError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)

from server.errors import NotSaved, StoreError
from server.store.redis_trouble import sentence, shown

Command = tuple[str | bytes | int, ...]
Replies = list[Any]

MOST_IN_A_GROUP = 512
PATIENCE_S = 8.0
"""How long a request is sent again while Redis restarts or fails over."""
CONNECT_S = 2.0
ANSWER_S = 5.0
WAIT_S = 2.0
"""How long replicas may take. Below `ANSWER_S`, or a slow replica looks like a lost connection."""
FENCE = "tcl:fence"

_PAUSES_S = (0.05, 0.1, 0.2, 0.4)
TOLD_EVERY_S = 5.0
_LUA = Path(__file__).with_name("lua")

log = structlog.get_logger()


class _Request(Struct):
    """`confirmed`: its answer is given only once the replicas have all it tells of."""

    commands: Sequence[Command]
    writes: bool
    confirmed: bool
    asked_at: float
    answer: asyncio.Future[Replies]


class _Short(Exception):
    """Too few replicas answered in time."""


@cache
def _scripts() -> dict[str, tuple[str, bytes]]:
    """Their text and its SHA-1 by name."""
    texts = {path.stem: path.read_bytes() for path in sorted(_LUA.glob("*.lua"))}
    return {name: (sha1(text, usedforsecurity=False).hexdigest(), text) for name, text in texts.items()}


def script(name: str, keys: Sequence[str], *arguments: str | bytes | int) -> Command:
    """A call of `lua/NAME.lua`."""
    return ("EVALSHA", _scripts()[name][0], len(keys), *keys, *arguments)


async def exchange(connection: AbstractConnection, commands: Sequence[Command]) -> Replies:
    """All commands at once, then their replies in order; one that failed gives its error."""
    await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
    replies: Replies = []
    for _ in commands:
        try:
            replies.append(await connection.read_response())
        except ResponseError as error:
            replies.append(error)
    return replies


class Line:
    """`check` is run on every new connection: behind a failover or a restart there may be another Redis.

    `groups` counts the round trips, for tests and figures.
    """

    def __init__(self, url: str, replicas: int, check: Callable[[AbstractConnection], Awaitable[None]]) -> None:
        self.groups = 0
        self._shown, self._replicas, self._check = shown(url), replicas, check
        # Redis-py would send again by itself, and what was sent before might be done by then.
        self._connection: AbstractConnection = ConnectionPool.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=CONNECT_S,
            socket_timeout=ANSWER_S,
            driver_info=None,
        ).make_connection()  # type: ignore[no-untyped-call]
        self._ready = False
        self._queue: asyncio.Queue[_Request | None] = asyncio.Queue()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def start(self, patience_s: float) -> None:
        """Until Redis answers and is as it should be. Raises `StoreError`."""
        began = told_at = time.monotonic()
        while True:
            try:
                await self._connect()
                break
            except AuthenticationError as error:
                raise self._error(error, StoreError) from error
            except (ConnectionError, TimeoutError) as error:
                await self._hang_up()
                now = time.monotonic()
                if now - began > patience_s:
                    raise self._error(error, StoreError) from error
                if now - told_at >= TOLD_EVERY_S or told_at == began:
                    told_at = now
                    log.warning("redis_not_there_yet", reason=str(self._error(error, StoreError)))
                await asyncio.sleep(_PAUSES_S[-1])
            except BaseException:
                await self._hang_up()
                raise
        self._task = asyncio.create_task(self._serve(), name="redis")

    async def stop(self) -> None:
        """Everything asked for before is done first."""
        if not self._stopping:
            self._stopping = True
            self._queue.put_nowait(None)
        if self._task is not None:
            await asyncio.shield(self._task)

    async def ask(self, *commands: Command, writes: bool = False, confirmed: bool = True) -> Replies:
        """The replies. Raises `NotSaved` or `StoreError` for the first that failed.

        `NotSaved` may leave open whether it was done; unless Redis refused it, it may be found done later.
        """
        if self._stopping:
            raise StoreError("The store is closed: open it again.")
        answer: asyncio.Future[Replies] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Request(commands, writes, confirmed, time.monotonic(), answer))
        return await answer

    async def _serve(self) -> None:
        try:
            while group := await self._next_group():
                await self._finish(group)
        finally:
            await self._hang_up()

    async def _next_group(self) -> list[_Request]:
        """All that wait, at least one; empty: it is time to stop."""
        group: list[_Request] = []
        request = await self._queue.get()
        while request is not None:
            group.append(request)
            if len(group) == MOST_IN_A_GROUP or self._queue.empty():
                return group
            request = self._queue.get_nowait()
        if group:
            self._queue.put_nowait(None)  # nobody asks after that: serve these, then stop
        return group

    async def _finish(self, group: list[_Request]) -> None:
        """Answer every request of a group, after as many tries as its patience allows."""
        tries = 0
        while group:
            try:
                replies = await self._try(group)
            except (RedisError, StoreError) as error:
                await self._hang_up()
                group = self._without_the_impatient(group, error)
                if group:
                    await asyncio.sleep(_PAUSES_S[min(tries, len(_PAUSES_S) - 1)])
                tries += 1
            except Exception as error:  # a bug, or too few replicas: those who asked are told, the rest goes on
                for request in group:
                    self._refuse(request, error)
                return
            else:
                for request in group:
                    self._deliver(request, [replies.pop(0) for _ in request.commands])
                return

    async def _try(self, group: list[_Request]) -> Replies:
        if not self._ready:
            await self._connect()
        commands = [command for request in group for command in request.commands]
        fenced = self._replicas > 0 and any(request.confirmed for request in group)
        if fenced:
            commands += [("PUBLISH", FENCE, ""), ("WAIT", self._replicas, round(WAIT_S * 1000))]
        replies = await exchange(self._connection, commands)
        self.groups += 1
        for reply in replies:
            if isinstance(reply, ResponseError) and _passes(reply):
                raise reply
        if fenced and not (isinstance(replies[-1], int) and replies[-1] >= self._replicas):
            raise _Short(f"{replies[-1]} of {self._replicas}")
        return replies

    async def _connect(self) -> None:
        await self._connection.connect()  # type: ignore[no-untyped-call]
        await self._check(self._connection)
        for reply in await exchange(self._connection, [("SCRIPT LOAD", text) for _, text in _scripts().values()]):
            if isinstance(reply, ResponseError):
                raise reply
        self._ready = True

    async def _hang_up(self) -> None:
        """Replies to what was given up must never be taken for those to what comes next."""
        self._ready = False
        await self._connection.disconnect(nowait=True)

    def _without_the_impatient(self, group: list[_Request], error: Exception) -> list[_Request]:
        waits = [request for request in group if time.monotonic() - request.asked_at < PATIENCE_S]
        for request in group:
            if request not in waits:
                self._refuse(request, error)
        return waits

    def _deliver(self, request: _Request, replies: Replies) -> None:
        failed = next((reply for reply in replies if isinstance(reply, ResponseError)), None)
        if failed is not None:
            self._refuse(request, failed)
        elif not request.answer.done():  # else its task was cancelled
            request.answer.set_result(replies)

    def _refuse(self, request: _Request, error: Exception) -> None:
        if not request.answer.done():
            request.answer.set_exception(self._error(error, NotSaved if request.writes else StoreError))

    def _error(self, error: Exception, kind: type[StoreError]) -> Exception:
        match error:
            case _Short():
                told = (
                    f"Redis at {self._shown} has too few replicas that keep up ({error}): "
                    "start them again, or lower REDIS_REPLICAS."
                )
            case StoreError():
                told = str(error)
            case RedisError():
                told = sentence(error, self._shown)
            case _:
                return error
        failure = kind(told)
        failure.__cause__ = error
        return failure


def _passes(error: ResponseError) -> bool:
    """Redis is restarting, failing over or busy: the same request will be served soon."""
    passing = isinstance(error, NoScriptError | ReadOnlyError | BusyLoadingError | MasterDownError)
    return passing or str(error).startswith(("BUSY ", "UNBLOCKED "))
