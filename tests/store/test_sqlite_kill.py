"""`kill -9` in the middle of appending loses nothing that was acknowledged, keeps nothing by halves (R1, at the store)."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from server.store.sqlite import SqliteStore
from tests.store.appender import SESSIONS
from tests.store.samples import commit

ROUNDS = 5
ROOT = Path(__file__).parents[2]


def killed_after(path: Path, lines: int, order: str) -> dict[str, int]:
    """The newest acknowledged version of each session, once the appender was killed `lines` acknowledgements later."""
    command = [sys.executable, "-m", "tests.store.appender", str(path), order]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as appender:
        assert appender.stdout is not None
        acknowledged = [appender.stdout.readline() for _ in range(lines)]
        appender.kill()
        acknowledged += appender.stdout.readlines()  # said before it died, read after
    assert appender.returncode == -9, "it ended by itself, so this proves nothing"
    newest: dict[str, int] = {}
    for line in filter(None, acknowledged):
        session, version = line.split()
        newest[session.decode()] = int(version)
    return newest


async def lost(path: Path, acknowledged: dict[str, int]) -> list[str]:
    """Sessions that lack something acknowledged. Whatever is there must be whole."""
    store = SqliteStore(path)
    await store.open()
    missing: list[str] = []
    for session in SESSIONS:
        log = (await store.load(session)).commits
        assert log == [commit(number, command_id=f"c{number}") for number in range(1, len(log) + 1)]
        for version in range(max(len(log) - 20, 1), len(log) + 1):
            assert await store.receipt(session, "anna", f"c{version}") is not None
        assert await store.receipt(session, "anna", f"c{len(log) + 1}") is None
        if len(log) < acknowledged.get(session, 0):
            missing.append(session)
    await store.close()
    return missing


async def test_a_server_killed_while_appending_loses_no_acknowledged_write(tmp_path: Path) -> None:
    random = Random(9)
    acknowledged: dict[str, int] = {}
    for _ in range(ROUNDS):
        newly = killed_after(tmp_path / "sessions.db", random.randrange(20, 400), "durable")
        assert all(newly[session] > acknowledged.get(session, 0) for session in newly)
        acknowledged |= newly
        assert await lost(tmp_path / "sessions.db", acknowledged) == []


async def test_a_server_that_acknowledges_early_is_found_out(tmp_path: Path) -> None:
    """The control. It says nothing about fsync: what a killed process wrote survives in the system's cache anyway."""
    acknowledged = killed_after(tmp_path / "sessions.db", 1, "early")
    assert await lost(tmp_path / "sessions.db", acknowledged) == list(acknowledged)


ENDING = """
import asyncio, os, sys
from server.store.sqlite import SqliteStore
from tests.store.samples import commits, row

async def main():
    store = SqliteStore(sys.argv[1])
    await store.open()
    await store.create(row(), commits(1, 9))

asyncio.run(main())
if sys.argv[2] == "at once":
    os._exit(0)
"""


@pytest.mark.parametrize(("ending", "wal_left"), [("as usual", False), ("at once", True)])
async def test_a_process_that_never_closed_its_store_leaves_a_clean_file(
    tmp_path: Path, ending: str, wal_left: bool
) -> None:
    path = tmp_path / "sessions.db"
    subprocess.run([sys.executable, "-c", ENDING, str(path), ending], check=True, cwd=ROOT)
    assert Path(f"{path}-wal").exists() == wal_left
    store = SqliteStore(path)
    await store.open()
    assert len((await store.load("s1")).commits) == 9
    await store.close()
