"""The order that strace saw: no acknowledgement leaves before the disk was made to keep what it speaks of (R2).

Killing a process does not show this: the system's cache outlives it, and SQLite loses nothing then even without a sync.
"""

import re
from pathlib import Path

import pytest

from server.rehearsal.waiting import until
from tests.faults.editors import at_work, open_workshop
from tests.faults.killed_server import NEVER, NO_SYNC
from tests.faults.nursery import nursery
from tests.faults.strace import SOCKETS, Call, calls, traced

ACKNOWLEDGED = re.compile(rb'"type":"ack","id":"(\w+)"')
# In a row of the database it stands between its neighbours without a mark: every twenty letters may be one.
MAYBE_AN_ID = re.compile(rb"(?=([a-z0-9]{20}))")


async def traced_calls(folder: Path, point: str, people: int, acknowledgements: int) -> list[Call]:
    """What a server did while so many commands were acknowledged."""
    _, keys = await open_workshop(folder / "lab.sqlite", people)
    async with nursery(folder / "lab.sqlite", traced(folder / "trace")) as found, at_work(found.url, keys) as editors:
        await found.start(point)
        assert await until(lambda: sum(len(one.acknowledged) for one in editors) >= acknowledgements, 120)
        await found.kill()
        await found.ended()
    return list(calls(folder / "trace"))


def early(found: list[Call]) -> tuple[int, list[str]]:
    """How many acknowledgements were sent, and the ids of those that were not covered by a sync that had ended before."""
    written: dict[bytes, int] = {}
    synced: list[tuple[int, int]] = []
    acknowledged: dict[str, int] = {}
    for call in found:
        if call.place.endswith("-wal") and call.name == "pwrite64":
            for command_id in MAYBE_AN_ID.findall(call.data):
                written.setdefault(command_id, call.ended)
        elif call.place.endswith("-wal") and call.name in ("fdatasync", "fsync"):
            synced.append((call.began, call.ended))
        elif call.place.startswith("socket:") and call.name in SOCKETS:
            for command_id in ACKNOWLEDGED.findall(call.data):
                acknowledged.setdefault(command_id.decode(), call.began)

    def covered(command_id: str, sent: int) -> bool:
        kept = written.get(command_id.encode())
        return kept is not None and any(kept < began and ended < sent for began, ended in synced)

    return len(acknowledged), [command_id for command_id, sent in acknowledged.items() if not covered(command_id, sent)]


async def test_no_acknowledgement_leaves_before_the_sync_that_covers_it(tmp_path: Path) -> None:
    count, uncovered = early(await traced_calls(tmp_path, NEVER, people=6, acknowledgements=60))
    assert count >= 60
    assert uncovered == []


async def test_acknowledgements_without_a_sync_are_found_out(tmp_path: Path) -> None:
    """The control: SQLite with synchronous=OFF."""
    count, uncovered = early(await traced_calls(tmp_path, NO_SYNC, people=3, acknowledgements=10))
    assert len(uncovered) == count > 0


@pytest.mark.long
async def test_none_of_thousands_of_acknowledgements_leaves_before_its_sync(tmp_path: Path) -> None:
    count, uncovered = early(await traced_calls(tmp_path, NEVER, people=60, acknowledgements=4000))
    print(f"{count} acknowledgements, {len(uncovered)} before their sync")
    assert count >= 4000
    assert uncovered == []
