"""Coming in like everyone else: a link or a typed code, exchanged by POST for a person's address and cookie."""

import asyncio
import http.client
import json
import ssl
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from server.mistakes import Mistake

TIMEOUT_S = 10.0


class Door(Struct, frozen=True):
    """Where to knock and what to show: an invitation (from a link) or a code. `base` has no slash at the end."""

    base: str
    invitation: str = ""
    code: str = ""
    any_certificate: bool = False

    @property
    def tls(self) -> ssl.SSLContext | None:
        if not self.base.startswith("https:"):
            return None
        context = ssl.create_default_context()
        if self.any_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Person(Struct, frozen=True):
    """Someone who came in: `path` is "/s/<session>/<person>", `cookie` is sent as it stands."""

    path: str
    cookie: str


class Refused(Exception):
    """The door answered no. `code` is the server's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message or code)
        self.code = code


def read_door(url: str | None, session: str, any_certificate: bool = False) -> Door:
    """`session` is a link with an invitation, or a code; then `url` says where. Raises `Mistake`."""
    link = urlsplit(session.strip())
    if link.scheme in ("http", "https"):
        if not link.fragment:
            raise Mistake(f"{session!r} is no link to a session: copy the whole link, with what stands after the #")
        base = url or f"{link.scheme}://{link.netloc}"
        return Door(_base(base), invitation=link.fragment, any_certificate=any_certificate)
    if url is None:
        raise Mistake("a code alone does not say where: add --url http://HOST:PORT, or give --session the whole link")
    return Door(_base(url), code=session.strip(), any_certificate=any_certificate)


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Mistake(f"{url!r} is no web address: --url looks like http://192.0.2.7:8000")
    return f"{parts.scheme}://{parts.netloc}"


async def rooms_behind(door: Door) -> list[str]:
    """The ids of the rooms this door leads to, in plan order. Raises `Refused`, or `OSError` when nobody answers."""
    ticket = {"invitation": door.invitation} if door.invitation else {"code": door.code}
    answer = _accepted(await asyncio.to_thread(_post, door, "/api/door", ticket))[0]
    return [room["id"] for room in answer["rooms"]]


async def enter(door: Door, room: str, name: str = "") -> Person:
    """A new person. Raises `Refused`, or `OSError` when nobody answers."""
    entry = {"invitation": door.invitation, "code": door.code, "room": room, "name": name, "anew": True}
    answer, headers = _accepted(await asyncio.to_thread(_post, door, "/api/enter", entry))
    cookies: SimpleCookie = SimpleCookie()
    for header in headers:
        cookies.load(header)
    return Person(answer["url"], "; ".join(f"{key}={morsel.value}" for key, morsel in cookies.items()))


def _accepted(posted: "tuple[int, list[str], dict[str, Any]]") -> tuple[dict[str, Any], list[str]]:
    status, headers, answer = posted
    if status != 200:
        raise Refused(str(answer.get("code", status)), str(answer.get("message") or f"it answers {status}"))
    return answer, headers


def _post(door: Door, path: str, body: Mapping[str, object]) -> tuple[int, list[str], dict[str, Any]]:
    parts = urlsplit(door.base)
    host, port = parts.hostname or "", parts.port
    line = (
        http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        if door.tls is None
        else http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=door.tls)
    )
    try:
        headers = {"Content-Type": "application/json", "Accept-Language": "en", "Origin": door.base}
        line.request("POST", path, json.dumps(body), headers)
        response = line.getresponse()
        content = response.read()
        return response.status, response.headers.get_all("Set-Cookie") or [], _answer(content)
    except http.client.HTTPException as error:
        raise OSError(f"no web server answers there ({error!r})") from error
    finally:
        line.close()


def _answer(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {}
