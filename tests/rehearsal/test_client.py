"""The rehearsal's client against the real server: it resumes, retries and ends as a phone does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.core.notes import AddNote
from server.core.people import RemovePerson
from server.errors import Close
from server.rehearsal.client import Client, new_id
from server.rehearsal.doorstep import Refused, enter, read_door, rooms_behind
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from tests.hall import Hall, running_hall
from tests.rehearsal.crowds import OPEN_WRITING, door, open_step


@contextlib.asynccontextmanager
async def phone(hall: Hall, room: str = "ka") -> AsyncIterator[Client]:
    client = Client(door(hall), await enter(door(hall), room, "Miriam"), "de", Stats())
    task = asyncio.create_task(client.run())
    try:
        await client.live.wait()
        yield client
    finally:
        client.stop()
        await finished(task)


def note(text: str) -> AddNote:
    return AddNote(new_id(), OPEN_WRITING, "menschen", text, "de")


@pytest.mark.parametrize("hard", [True, False])
async def test_what_was_written_without_a_line_arrives_once_and_in_order(tmp_path: Path, hard: bool) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with phone(hall) as away, phone(hall, "kr") as other:
            away.drop(2, hard)
            answers = [away.give(note(f"offline {number}")) for number in range(3)]
            assert (await other.give(note("meanwhile"))).ok
            assert [answer.ok for answer in await asyncio.gather(*answers)] == [True, True, True]
            assert [found.text for found in hall.live.state.notes.values()] == [
                "meanwhile",
                "offline 0",
                "offline 1",
                "offline 2",
            ]
            assert await until(lambda: away.view.numbers["participant"] == other.view.numbers["participant"], 30)
            assert away.view.streams["participant"] == other.view.streams["participant"]


async def test_after_a_cut_only_what_was_missed_comes(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with phone(hall) as away, phone(hall, "kr") as other:
            before = away.view.streams["participant"]
            away.drop(0.2, hard=True)
            assert (await other.give(note("missed"))).ok
            assert await until(lambda: away.view.numbers == {**away.view.numbers, **_shared(other)}, 30)
            # A snapshot would have brought a new dictionary.
            assert away.view.streams["participant"] is before


def _shared(client: Client) -> dict[str, int]:
    return {stream: n for stream, n in client.view.numbers.items() if stream == "participant"}


async def test_a_command_whose_answer_was_lost_is_not_done_twice(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with phone(hall) as client:
            answer = client.give(note("once"))
            await asyncio.sleep(0)  # it is on its way, and so is the end of the line
            await asyncio.sleep(0)
            client.drop(0.1, hard=True)
            assert (await answer).ok
            assert [found.text for found in hall.live.state.notes.values()] == ["once"]


async def test_a_removed_person_stays_away_and_is_told(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        facilitator = await open_step(hall, OPEN_WRITING)
        async with phone(hall) as client:
            await hall.give(facilitator, RemovePerson(client.id))
            assert await until(lambda: client.stopped is not None, 30)
            assert client.stopped == Close.REMOVED


async def test_the_server_clock_is_known_from_round_trips(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall, phone(hall) as client:
        assert await until(lambda: client.pongs > 0 and abs(client.clock_offset) < 250, 30), client.clock_offset


async def test_a_typed_code_leads_to_both_rooms_and_a_wrong_one_nowhere(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        code = hall.services.keys.join_code(hall.live.id)
        typed = read_door(hall.url, f"{code[:4].lower()} {code[4:]}")
        assert await rooms_behind(typed) == ["ka", "kr"]
        for room in ("ka", "kr"):
            person = await enter(typed, room)
            assert hall.live.state.people[person.path.rsplit("/", 1)[1]].room == room
        with pytest.raises(Refused):
            await rooms_behind(read_door(hall.url, "AAAA AAAA"))
