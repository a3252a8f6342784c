"""P1, S10: a whole workshop, all sorts of trouble in it, leaves no text, name, address, browser or secret in log and figures.

Every text and name carries a canary, everyone comes from an address and with a browser of their own.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
import uvicorn
from msgspec import Struct, json
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server import logs
from server.core.agenda import OpenStep
from server.core.decider import Command
from server.core.notes import AddNote
from server.core.people import Join
from server.core.state import SYSTEM, Actor
from server.errors import NotSaved
from server.hub.live_session import LiveSession
from server.serving import uvicorn_config
from tests.core.walk import Chooser
from tests.core.worlds import BOTH, FKA, PEOPLE, PLAN
from tests.hall import Hall, running_hall
from tests.web.phone import Phone, address, cookie

CANARY = "kanarie"
BROWSER = "Canary-Browser/7.7"
FROM = "127.0.0.77"
STEPS = 150


@pytest.fixture(autouse=True)
def _as_the_command_line_has_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logs, "EVERY_S", 0.0)  # nothing is left out, so nothing is hidden either
    monkeypatch.setattr("server.hub.live_session.TURN_S", 0.0)
    monkeypatch.setattr("server.web.rate.ABUSE_AFTER", 20)
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    root.handlers.clear()
    logs.configure()
    yield
    structlog.reset_defaults()
    root.setLevel(before[0])
    root.handlers[:] = before[1]


class Left(Struct):
    """What a workshop left behind. `secrets`: what must be in neither."""

    log: str
    figures: str
    secrets: set[str]

    @property
    def found(self) -> set[str]:
        return {secret for secret in self.secrets if secret in self.log or secret in self.figures}


async def workshop(directory: Path, capsys: pytest.CaptureFixture[str]) -> Left:
    async with running_hall(directory, PLAN) as hall:
        for person in PEOPLE:
            await hall.live.submit(SYSTEM, Join(person.person, person.role, person.room, f"{CANARY} {person.person}"))
        async with phone_of(hall, "anna") as anna, phone_of(hall, "boris") as boris:
            await lives(hall, anna)
            await stumbles(hall, anna, boris)
        await knocks(hall)
        figures = (await ask(hall, "GET", "/metrics", browser="monitor")).text
        secrets = {CANARY, BROWSER, FROM, hall.services.keys.join_code(hall.live.id), (await keys(hall)).hex()}
        for person in PEOPLE:
            secrets |= {hall.services.keys.token(hall.live.id, person.person)}
            secrets |= {
                hall.services.keys.invitation(role, hall.live.id, "ka") for role in ("participant", "facilitator")
            }
        await hall.services.hub.set_archived(hall.live.id, True)
        await hall.services.hub.delete(hall.live.id)
    return Left(capsys.readouterr().err, figures, secrets)


async def keys(hall: Hall) -> bytes:
    return await hall.services.hub.store.secret()


@contextlib.asynccontextmanager
async def phone_of(hall: Hall, person: str) -> Any:
    headers = {**cookie(hall, person), "User-Agent": BROWSER}
    async with connect(
        address(hall, person), additional_headers=headers, compression=None, proxy=None, local_addr=(FROM, 0)
    ) as socket:
        found = Phone(socket)
        await found.hello()
        yield found


async def lives(hall: Hall, anna: Phone) -> None:
    """Everyone does all sorts of things, most of them in vain; Anna by her line, too."""
    chooser = Chooser(7, lambda _author, n: f"{CANARY} {n}")
    await hall.live.submit(FKA, OpenStep("write", BOTH))
    note = json.decode(json.encode(AddNote("nanna000001", "write", "topics", f"{CANARY} by line", "de")))
    for number, said in enumerate((note, {**note, "board_id": CANARY}, {"type": CANARY}, note)):
        await anna.send({"type": "command", "id": f"c{number}234567890", "command": said})
    for number in range(STEPS):
        by = chooser.actor(hall.live.world)
        command: Command = chooser.command(hall.live.world, by, hall.live.now())
        await hall.live.submit(by, command, f"w{number:010}")


async def stumbles(hall: Hall, anna: Phone, boris: Phone) -> None:
    """A full disk, a bug, a reader too slow, one who sends nothing but rubbish."""
    store = hall.services.hub.store
    for failure in (NotSaved("The disk is full: make room."), ZeroDivisionError("a bug")):
        with pytest.MonkeyPatch.context() as trouble:
            trouble.setattr(store, "append", failing(failure))
            answer = hall.live.submit(FKA, OpenStep("sort", BOTH), "f234567890")
            assert isinstance((await asyncio.gather(answer, return_exceptions=True))[0], NotSaved)
    for line in hall.live.lines():
        if line.actor.person == "boris":
            line.outbox.cut_off()
    assert await boris.closed() == 1006
    with contextlib.suppress(ConnectionClosed):
        for _ in range(30):
            await anna.send(f"{{{CANARY}")
    assert await anna.closed() == 4204


def failing(error: Exception) -> Any:
    async def append(*_: object) -> None:
        raise error

    return append


async def ask(hall: Hall, method: str, path: str, browser: str = BROWSER, body: object = None) -> httpx2.Response:
    transport = httpx2.AsyncHTTPTransport(local_address=FROM)
    async with httpx2.AsyncClient(transport=transport, base_url=hall.url, headers={"User-Agent": browser}) as client:
        return await client.request(method, path, json=body)


async def knocks(hall: Hall) -> None:
    """At doors that are there and doors that are not, and in no language a web server speaks."""
    link = hall.services.keys.invitation("participant", hall.live.id, "ka")
    await ask(hall, "POST", "/api/enter", body={"invitation": link, "room": "ka", "name": f"{CANARY} at the door"})
    await ask(hall, "POST", "/api/enter", body={"invitation": f"{CANARY}.{link}"})
    await ask(hall, "POST", "/api/door", body={"code": CANARY, "more": CANARY})
    await ask(hall, "GET", f"/{CANARY}?{CANARY}={link}")
    host, port = hall.url.removeprefix("http://").split(":")
    for rubbish in (f"{CANARY} / HTTP/1.1\r\n\r\n", f"GET /{CANARY}\x00 HTTP/9.9\r\n{CANARY}\r\n\r\n"):
        reader, writer = await asyncio.open_connection(host, int(port), local_addr=(FROM, 0))
        writer.write(rubbish.encode())
        await reader.read()
        writer.close()
    async with connect(
        f"{hall.url.replace('http', 'ws')}/ws/{CANARY}/{CANARY}", user_agent_header=BROWSER, local_addr=(FROM, 0)
    ) as socket:
        assert await Phone(socket).closed() == 4205


async def test_a_workshop_with_troubles_leaves_nothing_of_it_in_log_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = await workshop(tmp_path, capsys)
    assert left.found == set()
    told = [json.decode(line)["event"] for line in left.log.splitlines()]
    happened = ("session_opened", "session_archived", "session_deleted", "store_trouble", "store_trouble_over")
    assert {*happened, "turn_failed", "line_cut"} <= set(told), "there was something to tell"
    assert 'tcl_commands_total{result="accepted"}' in left.figures


async def test_control_a_careless_line_of_the_log_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = LiveSession.submit

    def careless(self: LiveSession, actor: Actor, command: Command, command_id: str | None = None) -> Any:
        structlog.get_logger().info("command", command=command)
        return submit(self, actor, command, command_id)

    monkeypatch.setattr(LiveSession, "submit", careless)
    assert CANARY in (await workshop(tmp_path, capsys)).found


async def test_control_a_log_of_requests_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def talkative(*given: Any) -> uvicorn.Config:
        config = uvicorn_config(*given)
        config.access_log = True
        requests = logging.getLogger("uvicorn.access")  # the next server's configuration silences it again
        requests.setLevel(logging.INFO)
        requests.propagate = True
        return config

    monkeypatch.setattr("tests.hall.uvicorn_config", talkative)
    assert {FROM, CANARY} <= (await workshop(tmp_path, capsys)).found
