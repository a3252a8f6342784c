"""What a phone loads when it comes in for the first time. Its time is measured by `make bench`; bytes are the same everywhere."""

from pathlib import Path

from bench.phone_load import first_load
from server.core.agenda import OpenStep
from server.web.auth import cookie_name
from tests.browser.chromium import OpenContext
from tests.hall import running_hall

FILES_KIB = 100
# The first snapshot: the whole plan in all languages, uncompressed, since the WebSocket is (goal S8).
SNAPSHOT_KIB = 26


async def test_first_load_of_a_phone_keeps_its_budget(open_context: OpenContext, tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        facilitator = await hall.join("facilitator", "ka")
        await hall.give(facilitator, OpenStep("karte-schreiben", ("ka", "kr")))
        person = await hall.join("participant", "ka", "Miriam")
        context = await open_context((390, 844), touch=True)
        token = hall.services.keys.token(hall.live.id, person)
        await context.add_cookies([{"name": cookie_name(person, secure=False), "value": token, "url": hall.url}])
        load = await first_load(context, f"{hall.url}/s/{hall.live.id}/{person}", slow=False)
        snapshot = load.by_file.pop("WebSocket")
        assert 0 < snapshot <= SNAPSHOT_KIB * 1024
        assert load.bytes <= FILES_KIB * 1024, load.by_file
        assert any(name.endswith(".woff2") for name in load.by_file), "the font is part of it"
