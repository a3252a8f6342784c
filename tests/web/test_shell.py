"""What a browser keeps so that a page opens without network, as the server gives it: the shell and the service worker."""

import json
import re
from typing import Any

from server.core.agenda import OpenStep
from server.core.notes import AddNote
from tests.hall import Hall
from tests.web.doorstep import doorstep


def boot(page: str) -> dict[str, Any]:
    found = re.search(r'id="boot">(.*?)</script>', page)
    assert found is not None
    return dict(json.loads(found[1]))


async def test_shell_is_the_page_with_nothing_to_show(hall: Hall) -> None:
    head = await hall.join("facilitator", "ka")
    await hall.give(head, OpenStep("karte-schreiben", ("ka", "kr")))
    async with doorstep(hall) as browser:
        url = await browser.enter(hall.link("participant", "ka"), name="Miriam Kanarienvogel")
        await hall.give(
            url.rsplit("/", 1)[1], AddNote("note0000001", "karte-schreiben", "orte", "Kanarienzettel", "de")
        )
        page, shell = [(await browser.client.get(path)).text for path in (url, f"{url}/shell")]
        assert boot(page)["snapshots"] != []
        assert boot(shell)["snapshots"] == []
        moving = ("snapshots", "server_at")
        assert all(boot(shell)[name] == value for name, value in boot(page).items() if name not in moving)
        assert page.split('id="boot"')[0] == shell.split('id="boot"')[0]
        # The control: the page itself says all of it.
        for canary in ("Kanarienvogel", "Kanarienzettel"):
            assert canary in page
            assert canary not in shell


async def test_shell_is_given_to_its_person_alone(hall: Hall) -> None:
    async with doorstep(hall) as browser, doorstep(hall) as stranger:
        url = await browser.enter(hall.link("participant", "ka"))
        assert (await browser.client.get(f"{url}/shell")).status_code == 200
        assert (await stranger.client.get(f"{url}/shell")).status_code == 401


async def test_service_worker_is_asked_for_anew_each_time(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        answer = await browser.client.get("/sw.js")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "no-cache"
        assert "trusted-types tcl-sw" in answer.headers["content-security-policy"]


async def test_page_that_says_somebody_is_gone_forgets_them(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await hall.services.hub.delete(hall.live.id)
        for path, forgets in (
            (f"/s/{hall.live.id}/somebody", True),
            ("/s/nosuchsession/somebody", False),
            ("/nowhere", False),
        ):
            assert ("js/gone.js" in (await browser.client.get(path)).text) is forgets
