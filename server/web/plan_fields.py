"""Typed access to one table of a plan file.

A value that is missing or wrong is reported once and read as something harmless ("", 0, {} or None): reading goes on,
and every mistake of the file is told at the same time.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time

from server.core.plan import LANGUAGES, Text
from server.web.plan_lines import Path
from server.web.plan_mistakes import Report, did_you_mean, one_of, show

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_DURATION = re.compile(r"(?=\d)(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*min)?\s*(?:(\d{1,4})\s*s)?")
_LANGUAGE_NAMES = {"de": "German", "ru": "Russian", "en": "English"}
_TEXT_HINT = "a text in every language: {key}.de, {key}.ru and {key}.en"


class Table:
    """One table of the file. It remembers which keys were asked for: `finish` reports the ones nobody knows.

    `prefix` is what stands before a key in the author's eyes ("title." for the table of a text's languages).
    """

    def __init__(self, report: Report, at: Path, where: str, data: dict[str, object], prefix: str = "") -> None:
        self.report = report
        self.at = at
        self.where = where
        self._data = data
        self._prefix = prefix
        self._asked: set[str] = set()

    def take(self, key: str) -> object:
        """The raw value of a key, None when it is not there (TOML has no null)."""
        self._asked.add(key)
        return self._data.get(key)

    def label(self, key: str) -> str:
        return self._prefix + key

    def wrong(self, key: str, found: str, expected: str) -> None:
        self.report.add((*self.at, key), self.where, found, expected)

    def missing(self, key: str, expected: str) -> None:
        self.wrong(key, f"{self.label(key)} is missing", expected)

    def line(self, key: str) -> int:
        return self.report.line((*self.at, key))

    def finish(self) -> None:
        for key in self._data:
            if key not in self._asked:
                meant = did_you_mean(self._asked, key)
                known = ", ".join(self.label(name) for name in sorted(self._asked))
                self.wrong(key, f'there is an unknown key "{self.label(key)}"', f"one of {known}{meant}")

    # -- words and texts -------------------------------------------------------------------------------------------

    def string(self, key: str, expected: str, limit: int, default: str | None = None) -> str:
        """One text of at most `limit` characters. Line breaks become spaces: a long text may take several lines."""
        value = self.take(key)
        if value is None:
            if default is None:
                self.missing(key, expected)
            return default or ""
        if not isinstance(value, str):
            self.wrong(key, f"{self.label(key)} is {show(value)}", f"{expected}, in quotation marks")
            return ""
        text = re.sub(r"[ \t\r\n]+", " ", value).strip(" ")
        if not text:
            self.wrong(key, f"{self.label(key)} is empty", expected)
        elif len(text) > limit:
            self.wrong(key, f"{self.label(key)} has {len(text)} characters", f"at most {limit}")
        elif any(unicodedata.category(character) == "Cc" for character in text):
            self.wrong(key, f"{self.label(key)} contains an invisible control character", "plain text")
        return text

    def text(self, key: str, limit: int, *, required: bool = True) -> Text:
        """One text in all languages."""
        inner = self.table(key, _TEXT_HINT.format(key=key), required=required)
        if inner is None:
            return {}
        text = {code: inner.string(code, f"a text in {_LANGUAGE_NAMES[code]}", limit) for code in LANGUAGES}
        inner.finish()
        return text

    def id(self, key: str = "id", default: str | None = None) -> str:
        value = self.take(key)
        expected = (
            'a short name such as "ideas-2": at most 32 of the letters a to z, digits and hyphens, a letter first'
        )
        if value is None:
            if default is None:
                self.missing(key, expected)
            return default or ""
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        # also a wrong one: whoever refers to it is then not told that it is unknown
        return value if isinstance(value, str) else ""

    def choice(self, key: str, options: Iterable[str], default: str | None = None) -> str:
        words = list(options)
        value = self.take(key)
        if value is None:
            if default is None:
                self.missing(key, one_of(words))
            return default or ""
        if isinstance(value, str) and value in words:
            return value
        self.wrong(key, f"{self.label(key)} is {show(value)}", one_of(words, value))
        return ""

    def strings(self, key: str, expected: str) -> list[str]:
        """A list of words; empty when the key is left out."""
        value = self.take(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return value
        self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        return []

    # -- numbers, times --------------------------------------------------------------------------------------------

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(key, f"{self.label(key)} is {show(value)}", "true or false, without quotation marks")
        return False

    def whole(self, key: str, lowest: int, highest: int, default: int) -> int:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        expected = f"a whole number from {lowest} to {highest}, without quotation marks"
        self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        return default

    def duration_ms(self, key: str, lowest: int, highest: int, default: int | None = None) -> int:
        """A duration written "45 min" or "1 h 15 min", in milliseconds."""
        value = self.take(key)
        span = f"from {show_duration(lowest)} to {show_duration(highest)}"
        expected = f'a duration {span}, such as "20 min" or "1 h 15 min"'
        if value is None:
            if default is None:
                self.missing(key, expected)
            return default or 0
        match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is not None:
            hours, minutes, seconds = (int(part or 0) for part in match.groups())
            milliseconds = (hours * 3600 + minutes * 60 + seconds) * 1000
            if lowest <= milliseconds <= highest:
                return milliseconds
        self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        return 0

    def time(self, key: str, *, required: bool = True) -> time | None:
        value = self.take(key)
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        if match is not None:
            return time(int(match[1]), int(match[2]))
        expected = 'a time of day in quotation marks, such as "10:30"'
        if value is not None:
            self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        elif required:
            self.missing(key, expected)
        return None

    def date(self, key: str) -> date | None:
        """A date, with quotation marks or (as TOML has it) without."""
        value = self.take(key)
        expected = 'a date as year-month-day, such as "2021-07-24"'
        if value is None:
            self.missing(key, expected)
            return None
        if type(value) is date:
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                expected = "a day that is in the calendar"
        self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        return None

    # -- tables in this table --------------------------------------------------------------------------------------

    def table(self, key: str, expected: str, *, required: bool = True) -> "Table | None":
        value = self.take(key)
        if value is None:
            if required:
                self.missing(key, expected)
            return None
        if isinstance(value, dict):
            return Table(self.report, (*self.at, key), self.where, value, f"{self.label(key)}.")
        self.wrong(key, f"{self.label(key)} is {show(value)}", expected)
        return None

    def tables(self, key: str, header: str, lowest: int, highest: int, noun: str) -> list["Table"]:
        """A list of tables; each is called by its id where it has one, by `noun` and its position otherwise."""
        value = self.take(key)
        items = value if isinstance(value, list) else []
        if (value is not None and not isinstance(value, list)) or not all(isinstance(item, dict) for item in items):
            expected = f"a section for each {noun}, headed {header}"
            self.wrong(key, f"{self.label(key)} is not a list of sections", expected)
            return []
        if not lowest <= len(items) <= highest:
            expected = f"from {lowest} to {highest}, each headed {header}"
            self.wrong(key, f"there {_count(len(items), noun)}", expected)
        place = "" if not self.at else f" of {self.where}"
        return [
            Table(self.report, (*self.at, key, position), _called(item, noun, position) + place, item)
            for position, item in enumerate(items)
        ]


def show_duration(milliseconds: int) -> str:
    """A duration as plans write it: "1 h 15 min"."""
    seconds = milliseconds // 1000
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


def _called(item: dict[str, object], noun: str, position: int) -> str:
    name = item.get("id")
    return f'{noun} "{name}"' if isinstance(name, str) and name else f"{noun} {position + 1}"


def _count(number: int, noun: str) -> str:
    plural = noun.removesuffix("y") + "ies" if noun.endswith("ty") else f"{noun}s"
    return f"are {number} {plural}" if number else f"is no {noun}"
