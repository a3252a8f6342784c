"""What a phone loads until somebody can write. Its time is measured by `make bench`; bytes are the same everywhere."""

from pathlib import Path

import pytest

from bench.phone_load import first_load
from server.core.agenda import OpenStep
from server.web.auth import cookie_name
from tests.browser.chromium import OpenContext
from tests.hall import running_hall

BUDGET_BYTES = 100_000


@pytest.mark.parametrize("language", ["de", "ru", "en"])
async def test_first_load_of_a_phone_keeps_its_budget(open_context: OpenContext, tmp_path: Path, language: str) -> None:
    async with running_hall(tmp_path) as hall:
        facilitator = await hall.join("facilitator", "ka")
        await hall.give(facilitator, OpenStep("karte-schreiben", ("ka", "kr")))
        person = await hall.join("participant", "ka", "Miriam")
        context = await open_context((390, 844), touch=True)
        token = hall.services.keys.token(hall.live.id, person)
        await context.add_cookies(
            [
                {"name": cookie_name(person, secure=False), "value": token, "url": hall.url},
                {"name": "tcl-language", "value": language, "url": hall.url},
            ]
        )
        load = await first_load(context, f"{hall.url}/s/{hall.live.id}/{person}", slow=False)
        assert load.bytes <= BUDGET_BYTES, load.by_file
        # The whole plan comes with the page, compressed; the WebSocket only goes on from there.
        assert 0 < load.by_file["WebSocket"] < 2_000
        fonts = [name for name in load.by_file if name.endswith(".woff2")]
        assert len(fonts) == (2 if language == "ru" else 1), fonts
