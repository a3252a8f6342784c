"""Who writes what: every text is dealt once a step (built-in ones) or once a session (real notes from a file)."""

import csv
import random
from pathlib import Path
from typing import cast

from msgspec import Struct

from server.core.ids import Language
from server.core.plan import Activity, Writing
from server.mistakes import Mistake
from server.rehearsal.texts import FROM_GERMAN, FROM_RUSSIAN


class Text(Struct, frozen=True):
    text: str
    language: Language


def built_in() -> list[Text]:
    return [Text(pair[0], "de") for pair in FROM_GERMAN] + [Text(pair[0], "ru") for pair in FROM_RUSSIAN]


def read_notes(path: Path) -> list[Text]:
    """The `text` column of a CSV file. Its `language` column counts where there is one, else the letters do."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if "text" not in (rows.fieldnames or ()):
                raise Mistake(f"{path} has no column called text: name the column with the notes so in its first line")
            found = [_text(row) for row in rows if (row["text"] or "").strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Mistake(f"{path} cannot be read ({error}): --notes takes a CSV file in UTF-8") from None
    if not found:
        raise Mistake(f"{path} holds no notes: leave --notes out to use the built-in ones")
    return found


def _text(row: dict[str, str]) -> Text:
    text, language = row["text"].strip(), row.get("language") or ""
    if language not in ("de", "ru", "en"):
        language = "ru" if any("а" <= letter <= "я" for letter in text.lower()) else "de"
    return Text(text, cast(Language, language))


class Deck:
    """`once`: each text once in the whole session, spread evenly over its writing steps; else anew for each step."""

    def __init__(self, texts: list[Text], once: bool, rng: random.Random) -> None:
        self._once = once
        self._rng = rng
        self._all = list(texts)
        self._undealt = list(texts)
        rng.shuffle(self._undealt)
        self._portions: dict[str, list[Text]] = {}

    def deal(self, activity: Writing, agenda: list[Activity], language: str) -> Text | None:
        """The next text, in the person's own language where there is any; None when all is said."""
        portion = self._portions.get(activity.id)
        if portion is None:
            portion = self._portions[activity.id] = self._portion(agenda)
        return _take(portion, language, any_language=self._once)

    def give_back(self, activity: Writing, text: Text) -> None:
        """It was not written after all."""
        self._portions.setdefault(activity.id, []).append(text)

    @property
    def left(self) -> int:
        """Texts that were never written, of a deck dealt once."""
        return len(self._undealt) + sum(len(portion) for portion in self._portions.values())

    def _portion(self, agenda: list[Activity]) -> list[Text]:
        if not self._once:
            portion = list(self._all)
            self._rng.shuffle(portion)
            return portion
        for begun in self._portions.values():  # what an earlier step left over comes up again
            self._undealt += begun
            begun.clear()
        to_come = [step.id for step in agenda if isinstance(step, Writing) and step.id not in self._portions]
        size = -(-len(self._undealt) // max(len(to_come), 1))
        portion, self._undealt = self._undealt[:size], self._undealt[size:]
        return portion


def _take(portion: list[Text], language: str, any_language: bool) -> Text | None:
    for place in range(len(portion) - 1, -1, -1):
        if portion[place].language == language:
            return portion.pop(place)
    return portion.pop() if portion and any_language else None
