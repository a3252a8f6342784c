"""Halls' streams written to files: what is sent is in them to the last second, and nothing else is."""

import asyncio
import hashlib
import itertools
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest
from aiortc import MediaStreamTrack

from server.rtc.media import recorder as recorder_module
from server.rtc.media import shelf as shelf_module
from server.rtc.media.endpoints import Endpoints
from server.rtc.media.recorder_door import RecorderDoor
from server.rtc.media.shelf import Shelf
from server.rtc.media.streams import Streams
from server.rtc.media.webm import Webm
from server.rtc.recordings import End, Forget, Keep, Record, Remove, Show
from server.settings import ROOT
from tests.rtc.media.peers import WITHIN_S, accept, connection, leave, offer_of
from tests.rtc.media.tones import Moving, Played, Tone, ffprobe, hall

KA, KR = "s1.live-1.hall.ka", "s1.live-1.hall.kr"
LATER = 4_000_000_000_000
# What two encoders in this very process, on a busy machine, may have behind them and not sent yet.
ON_THE_WAY_S = 1.0


def now() -> int:
    return int(time.time() * 1000)


class Station:
    """A hall that publishes these tracks."""

    def __init__(self, tracks: list[MediaStreamTrack]) -> None:
        self.pc = connection()
        for track in tracks:
            self.pc.addTrack(track)

    async def publish(self, streams: Streams, name: str) -> None:
        _, answer = await streams.publish(leave("publish", name), await offer_of(self.pc))
        await accept(self.pc, answer)

    async def close(self) -> None:
        await self.pc.close()


class Studio:
    """A recorder with the streams it records. `root`: where its files lie."""

    def __init__(self, root: Path, door: RecorderDoor, streams: Streams) -> None:
        self.root, self.door, self.streams = root, door, streams

    @classmethod
    async def open(cls, root: Path) -> Self:
        endpoints = Endpoints(bytes(32), now)
        return cls(root, RecorderDoor(root, endpoints, now), await endpoints.streams())

    def files(self, room: str = "*") -> list[Path]:
        return sorted(self.root.glob(f"s1/live-1.{room}.*.webm"))

    async def record(self, *streams: str) -> None:
        for stream in streams:
            assert (await self.door.order(Record(stream, LATER, 1))).trouble is None

    async def has(self, many: int) -> None:
        """Until there are so many files."""
        async with asyncio.timeout(WITHIN_S):
            while len(self.files()) < many:
                await asyncio.sleep(0.05)

    async def grown(self, room: str, size: int = 3_000) -> Path:
        """The newest file of that hall, once it has so many bytes."""
        async with asyncio.timeout(WITHIN_S):
            while not (files := self.files(room)) or files[-1].stat().st_size < size:
                await asyncio.sleep(0.05)
        return files[-1]


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    found = await Studio.open(tmp_path / "recordings")
    yield found
    await found.door.close()
    await found.streams.close_all()


async def test_what_a_hall_sends_is_in_its_file_to_the_last_second(studio: Studio) -> None:
    station = Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    began = time.monotonic()
    await studio.record(KA)
    await studio.grown("ka")
    running = time.monotonic()
    await asyncio.sleep(3)
    least = time.monotonic() - running - ON_THE_WAY_S
    await studio.door.order(End(KA, 1))
    sent = time.monotonic() - began
    (path,) = studio.files()
    played, probed = Played(path), ffprobe(path)
    assert played.sides == {160}
    assert abs(played.hertz - 440) < 10
    for last in (played.shown[-1], played.heard[-1], probed["video"], probed["audio"]):
        assert least <= last <= sent
    assert abs(played.shown[-1] - played.heard[-1]) < ON_THE_WAY_S
    gaps = [later - before for before, later in itertools.pairwise(played.heard)]
    assert max(gaps) < 0.4
    (part,) = (await studio.door.order(Show("s1"))).parts
    assert (part.activity, part.room, part.size, part.writing) == ("live-1", "ka", path.stat().st_size, False)
    assert least <= part.length_ms / 1000 <= sent + 0.5
    await station.close()


async def test_nothing_of_a_hall_that_has_not_agreed_or_takes_it_back_is_written(studio: Studio) -> None:
    """Both publish all the time; only what was ordered is in the files, by its tone and by its picture's size."""
    stations = [Station(hall(440, 160)), Station(hall(1000, 128))]
    for station, name in zip(stations, (KA, KR), strict=True):
        await station.publish(studio.streams, name)
    await studio.record(KA)
    await studio.grown("ka", 20_000)
    assert studio.files("kr") == []
    await studio.record(KR)
    taken_back = await studio.grown("kr", 20_000)
    await asyncio.sleep(1)
    await studio.door.order(End(KR, 1))
    before = hashlib.sha256(taken_back.read_bytes()).digest()
    grown = (await studio.grown("ka")).stat().st_size
    await studio.grown("ka", grown + 5_000)
    assert studio.files("kr") == [taken_back]
    assert hashlib.sha256(taken_back.read_bytes()).digest() == before, "not one byte more"
    await studio.door.order(End(KA, 1))
    for room, hertz, side in (("ka", 440, 160), ("kr", 1000, 128)):
        played = Played(studio.files(room)[-1])
        assert played.sides == {side}
        assert abs(played.hertz - hertz) < 25
    for station in stations:
        await station.close()


async def test_a_page_loaded_anew_goes_on_in_the_same_file(studio: Studio) -> None:
    first, second = Station(hall(440, 160)), Station(hall(440, 128))
    await first.publish(studio.streams, KA)
    await studio.record(KA)
    await studio.grown("ka", 20_000)
    await first.close()
    await second.publish(studio.streams, KA)
    path = await studio.grown("ka")
    await studio.grown("ka", path.stat().st_size + 20_000)
    await studio.door.order(End(KA, 1))
    assert studio.files() == [path]
    played = Played(path)
    assert played.sides == {160, 128}
    for times in (played.shown, played.heard):
        assert times == sorted(times)
    await second.close()


@pytest.mark.parametrize("filled", [True, False], ids=["ours", "the control"])
async def test_a_hall_that_is_muted_for_a_while_is_silent_in_one_file(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, filled: bool
) -> None:
    """A browser that sends no sound sends nothing: players want a track from end to end, and one that is there at all."""
    if not filled:
        monkeypatch.setattr(Webm, "_silence", lambda *_: iter(()))
    muted, heard, muted_again = Station([Moving(160)]), Station(hall(440, 160)), Station([Moving(160)])
    await muted.publish(studio.streams, KA)
    await studio.record(KA)
    for station in (heard, muted_again):
        path = await studio.grown("ka")
        await studio.grown("ka", path.stat().st_size + 10_000)
        await station.publish(studio.streams, KA)
    await studio.grown("ka", path.stat().st_size + 20_000)
    await studio.door.order(End(KA, 1))
    assert studio.files() == [path]
    played, probed = Played(path), ffprobe(path)
    edges = [0.0, *played.heard, played.shown[-1]]
    assert (max(later - before for before, later in itertools.pairwise(edges)) < ON_THE_WAY_S) == filled
    assert (abs(probed["audio"] - probed["video"]) < ON_THE_WAY_S) == filled
    assert abs(played.hertz - 440) < 25
    if filled:
        assert played.loud[0] > 0.5
        assert played.loud[-1] < played.shown[-1] - 0.5
    for station in (muted, heard, muted_again):
        await station.close()


async def test_a_camera_that_comes_later_begins_another_part(studio: Studio) -> None:
    deaf, seeing = Station([Tone(440)]), Station([Tone(440), Moving(160)])
    await deaf.publish(studio.streams, KA)
    await studio.record(KA)
    await studio.grown("ka", 2_000)
    await seeing.publish(studio.streams, KA)
    await studio.has(2)
    await studio.grown("ka", 20_000)
    await studio.door.order(End(KA, 1))
    sound, both = (Played(path) for path in studio.files())
    assert sound.shown == []
    assert sound.heard
    assert both.shown
    assert both.heard
    await deaf.close()
    await seeing.close()


async def test_who_has_not_heard_of_the_end_does_not_begin_it_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    await studio.record(KA)
    await studio.grown("ka")
    await studio.door.order(End(KA, 5))
    with monkeypatch.context() as full:
        full.setattr(shelf_module, "RESERVE_BYTES", 1 << 60)
        assert (await studio.door.order(Record(KA, LATER, 5))).trouble == "full", "an end that nobody has ordered"
    await studio.door.order(Record(KA, LATER, 4))
    assert not (await studio.door.order(Show("s1"))).parts[0].writing
    await asyncio.sleep(1.5)
    assert len(studio.files()) == 1
    await studio.door.order(Record(KA, LATER, 6))
    await studio.has(2)
    await station.close()


async def test_without_another_order_it_ends_by_itself(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "LEASE_S", 3.0)
    station = Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    await studio.record(KA)
    await studio.grown("ka")
    await studio.record(KA)
    assert [part.writing for part in (await studio.door.order(Show("s1"))).parts] == [True]
    async with asyncio.timeout(WITHIN_S):
        while (await studio.door.order(Show("s1"))).parts[0].writing:
            await asyncio.sleep(0.1)
    await studio.record(KA)
    await studio.has(2)
    await studio.grown("ka")
    assert len(studio.files()) == 2, "the control: what is ordered goes on"
    await station.close()


@pytest.mark.parametrize(("reserve", "trouble"), [(1 << 60, "full"), (1, "unwritable")])
async def test_where_nothing_can_be_written_that_is_told(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, reserve: int, trouble: str
) -> None:
    monkeypatch.setattr(shelf_module, "RESERVE_BYTES", reserve)
    if trouble == "unwritable":
        studio.root.write_text("a file where the directory was to be")
    assert (await studio.door.order(Record(KA, LATER, 1))).trouble == trouble
    assert studio.files() == []


async def test_a_disk_that_refuses_in_the_middle_ends_the_file_and_not_the_stream(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    await studio.record(KA)
    path = await studio.grown("ka")
    monkeypatch.setattr(shelf_module, "RESERVE_BYTES", 1 << 60)
    assert (await studio.door.order(Record(KA, LATER, 1))).trouble == "full"
    assert Played(path).heard
    assert studio.streams.names() == [KA]
    await station.close()


async def test_files_are_kept_deleted_and_overdue(studio: Studio) -> None:
    for at in (1_700_000_000_000, 1_700_000_000_001):
        Shelf(studio.root).new("s1", "live-1", "ka", at).write_bytes(b"one")
    one, other = (await studio.door.order(Show("s1"))).parts
    assert (one.began_at, other.began_at) == (1_700_000_000_000, 1_700_000_000_001)
    for name in ("../../etc/passwd", "keep_until", f"{one.name}/../{other.name}"):
        await studio.door.order(Remove("s1", name))
        assert (await studio.door.file("s1", name)).status_code == 404
    assert (await studio.door.file("..", one.name)).status_code == 404
    await studio.door.order(Remove("s1", one.name))
    assert (await studio.door.order(Show("s1"))).parts == (other,)
    await studio.door.order(Keep("s1", now() + 60_000))
    await studio.door.tidy()
    assert (await studio.door.order(Show())).sessions == ("s1",)
    await studio.door.order(Keep("s1", now()))
    await studio.door.tidy()
    assert (await studio.door.order(Show())).sessions == ()
    assert list(studio.root.iterdir()) == []


async def test_forgetting_a_session_ends_what_is_written_of_it(studio: Studio) -> None:
    station = Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    await studio.record(KA)
    await studio.grown("ka")
    await studio.door.order(Forget("s1"))
    await asyncio.sleep(0.7)
    assert list(studio.root.iterdir()) == []
    await station.close()


WRITES_UNTIL_KILLED = """
import asyncio, sys
from pathlib import Path
from tests.rtc.media.test_recorder import KA, Station, Studio
from tests.rtc.media.tones import hall

async def main():
    studio, station = await Studio.open(Path(sys.argv[1])), Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    await studio.record(KA)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_a_process_that_is_killed_leaves_a_file_that_plays(studio: Studio) -> None:
    command = (sys.executable, "-c", WRITES_UNTIL_KILLED, str(studio.root))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    path = await studio.grown("ka", 1)
    began = time.monotonic()
    await asyncio.sleep(5)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    written = time.monotonic() - began
    played, probed = Played(path), ffprobe(path)
    assert min(played.shown[-1], played.heard[-1], probed["video"], probed["audio"]) > written - 3
    (part,) = (await studio.door.order(Show("s1"))).parts
    assert not part.writing
    assert abs(part.length_ms / 1000 - played.heard[-1]) < 3
    station = Station(hall(440, 160))
    await station.publish(studio.streams, KA)
    await studio.record(KA)
    await studio.has(2)
    await studio.door.order(End(KA, 1))
    assert path == studio.files()[0]
    await station.close()
