"""Every text is there, in every language, and none is left over. Ids are found where they are used: scripts, templates, server."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from server.core.plan import LANGUAGES
from server.errors import Close, Code
from server.settings import ROOT
from server.web.assets import Assets
from server.web.i18n import LOCALES, Catalogues

NAMES = sorted(path.stem for path in (LOCALES / "de").glob("*.po"))
PLURAL_FORMS = {"de": 2, "en": 2, "ru": 3}

# Names and words that are written in Latin letters in Russian too.
LATIN_IN_RUSSIAN = (
    "Twin City Lab",
    "IP",
    "Wi-Fi",
    "JavaScript",
    "QR",
    "Match & Sprint",
    "cookie",
    "https",
    "TURN",
    "UDP",
    "TCP",
    "TLS",
)
KEYS = ("Enter", "Escape", "Esc", "Delete", "Ctrl")
# Keys of the keyboard, as far as no Russian word of one letter looks like them.
_KEY = re.compile(r"\b[D-JL-NP-XZ]\b")

_FILE = re.compile(r"\.(css|js|html|po|py|svg|json|toml)$")
_ANY = "|".join(NAMES)
_LITERAL = re.compile(rf"""["'`]((?:{_ANY})\.[a-z0-9_.-]+)["'`]""")
# A text with holes: `phone.step.${kind}` in scripts, f"error.{code}" on the server, "pages.x." ~ kind in templates.
_HOLED = re.compile(rf"""`((?:{_ANY})\.(?:[^`$\s]|\$\{{[^}}]*\}})*)`|f"((?:{_ANY})\.[^"\s]*)\"""")
_JOINED = re.compile(rf"""["']((?:{_ANY})\.[a-z0-9_.]*\.)["'] ~""")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def messages(language: str, name: str) -> dict[str, Message]:
    with (LOCALES / language / f"{name}.po").open("rb") as file:
        found = [message for message in read_po(file, locale=language, abort_invalid=True) if message.id]
    ids = [id_of(message) for message in found]
    assert len(ids) == len(set(ids)), "an id stands twice"
    return dict(zip(ids, found, strict=True))


def id_of(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else [str(form) for form in message.string or ()]


def every_text(language: str) -> list[tuple[str, str]]:
    return [(i, text) for name in NAMES for i, m in messages(language, name).items() for text in texts_of(m)]


@cache
def sources() -> tuple[tuple[Path, str], ...]:
    files = [
        *(ROOT / "static" / "js").rglob("*.js"),
        *(ROOT / "templates").rglob("*.html"),
        *(LOCALES.parent).rglob("*.py"),
    ]
    return tuple((path.relative_to(ROOT), path.read_text()) for path in sorted(files))


@cache
def used() -> tuple[dict[str, Path], dict[str, Path]]:
    """Ids as they stand in the sources, and patterns of ids put together there; each with a file that uses it."""
    ids: dict[str, Path] = {}
    patterns: dict[str, Path] = {}
    for path, source in sources():
        ids |= {i: path for i in _LITERAL.findall(source) if not _FILE.search(i) and not i.endswith(".")}
        patterns |= {_pattern(a or b): path for a, b in _HOLED.findall(source) if "{" in (a or b)}
        patterns |= {re.escape(start) + "[a-z0-9_.-]+": path for start in _JOINED.findall(source)}
    return ids, patterns


def _pattern(holed: str) -> str:
    return "[a-z0-9_.-]+".join(re.escape(part) for part in re.split(r"\$?\{[^}]*\}", holed))


@pytest.mark.parametrize("name", NAMES)
def test_a_catalogue_has_the_same_ids_in_every_language(name: str) -> None:
    expected = set(messages("de", name))
    for language in LANGUAGES:
        assert set(messages(language, name)) == expected
    assert all(message_id.startswith(f"{name}.") for message_id in expected)


def test_every_language_has_the_same_catalogues() -> None:
    for language in LANGUAGES:
        assert sorted(path.stem for path in (LOCALES / language).glob("*.po")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_text_that_is_used_exists(name: str) -> None:
    known = messages("de", name)
    ids, patterns = used()
    missing = {i: str(path) for i, path in ids.items() if i.startswith(f"{name}.") and i not in known}
    assert not missing
    nowhere = {
        pattern: str(path)
        for pattern, path in patterns.items()
        if pattern.startswith(re.escape(f"{name}.")) and not any(re.fullmatch(pattern, i) for i in known)
    }
    assert not nowhere


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_used(name: str) -> None:
    ids, patterns = used()
    left_over = [
        i for i in messages("de", name) if i not in ids and not any(re.fullmatch(pattern, i) for pattern in patterns)
    ]
    assert not left_over


def test_the_search_finds_ids_in_scripts_templates_and_server() -> None:
    """The control: were the patterns above blind, the tests above would pass over nothing."""
    ids, patterns = used()
    assert ids["pages.error.title"] == Path("templates/error.html")
    assert any(path.suffix == ".js" for path in ids.values())
    assert any(re.fullmatch(pattern, "error.not_allowed") for pattern in patterns)
    assert _pattern("phone.step.${kind}.title") == r"phone\.step\.[a-z0-9_.-]+\.title"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_filled_in_and_complete(language: str, name: str) -> None:
    for message_id, message in messages(language, name).items():
        german = messages("de", name)[message_id]
        texts = texts_of(message)
        assert all(text.strip() for text in texts), message_id
        assert not message.fuzzy, message_id
        assert len(texts) == (PLURAL_FORMS[language] if isinstance(german.id, tuple | list) else 1), message_id
        expected = set(_PLACEHOLDER.findall(texts_of(german)[-1]))
        for place, text in enumerate(texts):
            found = set(_PLACEHOLDER.findall(text))
            # The form for one may say it in words; not in Russian, where the same form serves 21.
            spared = place == 0 and len(texts) > 1 and language != "ru"
            assert found <= expected if spared else found == expected, message_id
            assert text.count("{") == text.count("}") == len(_PLACEHOLDER.findall(text)), message_id


def test_every_code_has_a_sentence_and_no_other_is_kept() -> None:
    codes = {f"error.{code.value}" for code in Code} | {f"error.close.{close.name.lower()}" for close in Close}
    assert set(messages("de", "error")) == codes


@pytest.mark.parametrize("code", list(Code))
def test_a_sentence_only_names_what_its_refusals_bring_along(code: Code) -> None:
    """`{limit}` is filled in only where the code is raised with it."""
    asked = {p for text in texts_of(messages("de", "error")[f"error.{code.value}"]) for p in _PLACEHOLDER.findall(text)}
    raised = re.compile(rf"Rejected\(Code\.{code.name}(?:, (\w+)=[^\n]*)?\)")
    brought = [
        match.group(1) for path, source in sources() if path.suffix == ".py" for match in raised.finditer(source)
    ]
    if asked:
        assert brought
        assert {frozenset({name}) for name in brought} == {frozenset(asked)}


def test_russian_is_written_in_cyrillic() -> None:
    for message_id, text in every_text("ru"):
        left = _PLACEHOLDER.sub("", text)
        for word in (*LATIN_IN_RUSSIAN, *KEYS):
            left = left.replace(word, "")
        assert not re.search(r"[A-Za-z]", _KEY.sub("", left)), (message_id, text)


@pytest.mark.parametrize("language", ["de", "en"])
def test_german_and_english_are_written_in_latin(language: str) -> None:
    for message_id, text in every_text(language):
        assert not re.search(r"[\u0400-\u04ff]", text), (message_id, text)


def test_german_says_du() -> None:
    formal = re.compile(r"(?<![.!?:] )(?<!^)\b(Ihr|Ihre|Ihren|Ihrem|Ihrer|Ihnen|Sie)\b|[a-zß]en Sie\b|Bitte geben Sie")
    for message_id, text in every_text("de"):
        assert not formal.search(text), (message_id, text)


def test_russian_says_vy() -> None:
    familiar = re.compile(r"\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои|твою|твоего|твоей)\b", re.IGNORECASE)
    for message_id, text in every_text("ru"):
        assert not familiar.search(text), (message_id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_set_like_print(language: str) -> None:
    """An ellipsis is one sign, quotation marks are curly, no markup, no stray space."""
    for message_id, text in every_text(language):
        assert "..." not in text, (message_id, text)
        assert not re.search(r'["<>]', text), (message_id, text)
        assert text == text.strip(), (message_id, text)
        assert "  " not in text, (message_id, text)


def test_first_screen_of_a_phone_says_nothing_that_is_fetched_later() -> None:
    later = set(Catalogues().for_face("later", "ru").messages)
    assert later
    assert not later & set(Catalogues().for_face("phone", "ru").messages)
    modules = {Path("static") / name for name in Assets(ROOT / "static").modules("js/participant.js")}
    assert Path("static/js/participant/phone.js") in modules, "the control: these are its modules"
    said = {i for path, text in sources() if path in modules for i in _LITERAL.findall(text)}
    assert "phone.line.back" in said
    assert not said & later
