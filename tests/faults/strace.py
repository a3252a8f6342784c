"""System calls of a traced program, read from what strace wrote: who asked the disk and the network for what, in which order."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

SOCKETS = ("write", "writev", "sendto", "sendmsg")
FILES = ("openat", "pwrite64", "ftruncate", "unlink", "fsync", "fdatasync")

_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)")
_PLACE = re.compile(r"\d+<([^>]*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class Call(Struct):
    """`place`: the file's path, or "socket:[…]". `data`: all that was handed over. `numbers`: its last plain arguments.

    `began` and `ended` are line numbers: what ended before another began had happened by then.
    """

    name: str
    place: str
    data: bytes
    numbers: list[int]
    began: int
    ended: int


def traced(output: Path) -> list[str]:
    """What stands before a command to have it traced, its threads and children too."""
    names = ",".join((*SOCKETS, *FILES))
    # Whole writes in hexadecimal, and what file a descriptor stands for.
    return ["strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "1000000", "-e", f"trace={names}", "-o", str(output)]


def calls(output: Path) -> Iterator[Call]:
    """In the order they ended; those that failed or never ended are left out."""
    begun: dict[str, tuple[int, str]] = {}
    with output.open() as lines:
        for number, line in enumerate(lines):
            found = _LINE.match(line)
            if found is None:
                continue
            thread, resumed, name, rest = found.groups()
            if rest.endswith("<unfinished ...>"):
                begun[thread] = number, rest.removesuffix("<unfinished ...>")
                continue
            began, before = begun.pop(thread) if resumed else (number, "")
            arguments, _, result = (before + rest).rpartition(" = ")
            if not result.startswith("-1"):
                yield _call(resumed or name, arguments, result, began, number)


def _call(name: str, arguments: str, result: str, began: int, ended: int) -> Call:
    strings = [bytes.fromhex(text.replace("\\x", "")) for text in _STRING.findall(arguments)]
    place = _PLACE.search(result if name == "openat" else arguments)
    path = bytes.fromhex(place[1].replace("\\x", "")).decode() if place and place[1].startswith("\\x") else ""
    if name == "unlink":
        path = strings[0].decode()
    plain = [int(part) for part in arguments.rstrip(" )").split(", ")[1:] if part.strip().isdigit()]
    return Call(name, path or (place[1] if place else ""), b"".join(strings), plain, began, ended)
