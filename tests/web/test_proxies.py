"""nginx and Caddy, with the very blocks of docs/operating.md: pages, a note over the WebSocket, headers, a quiet line.

A self-signed certificate, free ports on loopback; nothing else is changed, but that the quiet line's time is shortened.
"""

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from msgspec import Struct, structs

from server.core.agenda import OpenStep
from server.core.entities import NoteEntity
from server.core.notes import AddNote
from server.protocol import PROTOCOL, Hello, encode
from server.rehearsal.client import Client, new_id
from server.rehearsal.doorstep import Door, enter, read_door
from server.rehearsal.stats import Stats
from server.rehearsal.waiting import finished, until
from tests.certificate import certificate
from tests.operating_page import example
from tests.ports import free_port
from tests.served import Served, served

ROOMS = ("north", "south")
STARTS_WITHIN_S = 60.0
WITHIN_S = 30.0
QUIET_S = 2.5
BEATS = """
import server.serving as serving
kept = serving.uvicorn_config
def beating(app, settings):
    config = kept(app, settings)
    config.ws_ping_interval = {every}
    return config
serving.uvicorn_config = beating
"""


class Through(Struct):
    """A proxy that runs. `base`: what phones open; `plain`: the same without TLS."""

    base: str
    plain: str


@contextlib.asynccontextmanager
async def running(port: int, *command: str, environment: dict[str, str]) -> AsyncIterator[None]:
    """A program until the block ends, from when its port answers."""
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            assert process.returncode is None, f"{command[0]} ended"
            assert time.monotonic() < deadline, f"{command[0]} does not listen"
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.05)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def nginx(directory: Path, port: int, server: str) -> AsyncIterator[Through]:
    plain, (cert, key) = free_port(), certificate(directory)
    places = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/lab.pem": str(cert),
        "/etc/ssl/lab.key": str(key),
        "127.0.0.1:8000": server,
        "lab.example.org": "localhost",
        "proxy_read_timeout 75s": "proxy_read_timeout 1s",
    }
    # What a distribution's nginx.conf says around the files in conf.d, for a user who is not root.
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = " ".join(f"{kind}_temp_path {directory}/{kind};" for kind in kinds)
    whole = f"daemon off; master_process off; pid {directory}/nginx.pid; error_log {directory}/nginx.log;\n"
    whole += f"events {{}}\nhttp {{ {folders}\n{example('nginx', places)} }}\n"
    (directory / "nginx.conf").write_text(whole)
    command = ("nginx", "-p", str(directory), "-e", f"{directory}/nginx.log", "-c", f"{directory}/nginx.conf")
    async with running(port, *command, environment={}):
        yield Through(f"https://localhost:{port}", f"http://localhost:{plain}")


@contextlib.asynccontextmanager
async def caddy(directory: Path, port: int, server: str) -> AsyncIterator[Through]:
    plain, (cert, key) = free_port(), certificate(directory)
    places = {
        "lab.example.org": f"https://localhost:{port}",
        "# tls /etc/ssl/lab.pem /etc/ssl/lab.key": f"tls {cert} {key}",
        "127.0.0.1:8000": server,
    }
    ports = f"http_port {plain}\n  https_port {port}"
    log = f"log {{\n    output file {directory}/caddy.log\n  }}"
    # No door of its own for administrators, and nothing put among the certificates this machine trusts.
    around = f"{{\n  admin off\n  skip_install_trust\n  {ports}\n  {log}\n}}\n"
    (directory / "Caddyfile").write_text(around + example("caddyfile", places))
    command = ("caddy", "run", "--adapter", "caddyfile", "--config", f"{directory}/Caddyfile")
    home = {"HOME": str(directory), "XDG_DATA_HOME": str(directory), "XDG_CONFIG_HOME": str(directory)}
    async with running(port, *command, environment=home):
        yield Through(f"https://localhost:{port}", f"http://localhost:{plain}")


PROXIES = {"nginx": nginx, "caddy": caddy}


@contextlib.asynccontextmanager
async def behind(proxy: str, directory: Path, beats_every: float | None = 0.3) -> AsyncIterator[tuple[Served, Through]]:
    """Our server, as operators start it, and the proxy before it."""
    if shutil.which(proxy) is None:
        pytest.fail(f"{proxy} is not installed: `make test` installs it")
    port, public = free_port(), free_port()
    base = f"https://localhost:{public}"
    start = BEATS.format(every=beats_every)
    async with (
        served(directory, "--public-url", base, port=port, start=start) as server,
        PROXIES[proxy](directory, public, f"127.0.0.1:{port}") as through,
    ):
        yield server, through


def door(server: Served, invited: Door | None = None) -> Door:
    """Through the proxy, whose certificate nobody signed."""
    return structs.replace(invited or read_door(server.base, server.code), any_certificate=True)


@contextlib.asynccontextmanager
async def live(at: Door, room: str) -> AsyncIterator[Client]:
    client = Client(at, await enter(at, room), "de", Stats())
    task = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(WITHIN_S):
            await client.live.wait()
        yield client
    finally:
        client.stop()
        await finished(task)


@pytest.mark.parametrize("proxy", PROXIES)
async def test_a_hall_behind_the_proxy_of_the_handbook_works(proxy: str, tmp_path: Path) -> None:
    async with behind(proxy, tmp_path) as (server, through):
        await pages(through)
        async with live(door(server, server.hand), "north") as hand, live(door(server), "south") as phone:
            assert phone.person.cookie.startswith("__Host-tcl-")
            await face(through, phone)
            await way_round(through, phone)
            assert (await hand.give(OpenStep("step-2", ROOMS))).ok
            note = new_id()
            assert (await phone.give(AddNote(note, "step-2", "notes", "Через прокси", "ru"))).ok
            assert await until(lambda: hand.view.one(NoteEntity, f"note:{note}") is not None, WITHIN_S)
            await asyncio.sleep(QUIET_S)
            assert (hand._stats.lines, phone._stats.lines) == (1, 1), "nobody was cut for being quiet"


async def pages(through: Through) -> None:
    async with httpx2.AsyncClient(verify=False, timeout=WITHIN_S) as client:
        first = await client.get(through.base)
        assert first.status_code == 200
        assert f"wss://{through.base.removeprefix('https://')}" in first.headers["content-security-policy"]
        assert first.headers["strict-transport-security"] == "max-age=31536000"
        assert first.headers["x-content-type-options"] == "nosniff"
        assert (await client.get(f"{through.base}/healthz")).json()["ready"]
        figures = await client.get(f"{through.base}/metrics")
        assert (figures.status_code, "tcl_" in figures.text) == (404, False)
        plain = await client.get(f"{through.plain}/join?language=ru")
        assert plain.status_code in (301, 308)
        assert plain.headers["location"].startswith("https://localhost")
        assert plain.headers["location"].endswith("/join?language=ru")


async def face(through: Through, phone: Client) -> None:
    """A phone's page comes compressed, and whole."""
    headers = {"Cookie": phone.person.cookie, "Accept-Encoding": "gzip"}
    async with httpx2.AsyncClient(verify=False, headers=headers, timeout=WITHIN_S) as client:
        answer = await client.get(through.base + phone.person.path)
        assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
        assert answer.text.rstrip().endswith("</html>")


async def way_round(through: Through, phone: Client) -> None:
    """Where no WebSocket gets through: a response that never ends is handed on as it comes, not collected."""
    headers = {"Cookie": phone.person.cookie, "Origin": through.base}
    address = f"{through.base}{phone.person.path.replace('/s/', '/events/', 1)}?line=0123456789abcdef"
    async with (
        asyncio.timeout(WITHIN_S),
        httpx2.AsyncClient(verify=False, headers=headers, timeout=WITHIN_S) as client,
        client.stream("POST", address, content=encode(Hello(PROTOCOL, "de"))) as response,
    ):
        async for line in response.aiter_lines():
            if '"type":"presence"' in line:
                return
    raise AssertionError("the stream ended")


async def test_control_a_line_on_which_nobody_says_anything_is_cut_by_nginx(tmp_path: Path) -> None:
    async with behind("nginx", tmp_path, beats_every=None) as (server, _), live(door(server), "north") as phone:
        assert await until(lambda: phone._stats.lines > 1, WITHIN_S)
