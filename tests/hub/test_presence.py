"""Who is here: told now and then, to facilitators by person, to the others as numbers."""

import asyncio
from typing import Any

import pytest

from server.hub.live_session import LiveSession
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, IKA, NOW, PKA
from tests.hub.fakes import Client, HandClock


@pytest.fixture(autouse=True)
def _told_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.presence.TELL_EVERY_S", 0.01)


async def told(client: Client) -> list[dict[str, Any]]:
    await asyncio.sleep(0.03)
    return [message for message in client.read() if message["type"] == "presence"]


async def test_people_are_counted_by_room_once_however_many_lines_they_have(live: LiveSession) -> None:
    for actor in (ANNA, ANNA, BORIS, FKA, PKA, IKA):
        last = Client(actor).connect(live)
    assert (await told(last))[-1] == {
        "type": "presence",
        "phones": {"ka": 1, "kr": 1},
        "facilitators": {"ka": 1, "kr": 0},
        "projectors": {"ka": 1, "kr": 0},
        "interpreters": {"ka": 1, "kr": 0},
        "people": None,
    }


async def test_facilitators_are_told_by_person(live: LiveSession, clock: HandClock) -> None:
    fka, anna = Client(FKA).connect(live), Client(ANNA).connect(live)
    people = (await told(fka))[-1]["people"]
    assert people["anna"] == {"connected": True, "last_seen_at": None}
    assert people["alex"] == {"connected": False, "last_seen_at": None}
    clock.at = NOW + 5000
    anna.disconnect(live)
    assert (await told(fka))[-1]["people"]["anna"] == {"connected": False, "last_seen_at": NOW + 5000}


async def test_who_is_back_is_here_and_no_longer_seen_last_some_time_ago(live: LiveSession) -> None:
    """Bug: the moment of the last leaving was still told of somebody who was there again."""
    fka, anna = Client(FKA).connect(live), Client(ANNA).connect(live)
    anna.disconnect(live)
    anna.connect(live)
    assert (await told(fka))[-1]["people"]["anna"] == {"connected": True, "last_seen_at": None}


async def test_one_line_of_two_that_closes_leaves_the_person_here(live: LiveSession) -> None:
    fka, phone, tablet = Client(FKA).connect(live), Client(ANNA).connect(live), Client(ANNA).connect(live)
    phone.disconnect(live)
    assert (await told(fka))[-1]["phones"] == {"ka": 1, "kr": 0}
    tablet.disconnect(live)
    tablet.disconnect(live)  # a line may close twice over
    assert (await told(fka))[-1]["phones"] == {"ka": 0, "kr": 0}


async def test_many_arrivals_are_told_at_once(live: LiveSession) -> None:
    fka = Client(FKA).connect(live)
    await told(fka)
    for actor in (ANNA, ALEX, BORIS):
        Client(actor).connect(live)
    messages = await told(fka)
    assert [message["phones"] for message in messages] == [{"ka": 2, "kr": 1}]
