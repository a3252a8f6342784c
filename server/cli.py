"""The command line. Each command is one function; each mistake ends with one sentence that names the fix."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from server import VERSION
from server.errors import StoreError
from server.mistakes import Mistake
from server.settings import ROOT

DEFAULT_PLAN = ROOT / "sessions" / "auftakt-karlsruhe-krasnodar.toml"
DEFAULT_DATABASE = Path("var/twin-city-lab.sqlite")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (Mistake, StoreError) as mistake:
        print(f"twin-city-lab: {mistake}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Twin City Lab: one workshop in two city halls. Without a command: serve.",
        epilog="Each command has its own help: python -m server serve --help",
    )
    parser.add_argument("--version", action="version", version=f"Twin City Lab {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    serve = commands.add_parser(
        "serve",
        help="open a session and serve it",
        description="Serve the workshop. Prints the links for facilitators, projectors and phones. Ctrl-C ends it.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _serving_options(serve)
    serve.set_defaults(run=_serve)
    check = commands.add_parser(
        "check-plan",
        help="check a session plan and print its timetable",
        description="Print the timetable of a session plan in all rooms' local times, or its mistakes with line numbers.",
    )
    check.add_argument("file", type=Path, metavar="FILE", help="a plan, such as sessions/minimal.toml")
    check.set_defaults(run=_check_plan)
    return parser


def _serving_options(parser: argparse.ArgumentParser) -> None:
    environment = os.environ
    parser.add_argument("--plan", type=Path, default=DEFAULT_PLAN, help="the session plan that is opened at first")
    parser.add_argument("--host", default=environment.get("HOST", "0.0.0.0"), help="address to listen on (HOST)")
    parser.add_argument("--port", type=_port, default=_port(environment.get("PORT") or "8000"), help="port (PORT)")
    parser.add_argument(
        "--public-url",
        default=environment.get("PUBLIC_URL"),
        help="how phones reach this server, e.g. https://lab.example.org (PUBLIC_URL); guessed from the network when left out",
    )
    parser.add_argument("--database", type=Path, default=DEFAULT_DATABASE, help="the SQLite file with everything in it")
    parser.add_argument("--tls-cert", type=Path, help="certificate file (PEM): serve over TLS")
    parser.add_argument("--tls-key", type=Path, help="its private key (PEM)")


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: use a number from 1 to 65535, such as 8000")
    return port


def _serve(options: argparse.Namespace) -> int:
    from server.serving import serve

    return serve(options)


def _check_plan(options: argparse.Namespace) -> int:
    from server.web.plans import check_plan

    return check_plan(options.file, sys.stdout, sys.stderr)
