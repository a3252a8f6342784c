"""Jinja2 with the catalogues, the nonce-free headers' friends and digests for static files."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from server.core.plan import LANGUAGES
from server.settings import ROOT
from server.web.i18n import Catalogues

LANGUAGE_COOKIE = "tcl-language"


class Pages:
    """Renders templates; `t` in them is the catalogue of the page's language."""

    def __init__(self, catalogues: Catalogues, directory: Path = ROOT / "templates") -> None:
        self._catalogues = catalogues
        self._environment = Environment(
            loader=FileSystemLoader(directory),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, language: str, status: int = 200, **values: Any) -> HTMLResponse:
        catalogue = self._catalogues.all[language]
        html = self._environment.get_template(template).render(
            t=catalogue.text, language=language, languages=LANGUAGES, **values
        )
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store", "Content-Language": language})


def as_json(value: Any) -> Markup:
    """JSON for a data block in a page: no "<" in it, so it cannot end its element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def language_of(request: Request, default: str = "de") -> str:
    """The person's choice (cookie), else the first language of theirs that we have, else the default."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in LANGUAGES:
            return code
    return default
