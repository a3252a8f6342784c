"""What the hub counts as it works: plain numbers, read by `/metrics` when somebody asks. Never a text, a name or an id."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from server.errors import NotSaved

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = structlog.get_logger()


class Times:
    """How long something took, sorted into buckets: `counts[i]` were at most `BOUNDS_S[i]`, the last one longer than all."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.total_s = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.total_s += seconds


class Saving:
    """How writing to the store goes. Says when trouble begins and when it is over, never each time in between."""

    def __init__(self) -> None:
        self.times = Times()
        self.failures = 0
        self.failed_at: float | None = None
        """Of the last write that failed (`time.monotonic`); None once one has succeeded."""

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Around one append."""
        began = time.monotonic()
        try:
            yield
        except NotSaved as error:
            # A text that cannot be stored is its writer's trouble, not the store's.
            if not isinstance(error.__cause__, UnicodeError):
                self._failed(error)
            raise
        self.times.add(time.monotonic() - began)
        if self.failed_at is not None:
            self.failed_at = None
            log.info("store_trouble_over", failures=self.failures)

    def _failed(self, error: NotSaved) -> None:
        self.failures += 1
        if self.failed_at is None:
            log.error("store_trouble", reason=str(error))
        self.failed_at = time.monotonic()


class Meter:
    """One for each process.

    `commands`: those that people gave, by the code they were answered with, or "accepted". `acknowledgement`: from a
    command's arrival to its answer. `fan_out`: of one turn, from durable until it is written to every line, or queued
    for it. `cut`: lines the server ended by itself, by reason.
    """

    def __init__(self) -> None:
        self.commands: Counter[str] = Counter()
        self.acknowledgement = Times()
        self.fan_out = Times()
        self.cut: Counter[str] = Counter()
        self.saving = Saving()

    def answered(self, code: str | None, given_at: float) -> None:
        """A command has its answer now. `given_at`: `time.monotonic` when it arrived."""
        self.commands[code or "accepted"] += 1
        self.acknowledgement.add(time.monotonic() - given_at)
