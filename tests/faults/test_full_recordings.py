"""A disk that is full in the middle of a recording: what is written plays, everyone is told, and everything else goes on (R15)."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.core.recording import AgreeToRecord, AskToRecord
from server.rehearsal.waiting import until
from server.rtc.media import shelf as shelf_module
from server.rtc.media.recorder import Hall as HallRecorded
from tests.hall import Hall, running_hall
from tests.rtc.media.peers import Sending, Watching, close
from tests.rtc.media.tones import Played, ffprobe
from tests.web.doorstep import doorstep
from tests.web.test_media import WINDOW, Asking, live_link

pytestmark = [pytest.mark.long, pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")]

DISK_BYTES = 1_000_000
"""Two halls of noise fill it within a few seconds."""
WITHIN_S = 60


@contextlib.contextmanager
def small_disk(there: Path) -> Iterator[None]:
    there.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(there)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(there)], check=True)


def trouble(hall: Hall) -> str | None:
    """What everyone in the session is told of the recording."""
    recording = hall.live.state.links[WINDOW].recording
    assert recording is not None
    return recording.trouble


@pytest.mark.parametrize("noticed", [True, False], ids=["ours", "the control"])
async def test_a_disk_that_is_full_in_the_middle_ends_the_recording_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noticed: bool
) -> None:
    monkeypatch.setattr(shelf_module, "RESERVE_BYTES", 0)
    if not noticed:
        monkeypatch.setattr(HallRecorded, "_failed", lambda *_: None)
    root = tmp_path / "recordings"
    halls, phone = {"ka": Sending(), "kr": Sending()}, Watching()
    with small_disk(root):
        async with running_hall(tmp_path) as hall, doorstep(hall) as browser:
            people = await live_link(hall)
            asking = Asking(browser, people)
            for room, sending in halls.items():
                await asking.connect(f"wall {room}", "publish", room, sending.pc)
            await asking.connect("phone", "watch", "ka", phone.pc)
            began = time.monotonic()
            await hall.give(people["desk ka"], AskToRecord(WINDOW))
            await hall.give(people["desk kr"], AgreeToRecord(WINDOW, True))
            assert await until(lambda: len(list(root.glob("*/*.webm"))) == 2, WITHIN_S)
            assert trouble(hall) is None
            if noticed:
                assert await until(lambda: trouble(hall) == "full", WITHIN_S)
                assert await until(lambda: not hall.services.clerk.begun, WITHIN_S)
                for path in root.glob("*/*.webm"):
                    last, played = ffprobe(path), Played(path)
                    assert 0.5 < min(last.values()) <= max(last.values()) < time.monotonic() - began
                    assert played.shown[-1] > last["video"] - 0.2, "and it plays"
                assert sum(path.stat().st_size for path in root.glob("*/*.webm")) > DISK_BYTES / 2
            else:
                await phone.gets("video", 300, WITHIN_S)
                assert trouble(hall) is None, "files that grow no more, and a mark that says they do"
            await phone.gets("video", 30, WITHIN_S)
            assert hall.live.state.links[WINDOW].status == "live"
            assert await hall.join("participant", "ka") in hall.live.state.people
    await close(*halls.values(), phone)
