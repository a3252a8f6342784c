"""Who may open a line, and how it begins: origin, cookie, hello."""

from typing import Any

import pytest
from msgspec import structs
from starlette.websockets import WebSocket

from server.core.agenda import OpenStep
from server.core.notes import AddNote
from server.core.people import RemovePerson
from server.web import socket as web_socket
from tests.core.worlds import BOTH, N2, PLAN
from tests.hall import Hall
from tests.hub.fakes import Sink
from tests.web.phone import HELLO, address, cookie, line, phone


@pytest.fixture
def hall(workshop: Hall) -> Hall:
    return workshop


async def another_session(hall: Hall) -> Hall:
    row = await hall.services.hub.open(PLAN)
    return Hall(hall.url, hall.services, await hall.services.hub.live(row.id))


# -- hello, and what comes instead


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({**HELLO, "protocol": 2}, "protocol_version"),
        ({**HELLO, "protocol": 0}, "protocol_version"),
        ({"type": "ping", "at": 1}, "hello_expected"),
        ({"type": "command", "id": "c000000001", "command": {"type": "StartSession"}}, "hello_expected"),
        ("Hallo!", "malformed"),
        ({**HELLO, "language": "fr"}, "malformed"),
        ('"' + "x" * 17_000 + '"', "too_large"),
    ],
)
async def test_a_line_that_does_not_begin_with_a_proper_hello_ends(hall: Hall, first: object, code: str) -> None:
    counted = hall.services.refusals[code]
    async with line(hall, await hall.join("participant", "ka")) as found:
        await found.send(first)
        assert await found.closed() == 4203
    assert [(m["type"], m["code"]) for m in found.got] == [("error", code), ("bye", 4203)]
    assert all(len(m["message"]) > 10 for m in found.got)
    assert hall.services.refusals[code] == counted + 1


async def test_a_line_that_says_nothing_ends_in_the_language_its_browser_asked_for(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.line.HELLO_WITHIN_S", 0.05)
    anna = await hall.join("participant", "ka")
    async with line(hall, anna, {**cookie(hall, anna), "Accept-Language": "ru-RU,ru;q=0.9"}) as found:
        assert await found.closed() == 4203
    bye = hall.services.catalogues.text("ru", "error.close.protocol")
    assert found.got == [{"type": "bye", "code": 4203, "message": bye}]


async def test_bytes_before_hello_are_answered_and_hello_is_still_heard(hall: Hall) -> None:
    async with line(hall, await hall.join("participant", "ka")) as found:
        await found.socket.send(b"\x00\x01")
        await found.hello()
    assert [m["type"] for m in found.got[:2]] == ["error", "welcome"]


# -- who may come in


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("http://{host}", True),
        ("https://{host}", True),
        ("https://workshop.example.org", True),
        ("https://elsewhere.example", False),
        ("http://localhost:1", False),
        ("http://{host}.elsewhere.example", False),
        ("http://elsewhere.example/{host}", False),
        ("http://{host}@elsewhere.example", False),
        ("file://", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("ws://{host}", False),
        ("https://WORKSHOP.example.org.", False),
        ("https://workshop.example.org:443", False),
        ("https://workshop.example.org/", False),
        ("http://workshop.example.org", False),
        ("https://sub.workshop.example.org", False),
        ("https://workshop.example.org.evil.example", False),
        ("https://workshop-example.org", False),
        ("https://evil.example/https://workshop.example.org", False),
        ("https://evil.example?https://workshop.example.org", False),
        ("https://evil.example#https://workshop.example.org", False),
        ("https://evil.example, https://workshop.example.org", False),
        ("https://user@workshop.example.org", False),
        ("http://x@{host}", False),
        ("http://127.0.0.1", False),
        ("http://[::1]", False),
        ("ftp://{host}", False),
        ("chrome-extension://{host}", False),
        ("data:text/html,x", False),
        ("{host}", False),
        ("//{host}", False),
        ("http://{host}\t", True),
        ("http://{host}/path", False),
    ],
)
async def test_a_page_elsewhere_opens_no_line(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, origin: str | None, welcome: bool
) -> None:
    settings = structs.replace(hall.services.settings, more_origins=("https://workshop.example.org",))
    monkeypatch.setattr(hall.services, "settings", settings)
    anna = await hall.join("participant", "ka")
    host = hall.url.removeprefix("http://")
    headers = cookie(hall, anna) | ({} if origin is None else {"Origin": origin.format(host=host)})
    counted = hall.services.refusals["origin_refused"]
    async with line(hall, anna, headers) as found:
        if welcome:
            await found.hello()
        else:
            assert await found.closed() == 4202
            assert hall.services.refusals["origin_refused"] == counted + 1


async def turned_away(hall: Hall, person: str, headers: dict[str, str], url: str | None = None) -> tuple[int, str]:
    async with line(hall, person, headers, url) as found:
        code = await found.closed()
    (bye,) = found.got
    assert (bye["type"], bye["code"]) == ("bye", code)
    assert not bye["message"].startswith("error.")
    return code, bye["message"]


async def test_without_ones_own_cookie_nobody_comes_in(hall: Hall) -> None:
    anna, alex = [await hall.join("participant", "ka") for _ in range(2)]
    elsewhere = await another_session(hall)
    counted = hall.services.refusals["not_signed_in"]
    theirs = cookie(hall, alex)["Cookie"].split("=", 1)[1]
    name = cookie(hall, anna)["Cookie"].split("=", 1)[0]
    bad = [
        {},
        cookie(hall, alex),
        {"Cookie": f"{name}={theirs}"},
        {"Cookie": f"{name}="},
        {"Cookie": f"{name}=é"},
        {"Cookie": cookie(elsewhere, anna)["Cookie"]},
    ]
    for headers in bad:
        assert (await turned_away(hall, anna, headers))[0] == 4200, headers
    assert hall.services.refusals["not_signed_in"] == counted + len(bad)


async def test_over_tls_a_cookie_that_is_not_bound_to_it_is_not_believed(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any page of a neighbouring host could have set it; only `__Host-` ones are surely our own."""
    anna = await hall.join("participant", "ka")
    plain = cookie(hall, anna)
    bound = {"Cookie": f"__Host-{plain['Cookie']}"}
    secure = structs.replace(hall.services.settings, public_url="https://lab.example.org")
    monkeypatch.setattr(hall.services, "settings", secure)
    assert (await turned_away(hall, anna, plain))[0] == 4200
    async with line(hall, anna, bound) as found:
        await found.hello()


async def test_nobody_comes_into_a_session_that_is_not_there_or_is_not_theirs(hall: Hall) -> None:
    anna = await hall.join("participant", "ka")
    elsewhere = await another_session(hall)
    headers = cookie(hall, anna)
    assert (await turned_away(hall, "nobody", cookie(hall, "nobody")))[0] == 4200
    assert (await turned_away(hall, anna, headers, address(elsewhere, anna)))[0] == 4200
    nowhere = address(hall, anna).replace(hall.live.id, "nothing")
    assert (await turned_away(hall, anna, headers, nowhere))[0] == 4205
    await hall.services.hub.set_archived(hall.live.id, True)
    assert (await turned_away(hall, anna, headers))[0] == 4205
    await hall.services.hub.delete(hall.live.id)
    assert (await turned_away(hall, anna, headers))[0] == 4208


async def test_a_removed_person_is_shown_out_and_does_not_come_in_again(hall: Hall) -> None:
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    async with phone(hall, anna, "en") as found, line(hall, anna) as silent:
        await hall.give(fka, RemovePerson(anna))
        assert await found.closed() == 4201
        assert found.got[-1]["message"] == hall.services.catalogues.text("en", "error.close.removed")
        await silent.send(HELLO)
        assert await silent.closed() == 4201, "who had only knocked is not let in either"
        assert all(m["type"] in ("welcome", "bye") for m in silent.got)
    assert (await turned_away(hall, anna, cookie(hall, anna)))[0] == 4201


async def test_an_archived_session_sends_its_people_away(hall: Hall) -> None:
    async with phone(hall, await hall.join("participant", "ka")) as found:
        await hall.services.hub.set_archived(hall.live.id, True)
        assert await found.closed() == 4205
        assert found.got[-1]["type"] == "bye"


async def test_a_person_of_two_tabs_has_two_lines(hall: Hall) -> None:
    anna, fka = await hall.join("participant", "ka"), await hall.join("facilitator", "ka")
    await hall.give(fka, OpenStep("write", BOTH))
    async with phone(hall, anna) as one, phone(hall, anna) as two:
        await hall.give(anna, AddNote(N2, "write", "topics", "x", "de"))
        for found in (one, two):
            patches = [(await found.until("patch"))["stream"] for _ in range(2)]
            assert patches == ["participant", f"person:{anna}"]


@pytest.mark.parametrize("welcome", [True, False])
@pytest.mark.parametrize("sends", [1, 2])
async def test_a_peer_that_goes_before_the_goodbye_is_no_trouble(hall: Hall, sends: int, welcome: bool) -> None:
    """Bug: it ended in a traceback, which any scanner of ports could write into the log."""
    anna = await hall.join("participant", "ka")
    heard: list[Any] = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "rubbish"}]
    said: list[str] = []

    async def receive() -> Any:
        return heard.pop(0)

    async def send(message: Any) -> None:
        if len(said) == sends:
            raise OSError("gone")
        said.append(message["type"])

    headers = [(b"cookie", cookie(hall, anna)["Cookie"].encode())] if welcome else []
    scope = {
        "type": "websocket",
        "path": "/",
        "query_string": b"",
        "headers": headers,
        "path_params": {"session": hall.live.id, "person": anna},
        "state": {"services": hall.services, "line": Sink()},
    }
    await web_socket.socket(WebSocket(scope, receive, send))
    assert len(said) <= sends
    assert not hall.live._connections
