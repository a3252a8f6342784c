"""Limits are a person's, whatever lines they open and whatever address they come from (S3, S7, S11); each with its control."""

import asyncio
import contextlib
import time
from typing import Any

import httpx2
import pytest
from websockets.frames import Opcode

from server.core.agenda import OpenStep
from server.core.notes import AddNote
from server.core.state import Actor, Ballots, Context
from server.core.voting import CloseRound, StartRound
from server.hub.bus import MemoryBus
from server.web import doors, windows
from server.web.guesses import Guesses
from server.web.rate import BURST, MESSAGES_PER_S, Allowance, Allowances
from server.web.services import WRONG_CODES_PER_MINUTE
from server.web.windows import LINES_PER_PERSON
from tests.core.worlds import BOTH, R1
from tests.hall import Hall
from tests.web.event_phone import event_client
from tests.web.phone import Phone, line, phone
from tests.web.raw_line import raw_line

ALL_AT_ONCE = 64
DOTS = 3


@pytest.fixture
def hall(workshop: Hall) -> Hall:
    return workshop


def note_id(number: int) -> str:
    return f"votable{number:04}"


def placing(number: int) -> dict[str, Any]:
    command = {"type": "PlaceDots", "round_id": R1, "item_id": note_id(number), "dots": 1}
    return {"type": "command", "id": f"placing{number:04}", "command": command}


async def answer_to(found: Phone, number: int) -> str:
    await found.send(placing(number))
    while (message := await found.read())["type"] not in ("ack", "rejected"):
        pass
    return "ack" if message["type"] == "ack" else str(message["code"])


# -- S3: a budget of dots, from 64 lines at once, racing with the end of the round


async def votes_from_everywhere(hall: Hall) -> tuple[int, int]:
    """(acknowledged, counted) of one person's dots."""
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("write", BOTH))
    for number in range(ALL_AT_ONCE):
        await hall.give(fka, AddNote(note_id(number), "write", "topics", f"Idee {number}", "de"))
    await hall.give(fka, OpenStep("vote", BOTH))
    assert (await hall.give(fka, StartRound(R1, "vote"))).code is None
    async with contextlib.AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(phone(hall, anna)) for _ in range(ALL_AT_ONCE)]
        placed = [asyncio.create_task(answer_to(found, number)) for number, found in enumerate(phones)]
        await asyncio.wait(placed, return_when=asyncio.FIRST_COMPLETED)
        closing = asyncio.create_task(hall.give(fka, CloseRound(R1)))
        answers = await asyncio.gather(*placed)
        assert (await closing).code is None
    assert set(answers) <= {"ack", "budget_spent", "round_closed"}
    tally = hall.live.state.rounds[R1].tally or {}
    return answers.count("ack"), sum(sum(by_room.values()) for by_room in tally.values())


@pytest.fixture
def many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps one person from 64 lines is out of the way, so that the budget alone holds."""
    monkeypatch.setattr(windows, "LINES_PER_PERSON", ALL_AT_ONCE)
    monkeypatch.setattr("server.web.rate.BURST", 1e9)


@pytest.mark.usefixtures("many_lines")
async def test_sixty_four_lines_of_one_person_spend_one_budget_and_what_was_acknowledged_counts(hall: Hall) -> None:
    acknowledged, counted = await votes_from_everywhere(hall)
    assert 0 < acknowledged == counted <= DOTS


@pytest.mark.usefixtures("many_lines")
async def test_control_without_the_ballot_before_it_each_dot_seems_the_first(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(now: int, by: Actor, ballots: Ballots) -> Context:
        return Context(now, by, {} if by.role == "participant" else ballots)

    monkeypatch.setattr("server.hub.turn.Context", forgetful)
    _, counted = await votes_from_everywhere(hall)
    assert counted > DOTS


# -- lines of one person


async def test_a_persons_oldest_line_makes_room_for_the_newest(hall: Hall) -> None:
    anna, alex = await hall.join("participant", "ka"), await hall.join("participant", "ka")
    async with contextlib.AsyncExitStack() as stack:
        other = await stack.enter_async_context(phone(hall, alex))
        phones = [await stack.enter_async_context(phone(hall, anna)) for _ in range(LINES_PER_PERSON + 1)]
        assert await phones[0].closed() == 4207
        sentence = hall.services.catalogues.text("de", "error.close.too_many_lines")
        assert phones[0].got[-1]["message"] == sentence
        for found in (*phones[1:], other):
            await found.alive()
        assert len(hall.live._connections[anna]) == LINES_PER_PERSON
    assert not hall.services.windows._open.get((hall.live.id, anna))


async def test_lines_that_never_say_hello_count_as_well(hall: Hall) -> None:
    anna = await hall.join("participant", "ka")
    async with contextlib.AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(line(hall, anna)) for _ in range(LINES_PER_PERSON)]
        await stack.enter_async_context(phone(hall, anna))
        assert await silent[0].closed() == 4207


# -- S7: the rate


async def pongs(hall: Hall, person: str, lines: int, each: int) -> int:
    """How many of so many pings at once are answered, over so many lines of one person."""
    async with contextlib.AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(phone(hall, person)) for _ in range(lines)]
        for found in phones:
            for _ in range(each):
                await found.send({"type": "ping", "at": 1})
        answers = [await found.read() for found in phones for _ in range(each)]
    return sum(answer["type"] == "pong" for answer in answers)


async def test_eight_lines_of_one_person_may_say_no_more_than_one(hall: Hall) -> None:
    began = time.monotonic()
    heard = await pongs(hall, await hall.join("participant", "ka"), LINES_PER_PERSON, 20)
    assert heard <= BURST + MESSAGES_PER_S * (time.monotonic() - began)
    assert heard < LINES_PER_PERSON * 20


async def test_control_a_rate_for_each_line_lets_eight_say_eight_times_as_much(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall.services.allowances, "of", lambda _session, _person: Allowance())
    assert await pongs(hall, await hall.join("participant", "ka"), LINES_PER_PERSON, 20) == LINES_PER_PERSON * 20


async def test_what_is_said_by_post_is_counted_with_the_sockets(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.rate.MESSAGES_PER_S", 1e-3)  # nothing more is allowed while the answers are read
    anna = await hall.join("participant", "ka")
    async with phone(hall, anna) as found, event_client(hall, anna) as away:
        for _ in range(int(BURST) * 2):
            await found.send({"type": "ping", "at": 1})
        answers = [await found.read() for _ in range(int(BURST) * 2)]
        assert {answer["type"] for answer in answers} == {"pong", "error"}
        assert (await away.say({"type": "ping", "at": 1}))["code"] == "too_fast"


def test_who_comes_again_and_again_does_not_begin_with_a_full_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.rate.SWEEP_EVERY_S", -1.0)
    allowances = Allowances()
    held = allowances.of("s", "anna")
    while held.take():
        pass
    assert allowances.of("s", "anna") is held, "a line holds it"
    del held
    assert not allowances.of("s", "anna").take(), "it was not full yet"
    assert allowances.of("s", "alex").take()
    assert ("s", "alex") in allowances._kept


ATTACKERS = 50
HONEST = 10


NUISANCES = (
    (Opcode.TEXT, b'{"type": "ping", "at": 1}'),
    (Opcode.PING, b"x" * 100),
    (Opcode.TEXT, b"x" * 17_000),
    (Opcode.BINARY, b"\x00" * 100),
    (Opcode.TEXT, b"[" * 5_000),
)


async def attack(hall: Hall, person: str, way: int, until: asyncio.Event) -> None:
    """One of the ways to be a nuisance, again and again."""
    while not until.is_set():
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, AssertionError):
            async with raw_line(hall, person) as bad:
                for _ in range(100):
                    bad.frame(*NUISANCES[way % len(NUISANCES)])
                await asyncio.sleep(0.2)


async def write_notes(hall: Hall, people: list[str], first: int) -> list[float]:
    """Seconds until each note of each person was acknowledged."""
    took: list[float] = []

    async def one(number: int, person: str) -> None:
        async with phone(hall, person) as found:
            for step in range(5):
                note = f"honest{first + number:04}{step:03}"
                command = {
                    "type": "AddNote",
                    "note_id": note,
                    "activity_id": "write",
                    "column_id": "topics",
                    "text": "Bäume",
                    "language": "de",
                }
                began = time.monotonic()
                await found.send({"type": "command", "id": note, "command": command})
                await found.until("ack")
                took.append(time.monotonic() - began)
                await asyncio.sleep(0.1)

    await asyncio.gather(*(one(number, person) for number, person in enumerate(people)))
    return took


async def test_fifty_attackers_do_not_keep_honest_people_from_writing(hall: Hall) -> None:
    fka = await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("write", BOTH))
    honest = [await hall.join("participant", "ka") for _ in range(HONEST)]
    attackers = [await hall.join("participant", "kr") for _ in range(ATTACKERS)]
    calm = sorted(await write_notes(hall, honest, 0))
    until = asyncio.Event()
    attacks = [asyncio.create_task(attack(hall, person, way, until)) for way, person in enumerate(attackers)]
    await asyncio.sleep(0.5)
    refused = hall.services.refusals.total()
    stormy = sorted(await write_notes(hall, honest, 100))
    until.set()
    await asyncio.gather(*attacks)
    assert len(stormy) == len(calm) == HONEST * 5
    assert len(hall.live.state.notes) == 2 * HONEST * 5, "and nothing of the others came in"
    assert hall.services.refusals.total() > refused, "they were at it meanwhile"
    print(f"acknowledged after {calm[-3] * 1000:.0f} ms, under attack {stormy[-3] * 1000:.0f} ms (95 of 100)")
    assert stormy[-3] < 2 + 10 * calm[-3]


# -- S11: a hall behind one address


async def crowd_at_the_door(hall: Hall, people: int, client: httpx2.AsyncClient) -> list[int]:
    """So many phones, half by QR code and half by typing, all at once, behind one address."""
    code = hall.services.code(hall.live.state)
    invitation = hall.link("participant", "ka").split("#")[1]
    ways: tuple[dict[str, Any], ...] = ({"invitation": invitation}, {"code": code, "room": "ka"})

    async def enter(number: int) -> int:
        return (await client.post("/api/enter", json={**ways[number % 2], "anew": True})).status_code

    return list(await asyncio.gather(*(enter(number) for number in range(people))))


@pytest.fixture
def few_guesses(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Guesses:
    guesses = Guesses(MemoryBus(), "join code", WRONG_CODES_PER_MINUTE)
    monkeypatch.setattr(hall.services, "code_guesses", guesses)
    return guesses


@pytest.mark.usefixtures("few_guesses")
async def test_three_hundred_phones_behind_one_address_come_in_within_a_minute(hall: Hall) -> None:
    limits = httpx2.Limits(max_connections=60)
    async with httpx2.AsyncClient(base_url=hall.url, limits=limits, timeout=120) as client:
        began, worked = time.monotonic(), time.process_time()
        assert await crowd_at_the_door(hall, 300, client) == [200] * 300
        took, worked = time.monotonic() - began, time.process_time() - worked
    print(f"300 phones came in within {took:.1f} s, {worked:.1f} s of them this process's work")
    assert worked < 60, "whatever else the machine has to do"
    assert len(hall.live.state.people) == 300


async def test_control_a_limit_that_counts_right_codes_too_keeps_the_hall_out(
    hall: Hall, few_guesses: Guesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = doors.read_ticket

    async def careless(*asked: Any) -> Any:
        found = await kept(*asked)
        await few_guesses.failed()
        return found

    monkeypatch.setattr(doors, "read_ticket", careless)
    async with httpx2.AsyncClient(base_url=hall.url, timeout=60) as client:
        assert 429 in await crowd_at_the_door(hall, 300, client)


@pytest.mark.usefixtures("few_guesses")
async def test_while_codes_are_being_guessed_qr_codes_go_on_and_typed_ones_wait(hall: Hall) -> None:
    """To tell a right code from a wrong one is what a guesser is after: so none is looked at until the minute is over."""
    async with httpx2.AsyncClient(base_url=hall.url, timeout=60) as client:
        guesses = [client.post("/api/door", json={"code": f"{n:08}"}) for n in range(200)]
        answers = [answer.status_code for answer in await asyncio.gather(*guesses)]
        assert answers.count(404) <= WRONG_CODES_PER_MINUTE + 5
        assert answers.count(429) >= 200 - WRONG_CODES_PER_MINUTE - 5
        assert await crowd_at_the_door(hall, 20, client) == [200, 429] * 10
