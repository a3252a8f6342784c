"""Several processes, one session: what happens in one is seen in all, also when the message about it is lost."""

import asyncio
import itertools
from typing import Any

import pytest
from structlog.testing import capture_logs

from server.core.notes import AddNote
from server.core.people import Join, RemovePerson
from server.core.state import SYSTEM
from server.core.timers import ExtendTimer, StartTimer
from server.core.voting import CloseRound, PlaceDots, StartRound
from server.errors import Close, Rejected, Unreadable
from server.hub import hub as hub_module
from server.hub.bus import Written
from server.hub.live_session import LiveSession
from server.hub.outbox import Frame
from server.store.base import Loaded
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, N1, NOW, PKA, PKR, PLAN, R1, opened
from tests.hub.fakes import Client, everybody_joins, give
from tests.hub.processes import Town, town, until

ADD = AddNote(N1, "write", "topics", "Bäume", "de")
A_MOMENT_S = 1.0


async def workshop(town: Town) -> list[LiveSession]:
    """A session with everybody in it, at work in every process."""
    row = await town.hubs[0].open(PLAN)
    found = [await hub.live(row.id) for hub in town.hubs]
    await everybody_joins(found[0])
    await level(found)
    return found


async def level(lives: list[LiveSession]) -> None:
    await until(lambda: len({live.at for live in lives}) == 1)


@pytest.fixture(autouse=True)
def _list_read_often(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "flood" not in request.node.name:
        monkeypatch.setattr("server.hub.listing.LOOK_AGAIN_S", 0.01)


def never_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY_S", 3600.0)


# -- what happened elsewhere


async def test_what_happens_in_one_process_is_shown_in_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(3) as found:
        one, two, three = await workshop(found)
        screens = [Client(BORIS).connect(two), Client(PKR).connect(three)]
        for screen in screens:
            screen.read()
        await give(one, opened("write"), (ANNA, ADD))
        await until(lambda: N1 in two.state.notes and N1 in three.state.notes)
        assert one.world == two.world == three.world
        for screen in screens:
            screen.read()
            assert screen.entities[screen.actor.role][f"note:{N1}"]["text"] == "Bäume"


async def test_on_the_bus_travel_numbers_and_ids_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with town(2) as found:
        one, two = await workshop(found)
        await give(one, opened("write"), (ANNA, ADD))
        await level([one, two])
        assert {type(message) for message in found.bus.published if message.by != ""} >= {Written}
        told = " ".join(map(repr, found.bus.published))
        assert "Bäume" not in told
        assert "Anna" not in told


async def test_a_lost_message_is_made_up_for_by_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY_S", 0.05)
    async with town(2) as found:
        one, two = await workshop(found)
        found.bus.mute = True
        await give(one, opened("write"), (ANNA, ADD))
        await until(lambda: N1 in two.state.notes)


async def test_without_looking_a_lost_message_stays_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it is the looking that makes up for it."""
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = await workshop(found)
        found.bus.mute = True
        await give(one, opened("write"), (ANNA, ADD))
        await asyncio.sleep(0.3)
        assert N1 not in two.state.notes


async def test_once_the_bus_is_back_everybody_looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = await workshop(found)
        found.bus.mute = True
        await give(one, opened("write"), (ANNA, ADD))
        found.bus.back()
        await until(lambda: N1 in two.state.notes)


async def test_many_messages_are_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = await workshop(found)
        await give(one, opened("write"))
        await level([one, two])
        looks = [two.look() for _ in range(50)]
        assert len(set(map(id, looks))) == 1
        assert await looks[0]


async def test_who_comes_from_another_process_sees_nothing_older(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = await workshop(found)
        found.bus.mute = True
        await give(one, opened("write"), (ANNA, ADD))
        await two.level()
        assert N1 in two.state.notes


async def test_while_the_store_is_away_lines_stay_and_what_was_missed_comes_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY_S", 0.05)
    async with town(2) as found:
        one, two = await workshop(found)
        wall = Client(PKR).connect(two)
        await give(one, opened("write"))
        await level([one, two])
        before = two.world
        found.store.down = True
        assert not await two.look()
        await asyncio.sleep(0.2)
        assert (two.world, wall.closed) == (before, [])
        found.store.down = False
        await give(one, (ANNA, ADD))
        await until(lambda: N1 in two.state.notes)


async def test_what_a_newer_release_wrote_sends_everyone_to_a_process_that_can_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never a board that lacks what could not be read."""
    async with town(2) as found:
        one, two = await workshop(found)
        wall = Client(PKR).connect(two)

        async def newer(session: str, version: int, revision: int) -> Loaded | None:
            raise Unreadable("The log has format 2, this version reads up to 1: run a newer one.")

        monkeypatch.setattr(found.store, "news", newer)
        with capture_logs() as logs:
            await give(one, opened("write"))
            await until(lambda: wall.closed == [Close.RESTARTING])
        assert [line["event"] for line in logs if line["log_level"] == "error"] == ["session_unreadable"]
        monkeypatch.undo()
        again = await found.hubs[1].live(two.id)
        assert again is not two
        assert again.world == one.world


# -- who is first


@pytest.mark.parametrize("processes", [2, 4])
async def test_all_processes_at_full_load_on_one_session_get_everything_saved(processes: int) -> None:
    async with town(processes) as found:
        lives = await workshop(found)
        await give(lives[0], opened("write"))
        await level(lives)
        found.store.far_s = 0.002
        numbers = itertools.count()

        async def write(live: LiveSession) -> None:
            for _ in range(12):
                number = next(numbers)
                note = AddNote(f"n{number:019}", "write", "topics", f"Notiz {number}", "de")
                receipt = await live.submit((ANNA, ALEX, BORIS)[number % 3], note, f"c{number:09}")
                assert receipt.code is None

        await asyncio.gather(*(write(live) for live in lives for _ in range(2)))
        await level(lives)
        assert len(lives[0].state.notes) == 24 * processes
        assert all(live.world == lives[0].world for live in lives)


async def test_dots_spent_in_two_processes_at_once_stay_within_budget() -> None:
    async with town(2) as found:
        one, two = await workshop(found)
        await give(one, opened("write"), (ANNA, ADD), (FKA, StartRound(R1, "vote")))
        await level([one, two])
        answers = await asyncio.gather(
            *(live.submit(ANNA, PlaceDots(R1, N1, dots)) for live in (one, two) for dots in (1, 2, 3))
        )
        assert [answer.code for answer in answers].count("item_full") == 2
        await give(two, (FKR, CloseRound(R1)))
        await level([one, two])
        tally = one.state.rounds[R1].tally
        assert tally is not None
        assert sum(tally[N1].values()) <= 2
        assert one.world == two.world


async def test_a_timer_ends_once_though_every_process_rings() -> None:
    async with town(3) as found:
        lives = await workshop(found)
        await give(lives[0], (FKA, StartTimer(("ka",), 10_000)), (FKA, ExtendTimer(("ka",), -9_900)))
        await level(lives)
        version = lives[0].at.version
        found.clock.at = NOW + 100
        await until(lambda: all(live.state.timers["ka"].status == "ended" for live in lives))
        await asyncio.sleep(0.1)
        assert [live.at.version for live in lives] == [version + 1] * 3


async def test_when_the_process_that_would_ring_dies_another_does() -> None:
    async with town(2) as found:
        one, two = await workshop(found)
        await give(one, (FKA, StartTimer(("ka",), 10_000)), (FKA, ExtendTimer(("ka",), -9_900)))
        await level([one, two])
        await found.kill(found.hubs[0])
        found.clock.at = NOW + 100
        await until(lambda: two.state.timers["ka"].status == "ended")


# -- the list of sessions


async def test_a_session_opened_in_one_process_is_found_in_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = found.hubs
        found.bus.mute = True
        row = await one.open(PLAN)
        assert two.row(row.id) is None
        assert (await two.live(row.id)).id == row.id
        found.bus.mute = False
        other = await one.open(PLAN)
        await until(lambda: two.row(other.id) is not None)


@pytest.mark.parametrize("how", ["archived", "deleted"])
@pytest.mark.parametrize("told", [True, False])
async def test_a_session_that_ends_in_one_process_sends_people_away_in_all(
    monkeypatch: pytest.MonkeyPatch, how: str, told: bool
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_EVERY_S", 3600.0 if told else 0.05)
    async with town(2) as found:
        _, two = await workshop(found)
        wall = Client(PKR).connect(two)
        found.bus.mute = not told
        hub = found.hubs[0]
        await (hub.set_archived(two.id, True) if how == "archived" else hub.delete(two.id))
        await until(lambda: wall.closed == [Close.SESSION_GONE if how == "archived" else Close.SESSION_DELETED])
        with pytest.raises(Rejected, match="session_archived" if how == "archived" else "session_(deleted|unknown)"):
            await found.hubs[1].live(two.id)


async def test_a_session_brought_back_in_one_process_is_open_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        one, _ = await workshop(found)
        await found.hubs[0].set_archived(one.id, True)
        await until(lambda: (row := found.hubs[1].row(one.id)) is not None and row.archived)
        found.bus.mute = True
        await found.hubs[0].set_archived(one.id, False)
        assert (await found.hubs[1].live(one.id)).world == one.world


async def test_a_flood_of_made_up_ids_reads_the_list_now_and_then_only(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        hub, before = found.hubs[0], found.store.lists_read
        for _ in range(3):
            asked = [hub.live(f"nothing{number:05}") for number in range(500)]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert {str(answer) for answer in answers} == {"session_unknown"}
        assert found.store.lists_read - before <= 3


async def test_processes_that_start_at_once_open_one_session_of_the_plan() -> None:
    async with town(4) as found:
        rows = await asyncio.gather(*(hub.first(PLAN) for hub in found.hubs))
        assert len({row.id for row in rows}) == 1
        assert len(await found.store.sessions()) == 1
        assert (await (await found.start()).first(PLAN)).id == rows[0].id


async def test_when_the_process_that_opens_the_first_session_dies_another_opens_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "FIRST_WITHIN_MS", 300)
    monkeypatch.setattr(hub_module, "LOOK_AGAIN_S", 0.05)
    async with town(2) as found:
        await found.bus.claim(f"first:{PLAN.slug}", b"dead", 300)
        assert (await found.hubs[1].first(PLAN)).plan_slug == PLAN.slug


# -- people


async def test_a_person_removed_in_one_process_is_shown_out_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """S13: by the message about it, before anybody looks."""
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = await workshop(found)
        phones = [Client(ANNA).connect(one), Client(ANNA).connect(two), Client(ALEX).connect(two)]
        await give(one, (FKA, RemovePerson("anna")))
        await until(lambda: [phone.closed for phone in phones] == [[Close.REMOVED], [Close.REMOVED], []])


async def test_facilitators_are_told_of_people_in_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.presence.TELL_EVERY_S", 0.01)
    async with town(2) as found:
        one, two = await workshop(found)
        desk = Client(FKA).connect(one)
        anna, boris, wall = (Client(actor).connect(two) for actor in (ANNA, BORIS, PKR))
        await until(lambda: one.presence.people_here() == 3)
        assert [hub.people_here(one.id) for hub in found.hubs] == [3, 3]
        await until(lambda: _presence(desk)["projectors"] == {"ka": 0, "kr": 1})
        assert _presence(desk)["phones"] == {"ka": 1, "kr": 1}
        assert _presence(desk)["people"]["boris"] == {"connected": True, "last_seen_at": None}
        found.clock.at = NOW + 7000
        boris.disconnect(two)
        await until(lambda: not _presence(desk)["people"]["boris"]["connected"])
        assert _presence(desk)["people"]["boris"]["last_seen_at"] == NOW + 7000
        # From one process to the other: here all the time.
        Client(ANNA).connect(one)
        anna.disconnect(two)
        await asyncio.sleep(0.05)
        assert _presence(desk)["people"]["anna"] == {"connected": True, "last_seen_at": None}
        assert wall.closed == []


def _presence(screen: Client) -> dict[str, Any]:
    return [message for message in screen.sink.messages if message["type"] == "presence"][-1]


async def test_what_is_said_to_one_person_reaches_their_lines_in_every_process() -> None:
    """As one station of a live link speaks to the other."""
    async with town(2) as found:
        one, two = await workshop(found)
        walls = [Client(PKR).connect(live) for live in (one, two)]
        other = Client(PKA).connect(two)
        one.tell(("pkr",), Frame(b'{"type":"signal","said":"an offer"}'))
        for wall in walls:
            await until(lambda wall=wall: wall.sink.messages[-1]["type"] == "signal")  # type: ignore[misc]
        assert [message["type"] for message in other.sink.messages].count("signal") == 0


async def test_a_process_that_wakes_a_session_is_told_at_once_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    monkeypatch.setattr("server.hub.presence.TELL_EVERY_S", 0.01)
    async with town(1) as found:
        (one,) = await workshop(found)
        Client(ANNA).connect(one)
        late = await found.start()
        two = await late.live(one.id)
        await until(lambda: two.presence.people_here() == 1)
        assert late.people_here(one.id) == 1


async def test_people_of_a_process_that_died_are_gone_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.presence.TELL_EVERY_S", 0.01)
    monkeypatch.setattr("server.hub.others.SILENT_AFTER_S", 1.5)
    monkeypatch.setattr(hub_module, "LOOK_EVERY_S", 0.05)
    async with town(2) as found:
        one, two = await workshop(found)
        Client(ANNA).connect(one)
        Client(BORIS).connect(two)
        await until(lambda: two.presence.people_here() == 2)
        await asyncio.sleep(2)  # longer than the silence that counts as gone
        assert two.presence.people_here() == 2, "who says something now and then stays"
        await found.kill(found.hubs[0])
        await until(lambda: two.presence.people_here() == 1)


async def test_people_are_known_in_a_process_where_the_session_sleeps() -> None:
    async with town(2) as found:
        row = await found.hubs[0].open(PLAN)
        live = await found.hubs[0].live(row.id)
        await everybody_joins(live)
        Client(ANNA).connect(live)
        Client(PKR).connect(live)
        live.presence.tell_others()
        await until(lambda: found.hubs[1].people_here(row.id) == 1)
        assert found.hubs[1].awake(row.id) is None
        assert found.hubs[1].others.has_awake(row.id)


async def test_somebody_who_joined_elsewhere_may_come_in_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    never_look(monkeypatch)
    async with town(2) as found:
        one, two = await workshop(found)
        found.bus.mute = True
        await one.submit(SYSTEM, Join("new", "participant", "ka", ""))
        assert "new" not in two.state.people
        await two.level()
        assert "new" in two.state.people
