"""The power goes at any moment: the file is whole afterwards and nothing acknowledged is missing (R3)."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from server.errors import StoreError
from server.settings import ROOT
from server.store.sqlite import SqliteStore
from tests.faults.power import Disk
from tests.faults.steady_writer import SESSION, WRITES, write
from tests.faults.strace import Call, calls, traced


def watched(folder: Path, sync: str) -> list[Call]:
    """All that a steady writer asked of the system, until it ended with everything acknowledged."""
    (folder / "lab").mkdir()
    command = [*traced(folder / "trace"), sys.executable, "-m", "tests.faults.steady_writer"]
    ended = subprocess.run(
        [*command, str(folder / "lab" / "lab.sqlite"), sync], cwd=ROOT, capture_output=True, check=True
    )
    assert ended.stdout.split() == [str(number).encode() for number in range(1, WRITES + 1)]
    found = list(calls(folder / "trace"))
    first = next(number for number, call in enumerate(found) if call.place.endswith("lab.sqlite"))
    return found[first:]


async def after_a_cut(found: list[Call], folder: Path, random: Random) -> str:
    """What a store says to the files a cut at some moment left: "" when all that was acknowledged is there."""
    moment = random.randrange(len(found))
    disk = Disk(folder / "lab")
    acknowledged = 0
    for call in found[:moment]:
        disk.take(call)
        if call.name == "write" and call.data.strip().isdigit():
            acknowledged = int(call.data)
    rebuilt = folder / f"cut-{random.getrandbits(64):x}"
    rebuilt.mkdir()
    for name, content in disk.after_a_cut(random).items():
        (rebuilt / name).write_bytes(content)
    return await missing(SqliteStore(rebuilt / "lab.sqlite"), acknowledged)


async def missing(store: SqliteStore, acknowledged: int) -> str:
    await store.open()  # raises when the file is not whole
    try:
        if not await store.sessions():
            return f"all {acknowledged} writes are lost" if acknowledged else ""
        loaded = await store.load(SESSION)
        last = len(loaded.commits)
        assert loaded.commits == [write(number).commits[0] for number in range(1, last + 1)]
        assert loaded.revision == last
        assert loaded.names == {"anna": f"Anna {last}"}, "of a write all is kept, or nothing"
        assert await store.receipt(SESSION, "anna", f"c{last}") is not None
        open_round = {f"p{number}" for number in range(last // 10 * 10, last + 1)} - {"p0"} if last % 10 < 9 else set()
        assert {voter for voters in loaded.ballots.values() for voter in voters} == open_round
        return f"{acknowledged - last} writes are lost" if last < acknowledged else ""
    finally:
        await store.close()


async def cut(folder: Path, sync: str, cuts: int) -> list[str]:
    """What was missing, cut by cut."""
    found, random = watched(folder, sync), Random(11)
    return [await after_a_cut(found, folder, random) for _ in range(cuts)]


async def test_no_power_cut_takes_what_was_acknowledged(tmp_path: Path) -> None:
    assert await cut(tmp_path, "FULL", 25) == [""] * 25


async def test_power_cuts_without_syncs_are_found_out(tmp_path: Path) -> None:
    """The control: with synchronous=OFF writes are lost, or the file is damaged."""
    found, random = watched(tmp_path, "OFF"), Random(11)
    for _ in range(25):
        try:
            if await after_a_cut(found, tmp_path, random):
                return
        except StoreError:
            return
    raise AssertionError("nothing was lost, so the other test proves nothing")


@pytest.mark.long
async def test_none_of_many_power_cuts_takes_what_was_acknowledged(tmp_path: Path) -> None:
    assert await cut(tmp_path, "FULL", 400) == [""] * 400
