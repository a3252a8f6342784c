"""Ports for programs that are told theirs or come back to it: neither another worker of this run nor the system takes them."""

import itertools
import os
import random
import socket

# Below those that Linux gives to whoever names none: no connection's own end stands on one of these.
FIRST, LAST = 20_000, 32_000
MOST_WORKERS = 8


def _ports() -> list[int]:
    """This worker's, from anywhere among them: another run on this machine will hardly begin at the same."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % MOST_WORKERS
    mine = range(FIRST + worker, LAST, MOST_WORKERS)
    begin = random.SystemRandom().randrange(len(mine))
    return [*mine[begin:], *mine[:begin]]


_next = itertools.cycle(_ports())


def free_port() -> int:
    """One that nobody listens on, and that this run hands out no second time soon."""
    for port in _next:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            pass
    raise AssertionError("a cycle does not end")
