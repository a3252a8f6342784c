"""How texts are dealt, and what a notes file must be."""

import random
from pathlib import Path

import pytest

from server.core.plan import Activity, Writing
from server.mistakes import Mistake
from server.rehearsal.deck import Deck, Text, built_in, read_notes
from server.rehearsal.texts import AFTERTHOUGHT, FROM_GERMAN, FROM_RUSSIAN, translation_of


def writing(step: str) -> Writing:
    return Writing(id=step, title={"en": step}, rooms=("ka",), day=1, starts_at=0, duration_ms=0, board="b")


FIRST, SECOND = writing("first"), writing("second")
AGENDA: list[Activity] = [FIRST, SECOND]
TEXTS = [Text(f"note {number}", "de") for number in range(7)]


def dealt(deck: Deck, step: Writing, language: str = "de") -> list[str]:
    found = []
    while (text := deck.deal(step, AGENDA, language)) is not None:
        found.append(text.text)
    return found


def test_real_notes_are_dealt_once_and_spread_over_the_steps() -> None:
    deck = Deck(TEXTS, once=True, rng=random.Random(1))
    first, second = dealt(deck, FIRST, "ru"), dealt(deck, SECOND)
    assert (len(first), len(second)) == (4, 3)
    assert sorted(first + second) == [text.text for text in TEXTS]
    assert deck.left == 0


def test_what_one_step_leaves_over_comes_up_in_the_next() -> None:
    deck = Deck(TEXTS, once=True, rng=random.Random(1))
    one = deck.deal(FIRST, AGENDA, "de")
    assert one is not None
    deck.give_back(FIRST, one)
    assert len(dealt(deck, SECOND)) == 7


def test_built_in_notes_come_anew_in_each_step_in_ones_own_language() -> None:
    deck = Deck(built_in(), once=False, rng=random.Random(1))
    for step in (FIRST, SECOND):
        assert sorted(dealt(deck, step)) == sorted(text for text, _ in FROM_GERMAN)
        assert sorted(dealt(deck, step, "ru")) == sorted(text for text, _ in FROM_RUSSIAN)


def test_built_in_notes_are_all_different_and_all_have_another_line() -> None:
    assert len(FROM_GERMAN) == len(FROM_RUSSIAN) == 40
    assert len({text.text for text in built_in()}) == 80
    for text in built_in():
        translation = translation_of(text.text, text.language)
        assert translation not in (None, text.text)
        other = {"de": "ru", "ru": "de"}[text.language]
        assert (
            translation_of(text.text + AFTERTHOUGHT[text.language], text.language)
            == f"{translation}{AFTERTHOUGHT[other]}"
        )
    assert translation_of("Somebody else's note", "en") is None


def test_a_notes_file_is_read_with_its_languages(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('at_ms,text,language\n1,"Eins, zwei",\n2,Раз,\n3,One,en\n4, ,\n', encoding="utf-8-sig")
    assert read_notes(path) == [Text("Eins, zwei", "de"), Text("Раз", "ru"), Text("One", "en")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"at,note\n1,x\n", "no column called text"),
        (b"text\n", "holds no notes"),
        (b"text\n\xff\xfe\n", "CSV file in UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_notes_file_that_does_not_do_is_told_in_a_sentence(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "notes.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Mistake, match=told):
        read_notes(path)
