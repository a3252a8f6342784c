"""What the value of an option may be; what it may not is told with one that would do."""

import argparse
from ipaddress import ip_address
from pathlib import Path

from server.mistakes import Mistake

REDIS_COPIES = "Redis is backed up by its own means: docs/operating.md says how"


def address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no address: use one such as 203.0.113.7") from None


def database(text: str) -> Path:
    if text.startswith(("redis:", "rediss:", "unix:")):
        raise Mistake(REDIS_COPIES)
    return Path(text.removeprefix("sqlite:"))


def port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: use a number from 1 to 65535, such as 8000")
    return int(text)


def count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 2000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of people: use 1 to 2000")
    return int(text)


def speed(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} does not do here: use a number above 0, such as 10")
    return number
