"""Lines of the log: one a second for each kind and source, and what libraries say is one of them."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from server import logs
from server.logs import AtMostOneASecond


class Said:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was written since they were read last."""
        return [json.loads(line) for line in self._capsys.readouterr().err.splitlines()]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    """As the command line has it."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    root.handlers.clear()
    logs.configure()
    yield Said(capsys)
    structlog.reset_defaults()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


def test_a_line_is_json_with_its_kind_and_time(said: Said) -> None:
    structlog.get_logger().info("line_cut", reason="slow", session="s1")
    (line,) = said.lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "line_cut", "level": "info", "reason": "slow", "session": "s1"}


def test_a_flood_of_one_kind_is_one_line_and_others_are_heard() -> None:
    clock = [0.0]
    once = AtMostOneASecond(lambda: clock[0])

    def heard(**event: object) -> dict[str, Any] | None:
        try:
            return dict(once(None, "info", dict(event)))
        except structlog.DropEvent:
            return None

    assert heard(event="line_cut", session="s1") is not None
    for _ in range(300):
        assert heard(event="line_cut", session="s1") is None
    assert heard(event="line_cut", session="s2") is not None
    assert heard(event="stopping") is not None
    clock[0] = 1.0
    assert heard(event="line_cut", session="s1") == {"event": "line_cut", "session": "s1", "left_out": 300}
    clock[0] = 2.0
    assert heard(event="line_cut", session="s1") == {"event": "line_cut", "session": "s1"}


def test_kinds_that_are_never_the_same_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_KINDS", 10)
    once = AtMostOneASecond(lambda: 0.0)
    for number in range(100):
        once(None, "info", {"event": f"kind {number}"})
    assert len(once._kinds) <= 10


def test_what_libraries_say_is_a_line_too_and_limited(said: Said) -> None:
    for _ in range(5):
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("uvicorn.error").info("Shutting down")
    try:
        raise ValueError("a bug")
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved\n")
    try:
        raise asyncio.CancelledError
    except asyncio.CancelledError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    first, second = said.lines
    assert (first["event"], first["logger"], first["level"]) == (
        "Invalid HTTP request received.",
        "uvicorn.error",
        "warning",
    )
    assert second["event"] == "Task exception was never retrieved"
    assert "ValueError: a bug" in second["exception"]
