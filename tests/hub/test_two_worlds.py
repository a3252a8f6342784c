"""Two worlds that differ only in what is secret send the very same bytes to everyone who may not know it."""

import asyncio

import pytest

from server.core.agenda import SetWall
from server.core.boards import SetBoardHidden
from server.core.decider import Command
from server.core.groups import GroupNotes
from server.core.notes import AddNote, EditNote
from server.core.people import SetDone, SetName
from server.core.state import Actor
from server.core.voting import CloseRound, PlaceDots, ShowRound, StartRound
from server.errors import Close
from server.store.memory import MemoryStore
from tests.core.worlds import ALEX, ANNA, BORIS, FKA, FKR, G1, N1, N2, N3, N4, N5, PKA, PKR, R1, opened
from tests.hub.fakes import Client, HandClock, create, everybody_joins, wake

Script = list[tuple[Actor, Command]]
WATCHING = (ANNA, ALEX, BORIS, FKA, FKR, PKA, PKR)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presence is told by the loop's own time; here it must not fall between the frames by chance."""
    monkeypatch.setattr("server.hub.live_session.TURN_S", 0.0)
    monkeypatch.setattr("server.hub.presence.TELL_EVERY_S", 3600)


async def play(script: Script) -> dict[str, list[bytes]]:
    """All frames each person is sent, with a reconnect in full and one that resumes on the way."""
    store, clock = MemoryStore(), HandClock()
    await store.open()
    await create(store)
    live = await wake(store, clock)
    await everybody_joins(live)
    clients = [Client(who).connect(live) for who in WATCHING]
    for number, (by, command) in enumerate(script):
        clock.at += 1000
        receipt = await live.submit(by, command, f"c{number:010}")
        assert receipt.code is None, f"{command} by {by.person}: {receipt.code}"
        if number in (len(script) // 2, len(script) - 2):
            for client in clients:
                client.disconnect(live)
                client.connect(live, resume=number == len(script) // 2)
    for client in clients:
        client.read()
    await live.close(Close.RESTARTING)
    await asyncio.sleep(0)
    await store.close()
    return {client.actor.person: client.all_frames for client in clients}


def differing(one: dict[str, list[bytes]], other: dict[str, list[bytes]]) -> set[str]:
    """Who could tell the worlds apart."""
    return {person for person in one if one[person] != other[person]}


def hidden(texts: tuple[str, str, str], board: str = "secret") -> Script:
    first, second, edited = texts
    step = f"write-{board}"
    return [
        opened(step),
        (ANNA, AddNote(N1, step, "topics", first, "de")),
        (BORIS, AddNote(N2, step, "actors", "Открыто", "ru")),
        (ALEX, AddNote(N3, step, "topics", second, "de")),
        (ANNA, EditNote(N1, edited)),
        (ANNA, SetDone(step, True)),
        (FKA, SetWall("ka", "progress")),
        opened("tidy"),
    ]


A, B = ("Mehr Bäume!", "Mehr Bänke?", "Viel Bäume!"), ("Kein Autos?", "Kein Geld!!", "Kein Autos!")


async def test_hidden_notes_of_the_same_length_make_no_difference_to_anyone_but_their_authors() -> None:
    assert differing(await play(hidden(A)), await play(hidden(B))) == {"anna", "alex"}


async def test_on_a_moderated_board_facilitators_too_can_tell() -> None:
    assert differing(await play(hidden(A, "watched")), await play(hidden(B, "watched"))) == {
        "anna",
        "alex",
        "fka",
        "fkr",
    }


async def test_control_once_the_board_is_shown_everyone_can_tell() -> None:
    shown = (FKA, SetBoardHidden("secret", False))
    assert differing(await play([*hidden(A), shown]), await play([*hidden(B), shown])) == {w.person for w in WATCHING}


def voting(anna: dict[str, int], alex: dict[str, int], *end: tuple[Actor, Command]) -> Script:
    written: Script = [
        opened("write"),
        (ANNA, AddNote(N1, "write", "topics", "eins", "de")),
        (ALEX, AddNote(N2, "write", "topics", "zwei", "de")),
        (BORIS, AddNote(N3, "write", "topics", "три", "ru")),
        (BORIS, AddNote(N4, "write", "actors", "четыре", "ru")),
        (BORIS, AddNote(N5, "write", "actors", "пять", "ru")),
        (FKA, GroupNotes(G1, (N4, N5))),
        opened("vote"),
        (FKA, StartRound(R1, "vote")),
        (BORIS, PlaceDots(R1, G1, 1)),
    ]
    placed: Script = [
        (who, PlaceDots(R1, item, n)) for who, dots in ((ANNA, anna), (ALEX, alex)) for item, n in dots.items()
    ]
    return [*written, *placed, (BORIS, SetName("Борис Б.")), (ALEX, SetDone("vote", True)), *end]


CLOSED: Script = [(FKA, CloseRound(R1)), (FKR, ShowRound(R1, True)), (FKA, SetWall("ka", "results", R1))]


async def test_who_placed_which_dots_makes_no_difference_to_anyone_but_the_voter_even_when_counted() -> None:
    one = voting({N1: 2, N2: 1}, {N3: 2, G1: 1}, *CLOSED)
    other = voting({N3: 2, G1: 1}, {N1: 2, N2: 1}, *CLOSED)
    assert differing(await play(one), await play(other)) == {"anna", "alex"}


async def test_while_a_round_is_open_what_the_dots_lie_on_makes_no_difference() -> None:
    one, other = voting({N1: 2, N2: 1}, {N1: 1}), voting({G1: 1, N3: 2}, {N2: 2})
    assert differing(await play(one), await play(other)) == {"anna", "alex"}


async def test_a_result_that_is_not_shown_is_the_facilitators_alone() -> None:
    one, other = voting({N1: 2}, {N1: 1}, (FKA, CloseRound(R1))), voting({N3: 2}, {N1: 1}, (FKA, CloseRound(R1)))
    assert differing(await play(one), await play(other)) == {"anna", "fka", "fkr"}


async def test_control_once_shown_another_result_is_seen_by_everyone() -> None:
    one, other = voting({N1: 2}, {N1: 1}, *CLOSED), voting({N3: 2}, {N1: 1}, *CLOSED)
    assert differing(await play(one), await play(other)) == {who.person for who in WATCHING}
