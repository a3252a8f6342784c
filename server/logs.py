"""Logs: one line an event on the error output, for people and machines alike. Never contents: no texts, names or ballots.

Nor who: no address, no browser, no person. Of one kind from one source at most one line a second is written; the next one
says how many were left out (`left_out`).
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

EVERY_S = 1.0
MOST_KINDS = 1000


class AtMostOneASecond:
    """A processor. The source of an event is its session, or the library it comes from."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kinds: dict[tuple[Any, ...], tuple[float, int]] = {}

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        kind, now = (event.get("event"), event.get("session"), event.get("logger")), self._clock()
        told_at, left_out = self._kinds.get(kind, (-EVERY_S, 0))
        if now - told_at < EVERY_S:
            self._kinds[kind] = (told_at, left_out + 1)
            raise structlog.DropEvent
        if len(self._kinds) >= MOST_KINDS:
            self._kinds.clear()
        self._kinds[kind] = (now, 0)
        if left_out:
            event["left_out"] = left_out
        return event


class _Libraries(logging.Handler):
    """What uvicorn, asyncio and others have to say, as lines of our own."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError):
            return  # a request that never ended is cancelled when the server stops: no fault, no traceback
        line = structlog.get_logger().bind(logger=record.name)
        line.log(record.levelno, record.getMessage().strip(), exc_info=record.exc_info)


def configure() -> None:
    """Once, by the command line. Tracebacks are plain: a pretty one would print local variables, notes and ballots among them."""
    structlog.configure(
        processors=[
            AtMostOneASecond(),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING)
