"""Recordings whose time is over are deleted by who wrote them, whatever happens there."""

import time
from pathlib import Path

import pytest

from server.rtc.media import recorder_door
from server.rtc.media.endpoints import Endpoints
from server.rtc.media.recorder_door import RecorderDoor
from server.rtc.media.shelf import Shelf
from tests.hub.processes import until


def now() -> int:
    return int(time.time() * 1000)


async def test_a_mistake_of_ours_once_does_not_keep_them_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, looks = Shelf(tmp_path), []
    shelf.new("s1", "live-1", "ka", 1_700_000_000_000)
    shelf.keep("s1", now())
    overdue = Shelf.overdue

    def mistaken(self: Shelf, at: int) -> list[str]:
        looks.append(at)
        if len(looks) == 1:
            raise ZeroDivisionError("a bug")
        return overdue(self, at)

    monkeypatch.setattr(Shelf, "overdue", mistaken)
    monkeypatch.setattr(recorder_door, "TIDY_S", 0.01)
    door = RecorderDoor(tmp_path, Endpoints(bytes(32), now), now)
    door.open()
    await until(lambda: not shelf.sessions())
    await door.close()
    assert len(looks) > 1, "the control: the first look failed"
