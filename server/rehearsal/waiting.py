"""Waiting for something to come true, and for a task to end."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

LOOK_AGAIN_S = 0.05


async def until(condition: Callable[[], bool], within_s: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(LOOK_AGAIN_S)
    return True


async def finished(task: "asyncio.Task[Any]") -> None:
    """End a task of our own and wait until it has ended."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
