"""The wire of a real server: the course of a line, commands and their answers, and every input that is none."""

from typing import Any

import httpx2
import pytest

from server.core.agenda import OpenStep
from server.errors import Close, Code, StoreError
from server.store.base import Loaded
from tests.core.worlds import BOTH, N1
from tests.hall import Hall
from tests.web.phone import HELLO, cookie, line, phone

ADD = {
    "type": "AddNote",
    "note_id": N1,
    "activity_id": "write",
    "column_id": "topics",
    "text": "Bäume",
    "language": "de",
}


def command(command: object, number: int = 1) -> dict[str, object]:
    return {"type": "command", "id": f"c{number:09}", "command": command}


@pytest.fixture
def hall(workshop: Hall) -> Hall:
    return workshop


# -- the course of a line


async def test_a_line_begins_with_welcome_a_snapshot_of_each_stream_and_who_is_here(hall: Hall) -> None:
    anna = await hall.join("participant", "ka", "Anna")
    async with line(hall, anna) as found:
        welcome = await found.hello()
        await found.until("presence")
    assert welcome["you"] == {"person": anna, "role": "participant", "room": "ka"}
    assert (welcome["session"], welcome["epoch"], welcome["protocol"]) == (hall.live.id, hall.live.epoch, 1)
    assert welcome["streams"] == ["participant", f"person:{anna}"]
    assert welcome["limits"]["note_chars"] == 500
    assert [(m["type"], m.get("stream")) for m in found.got[1:]] == [
        ("snapshot", "participant"),
        ("snapshot", f"person:{anna}"),
        ("presence", None),
    ]
    assert found.got[2]["entities"]["me:me"]["name"] == "Anna"


async def test_a_command_is_told_then_acknowledged_and_reaches_the_others(hall: Hall) -> None:
    anna, boris = await hall.join("participant", "ka"), await hall.join("participant", "kr")
    fka = await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("write", BOTH))
    async with phone(hall, anna) as writer, phone(hall, boris) as reader:
        await writer.send(command(ADD))
        ack = await writer.until("ack")
        assert ack == {"type": "ack", "id": "c000000001"}
        assert [m["stream"] for m in writer.got if m["type"] == "patch"] == ["participant", f"person:{anna}"]
        patch = await reader.until("patch")
        assert patch["set"][f"note:{N1}"]["text"] == "Bäume"
        assert patch["n"] == next(m["n"] for m in reader.got if m["type"] == "snapshot") + 1


async def test_who_comes_back_resumes_and_who_comes_back_to_another_epoch_begins_anew(hall: Hall) -> None:
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    async with phone(hall, anna) as found:
        epoch = found.got[0]["epoch"]
        numbers = {m["stream"]: m["n"] for m in found.got if m["type"] == "snapshot"}
    await hall.give(fka, OpenStep("write", BOTH))
    for told_epoch, kinds in ((epoch, ["patch"]), ("another", ["snapshot", "snapshot"])):
        async with line(hall, anna) as back:
            await back.hello(resume={"epoch": told_epoch, "streams": numbers})
            await back.until("presence")
        assert [m["type"] for m in back.got[1:-1]] == kinds


async def test_a_pong_tells_the_servers_time_and_gives_back_the_clients(hall: Hall) -> None:
    async with phone(hall, await hall.join("projector", "ka")) as wall:
        await wall.send({"type": "ping", "at": 12.5})
        pong = await wall.until("pong")
    assert pong["at"] == 12.5
    assert abs(pong["server_at"] - hall.live.now()) < 5000


async def test_who_knocks_while_a_session_cannot_be_loaded_is_told_so_and_let_in_later(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R22: an error in words, no traceback, and never an empty board."""
    anna, hub = await hall.join("participant", "ka"), hall.services.hub
    await hub.set_archived(hall.live.id, True)
    await hub.set_archived(hall.live.id, False)

    async def failing(_session: str, _shape: str) -> Loaded:
        raise StoreError("The disk fails: check it.")

    with monkeypatch.context() as broken:
        broken.setattr(hub.store, "load", failing)
        async with line(hall, anna) as found:
            bye = await found.until("bye")
            assert (bye["code"], "nicht laden" in bye["message"]) == (Close.NOT_LOADED, True)
            assert await found.closed() == Close.NOT_LOADED
        async with httpx2.AsyncClient(base_url=hall.url, headers=cookie(hall, anna), timeout=30) as browser:
            page = await browser.get(f"/s/{hall.live.id}/{anna}", headers={"Accept-Language": "de"})
        assert (page.status_code, "nicht laden" in page.text) == (503, True)
    async with phone(hall, anna):
        pass


# -- refused commands


async def test_a_refusal_is_a_code_and_a_sentence_in_the_persons_language(hall: Hall) -> None:
    anna = await hall.join("participant", "ka")
    sentences = {}
    async with phone(hall, anna, "ru") as found:
        for number, language in enumerate(("ru", "de", "en")):
            await found.send({"type": "language", "language": language})
            await found.send(command({"type": "OpenStep", "activity_id": "write", "rooms": ["ka"]}, number))
            answer = await found.until("rejected")
            assert (answer["code"], answer["params"], answer["id"]) == ("not_allowed", {}, f"c{number:09}")
            sentences[language] = answer["message"]
    assert sentences == {lang: hall.services.catalogues.refusal(lang, "not_allowed", {}) for lang in sentences}
    assert len(set(sentences.values())) == 3
    assert hall.live.state.opened == {}


async def test_a_limit_stands_in_the_sentence(hall: Hall) -> None:
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("write", BOTH))
    async with phone(hall, anna, "en") as found:
        await found.send(command({**ADD, "text": "x" * 501}))
        answer = await found.until("rejected")
    assert (answer["code"], answer["params"]) == ("text_too_long", {"limit": 500})
    assert "500" in answer["message"]


async def test_a_retry_on_a_new_line_gets_the_same_answer(hall: Hall) -> None:
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    answers = []
    for _ in range(2):
        async with phone(hall, anna) as found:
            await found.send(command(ADD, 7))
            answers.append(await found.until("rejected"))
        await hall.give(fka, OpenStep("write", BOTH))
    assert answers[0] == answers[1]
    assert hall.live.state.notes == {}


# -- input that is none: answered in words, counted, changes nothing, and the line lives on

BAD: dict[str, tuple[Any, Code]] = {
    "no JSON": ("Hallo?", Code.MALFORMED),
    "nothing": ("", Code.MALFORMED),
    "half of it": ('{"type":"ping"', Code.MALFORMED),
    "a list": ("[]", Code.MALFORMED),
    "no type": ({"at": 1}, Code.MALFORMED),
    "an unknown type": ({"type": "shout", "at": 1}, Code.MALFORMED),
    "the server's own message": ({"type": "welcome"}, Code.MALFORMED),
    "an unknown field": ({"type": "ping", "at": 1, "more": 1}, Code.MALFORMED),
    "a missing field": ({"type": "ping"}, Code.MALFORMED),
    "a wrong type of a field": ({"type": "ping", "at": "now"}, Code.MALFORMED),
    "deep nesting": ("[" * 16_000, Code.MALFORMED),
    "deep nesting in a command": ('{"type":"command","id":"c000000001","command":' + "[" * 9000, Code.MALFORMED),
    "a command without an id": ({"type": "command", "command": ADD}, Code.MALFORMED),
    "a second hello": (HELLO, Code.MALFORMED),
    "more than 16 KiB": ({"type": "command", "id": "c000000001", "command": {"text": "x" * 16_400}}, Code.TOO_LARGE),
    "more than 16 KiB of Cyrillic": ('"' + "ж" * 8_200 + '"', Code.TOO_LARGE),
    "bytes": (b'{"type":"ping","at":1}', Code.NOT_TEXT),
    "an unknown command": (command({"type": "Shout"}), Code.UNKNOWN_COMMAND),
    "no command": (command(None), Code.UNKNOWN_COMMAND),
    "a list as a command's type": (command({"type": ["AddNote"]}), Code.UNKNOWN_COMMAND),
    "the door's command": (
        command({"type": "Join", "person_id": "x", "role": "facilitator", "room": "ka"}),
        Code.UNKNOWN_COMMAND,
    ),
    "the alarm's command": (command({"type": "EndTimer", "room": "ka", "ends_at": 1}), Code.UNKNOWN_COMMAND),
    "a command without a field": (command({"type": "AddNote"}), Code.INVALID_FIELD),
    "a command with a field too many": (command({**ADD, "author": "boris"}), Code.INVALID_FIELD),
    "a field of a wrong type": (command({**ADD, "text": 5}), Code.INVALID_FIELD),
    "a path as an id": (command({**ADD, "note_id": "../../../etc/passwd"}), Code.INVALID_FIELD),
}


@pytest.mark.parametrize("what", BAD)
async def test_bad_input_is_answered_in_words_counted_and_changes_nothing(hall: Hall, what: str) -> None:
    bad, code = BAD[what]
    world = hall.live.world
    counted = hall.services.refusals[code.value]
    async with phone(hall, await hall.join("participant", "ka"), "ru") as found:
        world = hall.live.world
        if isinstance(bad, bytes):
            await found.socket.send(bad)
        else:
            await found.send(bad)
        answers = await found.alive()
    (answer,) = [message for message in answers if message["type"] != "presence"]
    assert (answer["type"], answer["code"]) == ("error", code.value)
    assert answer["id"] == ("c000000001" if code in (Code.UNKNOWN_COMMAND, Code.INVALID_FIELD) else None)
    params: dict[str, int | str] = {"limit": 16_384} if code == Code.TOO_LARGE else {}
    assert answer["message"] == hall.services.catalogues.refusal("ru", code.value, params)
    assert hall.services.refusals[code.value] == counted + 1
    assert hall.live.world is world


@pytest.mark.parametrize(
    ("data", "close"),
    [('"' + "x" * 40_000 + '"', 1009), (b"\x00" * 40_000, 1009)],
    ids=["text", "bytes"],
)
async def test_a_frame_beyond_all_measure_ends_the_line(hall: Hall, data: str | bytes, close: int) -> None:
    async with phone(hall, await hall.join("participant", "ka")) as found:
        await found.socket.send(data)
        assert await found.closed() == close


async def test_text_that_is_no_text_ends_the_line_and_is_no_ones_traceback(hall: Hall) -> None:
    """Bug: uvicorn logged a traceback for what was only a client's bad bytes."""
    async with phone(hall, await hall.join("participant", "ka")) as found:
        await found.socket.send(b'{"type":"ping","at":\xff}', text=True)
        assert await found.closed() == 1007
