"""A projector's machine shows a code, a facilitator types it; nobody else, not twice, not late, not by guessing."""

import time

import pytest

from server.core.people import RemovePerson
from server.errors import Code, Rejected
from server.hub.bus import MemoryBus
from server.web.pairing import LIFETIME_MS, MOST_WAITING, WRONG_PER_MINUTE, Pairings
from tests.hall import Hall
from tests.web.doorstep import Doorstep, doorstep, refused
from tests.web.phone import phone


class Clock:
    def __init__(self) -> None:
        self.at = 1_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the hall's pairings, of which there are none yet."""
    clock = Clock()
    monkeypatch.setattr(hall.services, "pairings", Pairings(clock, MemoryBus(now=clock)))
    return clock


async def sign_in(browser: Doorstep, role: str, room: str) -> str:
    """Comes in by link as that; gives the person's id."""
    url = await browser.enter(browser.hall.link(role, room))  # type: ignore[arg-type]
    return url.rsplit("/", 1)[1]


async def test_paired_machine_becomes_the_projector_of_the_facilitators_room(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall, "ru") as laptop, doorstep(hall) as machine:
        facilitator = await sign_in(laptop, "facilitator", "kr")
        started = (await machine.ask("/api/pair/start")).json()
        assert len(started["code"]) == 9
        assert started["expires_in_ms"] == LIFETIME_MS
        device = {"device": started["device"]}
        assert (await machine.ask("/api/pair/poll", device)).json() == {"state": "waiting"}
        typed = {"person": facilitator, "code": started["code"].lower()}
        paired = await laptop.ask(f"/api/sessions/{hall.live.id}/pair", typed)
        assert paired.json() == {"room": "kr", "label": "Краснодар"}
        told = (await machine.ask("/api/pair/poll", device)).json()
        assert told["state"] == "paired"
        projector = hall.live.state.people[told["url"].rsplit("/", 1)[1]]
        assert (projector.role, projector.room) == ("projector", "kr")
        assert await machine.face(told["url"]) == 200
        assert await laptop.face(told["url"]) == 401


async def test_answer_lost_on_the_way_is_given_again(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as machine:
        facilitator = await sign_in(laptop, "facilitator", "ka")
        started = (await machine.ask("/api/pair/start")).json()
        typed = {"person": facilitator, "code": started["code"]}
        await laptop.ask(f"/api/sessions/{hall.live.id}/pair", typed)
        polls = [(await machine.ask("/api/pair/poll", {"device": started["device"]})).json() for _ in range(2)]
        assert polls[0] == polls[1]
        assert polls[0]["state"] == "paired"


async def test_code_works_once(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as laptop:
        facilitator = await sign_in(laptop, "facilitator", "ka")
        typed = {"person": facilitator, "code": (await hall.services.pairings.start()).code}
        path = f"/api/sessions/{hall.live.id}/pair"
        assert (await laptop.ask(path, typed)).status_code == 200
        assert refused(await laptop.ask(path, typed)) == (404, "code_expired")
        assert sum(person.role == "projector" for person in hall.live.state.people.values()) == 1


async def test_code_ends_after_five_minutes_and_the_machine_is_told_to_renew(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as laptop, doorstep(hall) as machine:
        facilitator = await sign_in(laptop, "facilitator", "ka")
        started = (await machine.ask("/api/pair/start")).json()
        clock.at += LIFETIME_MS
        assert (await machine.ask("/api/pair/poll", {"device": started["device"]})).json() == {"state": "expired"}
        typed = {"person": facilitator, "code": started["code"]}
        assert refused(await laptop.ask(f"/api/sessions/{hall.live.id}/pair", typed)) == (404, "code_expired")
        renewed = (await machine.ask("/api/pair/start")).json()
        assert renewed["code"] != started["code"]


async def test_unknown_device_is_told_to_renew(hall: Hall, clock: Clock) -> None:
    """After a restart of the server, say."""
    async with doorstep(hall) as machine:
        assert (await machine.ask("/api/pair/poll", {"device": "unheard-of"})).json() == {"state": "expired"}


async def test_wrong_codes_are_limited(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as laptop:
        facilitator = await sign_in(laptop, "facilitator", "ka")
        path = f"/api/sessions/{hall.live.id}/pair"
        right = (await hall.services.pairings.start()).code
        for _ in range(WRONG_PER_MINUTE):
            answer = await laptop.ask(path, {"person": facilitator, "code": "AAAA AAAA"})
            assert refused(answer) == (404, "code_invalid")
        assert refused(await laptop.ask(path, {"person": facilitator, "code": right})) == (429, "codes_paused")
        clock.at += 60_000
        assert (await laptop.ask(path, {"person": facilitator, "code": right})).status_code == 200


async def test_what_a_projector_pairs_becomes_its_camera(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as wall, doorstep(hall) as machine:
        projector = await sign_in(wall, "projector", "kr")
        started = (await machine.ask("/api/pair/start")).json()
        typed = {"person": projector, "code": started["code"]}
        assert (await wall.ask(f"/api/sessions/{hall.live.id}/pair", typed)).status_code == 200
        told = (await machine.ask("/api/pair/poll", {"device": started["device"]})).json()
        camera = hall.live.state.people[told["url"].rsplit("/", 1)[1]]
        assert (camera.role, camera.room) == ("camera", "kr")
        assert await machine.face(told["url"]) == 200
        code = (await hall.services.pairings.start()).code
        asking = {"person": camera.id, "code": code}
        assert refused(await machine.ask(f"/api/sessions/{hall.live.id}/pair", asking)) == (403, "not_allowed")


@pytest.mark.parametrize("role", ["participant"])
async def test_others_pair_nothing(hall: Hall, clock: Clock, role: str) -> None:
    async with doorstep(hall) as browser:
        person = await sign_in(browser, role, "ka")
        code = (await hall.services.pairings.start()).code
        answer = await browser.ask(f"/api/sessions/{hall.live.id}/pair", {"person": person, "code": code})
        assert refused(answer) == (403, "not_allowed")


async def test_nobody_pairs_in_anothers_name(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as stranger:
        facilitator = await hall.join("facilitator", "ka")
        code = (await hall.services.pairings.start()).code
        answer = await stranger.ask(f"/api/sessions/{hall.live.id}/pair", {"person": facilitator, "code": code})
        assert refused(answer) == (401, "not_signed_in")


async def test_removed_facilitator_pairs_nothing(hall: Hall, clock: Clock) -> None:
    async with doorstep(hall) as laptop:
        removed = await sign_in(laptop, "facilitator", "ka")
        assert (await hall.give(await hall.join("facilitator", "ka"), RemovePerson(removed))).code is None
        typed = {"person": removed, "code": (await hall.services.pairings.start()).code}
        assert refused(await laptop.ask(f"/api/sessions/{hall.live.id}/pair", typed)) == (403, "removed")


async def test_wall_that_is_taken_off_is_shut_within_two_seconds_and_only_reads(hall: Hall, clock: Clock) -> None:
    """S12. The other hall's facilitator takes off nothing: the control."""
    async with doorstep(hall) as laptop, doorstep(hall) as machine:
        facilitator = await sign_in(laptop, "facilitator", "ka")
        started = (await machine.ask("/api/pair/start")).json()
        typed = {"person": facilitator, "code": started["code"]}
        assert (await laptop.ask(f"/api/sessions/{hall.live.id}/pair", typed)).status_code == 200
        url = (await machine.ask("/api/pair/poll", {"device": started["device"]})).json()["url"]
        wall = url.rsplit("/", 1)[1]
        async with phone(hall, wall) as line:
            await line.send({"type": "command", "id": "c000000001", "command": {"type": "StartSession"}})
            assert (await line.until("rejected"))["code"] == "not_allowed"
            elsewhere = await hall.join("facilitator", "kr")
            assert (await hall.give(elsewhere, RemovePerson(wall))).code == "other_room"
            await line.alive()
            began = time.monotonic()
            assert (await hall.give(facilitator, RemovePerson(wall))).code is None
            assert await line.closed() == 4201
            assert time.monotonic() - began < 2
        assert await machine.face(url) == 403


async def test_waiting_machines_are_bounded_and_forgotten() -> None:
    clock = Clock()
    pairings = Pairings(clock, MemoryBus(now=clock))
    first = await pairings.start()
    for _ in range(MOST_WAITING - 1):
        await pairings.start()
    with pytest.raises(Rejected, match=Code.TOO_FAST):
        await pairings.start()
    clock.at += 2 * LIFETIME_MS
    await pairings.start()
    assert await pairings.find(first.secret) is None
    with pytest.raises(Rejected, match=Code.CODE_INVALID):
        await pairings.claim(first.code)


async def test_released_code_can_be_typed_again() -> None:
    """The projector could not join, so the machine still waits."""
    clock = Clock()
    pairings = Pairings(clock, MemoryBus(now=clock))
    device = await pairings.start()
    await pairings.release(await pairings.claim(device.code))
    assert await pairings.claim(device.code) == device
