"""The way round for networks without WebSockets: the same talk as in test_socket.py, as events and POSTs of a real server."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from server.core.agenda import OpenStep
from server.core.people import RemovePerson
from server.errors import Code
from server.hub.outbox import Frame
from server.serving import uvicorn_config
from tests.core.worlds import BOTH, N1, N2, PLAN
from tests.hall import Hall, running_hall
from tests.web.event_phone import EventPhone, event_client, event_phone
from tests.web.phone import HELLO, WITHIN_S, cookie, phone
from tests.web.test_socket import ADD, command
from tests.web.test_wire import gone, protocol_of, stalled, written_on


@pytest.fixture
def hall(workshop: Hall) -> Hall:
    return workshop


async def writing(hall: Hall) -> tuple[str, str]:
    """A participant and a facilitator of an open step."""
    anna, fka = await hall.join("participant", "ka", "Anna"), await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("write", BOTH))
    return anna, fka


# -- the course of a line


async def test_a_stream_begins_as_a_socket_does(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with phone(hall, anna) as other, event_client(hall, anna) as found, found.stream() as response:
        await found.until("presence")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    assert "no-store" in response.headers["cache-control"]
    assert "content-encoding" not in response.headers
    assert found.got[0] == {**other.got[0], "server_at": found.got[0]["server_at"]}
    assert found.got[1:-1] == other.got[1:-1]
    assert found.got[-1]["phones"] == {"ka": 1, "kr": 0}


async def test_a_command_by_post_is_answered_there_and_told_on_every_line(hall: Hall) -> None:
    anna, _ = await writing(hall)
    boris = await hall.join("participant", "kr")
    async with event_phone(hall, anna) as writer, event_phone(hall, boris) as reader, phone(hall, boris) as other:
        assert await writer.say(command(ADD)) == {"type": "ack", "id": "c000000001"}
        own = [(await writer.until("patch"))["stream"] for _ in range(2)]
        assert own == ["participant", f"person:{anna}"]
        for who in (reader, other):
            assert (await who.until("patch"))["set"][f"note:{N1}"]["text"] == "Bäume"


async def test_a_command_given_again_is_answered_again_and_counts_once(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as first, phone(hall, anna) as second:
        for _ in range(2):
            assert (await first.say(command(ADD)))["type"] == "ack"
        await second.send(command(ADD))
        assert (await second.until("ack"))["id"] == "c000000001"
        refused = command({**ADD, "note_id": N2, "text": " "}, 2)
        answers = [await first.say(refused), await first.say(refused)]
    assert answers[0] == answers[1]
    assert (answers[0]["type"], answers[0]["code"], answers[0]["id"]) == ("rejected", "text_empty", "c000000002")
    assert list(hall.live.state.notes) == [N1]


async def test_who_comes_back_resumes_on_either_transport(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with phone(hall, anna) as before:
        epoch = before.got[0]["epoch"]
        numbers = {m["stream"]: m["n"] for m in before.got if m["type"] == "snapshot"}
    async with event_client(hall, anna) as away:
        await away.say(command(ADD))
    async with event_phone(hall, anna, resume={"epoch": epoch, "streams": numbers}) as back:
        assert [(m["type"], m.get("n")) for m in back.got[1:-1]] == [("patch", n + 1) for n in numbers.values()]


async def test_a_ping_by_post_is_answered_with_the_servers_time(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as found:
        pong = await found.say({"type": "ping", "at": 4711.5})
        assert (pong["type"], pong["at"]) == ("pong", 4711.5)
        assert abs(pong["server_at"] - hall.live.now()) < 5_000
        assert (await found.post({"type": "language", "language": "ru"})).status_code == 204


async def test_a_person_is_here_until_the_last_of_their_lines_is_gone(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with phone(hall, anna):
        async with event_phone(hall, anna):
            assert len(hall.live._connections[anna]) == 2
        async with asyncio.timeout(WITHIN_S):
            while len(hall.live._connections[anna]) == 2:
                await asyncio.sleep(0.01)
        assert hall.live.presence.people_here() == 1
    await gone(hall.live, anna)


# -- the door


@pytest.mark.parametrize(
    ("headers", "close"),
    [({}, 4200), ({"Cookie": "tcl-x=y"}, 4200)],
    ids=["no cookie", "another cookie"],
)
async def test_who_is_not_signed_in_is_told_so_and_says_nothing(
    hall: Hall, headers: dict[str, str], close: int
) -> None:
    anna, _ = await writing(hall)
    async with event_client(hall, anna, headers) as found:
        async with found.stream():
            assert (await found.ended())["code"] == close
        answer = await found.post(command(ADD))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert not hall.live.state.notes


async def test_another_sites_page_gets_no_stream_and_gives_no_command(hall: Hall) -> None:
    anna, _ = await writing(hall)
    headers = {**cookie(hall, anna), "Origin": "https://elsewhere.example"}
    async with event_client(hall, anna, headers) as found:
        async with found.stream() as response:
            await response.aread()
        for answer in (response, await found.post(command(ADD))):
            assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    assert not hall.live.state.notes


async def test_who_is_removed_is_told_so_and_can_say_nothing_more(hall: Hall) -> None:
    anna, fka = await writing(hall)
    async with event_phone(hall, anna) as found:
        await hall.give(fka, RemovePerson(anna))
        bye = await found.ended()
        answer = await found.post(command(ADD))
    assert bye == {"type": "bye", "code": 4201, "message": hall.services.catalogues.text("de", "error.close.removed")}
    assert (answer.status_code, answer.json()["code"]) == (403, "removed")
    async with event_client(hall, anna) as again, again.stream():
        assert (await again.ended())["code"] == 4201


async def test_an_archived_workshop_says_goodbye_and_answers_gone(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with event_phone(hall, anna) as found:
        await hall.services.hub.set_archived(hall.live.id, True)
        assert (await found.ended())["code"] == 4205
        assert (await found.post(command(ADD))).status_code == 410


# -- what is no message


@pytest.mark.parametrize(
    ("first", "code"),
    [(b"", "malformed"), ({**HELLO, "protocol": 2}, "protocol_version"), (command(ADD), "hello_expected")],
    ids=["nothing", "another version", "a command"],
)
async def test_what_is_no_hello_is_answered_and_ends_the_stream(hall: Hall, first: object, code: str) -> None:
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as found, found.stream(first):
        await found.ended()
    assert [(m["type"], m["code"]) for m in found.got] == [("error", code), ("bye", 4203)]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"", Code.MALFORMED),
        (b"\xff", Code.MALFORMED),
        (HELLO, Code.MALFORMED),
        (command({"type": "Fly"}), Code.UNKNOWN_COMMAND),
        (command({**ADD, "text": 1}), Code.INVALID_FIELD),
    ],
    ids=["nothing", "no text", "hello", "no such command", "a wrong field"],
)
async def test_what_is_no_message_is_answered_in_words(hall: Hall, message: object, code: Code) -> None:
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as found:
        answer = await found.say(message, "ru")
    assert (answer["type"], answer["code"]) == ("error", code.value)
    assert answer["message"] == hall.services.catalogues.refusal("ru", code.value, {})
    assert answer["id"] == ("c000000001" if code in (Code.UNKNOWN_COMMAND, Code.INVALID_FIELD) else None)


async def test_what_is_too_large_is_refused_unread(hall: Hall) -> None:
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as found:
        answer = await found.post(b'"' + b"x" * 20_000 + b'"')
        assert (answer.status_code, answer.json()["params"]) == (413, {"limit": 16_384})
        async with found.stream(b'"' + b"x" * 20_000 + b'"') as response:
            assert response.status_code == 413


async def test_who_is_too_fast_is_told_and_heard_again_later(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """By person, however many connections carry it."""
    monkeypatch.setattr("server.web.rate.BURST", 5.0)
    monkeypatch.setattr("server.web.rate.MESSAGES_PER_S", 0.01)
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as one, event_client(hall, anna) as two:
        answers = [await found.say({"type": "ping", "at": 1}) for _ in range(8) for found in (one, two)]
        monkeypatch.setattr("server.web.rate.MESSAGES_PER_S", 100.0)
        await asyncio.sleep(0.05)
        assert (await one.say({"type": "ping", "at": 1}))["type"] == "pong"
    told = [answer.get("code", answer["type"]) for answer in answers]
    assert 5 <= told.count("pong") < 16
    assert told.count("pong") + told.count("too_fast") == 16


async def test_who_says_nothing_but_rubbish_is_sent_away(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.rate.ABUSE_AFTER", 20)
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as found:
        for _ in range(20):
            assert (await found.say(b"Unsinn"))["type"] == "error"
        answer = await found.post(b"Unsinn")
    assert (answer.status_code, answer.json()["code"]) == (429, 4204)


# -- lines that go without a word


async def test_a_reader_who_takes_nothing_is_cut_and_the_others_are_told_everything(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.wire.STALLED_AFTER_S", 0.2)
    anna, alex, fka = await stalled(hall)
    async with event_client(hall, anna) as found, phone(hall, alex) as other:
        plain = await unread(hall, anna, found)
        protocol_of(hall.live, anna)._protocol.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, 4096
        )
        await written_on(hall, fka, 5)
        await gone(hall.live, anna)
        numbers = [(await other.until("patch"))["n"] for _ in range(5)]
        plain.close()
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    assert not hall.services.posts._heard


async def test_a_client_not_heard_of_is_let_go_and_one_who_pings_stays(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.events.BEAT_EVERY_S", 0.05)
    monkeypatch.setattr("server.web.events.UNHEARD_AFTER_S", 3.0)
    anna, fka = await writing(hall)
    async with event_phone(hall, anna) as silent, event_phone(hall, fka) as alive:
        ending = asyncio.create_task(silent.ended())
        while not ending.done():
            await alive.say({"type": "ping", "at": 1})
            await asyncio.sleep(0.1)
        assert (await ending)["code"] == 4000
        await gone(hall.live, anna)
        assert fka in hall.live._connections
    await gone(hall.live, fka)


async def test_a_quiet_stream_still_shows_that_it_lives(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.events.BEAT_EVERY_S", 0.02)
    anna, _ = await writing(hall)
    async with event_phone(hall, anna) as found:
        async with asyncio.timeout(WITHIN_S):
            beats = [text async for text in _some(found, 3) if text == ":"]
    assert beats


async def _some(found: EventPhone, count: int) -> Any:
    async for text in found._lines:
        yield text
        count -= text == ":"
        if not count:
            return


async def unread(hall: Hall, person: str, found: EventPhone) -> socket.socket:
    """A stream of which only the beginning is read."""
    host, port = hall.url.removeprefix("http://").split(":")
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, (host, int(port)))
    hello = b'{"type":"hello","protocol":1,"language":"de"}'
    head = f"POST /events/{found.place}?line=raw HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(hello)}\r\n"
    await loop.sock_sendall(plain, f"{head}Cookie: {cookie(hall, person)['Cookie']}\r\n\r\n".encode() + hello)
    heard = b""
    async with asyncio.timeout(WITHIN_S):
        while b'"presence"' not in heard:
            heard += await loop.sock_recv(plain, 65_536)
    return plain


async def test_what_follows_a_stream_on_its_connection_does_not_keep_it(hall: Hall) -> None:
    """Bug: a second request on the connection took the place of the first, and nobody told the stream of its end."""
    anna, _ = await writing(hall)
    async with event_client(hall, anna) as found:
        plain = await unread(hall, anna, found)
        await asyncio.get_running_loop().sock_sendall(plain, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.05)
        assert anna in hall.live._connections
        plain.close()
        hall.live._connections[anna].copy().pop().outbox.send(Frame(b"{}"))
    await gone(hall.live, anna)


async def test_a_stop_tells_streams_to_come_back_and_does_not_wait_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()

    def patient(*given: Any) -> uvicorn.Config:
        config = uvicorn_config(*given)
        config.timeout_graceful_shutdown = 60
        return config

    monkeypatch.setattr("tests.hall.uvicorn_config", patient)
    async with contextlib.AsyncExitStack() as stack:
        async with running_hall(tmp_path, PLAN) as hall:
            anna = await hall.join("participant", "ka", "Anna")
            found = await stack.enter_async_context(event_phone(hall, anna))
            began = loop.time()
        assert loop.time() - began < 50, "uvicorn waits a minute for what does not end"
        assert (await found.ended())["code"] == 1012
