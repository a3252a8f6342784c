"""What a rehearsal counts, for the live line and the report."""

from collections import Counter, deque

KEPT_TIMES = 5_000
TOLD_DISAGREEMENTS = 50


class Stats:
    """`passing`: answers that ask to try again. `silent`: lines given up because no pong came."""

    def __init__(self) -> None:
        self.people = 0
        self.lines = 0
        self.commands = 0
        self.answers = 0
        self.patches = 0
        self.silent = 0
        self.refusals: Counter[str] = Counter()
        self.passing: Counter[str] = Counter()
        self.disagreements: list[str] = []
        self._times: deque[float] = deque(maxlen=KEPT_TIMES)

    def answered(self, seconds: float | None) -> None:
        """None where a reconnect lay between: such a time says nothing of the server."""
        self.answers += 1
        if seconds is not None:
            self._times.append(seconds)

    def disagree(self, sentence: str) -> None:
        if len(self.disagreements) < TOLD_DISAGREEMENTS:
            self.disagreements.append(sentence)

    def time_ms(self, share: float) -> float:
        """A percentile of the latest acknowledgement times; 0 before the first."""
        times = sorted(self._times)
        return 1000 * times[min(int(len(times) * share), len(times) - 1)] if times else 0.0
