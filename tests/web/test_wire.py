"""What the transport itself withstands: stalled readers, floods, damaged frames, a stop; and the uvicorn it leans on."""

import asyncio
import contextlib
import random
import re
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from msgspec import json
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode

from server.core.agenda import OpenStep
from server.core.notes import AddNote
from server.hub.live_session import LiveSession
from server.protocol import MAX_MESSAGE_BYTES
from server.settings import ROOT
from server.web import wire
from server.web.wire import HallHttp, HallProtocol
from tests.core.cases import CASES
from tests.core.worlds import BOTH, N1, PLAN
from tests.hall import Hall, running_hall
from tests.web.phone import HELLO, WITHIN_S, Phone, address, cookie, phone
from tests.web.raw_line import raw_line


@pytest.fixture
def hall(workshop: Hall) -> Hall:
    return workshop


def protocol_of(live: LiveSession, person: str) -> Any:
    """The server's end of a person's only line."""
    (connection,) = live._connections[person]
    return connection.outbox._sink


async def written_on(hall: Hall, fka: str, turns: int) -> None:
    """Thirty notes of the longest text there is in each turn: a patch of some 40 kB for every reader."""
    for turn in range(turns):
        notes = [AddNote(f"many{turn:03}{n:04}", "write", "topics", "ж" * 500, "ru") for n in range(30)]
        await asyncio.gather(*(hall.give(fka, note) for note in notes))


# -- readers who do not read


async def stalled(hall: Hall) -> tuple[str, str, str]:
    anna, alex, fka = [await hall.join("participant", "ka") for _ in range(2)] + [await hall.join("facilitator", "ka")]
    await hall.give(fka, OpenStep("write", BOTH))
    return anna, alex, fka


async def gone(live: LiveSession, person: str) -> None:
    async with asyncio.timeout(WITHIN_S):
        while person in live._connections:
            await asyncio.sleep(0.01)


async def test_a_reader_who_takes_nothing_is_cut_and_the_others_are_told_everything(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "STALLED_AFTER_S", 0.2)
    cut = hall.services.hub.meter.cut.copy()
    anna, alex, fka = await stalled(hall)
    async with raw_line(hall, anna, 4096) as line, phone(hall, alex) as other:
        protocol_of(hall.live, anna).transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, 4096
        )
        line.stop_reading()
        await written_on(hall, fka, 5)
        await gone(hall.live, anna)
        numbers = [(await other.until("patch"))["n"] for _ in range(5)]
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    assert hall.services.hub.meter.cut - cut == {"stalled": 1}


async def test_a_reader_too_far_behind_is_cut_at_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.hub.outbox.MAX_QUEUED_BYTES", 20_000)
    anna, _alex, fka = await stalled(hall)
    async with raw_line(hall, anna, 4096) as line:
        protocol_of(hall.live, anna).transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, 4096
        )
        line.stop_reading()
        await written_on(hall, fka, 5)
        await gone(hall.live, anna)
    async with phone(hall, anna) as back:
        (snapshot,) = [m for m in back.got if m["type"] == "snapshot" and m["stream"] == "participant"]
    assert sum(key.startswith("note:") for key in snapshot["entities"]) == 150


async def test_a_slow_reader_who_takes_something_now_and_then_may_go_on(hall: Hall) -> None:
    anna, _alex, fka = await stalled(hall)
    async with raw_line(hall, anna, 4096) as line:
        protocol = protocol_of(hall.live, anna)
        protocol.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        line.stop_reading()
        await written_on(hall, fka, 4)
        unsent = protocol.transport.get_write_buffer_size()
        assert protocol._stall is not None, "the clock is running"
        async with asyncio.timeout(WITHIN_S):
            while protocol.transport.get_write_buffer_size() == unsent:
                line.read_a_little()
                await asyncio.sleep(0.005)
        protocol._judge_stall(unsent)
        await asyncio.sleep(0.01)
        assert anna in hall.live._connections, "it took something"
        protocol._judge_stall(protocol.transport.get_write_buffer_size())
        await gone(hall.live, anna)


# -- plain requests


async def test_a_request_must_come_in_whole_and_in_time(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "REQUEST_WITHIN_S", 0.2)
    host, port = hall.url.removeprefix("http://").split(":")
    head = b"POST /api/door HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
    for part in (b"", head, head + b"\r\n{"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(part)
        async with asyncio.timeout(WITHIN_S):
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b"", part
        writer.close()
    async with phone(hall, await hall.join("participant", "ka")) as found:
        await asyncio.sleep(0.3)
        await found.alive()


async def test_a_download_that_is_not_read_is_cut(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "STALLED_AFTER_S", 0.2)
    anna, alex, fka = await stalled(hall)
    await written_on(hall, fka, 10)
    async with httpx2.AsyncClient(base_url=hall.url, headers=cookie(hall, anna), timeout=WITHIN_S) as browser:
        whole = len((await browser.get(f"/s/{hall.live.id}/{anna}", headers={"Accept-Encoding": "identity"})).content)
    host, port = hall.url.removeprefix("http://").split(":")
    async with phone(hall, alex):
        here: set[Any] = protocol_of(hall.live, alex).connections
        before = here.copy()
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(plain, (host, int(port)))
        page = f"GET /s/{hall.live.id}/{anna} HTTP/1.1\r\nHost: x\r\nCookie: {cookie(hall, anna)['Cookie']}\r\n\r\n"
        for _ in range(40):
            plain.send(page.encode())
        async with asyncio.timeout(WITHIN_S):
            while here <= before:
                await asyncio.sleep(0.01)  # nobody has let it in yet
            while not here <= before:
                await asyncio.sleep(0.01)  # nobody has cut it yet
        heard = 0
        with contextlib.suppress(ConnectionResetError):
            async with asyncio.timeout(WITHIN_S):
                while more := await loop.sock_recv(plain, 65_536):
                    heard += len(more)
    assert heard < 40 * whole


# -- floods


async def test_pings_are_answered_but_a_flood_of_them_ends_the_line(hall: Hall) -> None:
    anna, cut = await hall.join("participant", "ka"), hall.services.hub.meter.cut.copy()
    async with raw_line(hall, anna) as line:
        for number in range(wire.PINGS_PER_WINDOW):
            line.frame(Opcode.PING, f"p{number}".encode())
        assert await line.hears(f"p{wire.PINGS_PER_WINDOW - 1}".encode())
        line.frame(Opcode.PING, b"one more")
        assert await line.ended()
    await gone(hall.live, anna)
    assert hall.services.hub.meter.cut - cut == {"pings": 1}


async def test_a_message_in_pieces_is_read_but_a_flood_of_pieces_ends_the_line(hall: Hall) -> None:
    person, cut = await hall.join("participant", "ka"), hall.services.hub.meter.cut.copy()
    message = json.encode({"type": "ping", "at": 4711}) + b" " * 100
    for pieces, answered in ((wire.FRAGMENTS_PER_MESSAGE, True), (wire.FRAGMENTS_PER_MESSAGE + 1, False)):
        async with raw_line(hall, person) as line:
            line.frame(Opcode.TEXT, message[:30], fin=False)
            for _ in range(pieces - 2):
                line.frame(Opcode.CONT, b" ", fin=False)
            line.frame(Opcode.CONT, message[30:], fin=True)
            if answered:
                assert await line.hears(b"4711")
            else:
                assert await line.ended()
    await gone(hall.live, person)
    assert hall.services.hub.meter.cut - cut == {"fragments": 1}


async def test_who_is_too_fast_is_told_and_heard_again_later(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.rate.BURST", 5.0)
    monkeypatch.setattr("server.web.rate.MESSAGES_PER_S", 4.0)
    counted = hall.services.refusals["too_fast"]
    async with phone(hall, await hall.join("participant", "ka"), "ru") as found:
        for number in range(20):
            await found.send({"type": "ping", "at": number})
        answers = [await found.read() for _ in range(20)]
        await asyncio.sleep(0.3)
        assert await found.alive() == []
    pongs = [m for m in answers if m["type"] == "pong"]
    errors = [m for m in answers if m["type"] == "error"]
    assert 5 <= len(pongs) < 20
    assert len(pongs) + len(errors) == 20
    assert {m["code"] for m in errors} == {"too_fast"}
    assert errors[0]["message"] == hall.services.catalogues.refusal("ru", "too_fast", {})
    assert hall.services.refusals["too_fast"] == counted + len(errors)


@pytest.mark.parametrize("bad", ["Unsinn", b"\x00"], ids=["text", "bytes"])
async def test_who_sends_nothing_but_rubbish_is_sent_away(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, bad: str | bytes
) -> None:
    monkeypatch.setattr("server.web.rate.ABUSE_AFTER", 20)
    async with phone(hall, await hall.join("participant", "ka")) as found:
        for _ in range(25):
            await found.socket.send(bad)
        assert await found.closed() == 4204
    assert [m["type"] for m in found.got].count("error") == 20
    assert hall.services.hub.meter.cut["abuse"] > 0


async def test_lines_that_go_in_the_middle_of_anything_leave_no_trouble_behind(hall: Hall) -> None:
    """The fixture looks for tracebacks."""
    anna = await hall.join("participant", "ka")
    host, port = hall.url.removeprefix("http://").split(":")
    path = address(hall, anna).split(f":{port}", 1)[1]
    for extra in (f"Cookie: {cookie(hall, anna)['Cookie']}", "Origin: https://elsewhere.example", "X-Nothing: 1"):
        for first in (b"", Frame(Opcode.TEXT, b"rubbish").serialize(mask=True), b"\x81\xff", b"\xff\xff\xff"):
            _, writer = await asyncio.open_connection(host, int(port))
            head = [f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
            head += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", extra, "", ""]
            writer.write("\r\n".join(head).encode() + first)
            await writer.drain()
            if first:
                await asyncio.sleep(0.005)
            writer.transport.abort()
    async with phone(hall, anna) as found:
        await found.alive()
        assert sum(len(lines) for lines in hall.live._connections.values()) <= 1


FRAMES = [5_000, pytest.param(100_000, marks=pytest.mark.long)]
MORE_MEMORY_KIB = 30 * 1024


@pytest.mark.parametrize("enough", FRAMES)
async def test_thousands_of_damaged_frames_break_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, enough: int
) -> None:
    """S5. Every one is answered in words or ends its line; the server goes on, and the fixture finds no traceback."""
    for name, value in (("BURST", 1e9), ("MESSAGES_PER_S", 1e9), ("ABUSE_AFTER", 10**9)):
        monkeypatch.setattr(f"server.web.rate.{name}", value)
    chooser = random.Random(4)
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    whole = [json.encode({"type": "command", "id": "c000000001", "command": case.command}) for case in CASES.values()]
    whole += [json.encode(HELLO), b'{"type":"ping","at":1}', b'{"type":"language","language":"ru"}']
    answered, began = hall.services.refusals.total(), time.monotonic()
    memory = resident_kib()
    while hall.services.refusals.total() < answered + enough:
        async with raw_line(hall, chooser.choice((anna, fka))) as line:
            for _ in range(100):
                line.writer.write(_damaged(chooser, whole))
            line.writer.write(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
            assert await line.ended()
    assert not hall.live._connections
    async with phone(hall, anna) as found:
        await found.alive()
    assert len(caplog.records) <= 1 + time.monotonic() - began
    more = resident_kib() - memory
    print(
        f"{enough} damaged frames in {time.monotonic() - began:.1f} s, {more} KiB more, {len(caplog.records)} lines logged"
    )
    assert more < MORE_MEMORY_KIB


def resident_kib() -> int:
    """What this process, server and clients together, holds of the machine's memory."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


def test_control_a_frame_that_is_kept_is_noticed() -> None:
    memory = resident_kib()
    kept = [bytearray(b"x" * 17_000) for _ in range(3_000)]
    assert len(kept) == 3_000
    assert resident_kib() - memory > MORE_MEMORY_KIB


def _damaged(chooser: random.Random, whole: list[bytes]) -> bytes:
    data = bytearray(chooser.choice(whole))
    for _ in range(chooser.randint(0, 4)):
        place = chooser.randrange(len(data))
        data[place : place + chooser.randint(0, 4)] = chooser.choice(
            (b"", b"[", b'"', b"\\u0000", b"1e999", b"null", b"{")
        )
    if chooser.random() < 0.003:
        data[chooser.randrange(len(data))] = 0xFF
    chance = chooser.random()
    opcode = (
        Opcode.CONT
        if chance < 0.003
        else Opcode.BINARY
        if chance < 0.05
        else Opcode.PONG
        if chance < 0.1
        else Opcode.TEXT
    )
    wired = bytearray(Frame(opcode, bytes(data[:120] if opcode is Opcode.PONG else data)).serialize(mask=True))
    if chooser.random() < 0.003:
        wired[chooser.randrange(2)] = chooser.randrange(256)
    return bytes(wired)


# -- too many, and too large


@contextlib.asynccontextmanager
async def knock(hall: Hall) -> AsyncIterator[asyncio.StreamReader]:
    """A connection that asks one thing and stays; gives what is answered."""
    host, port = hall.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    try:
        yield reader
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_one_connection_too_many_is_told_and_those_who_are_in_notice_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await hall.join("participant", "ka")
    async with phone(hall, anna) as inside:
        monkeypatch.setattr(wire, "MOST_CONNECTIONS", len(protocol_of(hall.live, anna).connections) + 3)
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(3):
                reader = await stack.enter_async_context(knock(hall))
                assert (await reader.readline()).endswith(b"200 OK\r\n")
            async with knock(hall) as reader:
                told = await asyncio.wait_for(reader.read(), WITHIN_S)
            assert told.startswith(b"HTTP/1.1 503 ")
            assert b"Retry-After" in told
            await inside.alive()
        async with asyncio.timeout(WITHIN_S):
            answer = b""
            while not answer.endswith(b"200 OK\r\n"):
                async with knock(hall) as reader:
                    answer = await reader.readline()


def test_no_more_connections_are_let_in_than_there_are_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.web.wire.resource.getrlimit", lambda _which: (1024, 4096))
    assert wire.most_connections() == 1024 - wire.FILES_FOR_OURSELVES


async def test_no_compression_is_agreed_on(hall: Hall) -> None:
    """S8: a few bytes would become many in the server's memory."""
    anna = await hall.join("participant", "ka")
    offered = {**cookie(hall, anna), "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    async with connect(address(hall, anna), additional_headers=offered, compression="deflate", proxy=None) as found:
        assert found.response is not None
        assert "Sec-WebSocket-Extensions" not in found.response.headers
        assert found.protocol.extensions == []


@pytest.mark.parametrize("size", [MAX_MESSAGE_BYTES * 2 + 1, 16 * 1024 * 1024])
async def test_a_message_that_is_far_too_large_ends_the_line_before_it_is_there(hall: Hall, size: int) -> None:
    async with raw_line(hall, await hall.join("participant", "ka")) as line:
        line.writer.write(Frame(Opcode.TEXT, b"x" * size).serialize(mask=True)[:20_000])
        assert await line.hears(b"\x03\xf1"), "closed with 1009, told by the length in its head alone"


# -- stopping and starting again


async def test_a_stop_tells_everyone_to_come_back_and_a_second_start_finds_everything(tmp_path: Path) -> None:
    async with running_hall(tmp_path, PLAN) as hall:
        anna, fka = await hall.join("participant", "ka", "Anna"), await hall.join("facilitator", "ka")
        await hall.give(fka, OpenStep("write", BOTH))
        await hall.give(anna, AddNote(N1, "write", "topics", "Bäume", "de"))
        urls = [(address(hall, person), cookie(hall, person)) for person in (anna, fka, anna)]
        world, version, epoch = hall.live.world, hall.live.at.version, hall.live.epoch
        phones: list[Phone] = []
        stack = contextlib.AsyncExitStack()
        for person in (anna, fka, anna):
            phones.append(await stack.enter_async_context(phone(hall, person)))
        endings = [asyncio.create_task(found.closed()) for found in phones]
    assert await asyncio.gather(*endings) == [1012] * 3
    await stack.aclose()
    async with running_hall(tmp_path, PLAN) as again:
        assert (again.live.id, again.live.world, again.live.at.version) == (hall.live.id, world, version)
        assert again.live.epoch != epoch
        async with phone(again, anna) as back:
            (overlay,) = [m for m in back.got if m.get("stream") == f"person:{anna}"]
        assert overlay["entities"][f"own_note:{N1}"]["text"] == "Bäume"
        assert urls[0][1] == cookie(again, anna), "the cookie still holds"


# -- uvicorn, of which private names are used


def test_the_uvicorn_that_runs_is_the_one_this_was_written_for() -> None:
    """A new version may have renamed what `HallProtocol` overrides: look at `wire.py`, then at this number."""
    locked = re.search(r"^uvicorn==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert locked is not None
    assert uvicorn.__version__ == locked[1] == "0.54.0"


def overridden(ours: type, theirs: type) -> set[str]:
    own = {name for kind in ours.__mro__ if kind.__module__ == wire.__name__ for name in vars(kind)}
    return {name for name in own & set(dir(theirs)) if callable(getattr(theirs, name)) and not name.startswith("__")}


def test_what_the_protocols_override_and_lean_on_is_there() -> None:
    both = {"connection_lost", "pause_writing", "resume_writing"}
    assert overridden(HallProtocol, WebSocketsSansIOProtocol) == both | {
        "handle_connect",
        "handle_cont",
        "handle_ping",
        "send_receive_event_to_app",
        "shutdown",
    }
    assert overridden(HallHttp, HttpToolsProtocol) == both | {
        "connection_made",
        "on_message_begin",
        "on_message_complete",
        "shutdown",
    }
    source = Path(WebSocketsSansIOProtocol.__init__.__code__.co_filename).read_text()
    for attribute in ("close_sent", "disconnected", "writable", "frames", "curr_msg_data_type", "conn", "loop"):
        assert f"self.{attribute}" in source
    assert "self.handle_parser_exception()" in source
    assert "self.scope: WebSocketScope = {" in source
    assert '"state": self.app_state.copy()' in source
    http = Path(HttpToolsProtocol.__init__.__code__.co_filename).read_text()
    assert '"state": self.app_state.copy()' in http
    assert "self.loop = " in http


@pytest.mark.parametrize("stop", [HallProtocol.shutdown, WebSocketsSansIOProtocol.shutdown], ids=["ours", "control"])
async def test_a_stop_while_a_client_says_goodbye_ends_the_line_and_goes_on(hall: Hall, stop: Any) -> None:
    """Bug of uvicorn: one line that was just being closed by its client ended the whole stop with a traceback."""
    anna = await hall.join("participant", "ka")
    async with phone(hall, anna) as line:
        protocol = protocol_of(hall.live, anna)
        goodbye = Frame(Opcode.CLOSE, (1001).to_bytes(2, "big")).serialize(mask=True)
        protocol.conn.receive_data(goodbye)  # it has arrived, and nobody has looked at it yet
        if stop is HallProtocol.shutdown:
            stop(protocol)
            assert await line.closed() in (1001, 1006)
        else:
            with pytest.raises(InvalidState):
                stop(protocol)
            protocol.transport.abort()
