"""Jinja2 with the catalogues and the address of static files; the language of a page."""

from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from server.core.plan import LANGUAGES, Text
from server.settings import ROOT
from server.web.assets import Assets
from server.web.i18n import Catalogues

LANGUAGE_COOKIE = "tcl-language"
_YEAR_S = 365 * 24 * 3600


class Pages:
    """Renders templates; `t` in them is the catalogue of the page's language, `static` where scripts and styles lie."""

    def __init__(self, catalogues: Catalogues, assets: Assets, directory: Path = ROOT / "templates") -> None:
        self._catalogues = catalogues
        self._static = assets.prefix
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
            t=catalogue.text, language=language, languages=LANGUAGES, static=self._static, **values
        )
        return HTMLResponse(html, status, headers={"Cache-Control": "no-store", "Content-Language": language})


def as_json(value: Any) -> Markup:
    """JSON for a data block in a page: no "<" in it, so it cannot end its element."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def language_of(request: HTTPConnection, default: str = "de") -> str:
    """The person's choice (just now, or kept in the cookie), else the first language of theirs that we have."""
    for chosen in (request.query_params.get("language"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in LANGUAGES:
            return code
    return default


def babel_locale(language: str) -> str:
    """As `host.js` has it: plain "en" would put the month first."""
    return "en_GB" if language == "en" else language


def said_in(text: Text, language: str) -> str:
    """A text of a plan, in the reader's language or another one that it has."""
    return text.get(language) or next(iter(text.values()), "")


def page(request: Request, template: str, **values: Any) -> Response:
    """A page in the reader's language; a language chosen by link (`?language=ru`) is remembered."""
    services = request.state.services
    response: Response = services.pages.render(template, language_of(request), path=request.url.path, **values)
    chosen = request.query_params.get("language")
    if chosen in LANGUAGES:
        # Not HttpOnly: the faces' own language switch writes it too.
        secure = services.is_secure(request)
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_S, secure=secure, samesite="lax")
    return response
