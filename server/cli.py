"""The command line. Each command is one function; each mistake ends with one sentence that names the fix."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

from server import VERSION
from server.cli_examples import EXAMPLES
from server.errors import StoreError
from server.mistakes import Mistake
from server.rtc.coturn import Files, config
from server.rtc.turn import read_turn
from server.settings import ROOT

PROGRAM = ".venv/bin/python -m server"
DEFAULT_PLAN = ROOT / "sessions" / "auftakt-karlsruhe-krasnodar.toml"
DEFAULT_DATABASE = Path("var/twin-city-lab.sqlite")
DEMO_DATABASE = Path("var/demo.sqlite")
DEFAULT_RECORDINGS = Path("var/recordings")
REDIS_COPIES = "Redis is backed up by its own means: docs/operating.md says how"
COMMANDS = ("serve", "demo", "rehearse", "check-plan", "backup", "verify", "restore", "move", "turn-config", "media")


class _Help(argparse.RawDescriptionHelpFormatter, argparse.ArgumentDefaultsHelpFormatter):
    """Examples as they stand, and each option with what it is when left out."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)
        # argparse forgets the indent of commands when it makes room for the longest one.
        self._action_max_length = max(map(len, COMMANDS)) + 4

    def _get_help_string(self, action: argparse.Action) -> str | None:
        shown = action.default not in (None, False, [], argparse.SUPPRESS)
        return super()._get_help_string(action) if shown else action.help


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"twin-city-lab: {message[0].lower()}{message[1:]}; {self.prog} --help shows what there is\n")


def main(arguments: Sequence[str] | None = None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # into a pipe or a journal too, what is said is said now
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "serve")
    try:
        if not given[0].startswith("-") and given[0] not in COMMANDS:
            raise Mistake(f"there is no command {given[0]!r}: use one of {', '.join(COMMANDS)}")
        options = _parser().parse_args(given)
        return int(options.run(options))
    except (Mistake, StoreError) as mistake:
        print(f"twin-city-lab: {mistake}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM,
        description="Twin City Lab: one workshop in two city halls. Without a command: serve.",
        formatter_class=_Help,
        epilog=f"Each command has its own help with examples: {PROGRAM} rehearse --help",
    )
    parser.add_argument("--version", action="version", version=f"Twin City Lab {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
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
    serve.set_defaults(run=_serve, shared=True)
    demo = _command(
        commands,
        "demo",
        "serve a workshop that plays by itself",
        "Serve a workshop with simulated people in both rooms, from the first step to the last and again from the start.\n"
        "Open the printed links and watch, or join in. Its database is new at every start.",
    )
    _serving_options(demo)
    demo.add_argument("--participants", type=_count, default=18, metavar="N", help="simulated people")
    demo.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="how many times as fast")
    # No --database here, and no Redis: what the demo finds there, it deletes.
    demo.set_defaults(run=_demo, database=DEMO_DATABASE, shared=False)
    _rehearse_command(commands)
    check = _command(
        commands,
        "check-plan",
        "check a session plan and print its timetable",
        "Print the timetable of a session plan in all rooms' local times, or its mistakes with line numbers.",
    )
    check.add_argument("file", type=Path, metavar="FILE", help="a plan, such as sessions/minimal.toml")
    check.set_defaults(run=_check_plan)
    _copy_commands(commands)
    _move_command(commands)
    _turn_command(commands)
    _media_command(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[_Parser]", name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=summary, description=description, epilog=EXAMPLES[name], formatter_class=_Help
    )


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


def _listening_options(parser: argparse.ArgumentParser, port: str) -> None:
    environment = os.environ
    parser.add_argument("--host", default=environment.get("HOST", "0.0.0.0"), help="address to listen on (HOST)")
    parser.add_argument("--port", type=_port, default=environment.get("PORT") or port, help="port (PORT)")
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
    parser.add_argument("--participants", type=_count, default=60, metavar="N", help="how many people")
    parser.add_argument(
        "--notes", type=Path, metavar="FILE.csv", help="notes to write: a CSV file with a column called text"
    )
    parser.add_argument("--speed", type=_speed, default=10.0, metavar="X", help="how many times as fast as people are")
    parser.add_argument("--seconds", type=_speed, metavar="N", help="end after so long")
    parser.add_argument("--facilitate", action="store_true", help="drive the session from first to last step as well")
    parser.add_argument(
        "--facilitator",
        action="append",
        default=[],
        metavar="LINK",
        help="a facilitator's link, for --facilitate; one for each room",
    )
    parser.add_argument("--insecure", action="store_true", help="accept any certificate, as a hall's own")
    parser.set_defaults(run=_rehearse)


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
        "--from", dest="database", type=_database, default=DEFAULT_DATABASE, metavar="DATABASE", help="of what"
    )
    backup.add_argument("--force", action="store_true", help="write over a file that is there")
    backup.set_defaults(run=_backup)
    verify = _command(
        commands,
        "verify",
        "read a backup in full and say what is in it",
        "Read a backup from beginning to end, every session of it, and change nothing. Exit code 1: not all can be read.",
    )
    verify.add_argument("file", type=Path, nargs="?", default=DEFAULT_DATABASE, metavar="FILE", help="the copy to read")
    verify.set_defaults(run=_verify)
    restore = _command(
        commands,
        "restore",
        "put a backup in the place of the database",
        "Put a backup in the place of the database, while no server runs on it. What was there is kept beside it.",
    )
    restore.add_argument("--from", dest="copy", type=Path, required=True, metavar="FILE", help="the backup")
    restore.add_argument(
        "--to", dest="database", type=_database, default=DEFAULT_DATABASE, metavar="DATABASE", help="where to"
    )
    restore.add_argument("--force", action="store_true", help="even if some of its sessions cannot be read")
    restore.set_defaults(run=_restore)


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
        "--external-ip", type=_address, metavar="IP", help="the public address, where the machine has another"
    )
    turn.add_argument(
        "--allow-peer",
        type=_address,
        action="append",
        default=[],
        metavar="IP",
        help="let peers through at this private address all the same: that of a TURN server without Internet; may be given again",
    )
    turn.set_defaults(run=_turn_config)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no address: use one such as 203.0.113.7") from None


def _database(text: str) -> Path:
    if text.startswith(("redis:", "rediss:", "unix:")):
        raise Mistake(REDIS_COPIES)
    return Path(text.removeprefix("sqlite:"))


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
    parser.set_defaults(run=_move)


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
    parser.set_defaults(run=_media)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: use a number from 1 to 65535, such as 8000")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 2000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of people: use 1 to 2000")
    return int(text)


def _speed(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} does not do here: use a number above 0, such as 10")
    return number


def _serve(options: argparse.Namespace) -> int:
    from server.serving import serve

    return serve(options)


def _demo(options: argparse.Namespace) -> int:
    from server.demo import demo

    return demo(options)


def _rehearse(options: argparse.Namespace) -> int:
    from server.rehearsal.crowd import Setting
    from server.rehearsal.deck import read_notes
    from server.rehearsal.doorstep import read_door
    from server.rehearsal.rehearse import Rehearsal, run

    if options.facilitate != bool(options.facilitator):
        raise Mistake("--facilitate and --facilitator LINK go together: give both, or neither to facilitate yourselves")
    door = read_door(options.url, options.session, options.insecure)
    notes = tuple(read_notes(options.notes)) if options.notes else ()
    setting = Setting(people=options.participants, speed=options.speed, notes=notes)
    hands = tuple(read_door(options.url, link, options.insecure) for link in options.facilitator)
    return run(door, setting, Rehearsal(facilitators=hands, seconds=options.seconds))


def _move(options: argparse.Namespace) -> int:
    from server.store.moving import run

    return run(options)


def _media(options: argparse.Namespace) -> int:
    from server.media_process import media

    return media(options)


def _check_plan(options: argparse.Namespace) -> int:
    from server.web.plans import check_plan

    return check_plan(options.file, sys.stdout, sys.stderr)


def _backup(options: argparse.Namespace) -> int:
    from server.backups import backup

    if os.environ.get("REDIS_URL") and options.database == DEFAULT_DATABASE:
        raise Mistake(f"REDIS_URL is set, and {REDIS_COPIES}; --from names a database of your choice")
    return backup(options.database, options.to, options.force)


def _verify(options: argparse.Namespace) -> int:
    from server.backups import verify

    return verify(options.file)


def _restore(options: argparse.Namespace) -> int:
    from server.backups import restore

    return restore(options.copy, options.database, options.force)


def _turn_config(options: argparse.Namespace) -> int:
    turn = read_turn(os.environ)
    if turn is None:
        raise Mistake("there is no TURN server to write for: set TURN_HOST and TURN_SECRET, as for serve")
    files = Files(options.cert, options.key)
    print(config(turn, files, options.external_ip or "", tuple(options.allow_peer)), end="")
    return 0
