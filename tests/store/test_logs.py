"""Logs that earlier versions wrote lead to the state they led to then; what this version does not know, it refuses (R21)."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from server import codec
from server.core.decider import Event, fold
from server.core.state import State
from server.hub.clock import Clock
from server.hub.hub import Hub
from server.settings import ROOT
from server.store.sqlite import SqliteStore
from server.web.plans import load_plan
from tests.hall import KICKOFF
from tests.store.write_log import LOGS, Line, every_event, tag


def read_log(path: Path) -> tuple[list[Event], State]:
    """All events, and the state that was written behind them."""
    *lines, state = path.read_bytes().splitlines()
    commits = [msgspec.json.decode(line, type=Line) for line in lines]
    events = [event for commit in commits for event in codec.decode_events(bytes(commit.events), commit.format)]
    return events, msgspec.json.decode(state, type=State)


ALL = sorted(LOGS.glob("v*.jsonl"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_log_of_an_earlier_version_leads_to_the_state_it_led_to_then(path: Path) -> None:
    events, state = read_log(path)
    assert fold(events) == state


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_log_that_lacks_an_event_leads_elsewhere(path: Path) -> None:
    """The control: the state stands for the whole log."""
    events, state = read_log(path)
    assert fold(events[:-1]) != state


def test_every_event_is_in_one_of_the_logs() -> None:
    known = {tag(event) for path in ALL for event in read_log(path)[0]}
    missing = every_event() - known
    assert not missing, f"no log has {missing}: python -m tests.store.write_log writes the next one"


async def test_a_server_whose_log_holds_an_unknown_event_refuses_to_start(tmp_path: Path) -> None:
    path = tmp_path / "lab.sqlite"
    store = SqliteStore(path)
    hub = Hub(store, Clock().now)
    await hub.start()
    await hub.open(load_plan(KICKOFF))
    await hub.stop()
    changed = sqlite3.connect(path)
    changed.execute("UPDATE commits SET events = replace(CAST(events AS TEXT), 'SessionOpened', 'SessionPainted')")
    changed.commit()
    changed.close()
    before = path.read_bytes()
    serve = [sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--port", "0", "--database", str(path)]
    ended = subprocess.run(serve, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2, ended.stderr
    said = "twin-city-lab: The log holds an event this version does not know .*: run the version that wrote it, or a newer one."
    assert re.fullmatch(said, ended.stderr.splitlines()[-1])
    assert path.read_bytes() == before
