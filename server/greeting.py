"""What is printed at the start so that people can come in."""

from typing import TextIO
from urllib.parse import urlsplit

import segno

from server.hub.live_session import LiveSession
from server.settings import Settings
from server.web.services import Services

EVERYWHERE = ("0.0.0.0", "::", "")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def print_welcome(services: Services, live: LiveSession, out: TextIO) -> None:
    """The links, the code and a QR code that a phone scans from the screen."""
    plan = live.state.plan
    language = plan.rooms[0].language
    title = plan.title.get(language) or next(iter(plan.title.values()))
    print(f"\n{title}\n{'=' * len(title)}", file=out)
    print("\nFacilitators (keep these links to yourselves):", file=out)
    for room in plan.rooms:
        print(f"  {room.name.get('en', room.id):<12} {services.link('facilitator', live.state, room.id)}", file=out)
    print("\nProjectors:", file=out)
    for room in plan.rooms:
        print(f"  {room.name.get('en', room.id):<12} {services.link('projector', live.state, room.id)}", file=out)
    hint = camera_hint(services.settings)
    if hint:
        print(hint, file=out)
    print(f"\nHost page:     {services.host_link()}", file=out)
    print(
        f"\nParticipants open {services.settings.public_url} and type  {services.code(live.state)}",
        file=out,
    )
    print("or scan this with the phone's camera:\n", file=out)
    link = services.link("participant", live.state, plan.rooms[0].id)
    segno.make(link, error="l", micro=False).terminal(out=out, compact=True, border=2)
    print(file=out, flush=True)


def camera_hint(settings: Settings) -> str:
    """Browsers give camera and microphone to https and to their own machine's pages only; "": the links are such."""
    if settings.secure or urlsplit(settings.public_url).hostname in THIS_MACHINE:
        return ""
    needed = "Camera and microphone need https (docs/operating.md)"
    if settings.host not in EVERYWHERE:
        return f"{needed}."
    here = f"http://localhost:{settings.port}"
    return f"{needed}; on this machine, a link that begins with {here} instead of {settings.public_url} will do."
