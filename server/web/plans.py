"""Session plans on disk: load one, check one from the command line, list a directory for the host page.

The format is explained to facilitators in `sessions/README.md`; the reading itself is in `plan_file`.
"""

import re
from pathlib import Path
from typing import TextIO

from server.core.plan import Plan
from server.web.plan_file import read_plan
from server.web.plan_mistakes import Mistake, PlanMistakes
from server.web.timetable import print_timetable

__all__ = ["Mistake", "PlanMistakes", "check_plan", "list_plans", "load_plan", "print_timetable"]

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def load_plan(path: Path) -> Plan:
    """Raises PlanMistakes with everything that is wrong, also when the file cannot be read at all."""
    file = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        found = f"it cannot be read ({error.strerror})"
        raise _unusable(file, 1, found, "a session plan, a file ending in .toml") from None
    if path.suffix != ".toml" or not _SLUG.fullmatch(path.stem):
        expected = "small letters a to z, digits and hyphens, then .toml: the name becomes part of web addresses"
        raise _unusable(file, 1, f'it is called "{path.name}"', expected)
    try:
        source = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = "this line is not written in UTF-8"
        raise _unusable(file, line, found, 'a file saved with the encoding "UTF-8"') from None
    return read_plan(source.replace("\r\n", "\n"), file, path.stem)


def check_plan(path: Path, out: TextIO, err: TextIO) -> int:
    """Print the timetable and return 0, or print every mistake as "file:line: sentence" to `err` and return 1."""
    try:
        plan = load_plan(path)
    except PlanMistakes as error:
        for mistake in error.mistakes:
            print(mistake, file=err)
        count = len(error.mistakes)
        print(f"{count} mistake{'' if count == 1 else 's'} found.", file=err)
        return 1
    print_timetable(plan, out)
    print("\nThe plan is complete, no mistakes found.", file=out)
    return 0


def list_plans(directory: Path) -> list[tuple[Path, Plan | PlanMistakes]]:
    """Every plan of a directory by file name; a broken plan is listed with its mistakes rather than left out."""
    found: list[tuple[Path, Plan | PlanMistakes]] = []
    for path in sorted(directory.glob("*.toml")):
        try:
            found.append((path, load_plan(path)))
        except PlanMistakes as error:
            found.append((path, error))
    return found


def _unusable(file: str, line: int, found: str, expected: str) -> PlanMistakes:
    return PlanMistakes([Mistake(file, line, "this file", found, expected)])
