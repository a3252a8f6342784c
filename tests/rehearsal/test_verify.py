"""The controls of the rehearsal: each fault put in by hand must be found, or its silence proves nothing."""

from pathlib import Path

from msgspec import structs

from server.core.decider import World
from server.core.voting import CloseRound, ShowRound, StartRound
from server.protocol import PatchMessage
from server.rehearsal.crowd import Crowd
from server.rehearsal.waiting import until
from tests.hall import Hall, running_hall
from tests.rehearsal.crowds import OPEN_WRITING, crowd_in, open_step


async def wrote_something(crowd: Crowd) -> None:
    assert await until(lambda: sum(len(p.journal.notes) for p in crowd.people) >= 8, within_s=60)
    await crowd.rest()


def somebody_with_notes(crowd: Crowd) -> tuple[int, str]:
    for place, person in enumerate(crowd.people):
        for note_id, note in person.journal.notes.items():
            if not note.withdrawn:
                return place, note_id
    raise AssertionError("nobody wrote a note that stands")


def publish(hall: Hall, world: World) -> None:
    """As a server with a fault would: told to everyone, never decided."""
    hall.live._publish(world)


async def test_an_honest_run_agrees(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with crowd_in(hall, 6, drops=True) as crowd:
            await wrote_something(crowd)
            assert await crowd.verify() == []


async def test_a_corrupted_view_is_found(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with crowd_in(hall, 6) as crowd:
            await wrote_something(crowd)
            place, note = somebody_with_notes(crowd)
            del crowd.people[place].client.view.streams["participant"][f"note:{note}"]
            found = await crowd.verify()
            assert [sentence.split(": ", 1)[1] for sentence in found] == [f"in participant its view misses note:{note}"]


async def test_an_acknowledged_note_that_the_server_lost_is_found(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with crowd_in(hall, 6) as crowd:
            await wrote_something(crowd)
            _, note = somebody_with_notes(crowd)
            world = hall.live.world
            left = {i: n for i, n in world.state.notes.items() if i != note}
            publish(hall, structs.replace(world, state=structs.replace(world.state, notes=left)))
            found = await crowd.verify()
            assert [sentence.split(": ", 1)[1] for sentence in found] == [f"acknowledged notes are lost: {note}"]


async def test_a_note_of_a_hidden_board_is_found(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with crowd_in(hall, 4) as crowd:
            await wrote_something(crowd)
            client = crowd.people[0].client
            entities = client.view.streams["participant"]
            key = next(key for key in entities if key.startswith("note:"))
            board = client.view.board("karte")
            assert board is not None
            leak = {"board:karte": structs.replace(board, hidden=True), key: entities[key]}
            client._receive(PatchMessage("participant", client.view.numbers["participant"] + 1, leak, ()))
            assert any("though its board is hidden" in sentence for sentence in crowd.stats.disagreements)


async def test_a_number_left_out_is_found(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        await open_step(hall, OPEN_WRITING)
        async with crowd_in(hall, 4) as crowd:
            await crowd.rest()
            client = crowd.people[0].client
            client._receive(PatchMessage("participant", client.view.numbers["participant"] + 2, {}, ()))
            found = await crowd.verify()
            assert len(found) == 1
            assert "went from number" in found[0]


async def test_a_dot_that_was_counted_for_nobody_is_found(tmp_path: Path) -> None:
    async with running_hall(tmp_path) as hall:
        facilitator = await open_step(hall, OPEN_WRITING)
        async with crowd_in(hall, 6) as crowd:
            assert await until(lambda: sum(len(p.journal.notes) for p in crowd.people) >= 8, within_s=60)
            await open_step(hall, "initiativen-schreiben", facilitator)
            assert await until(lambda: any(n.column == "vorhaben" for n in hall.live.state.notes.values()), within_s=60)
            await open_step(hall, "initiativen-punkten", facilitator)
            receipt = await hall.give(facilitator, StartRound("round00000001", "initiativen-punkten"))
            assert receipt.code is None
            assert await until(lambda: any(p.journal.dots for p in crowd.people), within_s=60)
            await crowd.rest()
            await hall.give(facilitator, CloseRound("round00000001"))
            voter = next(p for p in crowd.people if p.journal.dots)
            assert await crowd.verify(alone=False) == []
            item = next(iter(voter.journal.dots["round00000001"]))
            voter.journal.dots["round00000001"][item] += 1
            await hall.give(facilitator, ShowRound("round00000001", True))
            found = await crowd.verify()
            assert len(found) == 1
            assert "counts other dots than were acknowledged" in found[0]
