"""What a person takes along: all of their own, nothing of anyone else, for them alone."""

import pytest
from msgspec import json

from server.core.agenda import OpenStep
from server.core.notes import AddNote, ArchiveNote, EditNote, WithdrawNote
from server.core.people import ErasePerson, SetDone
from server.core.voting import PlaceDots, StartRound
from server.web.auth import cookie_name
from tests.core.worlds import BOTH, N1, N2, N3, N4, R1
from tests.hall import Hall
from tests.web.doorstep import Doorstep, doorstep

MINE = ("meineidee1", "моямысль2", "meineidee3")
OTHERS = ("fremdeidee", "Fremde", "Moderatorin")


async def workshop_of_two(hall: Hall) -> tuple[str, str]:
    """Anna has a note in every state and a dot on Boris's; gives Anna's and a facilitator's ids."""
    fka = await hall.join("facilitator", "ka", OTHERS[2])
    anna, boris = await hall.join("participant", "ka", "Аня"), await hall.join("participant", "kr", OTHERS[1])
    await hall.give(fka, OpenStep("write", BOTH))
    for note, text in zip((N1, N2, N3), MINE, strict=True):
        await hall.give(anna, AddNote(note, "write", "topics", text, "de"))
    await hall.give(boris, AddNote(N4, "write", "topics", OTHERS[0], "de"))
    await hall.give(anna, EditNote(N1, f"{MINE[0]}\nzweite Zeile"))
    await hall.give(anna, WithdrawNote(N2))
    await hall.give(fka, ArchiveNote(N3))
    await hall.give(anna, SetDone("write", True))
    await hall.give(fka, OpenStep("vote", BOTH))
    await hall.give(fka, StartRound(R1, "vote"))
    await hall.give(anna, PlaceDots(R1, N4, 2))
    return anna, fka


def as_person(browser: Doorstep, person: str) -> str:
    """Signed in as that person; gives the address of their face."""
    hall = browser.hall
    browser.client.cookies.set(cookie_name(person, secure=False), hall.services.keys.token(hall.live.id, person))
    return f"/s/{hall.live.id}/{person}"


def as_cookie(hall: Hall, person: str) -> str:
    return f"{cookie_name(person, secure=False)}={hall.services.keys.token(hall.live.id, person)}"


async def test_file_holds_all_of_ones_own_and_nothing_of_others(workshop: Hall) -> None:
    anna, _ = await workshop_of_two(workshop)
    async with doorstep(workshop, "ru") as browser:
        address = as_person(browser, anna)
        told = (await browser.client.get(f"{address}/mine.json")).json()
        text = (await browser.client.get(f"{address}/mine.html")).text
    assert [(note["text"], note["status"]) for note in told["notes"]] == [
        (f"{MINE[0]}\nzweite Zeile", "active"),
        (MINE[1], "withdrawn"),
        (MINE[2], "archived"),
    ]
    assert (told["name"], told["person"], told["room"]) == ("Аня", anna, {"de": "Karlsruhe"})
    assert told["dots"] == [{"item": N4, "on": "", "dots": 2}]
    assert told["done"] == [{"de": "Schritt 1"}]
    for mine in (*MINE, "zweite Zeile", "Аня", "отозвана", "чужая карточка: 2"):
        assert mine in text
    assert not [other for other in OTHERS if other in text or other in str(told)]


async def test_file_is_to_be_kept_and_by_nobody_on_the_way(workshop: Hall) -> None:
    anna, _ = await workshop_of_two(workshop)
    async with doorstep(workshop) as browser:
        address = as_person(browser, anna)
        for ending in ("html", "json"):
            answer = await browser.client.get(f"{address}/mine.{ending}")
            assert answer.headers["content-disposition"] == f'attachment; filename="twin-city-lab.{ending}"'
            assert answer.headers["cache-control"] == "no-store"
            assert "http" not in answer.text, "nothing is loaded from anywhere"


async def test_file_is_for_that_person_alone(workshop: Hall) -> None:
    anna, fka = await workshop_of_two(workshop)
    async with doorstep(workshop) as browser:
        as_person(browser, fka)
        for ending in ("html", "json"):
            assert await browser.face(f"/s/{workshop.live.id}/{anna}/mine.{ending}") == 401
        assert await browser.face(f"/s/nowhere/{anna}/mine.json") == 404


async def test_file_can_be_had_while_the_workshop_lies_in_the_archive(workshop: Hall) -> None:
    anna, _ = await workshop_of_two(workshop)
    async with doorstep(workshop) as browser, doorstep(workshop) as stranger:
        address = as_person(browser, anna)
        await workshop.services.hub.set_archived(workshop.live.id, True)
        page = await browser.client.get(address)
        assert page.status_code == 410
        assert f'href="{address}/mine.html"' in page.text
        assert MINE[0] in (await browser.client.get(f"{address}/mine.html")).text
        assert "mine.html" not in (await stranger.client.get(address)).text


@pytest.mark.parametrize("what", ["name", "all"])
async def test_somebody_is_forgotten_while_the_workshop_lies_in_the_archive(workshop: Hall, what: str) -> None:
    anna, fka = await workshop_of_two(workshop)
    hub = workshop.services.hub
    async with doorstep(workshop) as browser, doorstep(workshop) as stranger:
        address = as_person(browser, anna)
        erase = f"{address}/erase/{what}"
        origin = {"Origin": workshop.url}
        assert (await browser.client.post(erase, headers=origin)).status_code == 404, "phones give the command"
        await hub.set_archived(workshop.live.id, True)
        assert f'action="{erase}"' in (await browser.client.get(address)).text
        assert (await stranger.client.post(erase, headers=origin)).status_code == 401
        assert (await browser.client.post(f"{address}/erase/others", headers=origin)).status_code == 404
        assert (await browser.client.post(erase, headers={"Origin": "https://evil.example"})).status_code == 403
        answer = await browser.client.post(erase, headers=origin)
        assert "Alles von dir ist gelöscht" in answer.text
        assert f'{cookie_name(anna, secure=False)}=""; ' in answer.headers["set-cookie"]
        kept = await browser.client.get(address, headers={"Cookie": as_cookie(workshop, anna)})
        assert (kept.status_code, "Alles von dir ist gelöscht" in kept.text) == (410, True)
    stored = json.encode(await hub.store.load(workshop.live.id)).decode()
    assert "Аня" not in stored
    assert (MINE[0] in stored) == (what == "name")
    assert OTHERS[0] in stored
    assert ("person_erased", anna) in [(e.what, e.about) for e in await hub.store.audit_trail(workshop.live.id)]
    await hub.set_archived(workshop.live.id, False)
    again = await hub.live(workshop.live.id)
    assert again.state.people[anna].erased
    assert not again.state.people[fka].erased


async def test_who_was_erased_is_told_so_and_gets_no_file(workshop: Hall) -> None:
    anna, _ = await workshop_of_two(workshop)
    assert (await workshop.give(anna, ErasePerson(anna, True))).code is None
    async with doorstep(workshop) as browser:
        address = as_person(browser, anna)
        for path in (address, f"{address}/mine.html"):
            answer = await browser.client.get(path)
            assert answer.status_code == 410
            assert "Alles von dir ist gelöscht" in answer.text
