"""The shells of the faces: a page with nothing in it but what its script needs to begin."""

import io

import segno
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from server.core.limits import LIMITS
from server.core.state import Actor, Person
from server.errors import Code, Rejected
from server.hub.live_session import LiveSession
from server.protocol import Snapshot
from server.web import mine
from server.web.assets import compressed, respond
from server.web.services import Services
from server.web.templating import as_json, language_of

_FACES = {
    "participant": "phone",
    "facilitator": "facilitator",
    "projector": "projector",
    "camera": "camera",
    "interpreter": "interpreter",
}
_CATALOGUES = (*_FACES.values(), "later", "pages")


async def signed_in(request: Request) -> tuple[LiveSession, Person]:
    """Who asks, for pages below `/s/{session}/{person}`. Raises `Rejected`."""
    return await person_asking(request, request.path_params["session"], request.path_params["person"])


async def person_asking(request: HTTPConnection, session_id: str, person_id: str) -> tuple[LiveSession, Person]:
    """That person of that session, if this browser is theirs. Raises `Rejected`."""
    services: Services = request.state.services
    live = await services.hub.live(session_id)
    person = live.state.people.get(person_id)
    if person is not None and person.erased:
        raise Rejected(Code.ERASED)
    if person is None or not services.is_signed_in(request.cookies, session_id, person_id):
        raise Rejected(Code.NOT_SIGNED_IN)
    if person.removed:
        raise Rejected(Code.REMOVED)
    return live, person


async def face(request: Request) -> Response:
    """`/s/{session}/{person}`"""
    services: Services = request.state.services
    try:
        live, person = await signed_in(request)
    except Rejected as no:
        path = request.path_params
        if no.code is Code.SESSION_ARCHIVED and services.is_signed_in(request.cookies, path["session"], path["person"]):
            _, _, person, _ = await mine.owner(request)
            values = {"address": request.url.path, "may_erase": person.role == "participant"}
            return services.pages.render("archived.html", language_of(request), 410, **values)
        raise
    # What the first snapshots would say: it travels compressed here, and the screen stands before the line does.
    return _page(request, live, person, live.snapshots(Actor(person.id, person.role, person.room)))


async def shell(request: Request) -> Response:
    """`/s/{session}/{person}/shell`: the same with nothing to show. Browsers keep it, beside what they saw last."""
    live, person = await signed_in(request)
    return _page(request, live, person, [])


def _page(request: Request, live: LiveSession, person: Person, snapshots: list[Snapshot]) -> Response:
    services: Services = request.state.services
    plan = live.state.plan
    room = plan.room(person.room)
    # A person's screen speaks their language as the door did; a wall the one its facilitators chose.
    language = language_of(request, room.language if room else "de")
    if person.role == "projector":
        language = live.state.stages[person.room].language
    name = _FACES[person.role]
    catalogues = _catalogues(services, name)
    boot = {
        "session": live.id,
        "person": person.id,
        "role": person.role,
        "room": person.room,
        "language": language,
        "socket": f"/ws/{live.id}/{person.id}",
        "catalogues": catalogues,
        "later": _catalogues(services, "later") if name == "phone" else {},
        "join_address": services.settings.public_url.split("://", 1)[1],
        "join_code": services.code(live.state),
        "join_qr": f"/s/{live.id}/{person.id}/join.svg",
        "epoch": live.epoch,
        "server_at": live.now(),
        "records": services.clerk.offered,
        "limits": LIMITS,
        "snapshots": snapshots,
    }
    title = plan.title.get(language) or next(iter(plan.title.values()))
    html = services.pages.render(
        "face.html",
        language,
        face=name,
        script=person.role,
        modules=services.assets.modules(f"js/{person.role}.js"),
        boot=as_json(boot),
        title=title,
        catalogue=catalogues[language],
    )
    return compressed(request, html)


def _catalogues(services: Services, name: str) -> dict[str, str]:
    """Addresses by language."""
    return {
        language: f"/i18n/{name}/{language}.{services.catalogues.for_face(name, language).digest}.json"
        for language in services.catalogues.all
    }


async def catalogue(request: Request) -> Response:
    """`/i18n/{face}/{name}.json`, name = language.digest: never changes under one address."""
    services: Services = request.state.services
    name: str = request.path_params["name"]
    language, _, digest = name.removesuffix(".json").partition(".")
    face_name = request.path_params["face"]
    if face_name not in _CATALOGUES or language not in services.catalogues.all:
        raise Rejected(Code.PAGE_UNKNOWN)
    found = services.catalogues.for_face(face_name, language)
    if digest != found.digest:
        return RedirectResponse(
            f"/i18n/{face_name}/{language}.{found.digest}.json", headers={"Cache-Control": "no-store"}
        )
    return respond(request, found.asset, lasting=True)


async def join_qr(request: Request) -> Response:
    """`/s/{session}/{person}/join.svg`: how people in this person's room come in."""
    services: Services = request.state.services
    live, person = await signed_in(request)
    return qr_svg(services.link("participant", live.state, person.room))


def qr_svg(link: str) -> Response:
    """A QR code as an SVG without styles of its own, so that the strictest CSP shows it."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", border=2, svgclass=None, lineclass=None, omitsize=True
    )
    return Response(out.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
