"""Coming in by link and by typed code: who becomes whom, and who is kept out with which sentence."""

from collections.abc import Callable

import pytest
from msgspec import structs

from server.core.agenda import StartSession
from server.core.people import RemovePerson
from server.hub.bus import MemoryBus
from server.web.guesses import WINDOW_MS, Guesses
from server.web.services import WRONG_CODES_PER_MINUTE
from tests.hall import Hall
from tests.web.doorstep import doorstep, refused


def code_of(hall: Hall) -> str:
    return hall.services.keys.join_code(hall.live.id)


async def test_invitation_shows_the_door_of_its_room(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        invitation = hall.link("participant", "kr").split("#")[1]
        door = (await browser.ask("/api/door", {"invitation": invitation})).json()
        assert door["room"] == "kr"
        assert door["title"]["de"] == "Twin City Lab"
        assert door["day"] == ""  # the planned one has passed, and nobody has said which it is instead
        assert [(room["id"], room["mark_by_language"].get("ru")) for room in door["rooms"]] == [
            ("ka", "КА"),
            ("kr", "КР"),
        ]
        assert door["again"] is None


async def test_started_workshop_shows_today(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        facilitator = await hall.join("facilitator", "ka")
        assert (await hall.give(facilitator, StartSession("2026-03-07"))).code is None
        sunday_noon = 1_772_967_600_000
        hall.live.now = lambda: sunday_noon
        answer = await browser.ask("/api/door", {"code": code_of(hall)})
        assert answer.json()["day"] == "2026-03-08"
        hall.live.now = lambda: sunday_noon + 7 * 86_400_000
        answer = await browser.ask("/api/door", {"code": code_of(hall)})
        assert answer.json()["day"] == "2026-03-07"


@pytest.mark.parametrize("spoil", [str.lower, lambda code: f" {code[:4]} {code[4:]} ", lambda c: f"{c[:4]}-{c[4:]}"])
async def test_code_is_understood_however_it_is_typed(hall: Hall, spoil: Callable[[str], str]) -> None:
    async with doorstep(hall) as browser:
        answer = await browser.ask("/api/door", {"code": spoil(code_of(hall))})
        assert answer.status_code == 200
        assert answer.json()["room"] == ""


async def test_letters_that_look_like_digits_are_understood(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        typed = code_of(hall).replace("0", "o").replace("1", "l").replace("V", "u")
        assert (await browser.ask("/api/door", {"code": typed})).status_code == 200


async def test_wrong_code_is_told_in_ones_own_language(hall: Hall) -> None:
    async with doorstep(hall, "ru") as browser:
        answer = await browser.ask("/api/door", {"code": "ABCDEFGH"})
        assert refused(answer) == (404, "code_invalid")
        assert answer.json()["message"].startswith("Такого кода нет")


async def test_many_wrong_codes_are_slowed_down_and_right_ones_never_counted(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with doorstep(hall) as browser:
        now = [0]
        monkeypatch.setattr(hall.services, "code_guesses", Guesses(MemoryBus(now=lambda: now[0]), "join code", 3))
        for _ in range(20):
            assert (await browser.ask("/api/door", {"code": code_of(hall)})).status_code == 200
        for _ in range(3):
            assert refused(await browser.ask("/api/enter", {"code": "ABCDEFGH", "room": "ka"})) == (404, "code_invalid")
        assert refused(await browser.ask("/api/door", {"code": code_of(hall)})) == (429, "codes_paused")
        invitation = hall.link("participant", "ka").split("#")[1]
        assert (await browser.ask("/api/door", {"invitation": invitation})).status_code == 200
        now[0] += WINDOW_MS
        assert (await browser.ask("/api/door", {"code": code_of(hall)})).status_code == 200


def test_a_hall_that_mistypes_is_not_locked_out() -> None:
    assert WRONG_CODES_PER_MINUTE > 60


@pytest.mark.parametrize("ticket", [{}, {"invitation": "participant.x.ka.nonsense"}, {"invitation": "äöü.ж..."}])
async def test_link_this_server_did_not_make_is_invalid(hall: Hall, ticket: dict[str, str]) -> None:
    async with doorstep(hall) as browser:
        assert refused(await browser.ask("/api/door", ticket)) == (403, "link_invalid")
        assert refused(await browser.ask("/api/enter", ticket)) == (403, "link_invalid")


async def test_invitation_does_not_become_another_by_editing_it(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        edited = hall.link("participant", "ka").split("#")[1].replace("participant", "facilitator")
        assert refused(await browser.ask("/api/enter", {"invitation": edited})) == (403, "link_invalid")


async def test_facilitators_link_opens_no_participants_door(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        invitation = hall.link("facilitator", "ka").split("#")[1]
        assert refused(await browser.ask("/api/door", {"invitation": invitation})) == (403, "link_invalid")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"code": 5}', b'{"room": "ka", "more": 1}', b"\xff", b"[" * 4000])
async def test_body_that_is_no_ticket_is_malformed(hall: Hall, body: bytes) -> None:
    async with doorstep(hall) as browser:
        assert refused(await browser.client.post("/api/door", content=body)) == (400, "malformed")


async def test_body_that_is_too_large_is_not_read(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        assert refused(await browser.client.post("/api/enter", content=b" " * 5000)) == (413, "too_large")


async def test_participant_enters_with_a_name_and_stays_after_a_reload(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        url = await browser.enter(hall.link("participant", "kr"), room="ka", name="  Miriam \n K. ")
        person = hall.live.state.people[url.rsplit("/", 1)[1]]
        assert (person.role, person.room) == ("participant", "ka")
        assert hall.live.world.names[person.id] == "Miriam K."
        assert [await browser.face(url) for _ in range(2)] == [200, 200]


async def test_cookie_is_kept_from_scripts_and_from_other_sites(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    async with doorstep(hall) as browser:
        secure = structs.replace(hall.services.settings, public_url="https://lab.example.org")
        monkeypatch.setattr(hall.services, "settings", secure)
        invitation = hall.link("participant", "ka").split("#")[1]
        cookie = (await browser.ask("/api/enter", {"invitation": invitation})).headers["set-cookie"]
        assert cookie.startswith("__Host-tcl-")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert part in cookie


async def test_person_coming_again_is_known_by_name(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        url = await browser.enter(hall.link("participant", "ka"), name="Miriam")
        door = (await browser.ask("/api/door", {"code": code_of(hall)})).json()
        assert door["again"] == {"url": url, "name": "Miriam", "room": "ka"}
        assert await browser.enter(hall.link("participant", "ka")) == url


async def test_two_people_live_in_one_browser(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        miriam = await browser.enter(hall.link("participant", "ka"), name="Miriam")
        jonas = await browser.enter(hall.link("participant", "ka"), name="Jonas", anew=True)
        wall = await browser.enter(hall.link("projector", "ka"))
        assert len({miriam, jonas, wall}) == 3
        assert [await browser.face(url) for url in (miriam, jonas, wall)] == [200, 200, 200]


async def test_somebody_elses_face_stays_shut(hall: Hall) -> None:
    async with doorstep(hall) as one, doorstep(hall) as other:
        url = await one.enter(hall.link("participant", "ka"))
        await other.enter(hall.link("participant", "ka"))
        assert await other.face(url) == 401


async def test_facilitator_enters_the_room_of_the_link_and_no_other(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        invitation = hall.link("facilitator", "ka").split("#")[1]
        refusal = await browser.ask("/api/enter", {"invitation": invitation, "room": "kr"})
        assert refused(refusal) == (400, "room_unknown")
        url = await browser.enter(hall.link("facilitator", "ka"))
        assert hall.live.state.people[url.rsplit("/", 1)[1]].room == "ka"
        assert await browser.enter(hall.link("facilitator", "ka")) == url


async def test_code_without_a_room_lets_nobody_in(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        assert refused(await browser.ask("/api/enter", {"code": code_of(hall)})) == (400, "room_unknown")
        assert hall.live.state.people == {}


async def test_name_that_is_too_long_lets_nobody_in(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        answer = await browser.ask("/api/enter", {"code": code_of(hall), "room": "ka", "name": "M" * 41})
        assert refused(answer) == (400, "name_too_long")
        assert "40" in answer.json()["message"]
        assert hall.live.state.people == {}


async def test_removed_person_is_not_known_any_more(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        url = await browser.enter(hall.link("participant", "ka"), name="Miriam")
        facilitator = await hall.join("facilitator", "ka")
        assert (await hall.give(facilitator, RemovePerson(url.rsplit("/", 1)[1]))).code is None
        assert (await browser.ask("/api/door", {"code": code_of(hall)})).json()["again"] is None
        assert await browser.face(url) == 403


async def test_archived_session_says_so_by_link_and_by_code(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        url = await browser.enter(hall.link("participant", "ka"))
        await hall.services.hub.set_archived(hall.live.id, True)
        invitation = hall.link("participant", "ka").split("#")[1]
        for ticket in ({"invitation": invitation}, {"code": code_of(hall)}):
            assert refused(await browser.ask("/api/door", ticket)) == (410, "session_archived")
            assert refused(await browser.ask("/api/enter", {**ticket, "room": "ka"})) == (410, "session_archived")
        assert await browser.face(url) == 410


async def test_deleted_session_has_no_door(hall: Hall) -> None:
    async with doorstep(hall) as browser:
        invitation, code = hall.link("participant", "ka").split("#")[1], code_of(hall)
        await hall.services.hub.delete(hall.live.id)
        assert refused(await browser.ask("/api/door", {"invitation": invitation})) == (404, "session_deleted")
        assert refused(await browser.ask("/api/door", {"code": code})) == (404, "code_invalid")
