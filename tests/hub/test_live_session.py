"""One session at work: what is asked, saved, told and answered, and in which order."""

import asyncio

import pytest
from msgspec import json, structs
from structlog.testing import capture_logs

from server.core.notes import AddNote, ArchiveNote, EditNote
from server.core.people import Join, RemovePerson, SetName
from server.core.state import SYSTEM
from server.core.voting import CloseRound, PlaceDots, StartRound
from server.errors import Close, NotSaved
from server.hub.live_session import CONFLICT_TRIES, LiveSession
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, IKA, N1, N2, N3, PKA, R1, opened
from tests.hub.fakes import Client, HandClock, TroubledStore, give, wake

ADD = AddNote(N1, "write", "topics", "Bäume", "de")
VOTING = (opened("write"), (ANNA, ADD), (FKA, StartRound(R1, "vote")))


def state(live: LiveSession) -> bytes:
    return json.encode(structs.asdict(live.world))


# -- one command


async def test_what_a_command_changed_is_durable_then_told_then_acknowledged(
    live: LiveSession, store: TroubledStore
) -> None:
    await give(live, opened("write"))
    order: list[str] = []
    anna = Client(ANNA).connect(live)
    wall = Client(PKA).connect(live)
    anna.read()
    store.appends.clear()
    told_before = len(wall.sink.frames)

    async def saving() -> None:
        assert len(wall.sink.frames) == told_before, "nothing is shown before it is durable"
        assert N1 not in live.state.notes
        order.append("saved")

    store.before_append = saving
    answer = live.submit(ANNA, ADD, "c000000001")
    answer.add_done_callback(lambda _: order.append("acknowledged"))
    await answer
    await asyncio.sleep(0)
    patches = [(m["stream"], list(m["set"])) for m in anna.read()]
    assert order == ["saved", "acknowledged"]
    assert patches == [
        ("participant", ["counts:ideas", f"note:{N1}", "participation:write"]),
        ("person:anna", [f"own_note:{N1}"]),
    ]
    assert len(store.appends) == 1


async def test_the_patch_is_sent_before_the_acknowledgement(live: LiveSession) -> None:
    await give(live, opened("write"))
    anna = Client(ANNA).connect(live)
    anna.read()
    told_at_answer: list[str] = []
    answer = live.submit(ANNA, ADD, "c000000001")
    answer.add_done_callback(lambda _: told_at_answer.extend(m["type"] for m in anna.read()))
    await answer
    await asyncio.sleep(0)
    assert told_at_answer == ["patch", "patch"]


async def test_a_rejected_command_changes_nothing_and_tells_nobody(live: LiveSession, store: TroubledStore) -> None:
    anna = Client(ANNA).connect(live)
    anna.read()
    before, version = state(live), live.at.version
    receipt = await live.submit(ANNA, ADD, "c000000001")
    assert receipt.code == "step_closed"
    assert (state(live), live.at.version, anna.read()) == (before, version, [])
    assert [write.commits for write in store.appends] == [()]


# -- retries


async def test_a_retry_gets_the_same_answer_and_does_nothing_again(live: LiveSession) -> None:
    await give(live, opened("write"))
    first = await live.submit(ANNA, ADD, "c000000001")
    version = live.at.version
    again = await live.submit(ANNA, ADD, "c000000001")
    assert (first.code, again) == (None, first)
    assert live.at.version == version


async def test_a_retry_of_a_rejected_command_is_rejected_even_if_it_would_be_possible_now(live: LiveSession) -> None:
    first = await live.submit(ANNA, ADD, "c000000001")
    await give(live, opened("write"))
    again = await live.submit(ANNA, ADD, "c000000001")
    assert first.code == "step_closed"
    assert again == first
    assert N1 not in live.state.notes


async def test_a_retry_after_a_restart_gets_the_same_answer(
    live: LiveSession, store: TroubledStore, clock: HandClock
) -> None:
    rejected = await live.submit(ANNA, ADD, "c000000001")
    await give(live, opened("write"))
    accepted = await live.submit(ANNA, ADD, "c000000002")
    await live.close(Close.RESTARTING)
    restarted = await wake(store, clock)
    assert await restarted.submit(ANNA, ADD, "c000000001") == rejected
    assert await restarted.submit(ANNA, ADD, "c000000002") == accepted
    assert restarted.at.version == live.at.version
    await restarted.close(Close.RESTARTING)


async def test_a_retry_within_one_turn_waits_for_its_first(live: LiveSession, store: TroubledStore) -> None:
    await give(live, opened("write"))
    store.appends.clear()
    answers = await asyncio.gather(*(live.submit(ANNA, ADD, "c000000001") for _ in range(3)))
    assert [answer.code for answer in answers] == [None] * 3
    assert len(store.appends) == 1
    assert len(store.appends[0].commits) == len(store.appends[0].receipts) == 1


async def test_the_same_id_of_two_people_is_two_commands(live: LiveSession) -> None:
    await give(live, opened("write"))
    other = AddNote(N2, "write", "topics", "Bänke", "de")
    answers = await asyncio.gather(live.submit(ANNA, ADD, "c000000001"), live.submit(ALEX, other, "c000000001"))
    assert [(answer.person, answer.code) for answer in answers] == [("anna", None), ("alex", None)]
    assert set(live.state.notes) == {N1, N2}


# -- troubles of the store


@pytest.mark.parametrize("trouble", ["full", "broken"])
async def test_a_turn_that_cannot_be_saved_changes_nothing_and_the_session_goes_on(
    live: LiveSession, store: TroubledStore, trouble: str
) -> None:
    await give(live, opened("write"))
    anna = Client(ANNA).connect(live)
    anna.read()
    before, version = state(live), live.at.version
    store.troubles = [trouble]
    answers = [live.submit(ANNA, ADD, "c000000001"), live.submit(ANNA, ADD, "c000000001")]
    with capture_logs() as logs:
        for answer in answers:
            with pytest.raises(NotSaved):
                await answer
    assert (state(live), live.at.version, anna.read()) == (before, version, [])
    assert (await live.submit(ANNA, ADD, "c000000001")).code is None, "the same command, tried again"
    assert N1 in live.state.notes
    logged = [entry["event"] for entry in logs]
    assert logged == ["turn_failed" if trouble == "broken" else "store_trouble"]


async def test_a_conflict_catches_up_publishes_what_others_did_and_decides_again(
    live: LiveSession, store: TroubledStore, clock: HandClock
) -> None:
    await give(live, opened("write"))
    elsewhere = await wake(store, clock)
    anna = Client(ANNA).connect(live)
    anna.read()
    await give(elsewhere, (BORIS, AddNote(N2, "write", "topics", "Деревья", "ru")), (BORIS, SetName("Боря")))
    receipt = await live.submit(ANNA, ADD, "c000000001")
    assert receipt.code is None
    assert set(live.state.notes) == {N1, N2}
    assert live.at.version == elsewhere.at.version + 1
    assert [list(m["set"]) for m in anna.read() if m["stream"] == "participant"] == [
        ["counts:ideas", f"note:{N2}", "participation:write"],
        ["counts:ideas", f"note:{N1}", "participation:write"],
    ]
    assert live.world.names["boris"] == "Боря"
    await elsewhere.close(Close.RESTARTING)


async def test_a_command_another_process_was_given_first_is_answered_as_there(
    live: LiveSession, store: TroubledStore, clock: HandClock
) -> None:
    """Bug: after a conflict a command was decided again without looking whether it had been answered meanwhile."""
    await give(live, opened("write"))
    elsewhere = await wake(store, clock)
    store.before_append = None

    async def the_other_is_faster() -> None:
        store.before_append = None
        await elsewhere.submit(ANNA, ADD, "c000000001")

    store.before_append = the_other_is_faster
    receipt = await live.submit(ANNA, ADD, "c000000001")
    assert receipt.code is None, "not note_exists"
    assert live.at.version == elsewhere.at.version
    assert N1 in live.state.notes
    await elsewhere.close(Close.RESTARTING)


async def test_conflict_upon_conflict_is_given_up_and_told(live: LiveSession, store: TroubledStore) -> None:
    await give(live, opened("write"))
    store.troubles = ["conflict"] * CONFLICT_TRIES
    with pytest.raises(NotSaved):
        await live.submit(ANNA, ADD, "c000000001")
    store.troubles = ["conflict"] * 4
    assert (await live.submit(ANNA, ADD, "c000000001")).code is None


# -- turns


async def test_many_commands_at_once_are_one_append_and_one_frame_for_each_stream(
    live: LiveSession, store: TroubledStore
) -> None:
    await give(live, opened("write"))
    clients = [Client(actor).connect(live) for actor in (ANNA, ALEX, FKA, PKA)]
    for client in clients:
        client.read()
    store.appends.clear()
    commands = [AddNote(f"many{n:07}", "write", "topics", f"Nr. {n}", "de") for n in range(40)]
    await asyncio.gather(*(live.submit(ANNA, command, f"c{n:010}") for n, command in enumerate(commands)))
    assert len(store.appends) == 1
    assert len(store.appends[0].commits) == 40
    told = [[m["stream"] for m in client.read()] for client in clients]
    assert told == [["participant", "person:anna"], ["participant"], ["facilitator"], ["projector"]]


async def test_a_refusal_within_a_turn_does_not_harm_the_others(live: LiveSession) -> None:
    await give(live, opened("write"))
    texts = ["eins", "", "drei"]
    commands = [AddNote(f"many{n:07}", "write", "topics", text, "de") for n, text in enumerate(texts)]
    answers = await asyncio.gather(*(live.submit(ANNA, c, f"c{n:010}") for n, c in enumerate(commands)))
    assert [answer.code for answer in answers] == [None, "text_empty", None]
    assert len(live.state.notes) == 2


async def test_within_a_turn_later_commands_see_what_earlier_ones_did(live: LiveSession) -> None:
    await give(live, *VOTING)
    placed = [live.submit(ANNA, PlaceDots(R1, N1, dots), f"c{dots:010}") for dots in (1, 2, 3)]
    answers = await asyncio.gather(*placed, live.submit(FKA, CloseRound(R1)))
    late = await live.submit(ANNA, PlaceDots(R1, N1, 0), "c000000009")
    assert [answer.code for answer in answers] == [None, None, "item_full", None]
    assert live.state.rounds[R1].tally == {N1: {"ka": 2, "kr": 0}}
    assert late.code == "round_closed"


# -- lines


async def test_a_removed_person_is_shown_out_and_told_nothing_more(live: LiveSession) -> None:
    lines = [Client(ANNA).connect(live), Client(ANNA).connect(live), Client(ALEX).connect(live)]
    await give(live, (FKA, RemovePerson("anna")))
    assert [line.closed for line in lines] == [[Close.REMOVED], [Close.REMOVED], []]
    assert (await live.submit(ANNA, SetName("Da"), "c000000001")).code == "removed"


async def test_someone_removed_while_saying_hello_is_not_let_in(live: LiveSession) -> None:
    """Bug: the door looks when the line opens; whoever was removed before `hello` stayed, and saw everything."""
    await give(live, (FKA, RemovePerson("anna")))
    anna = Client(ANNA).connect(live)
    assert (anna.closed, anna.read()) == ([Close.REMOVED], [])
    await give(live, opened("write"))
    anna.disconnect(live)
    assert anna.read() == []


async def test_a_line_that_comes_when_the_session_is_closed_is_sent_away(live: LiveSession) -> None:
    """Bug: it was let in and heard nothing ever again."""
    early = Client(ALEX).connect(live)
    await live.close(Close.SESSION_GONE)
    late = Client(ANNA).connect(live)
    assert early.closed == late.closed == [Close.SESSION_GONE]


async def test_who_was_away_catches_up_with_what_is_shared_and_what_is_their_own(live: LiveSession) -> None:
    await give(live, opened("write"))
    anna = Client(ANNA).connect(live)
    anna.read()
    anna.disconnect(live)
    await give(live, (ANNA, ADD), (ANNA, EditNote(N1, "Büsche")), (FKA, ArchiveNote(N1)))
    back = anna.connect(live).read()
    # Nobody listened meanwhile: all of it is one patch of each stream.
    assert [m["type"] for m in back if m["type"] != "presence"] == ["patch", "patch"]
    assert anna.entities["person:anna"][f"own_note:{N1}"]["status"] == "archived"
    assert f"note:{N1}" not in anna.entities["participant"]


async def test_a_person_without_a_line_has_no_overlay_to_keep_up(live: LiveSession) -> None:
    await give(live, opened("write"), (ANNA, ADD), (ANNA, EditNote(N1, "Büsche")))
    anna = Client(ANNA).connect(live)
    snapshots = {m["stream"]: m["n"] for m in anna.read() if m["type"] == "snapshot"}
    assert snapshots["person:anna"] == 0


async def test_streams_are_by_role_and_a_projector_has_none_of_its_own(live: LiveSession) -> None:
    await give(live, opened("write"), (ANNA, ADD))
    for actor, streams in (
        (ANNA, {"participant", "person:anna"}),
        (FKA, {"facilitator", "person:fka"}),
        (IKA, {"interpreter", "person:ika"}),
        (PKA, {"projector"}),
    ):
        client = Client(actor).connect(live)
        client.read()
        assert set(client.entities) == streams


async def test_someone_who_joins_is_one_more_on_the_facilitators_screen(live: LiveSession) -> None:
    fka, anna = Client(FKA).connect(live), Client(ANNA).connect(live)
    await live.submit(SYSTEM, Join("mia", "participant", "ka", "Mia"))
    fka.read(), anna.read()
    assert fka.entities["facilitator"]["person:mia"]["name"] == "Mia"
    assert "Mia" not in str(anna.entities)


async def test_a_slow_reader_is_cut_and_the_others_are_told_everything(
    live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.hub.outbox.MAX_QUEUED_BYTES", 2000)
    await give(live, opened("write"))
    slow, quick = Client(ANNA).connect(live), Client(ALEX).connect(live)
    slow.sink.clog()
    for number in range(10):
        await live.submit(BORIS, AddNote(f"many{number:07}", "write", "topics", "ж" * 200, "ru"))
    assert (slow.sink.aborts, quick.sink.aborts) == (1, 0)
    quick.read()
    assert len([key for key in quick.entities["participant"] if key.startswith("note:")]) == 10
    slow.disconnect(live)
    slow.connect(live).read()
    assert slow.entities["participant"] == quick.entities["participant"]


async def test_a_command_is_carried_out_although_its_line_has_gone(live: LiveSession) -> None:
    await give(live, opened("write"))
    answer = live.submit(ANNA, AddNote(N3, "write", "topics", "Noch", "de"), "c000000001")
    answer.cancel()
    await give(live, (ANNA, ADD))
    assert set(live.state.notes) == {N1, N3}
