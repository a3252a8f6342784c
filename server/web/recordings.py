"""Recordings on the host's page of a session: what there is, to take along or to delete. Nobody else gets at them."""

from datetime import UTC, datetime
from typing import Any

from babel.dates import format_datetime
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.core.plan import Plan
from server.core.state import State
from server.errors import Code, Rejected
from server.hub.trail import HOST as HOST_DID_IT
from server.hub.trail import What
from server.hub.world import load_world
from server.rtc.media.recorder_door import RecorderDoor
from server.rtc.recordings import Away, Part, Remove
from server.rtc.recordings_away import RemoteRecordings
from server.web.hosting import hosts_only, see
from server.web.origin import post
from server.web.services import Services
from server.web.templating import babel_locale, language_of, page, said_in

MB = 1_000_000
NONE: dict[str, Any] = {"away": False, "parts": []}


def routes() -> list[Route]:
    return [
        Route("/host/{session}/recordings/{name}", hosts_only(download)),
        Route("/host/{session}/recordings/{name}/delete", hosts_only(delete_page), methods=["GET"]),
        post("/host/{session}/recordings/{name}/delete", hosts_only(delete)),
    ]


async def listed(services: Services, state: State, language: str) -> dict[str, Any]:
    """What a page shows of a session's recordings. `away`: there may be some, and who has them does not answer."""
    try:
        parts = await services.clerk.parts(state.session)
    except Away:
        asked = any(link.recording is not None for link in state.links.values())
        return {**NONE, "away": asked}
    return {**NONE, "parts": [_shown(part, state.plan, language) for part in parts]}


async def download(request: Request) -> Response:
    """`/host/{session}/recordings/{name}`: the file, or the way to it where another process has it."""
    services: Services = request.state.services
    session, part = await _part(request)
    # One that goes on where it broke off was noted when it began.
    if request.method == "GET" and request.headers.get("range", "bytes=0-").startswith("bytes=0-"):
        await services.hub.trail.note(What.RECORDING_DOWNLOADED, session, HOST_DID_IT, part.name)
    match services.recordings:
        case RecorderDoor() as here:
            return await here.file(session, part.name)
        case RemoteRecordings() as there:
            return RedirectResponse(there.address(session, part.name), 303, headers={"Cache-Control": "no-store"})
        case None:
            raise Rejected(Code.PAGE_UNKNOWN)


async def delete_page(request: Request) -> Response:
    """`/host/{session}/recordings/{name}/delete`: asks once more."""
    services: Services = request.state.services
    session, part = await _part(request)
    world, _ = await load_world(services.hub.store, session)
    shown = _shown(part, world.state.plan, language_of(request))
    return page(request, "host_recording.html", session=session, part=shown)


async def delete(request: Request) -> Response:
    services: Services = request.state.services
    session, part = await _part(request)
    try:
        await services.clerk.order(Remove(session, part.name))
    except Away:
        raise Rejected(Code.MEDIA_AWAY) from None
    await services.hub.trail.note(What.RECORDING_DELETED, session, HOST_DID_IT, part.name)
    return see(f"/host/{session}#recordings")


async def _part(request: Request) -> tuple[str, Part]:
    """The session's id and its recording of that name; one that is still being written is not there yet.

    Raises `Rejected(SESSION_UNKNOWN | PAGE_UNKNOWN | MEDIA_AWAY)`.
    """
    services: Services = request.state.services
    row = await services.hub.find(request.path_params["session"])
    try:
        parts = await services.clerk.parts(row.id)
    except Away:
        raise Rejected(Code.MEDIA_AWAY) from None
    name = request.path_params["name"]
    found = next((part for part in parts if part.name == name and not part.writing), None)
    if found is None:
        raise Rejected(Code.PAGE_UNKNOWN)
    return row.id, found


def _shown(part: Part, plan: Plan, language: str) -> dict[str, Any]:
    """The instant in UTC; a script says it in local time."""
    room, activity = plan.room(part.room), plan.activity(part.activity)
    moment = datetime.fromtimestamp(part.began_at / 1000, UTC)
    words = format_datetime(moment, "d MMMM y, HH:mm", locale=babel_locale(language))
    minutes, seconds = divmod(round(part.length_ms / 1000), 60)
    return {
        "name": part.name,
        "hall": said_in(room.name, language) if room is not None else part.room,
        "mark": (room.mark_by_language.get(language) or room.mark) if room is not None else "",
        "strong": room.colours.strong if room is not None else "",
        "window": said_in(activity.title, language) if activity is not None else part.activity,
        "at": {"iso": moment.isoformat(timespec="seconds"), "words": f"{words} UTC"},
        "length": f"{minutes}:{seconds:02}",
        "megabytes": max(1, round(part.size / MB)),
        "writing": part.writing,
    }
