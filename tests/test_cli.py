"""The command line: its help is complete, and every mistake ends with one sentence that names the fix."""

import argparse
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server import cli
from server.cli_parser import DEMO_DATABASE
from server.settings import ROOT
from server.store.sqlite_file import Lock

Capture = pytest.CaptureFixture[str]
SERVE = ["serve", "--host", "127.0.0.1", "--port", "0"]


@pytest.fixture(autouse=True)
def _somewhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`var/` and everything else a command makes lies in the test's own folder; no environment reaches in."""
    monkeypatch.chdir(tmp_path)
    names = (
        "HOST",
        "PORT",
        "PUBLIC_URL",
        "METRICS_TOKEN",
        "PRIVACY_CONTACT",
        "TURN_HOST",
        "TURN_SECRET",
        "MEDIA_URL",
        "MEDIA_KEY",
    )
    for name in names:
        monkeypatch.delenv(name, raising=False)


def told(arguments: list[str], capsys: Capture) -> str:
    """What a mistake says; it must be one line that begins with our name, and nothing of Python."""
    try:
        code = cli.main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    said = capsys.readouterr().err
    assert code == 2, said
    assert "Traceback" not in said
    sentence = said.strip().splitlines()[-1]
    assert sentence.startswith("twin-city-lab: ")
    return sentence.removeprefix("twin-city-lab: ")


def help_of(arguments: list[str], capsys: Capture) -> str:
    with pytest.raises(SystemExit) as end:
        cli.main([*arguments, "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


def test_help_names_every_command(capsys: Capture) -> None:
    said = help_of([], capsys)
    for command in cli.COMMANDS:
        assert re.search(rf"^ +{command} +\w", said, re.MULTILINE), said


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, capsys: Capture) -> None:
    said = help_of([command], capsys)
    assert f"python -m server {command} " in said.partition("example")[2]
    options = re.findall(r"^  (--?[\w-]+(?:, --[\w-]+)?)(.*)$", said, re.MULTILINE)
    assert options
    assert "==SUPPRESS==" not in said
    assert "(default: [])" not in said
    assert "(default: None)" not in said


def test_unknown_command_names_the_known_ones(capsys: Capture) -> None:
    known = ", ".join(cli.COMMANDS)
    assert told(["sreve"], capsys) == f"there is no command 'sreve': use one of {known}"


def test_unknown_option_says_where_to_look(capsys: Capture) -> None:
    assert told([*SERVE, "--prot", "80"], capsys).endswith("--help shows what there is")


@pytest.mark.parametrize("port", ["abc", "-1", "65536", "80.0", "", "٨٠"])
def test_bad_port_is_told_what_a_port_is(port: str, capsys: Capture) -> None:
    assert f"{port!r} is no port: use a number from 1 to 65535, such as 8000" in told(
        ["serve", f"--port={port}"], capsys
    )


def test_bad_port_of_the_environment_is_told_as_well(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    assert "'http' is no port" in told([], capsys)


def test_busy_port_names_another(capsys: Capture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = told(["serve", "--host", "127.0.0.1", "--port", str(port)], capsys)
    assert said == (f"port {port} is taken, perhaps by a server that still runs: end it, or use PORT={port + 1}")


def test_missing_plan_says_where_plans_are(capsys: Capture) -> None:
    said = told([*SERVE, "--plan", "nowhere.toml"], capsys)
    assert said.startswith("there is no plan nowhere.toml: name one of ")


def test_plan_with_mistakes_shows_them_with_their_lines(capsys: Capture, tmp_path: Path) -> None:
    plan = tmp_path / "broken.toml"
    plan.write_text('title.de = "Ein Plan"\nrooms = 3\n', encoding="utf-8")
    cli.main([*SERVE, "--plan", str(plan)])
    said = capsys.readouterr().err.splitlines()
    assert all(line.startswith(f"{plan}:") for line in said[:-1])
    assert len(said) > 1
    assert said[-1] == f"twin-city-lab: {plan} has mistakes (above): mend them, then start again"


def test_half_of_tls_asks_for_the_other_half(capsys: Capture, tmp_path: Path) -> None:
    certificate = tmp_path / "lab.pem"
    certificate.write_text("-")
    assert told([*SERVE, "--tls-cert", str(certificate)], capsys).endswith("give --tls-cert and --tls-key together")


def test_files_that_are_no_certificate_are_told(capsys: Capture, tmp_path: Path) -> None:
    for name in ("lab.pem", "lab.key"):
        (tmp_path / name).write_text("not PEM")
    said = told([*SERVE, "--tls-cert", "lab.pem", "--tls-key", "lab.key"], capsys)
    assert said == "lab.pem and lab.key are no certificate and its key: both are PEM files, made together"


def test_missing_certificate_is_named(capsys: Capture) -> None:
    said = told([*SERVE, "--tls-cert", "lab.pem", "--tls-key", "lab.key"], capsys)
    assert said.startswith("there is no file lab.pem")


def test_public_url_without_scheme_is_told_how_it_begins(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "lab.example.org")
    said = told(SERVE, capsys)
    assert said == "'lab.example.org' is no web address: PUBLIC_URL begins with https:// (or http://)"


@pytest.mark.parametrize("token", ["short", "with a space in it", "Schlüsselwörter-und-mehr"])
def test_token_for_figures_that_is_no_good_is_not_repeated(
    token: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METRICS_TOKEN", token)
    said = told(SERVE, capsys)
    assert said == "METRICS_TOKEN is no good: use at least 16 letters and digits that nobody can guess"


def test_contact_that_is_no_line_is_told_how_long_it_may_be(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CONTACT", "x" * 201)
    assert told(SERVE, capsys) == "PRIVACY_CONTACT is too long: use one line of at most 200 characters"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"MEDIA_URL": "media.example.org"}, "MEDIA_URL is no web address: it begins with https:// (or http://)"),
        ({"MEDIA_URL": "https://m/{stream}"}, "MEDIA_URL has places for {way} and {stream}, or for neither of them"),
        ({"MEDIA_URL": "https://m"}, "MEDIA_URL needs a MEDIA_KEY, by which that server knows whom we let in: "),
        ({"MEDIA_KEY": "s3cret"}, "MEDIA_KEY is no good: it is 64 hexadecimal digits; "),
    ],
)
def test_media_settings_that_are_no_good_are_told(
    environment: dict[str, str], says: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said = told(SERVE, capsys)
    assert said.startswith(says)
    assert "s3cret" not in said


def test_media_process_asks_for_what_it_needs(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(["media"], capsys).startswith("MEDIA_KEY is missing: make one with `openssl rand -hex 32`")
    monkeypatch.setenv("MEDIA_KEY", "ab" * 32)
    assert told(["media"], capsys).startswith("PUBLIC_URL is missing: ")


def run_server(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own: uvicorn handles signals and ends by itself."""
    command = [sys.executable, "-m", "server", *arguments]
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_database_in_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run_server(*SERVE, "--database", "file/lab.sqlite", cwd=tmp_path)
    assert ended.returncode == 2
    assert re.fullmatch(r"twin-city-lab: file/lab\.sqlite cannot be written .*: let .*\.\n", ended.stderr)


def test_damaged_database_is_one_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "lab.sqlite"
    damaged.write_bytes(b"this was never a database" * 400)
    ended = run_server(*SERVE, "--database", str(damaged), cwd=tmp_path)
    assert ended.returncode == 2
    assert re.fullmatch(rf"twin-city-lab: {re.escape(str(damaged))} is not a database: .*\.\n", ended.stderr)
    assert damaged.read_bytes() == b"this was never a database" * 400


def test_database_that_another_server_has_is_one_sentence(tmp_path: Path) -> None:
    held = Lock(tmp_path / "lab.sqlite")
    held.take()
    try:
        ended = run_server(*SERVE, "--database", "lab.sqlite", cwd=tmp_path)
    finally:
        held.release()
    assert ended.returncode == 2
    assert re.fullmatch(r"twin-city-lab: lab\.sqlite is in use by another server: .*\.\n", ended.stderr)


def test_demo_beside_a_running_demo_is_one_sentence(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    held = Lock(DEMO_DATABASE)
    held.take()
    try:
        said = told(["demo", "--port", "0"], capsys)
    finally:
        held.release()
    assert said.startswith("a demo is running here already")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--session", "K7M29QXD"], "a code alone does not say where: add --url"),
        (
            ["--session", "K7M29QXD", "--url", "lab.example.org"],
            "'lab.example.org' is no web address: --url looks like",
        ),
        (["--session", "http://127.0.0.1:1/join"], "is no link to a session: copy the whole link"),
        (["--session", "http://127.0.0.1:1/join#x"], "http://127.0.0.1:1 does not answer"),
        (
            ["--session", "x", "--url", "http://127.0.0.1:1", "--facilitate"],
            "--facilitate and --facilitator LINK go together",
        ),
        (["--session", "x", "--url", "http://127.0.0.1:1", "--notes", "no.csv"], "no.csv cannot be read"),
        (["--session", "x", "--participants", "0"], "'0' is no number of people: use 1 to 2000"),
        (["--session", "x", "--speed", "slow"], "'slow' does not do here: use a number above 0"),
        ([], "the following arguments are required: --session"),
    ],
)
def test_rehearse_with_something_wrong_is_one_sentence(arguments: list[str], sentence: str, capsys: Capture) -> None:
    assert sentence in told(["rehearse", *arguments], capsys)


def test_without_a_command_it_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[int] = []

    def serve(options: argparse.Namespace) -> int:
        served.append(options.port)
        return 0

    monkeypatch.setitem(cli.COMMANDS, "serve", serve)
    assert cli.main([]) == 0
    assert cli.main(["--port", "8123"]) == 0
    assert served == [8000, 8123]


def test_turn_config_without_a_server_says_what_to_set(capsys: Capture) -> None:
    assert "set TURN_HOST and TURN_SECRET" in told(["turn-config"], capsys)


def test_turn_config_is_told_what_an_address_is(capsys: Capture) -> None:
    assert "'here' is no address: use one such as 203.0.113.7" in told(["turn-config", "--external-ip", "here"], capsys)
