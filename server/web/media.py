"""Leave to publish or watch a stream, and the streams themselves where no other process has them."""

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core.ids import NewId
from server.core.links import ShareLink
from server.core.state import SYSTEM
from server.errors import Code, Rejected
from server.rtc.access import StreamName, may
from server.rtc.media.endpoints import ACTS
from server.rtc.media.endpoints import routes as media_routes
from server.rtc.tokens import VALID_MS, Act, Leave, holder, token
from server.web.doors import answer, body
from server.web.faces import person_asking
from server.web.origin import post
from server.web.services import Services


class MediaAsking(Struct, frozen=True, forbid_unknown_fields=True):
    """`stream`: its name, as `server/rtc/access.py` has it. `page`: which of an interpreter's pages asks to publish."""

    person: Annotated[str, Meta(max_length=40)]
    act: Act
    stream: Annotated[str, Meta(max_length=170)]
    page: NewId | None = None


def routes() -> list[Route]:
    return [post("/api/sessions/{session}/media", media), *media_routes(pass_on)]


async def media(request: Request) -> Response:
    """POST `/api/sessions/{session}/media` {person, act, stream}: answers {"url", "token"}.

    Raises `Rejected(NOT_ALLOWED)`.
    """
    services: Services = request.state.services
    asking = await body(request, MediaAsking)
    live, person = await person_asking(request, request.path_params["session"], asking.person)
    stream = StreamName.read(asking.stream)
    if stream is None or not may(live.state, person, asking.act, stream, asking.page):
        raise Rejected(Code.NOT_ALLOWED)
    if person.role in ("participant", "interpreter") and stream.kind == "hall":
        # Halls publish only where somebody watches: it costs them as much as the other hall's picture does.
        await live.submit(SYSTEM, ShareLink(stream.activity))
    leave = Leave(asking.act, str(stream), live.now() + VALID_MS, holder(services.media_key, live.id, person.id))
    return answer(
        {
            "url": media_address(services.settings.media_url, asking.act, str(stream)),
            "token": token(services.media_key, leave),
        }
    )


async def pass_on(request: Request) -> Response:
    """`/media/`, unless the settings name another process for it."""
    services: Services = request.state.services
    if services.media is None:
        raise Rejected(Code.PAGE_UNKNOWN)
    return await services.media.answer(request)


def media_address(base: str, act: Act, stream: str) -> str:
    """Where to publish or watch. `base`: "" for here, another process's address, or one with {way} and {stream} in it."""
    way = next(way for way, meant in ACTS.items() if meant == act)
    pattern = base if "{stream}" in base else f"{base or '/media'}/{{way}}/{{stream}}"
    return pattern.replace("{way}", way).replace("{stream}", stream)
