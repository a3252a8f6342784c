"""The command line. Each command is one function; each mistake ends with one sentence that names the fix."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from server.cli_parser import DEFAULT_DATABASE, command_line
from server.cli_values import REDIS_COPIES
from server.errors import StoreError
from server.mistakes import Mistake
from server.rtc.coturn import Files, config
from server.rtc.turn import read_turn


def main(arguments: Sequence[str] | None = None) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # into a pipe or a journal too, what is said is said now
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "serve")
    try:
        if not given[0].startswith("-") and given[0] not in COMMANDS:
            raise Mistake(f"there is no command {given[0]!r}: use one of {', '.join(COMMANDS)}")
        options = command_line().parse_args(given)
        return COMMANDS[options.command](options)
    except (Mistake, StoreError) as mistake:
        print(f"twin-city-lab: {mistake}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


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


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "serve": _serve,
    "demo": _demo,
    "rehearse": _rehearse,
    "check-plan": _check_plan,
    "backup": _backup,
    "verify": _verify,
    "restore": _restore,
    "move": _move,
    "turn-config": _turn_config,
    "media": _media,
}
