"""Pages that are complete on the server, and the shells of the small ones that need a script (join, enter, pair)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.plan import LANGUAGES
from server.web import doors, invites
from server.web.services import Services
from server.web.templating import LANGUAGE_COOKIE, as_json, language_of

_YEAR_S = 365 * 24 * 3600


def routes() -> list[Route]:
    return [
        Route("/", join_page),
        Route("/join", join_page),
        Route("/enter", enter_page),
        Route("/pair", pair_page),
        Route("/privacy", privacy_page),
        Route("/healthz", health),
        *doors.routes(),
        *invites.routes(),
    ]


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page in the reader's language; a language chosen by link (`?language=ru`) is remembered."""
    services: Services = request.state.services
    response = services.pages.render(template, language_of(request), status, path=request.url.path, **values)
    chosen = request.query_params.get("language")
    if chosen in LANGUAGES:
        # Not HttpOnly: the faces' own language switch writes it too.
        secure = services.settings.secure
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_S, secure=secure, samesite="lax")
    return response


async def join_page(request: Request) -> Response:
    """`/` asks for the typed code, `/join#invitation` for room and name. All languages come along: switching asks nobody."""
    services: Services = request.state.services
    catalogues = {
        language: {i: text for i, text in catalogue.messages.items() if i.startswith("pages.join.")}
        for language, catalogue in services.catalogues.all.items()
    }
    boot = {"language": language_of(request), "catalogues": catalogues}
    modules = services.assets.modules("js/join.js")
    return page(request, "join.html", boot=as_json(boot), modules=modules)


async def enter_page(request: Request) -> Response:
    """`/enter#invitation`: a facilitator's, projector's or host's link; its script exchanges the invitation."""
    return page(request, "enter.html")


async def pair_page(request: Request) -> Response:
    """`/pair`: for the machine at a hall's projector. Nobody there has a language yet, so all are shown."""
    services: Services = request.state.services
    return page(request, "pair.html", say=services.catalogues.text)


async def privacy_page(request: Request) -> Response:
    return page(request, "privacy.html")


async def health(_request: Request) -> Response:
    return doors.answer({"ok": True})
