"""Catalogues: PO files in, one dictionary a language out, for templates, refusals and (as JSON) the browser."""

import hashlib
import json
from pathlib import Path

from babel.core import Locale
from babel.messages.pofile import read_po
from babel.plural import PluralRule

from server.core.plan import LANGUAGES
from server.errors import Code
from server.web.assets import Asset

LOCALES = Path(__file__).resolve().parent.parent / "locales"

# The order of the forms in a PO file, by CLDR's names, as `Intl.PluralRules` knows them too.
_FORMS = {"de": ("one", "other"), "en": ("one", "other"), "ru": ("one", "few", "many")}

# What walls and desks say and phones never do.
_ALSO = {"facilitator": ("check.",), "projector": ("check.",), "camera": ("projector.station.",)}

# What a phone says on screens that it fetches later; "later" is the catalogue of these.
_LATER = (
    "phone.group.",
    "phone.hand.",
    "phone.hear.",
    "phone.home.",
    "phone.live.",
    "phone.mine.",
    "phone.results.",
    "phone.sort.",
    "phone.vote.",
)

Message = str | dict[str, str]


class Catalogue:
    """All texts of one language. `asset` is what the browser loads, as JSON, `digest` names this very content."""

    def __init__(self, language: str, messages: dict[str, Message]) -> None:
        self.language = language
        self.messages = messages
        self._plural: PluralRule = Locale(language).plural_form
        data = json.dumps(messages, ensure_ascii=False, separators=(",", ":")).encode()
        self.asset = Asset(f"{language}.json", data)
        self.digest = hashlib.sha256(data).hexdigest()[:12]

    def text(self, message_id: str, **params: int | str) -> str:
        """A text with its `{params}` filled in; plural forms by `n`. An unknown id is shown as it is (a test finds it)."""
        message = self.messages.get(message_id, message_id)
        if isinstance(message, dict):
            form = self._plural(int(params.get("n", 0)))
            message = message.get(form) or next(reversed(message.values()))
        for name, value in params.items():
            message = message.replace("{" + name + "}", str(value))
        return message


class Catalogues:
    """One catalogue a language, for a face or a server page: `for_face` leaves out what a face never says."""

    def __init__(self, directory: Path = LOCALES) -> None:
        self.all = {language: Catalogue(language, _read(directory / language, language)) for language in LANGUAGES}
        self._faces: dict[tuple[str, str], Catalogue] = {}

    def text(self, language: str, message_id: str, **params: int | str) -> str:
        return self.all[language].text(message_id, **params)

    def refusal(self, language: str, code: str, params: dict[str, int | str]) -> str:
        """The sentence that goes with a code."""
        return self.text(language, f"error.{Code(code).value}", **params)

    def for_face(self, face: str, language: str) -> Catalogue:
        """What the browser loads for a face ("phone", "facilitator", "projector", …): its own texts and the common ones.

        A phone's first screen does not wait for those of "later".
        """
        key = (face, language)
        if key not in self._faces:
            wanted = _LATER if face == "later" else (f"{face}.", "common.", *_ALSO.get(face, ()))
            left = _LATER if face == "phone" else ()
            all_ids = self.all[language].messages.items()
            messages = {i: m for i, m in all_ids if i.startswith(wanted) and not i.startswith(left)}
            self._faces[key] = Catalogue(language, messages)
        return self._faces[key]


def _read(directory: Path, language: str) -> dict[str, Message]:
    messages: dict[str, Message] = {}
    for path in sorted(directory.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, tuple | list):
                    forms = [str(form) for form in message.string or ()]
                    messages[message.id[0]] = dict(zip(_FORMS[language], forms, strict=True))
                else:
                    messages[message.id] = str(message.string)
    return messages
