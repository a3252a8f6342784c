"""docs/operating.md and what lies beside it, as the code has it: the unit, the image, tables of figures, reasons, events."""

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from server.cli_parser import command_line
from server.hub.hub import Hub
from server.settings import ROOT
from server.store.memory import MemoryStore
from server.web.health import Reason
from server.web.metrics import Metrics
from tests.operating_page import PAGE, example
from tests.ports import free_port
from tests.protocol_page import tables, ticked

DOCKERFILE = ROOT / "docs" / "operating" / "Dockerfile"
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "server").rglob("*.py"))


def table(first: str) -> list[dict[str, str]]:
    """The table whose first column is headed so."""
    (found,) = [rows for rows in tables(PAGE) if next(iter(rows[0])) == first]
    return found


# -- systemd


def test_unit_starts_a_command_that_exists() -> None:
    (line,) = re.findall(r"^ExecStart=(.+)$", example("ini", {}), re.MULTILINE)
    program, *arguments = shlex.split(line)
    assert program == "/opt/twin-city-lab/.venv/bin/python"
    assert arguments[:2] == ["-m", "server"]
    assert str(command_line().parse_args(arguments[2:]).database).startswith("/var/lib/twin-city-lab/"), (
        "StateDirectory"
    )


def test_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        return  # the test above holds without it
    unit = tmp_path / "twin-city-lab.service"
    unit.write_text(example("ini", {"/opt/twin-city-lab/.venv/bin/python": sys.executable}))
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit)]
    verified = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    unit.write_text(unit.read_text().replace("ProtectHome=yes", "ProtectHome=perhaps"))
    verified = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert "protect home" in verified.stderr, "the control"


# -- the image


def instructions(kind: str) -> list[str]:
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(rf"^{kind} (.+)$", text, re.MULTILINE)


def run_json(text: str) -> list[str]:
    """`CMD ["a", "b"]` as a list, with this Python."""
    words: list[str] = json.loads(text[text.index("[") :])
    return [sys.executable if word == "python" else word for word in words]


async def test_what_the_image_holds_is_enough_to_serve_and_to_be_found_healthy(tmp_path: Path) -> None:
    for line in instructions("COPY"):
        source, target = line.split()
        assert (ROOT / source).exists(), f"{DOCKERFILE.name} copies {source}"
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, tmp_path / target)
    database = tmp_path / "data" / "lab.sqlite"
    command = [word.replace("/data/lab.sqlite", str(database)) for word in run_json(instructions("CMD")[-1])]
    (health,) = instructions("HEALTHCHECK")
    environment = {"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": str(free_port())}
    server = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        async with asyncio.timeout(30):
            while b"Ctrl-C" not in await server.stdout.readline():
                assert not server.stdout.at_eof(), "it ended"
            checks = [await checked(health, environment), await checked(health, {**environment, "PORT": "1"})]
    finally:
        server.terminate()
        await server.communicate()
    assert (checks[0], database.exists()) == (0, True)
    assert checks[1] != 0, "the control: nobody listens there"


async def checked(health: str, environment: dict[str, str]) -> int:
    check = await asyncio.create_subprocess_exec(*run_json(health), env=environment, stderr=asyncio.subprocess.DEVNULL)
    return await check.wait()


def test_images_pip_line_agrees_with_the_lock() -> None:
    """Without an index: in this environment all that the lock names is there already, in the same versions."""
    (line,) = [line for line in instructions("RUN") if " pip install" in line]
    words = [sys.executable if word == "python" else word for word in shlex.split(line)]
    offline = ["--dry-run", "--no-index", "--disable-pip-version-check", "--quiet"]
    ended = subprocess.run([*words, *offline], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr


# -- tables


def test_figures_are_those_of_the_code() -> None:
    text = Metrics(Hub(MemoryStore(), lambda: 0), {}).render().decode()
    shown = {family.name for family in text_string_to_metric_families(text)}
    said = {name.removesuffix("_total") for row in table("figure") for name in ticked(row["figure"])}
    assert said == {name for name in shown if name.startswith("tcl_")}


def test_alerts_ask_for_figures_that_exist() -> None:
    known = {name for row in table("figure") for name in ticked(row["figure"])}
    for row in table("ring when"):
        asked = set(re.findall(r"\btcl_\w+", row["ring when"]))
        assert {name.removesuffix("_bucket") for name in asked} <= known
    labels = re.findall(r'(?:reason=~|code=|face=)"([^"]+)"', "".join(row["ring when"] for row in table("ring when")))
    assert all(f'"{word}"' in CODE for label in labels for word in label.replace("\\", "").split("|"))


def test_reasons_of_health_are_those_of_the_code() -> None:
    assert [ticked(row["reason"])[0] for row in table("reason")] == [reason.value for reason in Reason]


def test_events_of_the_log_exist() -> None:
    for row in table("event"):
        for event in ticked(row["event"]):
            assert f'"{event}"' in CODE, event
