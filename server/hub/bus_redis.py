"""The bus between processes that share a Redis: one Pub/Sub channel, and values with an end.

A line of its own listens, and does nothing else: there a silence is no fault, until a ping is not answered either. When it was
away, everyone is told that something may have been missed. What is published goes out together, by a task that nobody waits for.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from msgspec import MsgspecError
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.errors import StoreError
from server.hub.bus import Hear, Message, decode, encode
from server.store.redis_trouble import sentence, shown

CHANNEL = "tcl:bus"
PREFIX = "tcl:bus:"
# Behind a machine that vanished no line ends by itself.
PING_AFTER_S = 5.0
ANSWER_S = 5.0
FIRST_RETRY_S, LAST_RETRY_S = 0.1, 2.0
# What is not sent by then is old: whoever comes back looks at the store.
MOST_WAITING = 1000
LINES = 4

T = TypeVar("T")

log = structlog.get_logger()


class RedisBus:
    """`url`: as of the store."""

    alone = False

    def __init__(self, url: str) -> None:
        self._shown = shown(url)
        common: dict[str, Any] = {"protocol": 2, "driver_info": None, "socket_connect_timeout": ANSWER_S}
        # One more try mends a line that Redis' restart had cut; each of our commands may be done twice.
        self._redis = Redis(
            connection_pool=BlockingConnectionPool.from_url(
                url, max_connections=LINES, retry=Retry(NoBackoff(), 1), socket_timeout=ANSWER_S, **common
            )
        )
        self._ears = Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=None, **common)
        self._listening: list[tuple[Hear, Callable[[], None]]] = []
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._some = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        listens = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._listen(listens), name="bus ears"),
            asyncio.create_task(self._send(), name="bus mouth"),
        ]
        try:
            async with asyncio.timeout(ANSWER_S):
                await listens.wait()
        except TimeoutError:
            await self.close()
            raise StoreError(
                f"Redis at {self._shown} lets nobody listen: give this user the right to SUBSCRIBE."
            ) from None

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self._ears.aclose()
        await self._redis.aclose(close_connection_pool=True)

    def publish(self, message: Message) -> None:
        self._waiting.append(encode(message))
        self._some.set()

    def listen(self, hear: Hear, missed: Callable[[], None]) -> Callable[[], None]:
        entry = (hear, missed)
        self._listening.append(entry)

        def stop() -> None:
            self._listening = [other for other in self._listening if other is not entry]

        return stop

    async def put(self, key: str, value: bytes, ttl_ms: int) -> None:
        await self._done(self._redis.set(PREFIX + key, value, px=ttl_ms))

    async def claim(self, key: str, value: bytes, ttl_ms: int) -> bool:
        # The answer to a first try may have been lost: what lies there is ours all the same.
        put = await self._done(self._redis.set(PREFIX + key, value, px=ttl_ms, nx=True))
        return bool(put) or await self.get(key) == value

    async def get(self, key: str) -> bytes | None:
        found: Any = await self._done(self._redis.get(PREFIX + key))
        return bytes(found) if found is not None else None

    async def delete(self, key: str) -> None:
        await self._done(self._redis.delete(PREFIX + key))

    async def count(self, key: str, window_ms: int, more: int = 1) -> int:
        if not more:
            return int(await self.get(key) or b"0")
        async with self._redis.pipeline(transaction=True) as together:
            together.set(PREFIX + key, 0, px=window_ms, nx=True)
            together.incrby(PREFIX + key, more)
            _, counted = await self._done(together.execute())
        return int(counted)

    async def _done(self, asked: Awaitable[T]) -> T:
        try:
            return await asked
        except RedisError as error:
            raise StoreError(sentence(error, self._shown)) from error

    async def _send(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                async with self._redis.pipeline(transaction=False) as together:
                    for data in batch:
                        together.publish(CHANNEL, data)
                    await together.execute()
            except (RedisError, OSError):
                await asyncio.sleep(FIRST_RETRY_S)  # lost; the ears say that Redis is away, and what that means

    async def _listen(self, listens: asyncio.Event) -> None:
        pause = FIRST_RETRY_S
        away = False
        while True:
            try:
                async with self._ears.pubsub() as ears:
                    async with asyncio.timeout(ANSWER_S):
                        await ears.subscribe(CHANNEL)
                        while (await self._next(ears))["type"] != "subscribe":
                            pass
                    if away:
                        log.info("bus_back")
                    if listens.is_set():
                        self._tell_missed()
                    listens.set()
                    pause, away = FIRST_RETRY_S, False
                    while True:
                        self._tell(await self._next(ears))
            except (RedisError, OSError) as error:
                if not away:
                    away = True
                    log.warning(
                        "bus_lost", reason=sentence(error, self._shown) if isinstance(error, RedisError) else str(error)
                    )
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, LAST_RETRY_S)

    async def _next(self, ears: PubSub) -> dict[str, Any]:
        """What comes next, a pong if need be. Raises when nothing does."""
        found: dict[str, Any] | None = await ears.get_message(timeout=PING_AFTER_S)
        if found is None:
            await ears.ping()
            found = await ears.get_message(timeout=PING_AFTER_S)
        if found is None:
            raise OSError("the line is silent")
        return found

    def _tell(self, found: dict[str, Any]) -> None:
        if found["type"] != "message":
            return
        try:
            message = decode(found["data"])
        except MsgspecError:
            return  # of a newer release, and not for us
        for hear, _ in self._listening:
            hear(message)

    def _tell_missed(self) -> None:
        for _, missed in self._listening:
            missed()
