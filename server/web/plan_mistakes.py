"""What is wrong with a session plan, said to the person who wrote it: all mistakes at once, each with its line."""

import difflib
from collections.abc import Iterable, Mapping

from msgspec import Struct

from server.web.plan_lines import Path


class Mistake(Struct, frozen=True):
    """One mistake. `where`, `found` and `expected` are parts of the English sentence a facilitator reads."""

    file: str
    line: int
    where: str
    found: str
    expected: str

    @property
    def sentence(self) -> str:
        text = f"In {self.where}: {self.found}; expected {self.expected}"
        return text if text.endswith("?") else text + "."

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class PlanMistakes(Exception):
    """A plan cannot be used. `mistakes` is never empty and stands in the order of the file."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: mistake.line)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Report:
    """Collects the mistakes of one file while it is read."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.mistakes: list[Mistake] = []
        self._file = file
        self._lines = lines

    def add(self, at: Path, where: str, found: str, expected: str) -> None:
        self.mistakes.append(Mistake(self._file, self.line(at), where, found, expected))

    def line(self, at: Path) -> int:
        """The line of a value, or of the nearest section around it: what is missing has no line of its own."""
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)


def show(value: object) -> str:
    """A value as its author would recognise it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:57] + "…"}"'
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    return str(value)


def one_of(options: Iterable[str], found: object = None) -> str:
    """The allowed words, and the one that was probably meant."""
    words = list(options)
    allowed = ("one of " if len(words) > 1 else "") + ", ".join(f'"{word}"' for word in words)
    return (allowed or "nothing here") + did_you_mean(words, found)


def did_you_mean(options: Iterable[str], found: object) -> str:
    by_folded = {word.casefold(): word for word in options}
    near = difflib.get_close_matches(found.casefold(), by_folded, n=1) if isinstance(found, str) else []
    return f' – did you mean "{by_folded[near[0]]}"?' if near else ""
