"""A server process with a fault planted in it, `$FAULT`: the controls of what is shown over several processes.

`python -m tests.processes.faulty serve ...` is `python -m server serve ...` otherwise.
"""

import itertools
import os
from typing import Any

from server.cli import main
from server.core.patches import Patch
from server.hub.live_session import LiveSession
from server.hub.streams import Stream
from server.protocol import Ack, CommandMessage
from server.web.line import Talk

SILENT = "silent"
"""Tells its own people nothing of what was written elsewhere."""
HASTY = "hasty"
"""Acknowledges some commands and forgets them."""


def plant(fault: str) -> None:
    if fault == SILENT:
        _be_silent()
    elif fault == HASTY:
        _be_hasty()
    else:
        raise ValueError(f"no such fault: {fault!r}")


def _be_silent() -> None:
    catch_up, publish = LiveSession._catch_up, Stream.publish
    foreign: list[LiveSession] = []

    async def caught_up(self: LiveSession) -> None:
        foreign.append(self)
        try:
            await catch_up(self)
        finally:
            foreign.remove(self)

    def published(self: Stream, patch: Patch) -> int:
        listening: set[Any] = self.subscribers
        self.subscribers = set() if foreign else listening
        told = publish(self, patch)
        self.subscribers = listening
        return told

    LiveSession._catch_up = caught_up  # type: ignore[method-assign]
    Stream.publish = published  # type: ignore[method-assign]


def _be_hasty() -> None:
    honest, numbers = Talk._command, itertools.count(1)

    def command(self: Talk, message: CommandMessage) -> None:
        if next(numbers) % 2 == 0:
            self.say(Ack(message.id))
        else:
            honest(self, message)

    Talk._command = command  # type: ignore[method-assign]


if __name__ == "__main__":
    plant(os.environ["FAULT"])
    raise SystemExit(main())
