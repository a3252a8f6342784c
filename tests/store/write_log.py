"""Writes a log for later versions to read: `python -m tests.store.write_log` makes `logs/v<next>.jsonl`.

To be run when events have come in that no log there has, and before each release. A log that is there is never written
again: it is what a version in some city hall has on its disk.
"""

import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from server import codec
from server.core.decider import Event
from server.core.people import NameSet
from server.core.state import State
from server.core.voting import DotsPlaced
from tests.core.walk import Walk

LOGS = Path(__file__).parent / "logs"
SEEDS = range(40)
MOST_STEPS = 2000


class Line(Struct):
    """One commit as a store keeps it. Behind them all stands the state they lead to, on a line of its own."""

    version: int
    format: int
    events: msgspec.Raw


def tag(event: Event | type[Event]) -> str:
    return str(event.__struct_config__.tag)


def every_event() -> set[str]:
    return {tag(kind) for kind in Event.__args__}


def random_workshop(seed: int, wanted: set[str]) -> tuple[list[tuple[Event, ...]], State] | None:
    """The commits of a random workshop up to the one with which it had all events of `wanted`; None: it never had."""
    walk = Walk(seed)
    commits: list[tuple[Event, ...]] = [(event,) for event in walk.events]
    missing = wanted - {tag(event) for event in walk.events}
    for _, _, _, records in walk.steps(MOST_STEPS):
        events = tuple(record for record in records if not isinstance(record, NameSet | DotsPlaced))
        if events:
            commits.append(events)
        missing -= {tag(event) for event in events}
        if not missing:
            return commits, walk.world.state
    return None


def main() -> int:
    found = [workshop for seed in SEEDS if (workshop := random_workshop(seed, every_event())) is not None]
    if not found:
        print("no random workshop came to all events: teach tests/core/walk.py the new ones", file=sys.stderr)
        return 1
    commits, state = min(found, key=lambda workshop: len(workshop[0]))
    lines = [
        msgspec.json.encode(Line(version, codec.FORMAT, msgspec.Raw(codec.encode_events(events))))
        for version, events in enumerate(commits, start=1)
    ]
    path = LOGS / f"v{len(list(LOGS.glob('v*.jsonl'))) + 1}.jsonl"
    path.write_bytes(b"\n".join([*lines, msgspec.json.encode(state, order="deterministic"), b""]))
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
