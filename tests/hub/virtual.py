"""A loop whose clock is virtual: it jumps to whatever comes next, so minutes take milliseconds and a run is always the same."""

import asyncio
import selectors


class Leap(selectors.SelectSelector):
    """Looks without waiting, and says how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits for ever")
        self.at += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Never waits: `time()` jumps to the next timer. When nothing is due for ever, that is an error and not a hang."""

    def __init__(self) -> None:
        self.leap = Leap()
        super().__init__(self.leap)

    def time(self) -> float:
        return self.leap.at
