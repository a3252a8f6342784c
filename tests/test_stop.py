"""R18: told to end, the server tells everyone to come back, is gone within ten seconds whatever hangs on it, loses nothing."""

import asyncio
import contextlib
import re
import signal
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
from websockets.asyncio.client import connect

from server.core.agenda import OpenStep
from server.core.entities import NoteEntity
from server.core.notes import AddNote
from server.protocol import PROTOCOL, Hello, encode
from server.rehearsal.client import Client, new_id
from server.rehearsal.doorstep import Door, Person, enter, read_door
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from tests.ports import free_port
from tests.served import Served, served

PEOPLE, NOTES_EACH = 12, 25
ROOMS = ("north", "south")
GONE_WITHIN_S = 30.0
# So that they are still writing when the one who takes nothing has fallen behind.
PACE_S = 0.05
# A phone's first try comes after 125 to 375 ms; twelve that fall into 40 ms by chance are one in a hundred million.
SPREAD_S = 0.04


class Phone(Client):
    """A client that remembers how its lines ended, and how long it then waited before it tried again."""

    def __init__(self, door: Door, person: Person) -> None:
        super().__init__(door, person, "de", Stats())
        self.codes: list[int] = []
        self.waits: list[float] = []
        self._ended_at: float | None = None

    async def _hold_line(self) -> int:
        if self._ended_at is not None:
            self.waits.append(time.monotonic() - self._ended_at)
        try:
            code = await super()._hold_line()
            self.codes.append(code)
            return code
        finally:
            self._ended_at = time.monotonic()


@contextlib.asynccontextmanager
async def hall(server: Served) -> AsyncIterator[list[Phone]]:
    """A facilitator, first, and the participants, live at a step where everyone writes."""
    door = read_door(server.base, server.code)
    phones = [Phone(server.hand, await enter(server.hand, "north"))]
    phones += [Phone(door, await enter(door, ROOMS[number % 2])) for number in range(PEOPLE)]
    tasks = [asyncio.create_task(phone.run()) for phone in phones]
    try:
        async with asyncio.timeout(30):
            await asyncio.gather(*(phone.live.wait() for phone in phones))
            assert (await phones[0].give(OpenStep("step-2", ROOMS))).ok
        yield phones
    finally:
        await asyncio.gather(*(finished(task) for task in tasks))


async def writes(phone: Phone) -> set[str]:
    """One note after the other, each once the one before is acknowledged, over however many lines."""
    written = set()
    for _ in range(NOTES_EACH):
        note = new_id()
        assert (await phone.give(AddNote(note, "step-2", "notes", "ж" * 500, "ru"))).ok
        written.add(note)
        await asyncio.sleep(PACE_S)
    return written


@contextlib.asynccontextmanager
async def stalled(server: Served) -> AsyncIterator[None]:
    """A participant whose phone takes nothing any more. Small segments: else the system itself would hold megabytes."""
    door = read_door(server.base, server.code)
    person = await enter(door, "north")
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    plain.setblocking(False)
    host, port = server.base.removeprefix("http://").split(":")
    await asyncio.get_running_loop().sock_connect(plain, (host, int(port)))
    url = f"ws{server.base.removeprefix('http')}{person.path.replace('/s/', '/ws/', 1)}"
    line = await connect(
        url, sock=plain, additional_headers={"Cookie": person.cookie}, compression=None, ping_interval=None
    )
    await line.send(encode(Hello(PROTOCOL, "de")), text=True)
    await line.recv()
    line.transport.pause_reading()
    try:
        yield
    finally:
        line.transport.abort()


@contextlib.asynccontextmanager
async def slow_request(server: Served) -> AsyncIterator[None]:
    """A request whose body never comes; the server has begun to read it."""
    host, port = server.base.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /api/enter HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100\r\n\r\n{{".encode())
    await writer.drain()
    async with httpx2.AsyncClient(timeout=30) as client:
        await client.get(f"{server.base}/healthz")  # which came after it
    try:
        yield
    finally:
        writer.transport.abort()


async def waits_for_the_stalled(server: Served) -> None:
    """Until something lies in the server's memory for the phone that takes nothing."""
    async with httpx2.AsyncClient(timeout=30) as client, asyncio.timeout(60):
        while True:
            text = (await client.get(f"{server.base}/metrics")).text
            if re.search(r"^tcl_outbox_bytes_max [1-9]", text, re.MULTILINE):
                return
            await asyncio.sleep(0.05)


async def test_a_stop_tells_everyone_to_come_back_and_nothing_hangs_or_is_lost(tmp_path: Path) -> None:
    port = free_port()
    async with contextlib.AsyncExitStack() as stack:
        async with served(tmp_path, port=port) as first:
            phones = await stack.enter_async_context(hall(first))
            await stack.enter_async_context(stalled(first))
            await stack.enter_async_context(slow_request(first))
            writing = [asyncio.create_task(writes(phone)) for phone in phones[1:]]
            await waits_for_the_stalled(first)
            assert not all(task.done() for task in writing), "they are in the middle of it"
            first.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(GONE_WITHIN_S):
                assert await first.process.wait() == -signal.SIGTERM, "as the system expects of who was told to end"
            assert [phone.codes[0] for phone in phones] == [1012] * len(phones)
        async with served(tmp_path, port=port):
            async with asyncio.timeout(30):
                written = {note for notes in await asyncio.gather(*writing) for note in notes}
            assert len(written) == PEOPLE * NOTES_EACH
            seen = phones[0].view
            assert await until(lambda: {note.id for note in seen.all(NoteEntity)} == written, 30), "all, and no others"
    first_waits = [phone.waits[0] for phone in phones]
    assert max(first_waits) - min(first_waits) > SPREAD_S, "not all at the same moment"
    log = first.log.read_text()
    assert "stopping" in log
    assert "stopped" in log
    assert "Traceback" not in log


NO_DEADLINE = """
import server.serving as serving
kept = serving.uvicorn_config
def endless(app, settings):
    config = kept(app, settings)
    config.timeout_graceful_shutdown = None
    return config
serving.uvicorn_config = endless
"""


async def test_control_without_a_deadline_a_slow_request_holds_the_server_and_a_kill_tells_nobody(
    tmp_path: Path,
) -> None:
    async with served(tmp_path, start=NO_DEADLINE) as server, hall(server) as phones, slow_request(server):
        server.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.process.wait(), 5)
        assert server.process.returncode is None
    async with served(tmp_path) as server, hall(server) as phones:
        server.process.kill()
        assert await until(lambda: all(len(phone.waits) > 0 for phone in phones), 30)
        assert 1012 not in [code for phone in phones for code in phone.codes]
