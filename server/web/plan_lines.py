"""On which line each key of a TOML text stands, so that a mistake in meaning can be told with its line.

`tomllib` gives line numbers for syntax errors only. This scanner walks a text that `tomllib` has already accepted, so
it needs no error handling of its own: it follows the grammar of TOML 1.0 only as far as finding keys asks for.
"""

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the top, e.g. ("rooms", 0, "name", "de")."""

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotation marks may stand directly before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_SPACE = re.compile(r"[ \t\r]*")
_FILLER = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")


def key_lines(source: str) -> dict[Path, int]:
    """The line (from 1) of every key, section and list item of a valid TOML text."""
    return _Scanner(source).scan()


class _Scanner:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._line_ends = [match.start() for match in re.finditer("\n", source)]
        self._lines: dict[Path, int] = {}
        # how many [[sections]] of a path have been opened: the last one is the one later headers speak of
        self._opened: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        section: Path = ()
        self._skip(_FILLER)
        while self._position < len(self._source):
            if self._source.startswith("[", self._position):
                section = self._header()
            else:
                self._statement(section)
            self._skip(_FILLER)
        return self._lines

    def _header(self) -> Path:
        line = self._line()
        is_list = self._source.startswith("[[", self._position)
        self._position += 2 if is_list else 1
        keys = self._keys()
        self._position += 2 if is_list else 1
        path: Path = ()
        for key in keys[:-1]:
            self._note((*path, key), line)
            path = self._latest((*path, key))
        path = (*path, keys[-1])
        self._note(path, line)
        if is_list:
            self._opened[path] = self._opened.get(path, 0) + 1
        path = self._latest(path)
        self._note(path, line)
        return path

    def _latest(self, path: Path) -> Path:
        return (*path, self._opened[path] - 1) if path in self._opened else path

    def _statement(self, section: Path) -> None:
        line = self._line()
        path = section
        for key in self._keys():
            path = (*path, key)
            self._note(path, line)
        self._position += 1  # the "="
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self._source[self._position]
        if first in "\"'":
            self._skip(_STRING)
        elif first == "[":
            self._items(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._skip(_BARE_VALUE)

    def _items(self, path: Path) -> None:
        self._position += 1
        self._skip(_FILLER)
        position = 0
        while self._source[self._position] != "]":
            self._note((*path, position), self._line())
            self._value((*path, position))
            self._skip(_FILLER)
            position += 1
        self._position += 1

    def _inline_table(self, path: Path) -> None:
        self._position += 1
        self._skip(_FILLER)
        while self._source[self._position] != "}":
            self._statement(path)
            self._skip(_FILLER)
        self._position += 1

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._source.startswith(".", self._position):
            self._position += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip(_SPACE)
        quoted = self._source[self._position] in "\"'"
        raw = self._skip(_STRING if quoted else _BARE_KEY)
        self._skip(_SPACE)
        return str(tomllib.loads(f"key = {raw}")["key"]) if quoted else raw

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._source, self._position)
        if match is None:
            return ""
        self._position = match.end()
        return match.group()

    def _note(self, path: Path, line: int) -> None:
        self._lines.setdefault(path, line)

    def _line(self) -> int:
        return bisect_right(self._line_ends, self._position - 1) + 1
