"""Texts people type, made fit for a board."""

import pytest

from server.core import texts


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Bäume  und\tBänke ", "Bäume und Bänke"),
        ("eins\r\nzwei\rdrei", "eins\nzwei\ndrei"),
        ("eins\n\n\n\n\nzwei", "eins\n\nzwei"),
        ("\n \n Деревья \n\n", "Деревья"),
        ("Mu\u0308ll", "Müll"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("gut\u202egnal\u202c", "gutgnal"),
        ("\u2066innen\u2069\u200b\ufeff", "innen"),
        ("\ud800halb", "halb"),
        ("👩\u200d👩\u200d👧 Familie", "👩\u200d👩\u200d👧 Familie"),
        (" \u200b\u2060\n\t ", ""),
    ],
)
def test_a_text_is_tidied(typed: str, clean: str) -> None:
    assert texts.clean(typed) == clean


@pytest.mark.parametrize("typed", ["  a \n\n\n b\t", "\u202eх\u0301у\u0308", "👩\u200d👩", "\r\r\n\n"])
def test_tidying_twice_is_tidying_once(typed: str) -> None:
    assert texts.clean(texts.clean(typed)) == texts.clean(typed)


def test_a_name_is_one_line() -> None:
    assert texts.one_line(" Anna \n von\t der  Alb ") == "Anna von der Alb"


@pytest.mark.parametrize("nothing", ["\u200d", "\u200d \u200d", "\u3164", "\u2800"])
def test_a_text_of_nothing_but_invisible_characters_is_empty(nothing: str) -> None:
    assert texts.clean(nothing) == ""
