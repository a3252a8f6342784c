"""The host's pages: who may see them, what they list, and that archive, bring back and delete do just that."""

import re
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from server.core.agenda import OpenStep
from server.core.notes import AddNote, WithdrawNote
from server.settings import ROOT
from tests.core.worlds import N1, N2
from tests.hall import KICKOFF, Hall
from tests.web.doorstep import Doorstep, doorstep


async def host(browser: Doorstep) -> None:
    assert await browser.enter(browser.hall.services.host_link()) == "/host"


async def read(browser: Doorstep, path: str) -> str:
    answer = await browser.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def press(browser: Doorstep, path: str) -> str:
    """A form of the host's pages, as a browser without scripts sends it; gives where it leads."""
    answer = await browser.client.post(path, headers={"Origin": browser.hall.url})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_pages_are_the_hosts_alone(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await browser.enter(hall.link("facilitator", "ka"))
        for path in ("/host", f"/host/{hall.live.id}", f"/host/{hall.live.id}/delete"):
            assert await browser.face(path) == 401
        for deed in ("archive", "restore", "delete", "renew/facilitator/ka", "replace/facilitator/ka"):
            answer = await browser.client.post(f"/host/{hall.live.id}/{deed}", headers={"Origin": hall.url})
            assert answer.status_code == 401
        assert not hall.services.hub.sessions()[0].archived


async def test_link_of_the_host_works_until_signing_out(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await host(browser)
        assert await browser.face("/host") == 200
        assert await press(browser, "/host/leave") == "/"
        assert await browser.face("/host") == 401


@pytest.mark.parametrize(
    ("language", "heading"),
    [("de", "Workshops auf diesem Server"), ("ru", "Воркшопы на этом сервере"), ("en", "Workshops on this server")],
)
async def test_list_is_in_the_hosts_language(hall: Hall, language: str, heading: str) -> None:
    async with doorstep(hall, language) as browser:
        await host(browser)
        assert heading in await read(browser, "/host")
        assert "Workshops on this server" in await read(browser, "/host?language=en")
        assert "Workshops on this server" in await read(browser, "/host")


async def test_session_shows_working_links_of_every_room(hall: Hall) -> None:
    async with doorstep(hall) as browser, doorstep(hall) as visitor:
        await host(browser)
        text = await read(browser, f"/host/{hall.live.id}")
        links = re.findall(r'value="([^"]*#[^"]*)"', text)
        assert len(links) == 8
        for link in links:
            await visitor.enter(link)
        found = sorted((person.role, person.room) for person in hall.live.state.people.values())
        roles = ("facilitator", "interpreter", "participant", "projector")
        assert found == [(role, room) for role in roles for room in ("ka", "kr")]
        code = hall.services.keys.join_code(hall.live.id)
        assert f"{code[:4]} {code[4:]}" in text


async def test_host_renews_a_link_and_shows_out_whom_the_old_one_let_in(hall: Hall) -> None:
    async with doorstep(hall) as browser, doorstep(hall) as visitor:
        await host(browser)
        url = await visitor.enter(hall.link("facilitator", "kr"))
        for way, status, renewed in (("renew", 200, 1), ("replace", 403, 2)):
            await press(browser, f"/host/{hall.live.id}/{way}/facilitator/kr")
            assert await visitor.face(url) == status
            assert hall.live.state.renewals["kr"].facilitator == renewed
        await visitor.enter(hall.link("facilitator", "kr"))


async def test_new_session_opens_from_a_plan(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await host(browser)
        assert 'action="/host/open/minimal"' in await read(browser, "/host")
        address = await press(browser, "/host/open/minimal")
        assert hall.services.hub.sessions()[-1].plan_slug == "minimal"
        assert "Ideenrunde" in await read(browser, address)


async def test_plan_with_mistakes_is_shown_with_them_and_does_not_open(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kaputt.toml").write_text(KICKOFF.read_text().replace("title.de", "titel.de", 1))
    shutil.copy(ROOT / "sessions" / "minimal.toml", tmp_path)
    monkeypatch.setattr(hall.services, "settings", structs.replace(hall.services.settings, plans=tmp_path))
    async with doorstep(hall) as browser:
        await host(browser)
        text = await read(browser, "/host")
        assert "kaputt.toml" in text
        assert "titel" in text
        assert "/host/open/kaputt" not in text
        for slug in ("kaputt", "nirgends", "..%2Fsecret"):
            answer = await browser.client.post(f"/host/open/{slug}", headers={"Origin": hall.url})
            assert answer.status_code in (400, 404)
        assert len(hall.services.hub.sessions()) == 1


async def test_archived_session_comes_back_as_it_was(hall: Hall) -> None:
    async with doorstep(hall) as browser, doorstep(hall) as visitor:
        await host(browser)
        url = await visitor.enter(hall.link("participant", "ka"), name="Miriam")
        address = await press(browser, f"/host/{hall.live.id}/archive")
        text = await read(browser, address)
        assert "#participant" not in text
        assert "im Archiv" in await read(browser, "/host")
        assert await visitor.face(url) == 410
        await press(browser, f"/host/{hall.live.id}/restore")
        assert await visitor.face(url) == 200


async def test_a_note_that_was_taken_back_is_none_to_lose(hall: Hall) -> None:
    """Bug: the page counted it, and whoever deletes looked for one note more than there was on the board."""
    anna, fka = await hall.join("participant", "ka", "Anna"), await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("ideen-sammeln", ("ka",)))
    for note in (N1, N2):
        assert (await hall.give(anna, AddNote(note, "ideen-sammeln", "themen", "x", "de"))).code is None
    async with doorstep(hall) as browser:
        await host(browser)
        assert "2 Zettel" in await read(browser, f"/host/{hall.live.id}/delete")
        assert (await hall.give(anna, WithdrawNote(N1))).code is None
        assert "1 Zettel" in await read(browser, f"/host/{hall.live.id}/delete")


@pytest.mark.parametrize("archived", [False, True])
async def test_deleting_asks_first_and_says_what_is_lost(hall: Hall, archived: bool) -> None:
    async with doorstep(hall) as browser, doorstep(hall) as visitor:
        await host(browser)
        url = await visitor.enter(hall.link("participant", "ka"), name="Miriam")
        if archived:
            await press(browser, f"/host/{hall.live.id}/archive")
        text = await read(browser, f"/host/{hall.live.id}/delete")
        assert "der Zugang und der Name von 1 Mensch" in text
        assert hall.services.hub.row(hall.live.id) is not None
        assert await press(browser, f"/host/{hall.live.id}/delete") == "/host"
        assert hall.services.hub.sessions() == []
        assert await visitor.face(url) == 404
        assert await browser.face(f"/host/{hall.live.id}") == 404
