"""What lies in the file after a workshop (P1), and the trail and the times as the host's page shows them (P3)."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from msgspec import structs

from server.core.agenda import OpenStep
from server.core.invitations import InviteFacilitator, RenewLink, RevokeInvitation
from server.core.notes import AddNote
from server.core.people import ErasePerson, RemovePerson, SetName
from server.core.plan import LANGUAGES
from server.core.voting import PlaceDots, StartRound
from server.store.base import DAY_MS
from tests.core.worlds import BOTH, N1, N2, PLAN, R1
from tests.hall import Hall, running_hall
from tests.web.doorstep import doorstep
from tests.web.phone import line
from tests.web.test_host import host, press, read

NAME, TEXT, AGENT, ADDRESS = "Kanarienname", "kanarientext", "kanarienbrowser/1.0", "203.0.113.77"


async def small_workshop(hall: Hall) -> tuple[str, str]:
    """Canaries come in by every door: a name, a text, a browser, an address; gives ids of a participant and a facilitator."""
    async with doorstep(hall) as browser, doorstep(hall) as desk:
        for one in (browser, desk):
            one.client.headers |= {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS}
        anna = (await browser.enter(hall.link("participant", "ka"), name=NAME)).rsplit("/", 1)[1]
        fka = (await desk.enter(hall.link("facilitator", "ka"), name=f"{NAME}-f")).rsplit("/", 1)[1]
        await hall.give(fka, OpenStep("write", BOTH))
        await hall.give(anna, AddNote(N1, "write", "topics", TEXT, "de"))
        await hall.give(anna, SetName(f"{NAME}-2"))
        await hall.give(fka, OpenStep("vote", BOTH))
        await hall.give(fka, StartRound(R1, "vote"))
        await hall.give(anna, PlaceDots(R1, N1, 2))
        async with line(hall, anna, {"User-Agent": AGENT, **_cookies(browser.client.cookies)}) as phone:
            await phone.hello()
        await browser.client.get(f"/s/{hall.live.id}/{anna}/mine.json")
    return anna, fka


def _cookies(jar: object) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in dict(jar).items())}  # type: ignore[call-overload]


def tables(path: Path) -> dict[str, bytes]:
    """Every table of a closed file, as bytes."""
    db = sqlite3.connect(path)
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: repr(db.execute(f"SELECT * FROM {name}").fetchall()).encode() for name in names}
    db.close()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_privacy_page_names_who_is_responsible(
    hall: Hall, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = hall.services.catalogues.text
    async with doorstep(hall, language) as browser:
        text = await read(browser, "/privacy")
        assert say(language, "pages.privacy.ask.team") in text
        assert say(language, "pages.privacy.long.workshop", n=30) in text
        contact = "Stadt Karlsruhe <datenschutz@example.org>"
        named = structs.replace(hall.services.settings, privacy_contact=contact)
        monkeypatch.setattr(hall.services, "settings", named)
        text = await read(browser, "/privacy")
        assert "Stadt Karlsruhe &lt;datenschutz@example.org&gt;" in text
        assert say(language, "pages.privacy.ask.team") not in text


async def test_every_door_leads_to_the_privacy_page(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await host(browser)
        for path in ("/pair", "/host", f"/host/{hall.live.id}"):
            assert 'href="/privacy' in await read(browser, path)


async def test_names_are_in_their_table_alone_and_addresses_and_browsers_nowhere(tmp_path: Path) -> None:
    async with running_hall(tmp_path, PLAN) as hall:
        await small_workshop(hall)
    found = tables(tmp_path / "hall.sqlite")
    assert [table for table, data in found.items() if NAME.encode() in data] == ["names"]
    assert [table for table, data in found.items() if TEXT.encode() in data] == ["commits"]
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for unwanted in (AGENT, ADDRESS, "127.0.0.1"):
        assert unwanted.encode() not in everything


async def test_control_a_name_in_a_note_is_found_in_the_log(tmp_path: Path) -> None:
    async with running_hall(tmp_path, PLAN) as hall:
        anna, _ = await small_workshop(hall)
        fka = await hall.join("facilitator", "ka")
        await hall.give(fka, OpenStep("write", BOTH))
        await hall.give(anna, AddNote(N2, "write", "topics", NAME, "de"))
    assert NAME.encode() in tables(tmp_path / "hall.sqlite")["commits"]


async def test_the_trail_says_what_was_done_and_nothing_of_what_was_said(workshop: Hall) -> None:
    anna, fka = await small_workshop(workshop)
    boris = await workshop.join("participant", "ka", NAME)
    await workshop.give(fka, RemovePerson(boris))
    await workshop.give(fka, RenewLink("ka", "projector"))
    await workshop.give(fka, InviteFacilitator("invitation1", NAME))
    await workshop.give(fka, RevokeInvitation("invitation1"))
    await workshop.give(anna, ErasePerson(anna, True))
    hub = workshop.services.hub
    await hub.set_archived(workshop.live.id, True)
    found = await hub.store.audit_trail(workshop.live.id)
    assert [(entry.what, entry.by, entry.about) for entry in reversed(found)] == [
        ("session_opened", "", ""),
        ("facilitator_joined", fka, ""),
        ("data_downloaded", anna, ""),
        ("person_removed", fka, boris),
        ("links_renewed", fka, ""),
        ("facilitator_invited", fka, "invitation1"),
        ("invitation_revoked", fka, "invitation1"),
        ("person_erased", anna, anna),
        ("session_archived", "host", ""),
    ]
    assert not [canary for canary in (NAME, TEXT, AGENT, ADDRESS) if canary in repr(found)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ("Wie lange wird das aufgehoben?", "Workshop eröffnet", "Moderation dazugekommen", "30 Tage")),
        ("en", ("How long is this kept?", "Workshop opened", "Facilitator came in", "30 days")),
        ("ru", ("Сколько это хранится?", "Воркшоп открыт", "Присоединились ведущие", "30 дней")),
    ],
)
async def test_hosts_read_times_and_trail_in_their_language(hall: Hall, language: str, said: tuple[str, ...]) -> None:
    await hall.join("facilitator", "ka", "Sabine")
    async with doorstep(hall, language) as browser:
        await host(browser)
        text = await read(browser, f"/host/{hall.live.id}")
        for words in (*said, "Sabine, Karlsruhe" if language != "ru" else "Sabine, Карлсруэ"):
            assert words in text
        assert 'class="soon"' not in text


async def test_a_host_chooses_how_long_a_session_is_kept(hall: Hall) -> None:
    async with doorstep(hall) as browser, doorstep(hall) as visitor:
        await host(browser)
        assert await press(browser, f"/host/{hall.live.id}/keep/90") == f"/host/{hall.live.id}#kept"
        assert "Aufheben auf 90 Tage geändert" in await read(browser, f"/host/{hall.live.id}")
        for days in ("0", "366", "-1", "many"):
            answer = await browser.client.post(f"/host/{hall.live.id}/keep/{days}", headers={"Origin": hall.url})
            assert answer.status_code in (400, 404, 405)
        answer = await visitor.client.post(f"/host/{hall.live.id}/keep/7", headers={"Origin": hall.url})
        assert answer.status_code == 401
        assert (await hall.services.hub.store.sessions())[-1].keep_days == 90


async def test_hosts_are_warned_in_the_last_days(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = hall.services.hub
    real = hub.now
    async with doorstep(hall) as browser:
        await host(browser)
        monkeypatch.setattr(hub, "now", lambda: real() + 24 * DAY_MS)
        assert 'class="soon"' in await read(browser, f"/host/{hall.live.id}")
        assert 'class="soon"' in await read(browser, "/host")


async def test_what_no_session_holds_any_more_stands_on_the_hosts_list(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        await host(browser)
        await press(browser, f"/host/{hall.live.id}/delete")
        await asyncio.sleep(0)
        text = await read(browser, "/host")
        assert "Workshop gelöscht" in text
        assert "Gastgeber angemeldet" in text
