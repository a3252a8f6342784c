"""What the command line takes: each command with its options, what they are when left out, and its help."""

import argparse
import os
from pathlib import Path
from typing import NoReturn

from server import VERSION
from server.cli_examples import EXAMPLES
from server.cli_values import address, count, database, port, speed
from server.rtc.coturn import Files
from server.settings import ROOT

PROGRAM = ".venv/bin/python -m server"
DEFAULT_PLAN = ROOT / "sessions" / "auftakt-karlsruhe-krasnodar.toml"
DEFAULT_DATABASE = Path("var/twin-city-lab.sqlite")
DEMO_DATABASE = Path("var/demo.sqlite")
DEFAULT_RECORDINGS = Path("var/recordings")


class _Help(argparse.RawDescriptionHelpFormatter, argparse.ArgumentDefaultsHelpFormatter):
    """Examples as they stand, and each option with what it is when left out."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)
        # argparse forgets the indent of commands when it makes room for the longest one.
        self._action_max_length = max(map(len, EXAMPLES)) + 4

    def _get_help_string(self, action: argparse.Action) -> str | None:
        shown = action.default not in (None, False, [], argparse.SUPPRESS)
        return super()._get_help_string(action) if shown else action.help


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"twin-city-lab: {message[0].lower()}{message[1:]}; {self.prog} --help shows what there is\n")


def command_line() -> argparse.ArgumentParser:
    top = _Parser(
        prog=PROGRAM,
        description="Twin City Lab: one workshop in two city halls. Without a command: serve.",
        formatter_class=_Help,
        epilog=f"Each command has its own help with examples: {PROGRAM} rehearse --help",
    )
    top.add_argument("--version", action="version", version=f"Twin City Lab {VERSION}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, dest="command", title="commands")
    _serve_commands(commands)
    _rehearse_command(commands)
    _check_command(commands)
    _copy_commands(commands)
    _move_command(commands)
    _turn_command(commands)
    _media_command(commands)
    return top


def _command(
    commands: "argparse._SubParsersAction[_Parser]", name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=summary, description=description, epilog=EXAMPLES[name], formatter_class=_Help
    )


def _serve_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    serve = _command(
        commands,
        "serve",
        "open a session and serve it",
        "Serve the workshop. Prints the links for facilitators, projectors and phones. Ctrl-C ends it.",
    )
    _serving_options(serve)
    serve.add_argument(
        "--database", type=Path, default=DEFAULT_DATABASE, metavar="FILE", help="the SQLite file with everything in it"
    )
    serve.set_defaults(shared=True)
    demo = _command(
        commands,
        "demo",
        "serve a workshop that plays by itself",
        "Serve a workshop with simulated people in both rooms, from the first step to the last and again from the start.\n"
        "Open the printed links and watch, or join in. Its database is new at every start.",
    )
    _serving_options(demo)
    demo.add_argument("--participants", type=count, default=18, metavar="N", help="simulated people")
    demo.add_argument("--speed", type=speed, default=1.0, metavar="X", help="how many times as fast")
    # No --database here, and no Redis: what the demo finds there, it deletes.
    demo.set_defaults(database=DEMO_DATABASE, shared=False)


def _serving_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plan", type=Path, default=DEFAULT_PLAN, metavar="FILE", help="the session plan that is opened at first"
    )
    _listening_options(parser, "8000")
    parser.add_argument(
        "--public-url",
        default=os.environ.get("PUBLIC_URL"),
        metavar="URL",
        help="how phones reach this server, e.g. https://lab.example.org (PUBLIC_URL); guessed from the network when left out",
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="CIDR",
        help="whose X-Forwarded-Proto and -Host to believe, e.g. 127.0.0.1 or 10.0.0.0/8; may be given again (TRUSTED_PROXIES)",
    )
    _recordings_option(parser, None)


def _recordings_option(parser: argparse.ArgumentParser, usual: Path | None) -> None:
    given = os.environ.get("RECORDINGS")
    beside = "" if usual else "; beside the database when left out"
    parser.add_argument(
        "--recordings",
        type=Path,
        default=Path(given) if given else usual,
        metavar="DIR",
        help=f"where recordings of live windows lie (RECORDINGS){beside}",
    )


def _listening_options(parser: argparse.ArgumentParser, usual_port: str) -> None:
    environment = os.environ
    parser.add_argument("--host", default=environment.get("HOST", "0.0.0.0"), help="address to listen on (HOST)")
    parser.add_argument("--port", type=port, default=environment.get("PORT") or usual_port, help="port (PORT)")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate (PEM): serve over TLS")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key (PEM)")


def _rehearse_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = _command(
        commands,
        "rehearse",
        "send simulated participants into a running session",
        "Simulated people join a running server by its doors, half in each room, and write, sort and vote as steps are\n"
        "opened; their phones lose the line and come back. It ends with Ctrl-C, after --seconds, or after the last step;\n"
        "then every view is compared with the server's, and every acknowledged note looked for. Exit code 1: not in agreement.",
    )
    parser.add_argument(
        "--session", required=True, metavar="LINK|CODE", help="what the QR code says, or the typed code"
    )
    parser.add_argument("--url", help="where the server is; needed with a code, else taken from the link")
    parser.add_argument("--participants", type=count, default=60, metavar="N", help="how many people")
    parser.add_argument(
        "--notes", type=Path, metavar="FILE.csv", help="notes to write: a CSV file with a column called text"
    )
    parser.add_argument("--speed", type=speed, default=10.0, metavar="X", help="how many times as fast as people are")
    parser.add_argument("--seconds", type=speed, metavar="N", help="end after so long")
    parser.add_argument("--facilitate", action="store_true", help="drive the session from first to last step as well")
    parser.add_argument(
        "--facilitator",
        action="append",
        default=[],
        metavar="LINK",
        help="a facilitator's link, for --facilitate; one for each room",
    )
    parser.add_argument("--insecure", action="store_true", help="accept any certificate, as a hall's own")


def _check_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    check = _command(
        commands,
        "check-plan",
        "check a session plan and print its timetable",
        "Print the timetable of a session plan in all rooms' local times, or its mistakes with line numbers.",
    )
    check.add_argument("file", type=Path, metavar="FILE", help="a plan, such as sessions/minimal.toml")


def _copy_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    backup = _command(
        commands,
        "backup",
        "copy everything into one file, while the server runs",
        "Copy the database with all sessions into one file, and read the copy once. The server may go on meanwhile. The copy\n"
        "holds the key from which all links are made: keep it as safe as the server. Exit code 1: not all of it can be read.",
    )
    backup.add_argument("--to", type=Path, required=True, metavar="FILE", help="the copy to make")
    backup.add_argument(
        "--from", dest="database", type=database, default=DEFAULT_DATABASE, metavar="DATABASE", help="of what"
    )
    backup.add_argument("--force", action="store_true", help="write over a file that is there")
    verify = _command(
        commands,
        "verify",
        "read a backup in full and say what is in it",
        "Read a backup from beginning to end, every session of it, and change nothing. Exit code 1: not all can be read.",
    )
    verify.add_argument("file", type=Path, nargs="?", default=DEFAULT_DATABASE, metavar="FILE", help="the copy to read")
    restore = _command(
        commands,
        "restore",
        "put a backup in the place of the database",
        "Put a backup in the place of the database, while no server runs on it. What was there is kept beside it.",
    )
    restore.add_argument("--from", dest="copy", type=Path, required=True, metavar="FILE", help="the backup")
    restore.add_argument(
        "--to", dest="database", type=database, default=DEFAULT_DATABASE, metavar="DATABASE", help="where to"
    )
    restore.add_argument("--force", action="store_true", help="even if some of its sessions cannot be read")


def _turn_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    turn = _command(
        commands,
        "turn-config",
        "print the settings of coturn for the live connection",
        "Print coturn's settings file for the TURN server that TURN_HOST, TURN_SECRET, TURN_PORT and TURN_TLS_PORT name; the\n"
        "same four are given to `serve`. coturn reads it as /etc/turnserver.conf. It holds the secret: readable by coturn alone.",
    )
    turn.add_argument("--cert", type=Path, default=Files().cert, metavar="FILE", help="certificate (PEM), full chain")
    turn.add_argument("--key", type=Path, default=Files().key, metavar="FILE", help="its private key (PEM)")
    turn.add_argument(
        "--external-ip", type=address, metavar="IP", help="the public address, where the machine has another"
    )
    turn.add_argument(
        "--allow-peer",
        type=address,
        action="append",
        default=[],
        metavar="IP",
        help="let peers through at this private address all the same: that of a TURN server without Internet; may be given again",
    )


def _move_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = _command(
        commands,
        "move",
        "carry sessions from SQLite to Redis, or back",
        "Carry sessions with all that belongs to them from one store to another, and compare both sides at the end.\n"
        "Stop the servers first. The source stays as it is; a session that the target has already is refused. Into an empty\n"
        "target the key of links and cookies goes along, so that they live on.",
    )
    parser.add_argument(
        "--from", dest="source", required=True, metavar="STORE", help="sqlite:FILE, or redis://:PASSWORD@HOST:6379/0"
    )
    parser.add_argument("--to", dest="target", required=True, metavar="STORE", help="the same; what is new is made")
    parser.add_argument(
        "--session", metavar="ID", help="this one only, by its id: /s/ID/ in the addresses of its pages"
    )


def _media_command(commands: "argparse._SubParsersAction[_Parser]") -> None:
    parser = _command(
        commands,
        "media",
        "pass picture and sound on, in a process of its own",
        "Pass picture and sound of the live link on where there is no direct way, and to those who watch at home. `serve` does\n"
        "it by itself; in a process of its own it can end without a board that notices. MEDIA_KEY: 64 hexadecimal digits,\n"
        "the same for `serve`, which is told the address of this process by MEDIA_URL.",
    )
    _listening_options(parser, "8001")
    parser.add_argument(
        "--public-url",
        default=os.environ.get("PUBLIC_URL"),
        metavar="URL",
        help="that of `serve`: its pages may publish and watch here (PUBLIC_URL)",
    )
    _recordings_option(parser, DEFAULT_RECORDINGS)
