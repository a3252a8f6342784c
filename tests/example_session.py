"""The example in docs/protocol.md, played against a real server; `python -m tests.example_session` writes it anew.

Its blocks of the language "wire" are a script: "→" what the phone sends, "←" what must come, "※" what happens elsewhere.
Ids, instants and the epoch differ in every run: they are put in place of those on the page before anything is compared.
"""

import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.protocol import ClientCommand
from server.settings import ROOT
from server.web.plans import load_plan
from tests.hall import Hall, running_hall

PAGE = ROOT / "docs" / "protocol.md"
_BLOCK = re.compile(r"^```wire\n(.*?)^```$", re.M | re.S)
_STEP = re.compile(r"^([→←※]) (.*?)(?=^[→←※] |\Z)", re.M | re.S)
_NOW = re.compile(r"\b1[7-9]\d{11}(\.\d+)?\b")


class Step(Struct, frozen=True):
    sign: str
    text: str


def steps(page: str) -> list[Step]:
    return [Step(sign, text.strip()) for block in _BLOCK.findall(page) for sign, text in _STEP.findall(block)]


class Phone:
    """The one who acts in the example, and the hands of a facilitator elsewhere."""

    def __init__(self, hall: Hall, facilitator: str) -> None:
        self._hall = hall
        self._facilitator = facilitator
        self._line: ClientConnection | None = None
        self._cookie = ""
        self._inbox: list[str] = []
        self.names: dict[str, str] = {}
        """What stands on the page -> what it is in this run."""

    def here(self, text: str) -> str:
        for on_page, now in self.names.items():
            text = text.replace(on_page, now)
        return text

    def page(self, text: str) -> str:
        for on_page, now in self.names.items():
            text = text.replace(now, on_page)
        return text

    async def do(self, step: Step) -> None:
        if step.sign == "→" and step.text.startswith("POST "):
            await self._post(step.text)
        elif step.sign == "→" and step.text.startswith("GET "):
            await self._open(self.here(step.text.split()[1]))
        elif step.sign == "→":
            assert self._line is not None
            await self._line.send(self.here(step.text))
        elif step.text == "the line is lost":
            assert self._line is not None
            self._line.transport.abort()
            self._line = None
            await asyncio.sleep(0.1)
        else:
            assert step.text.startswith("a facilitator gives {"), step.text
            command = self.here(step.text.removeprefix("a facilitator gives "))
            await self._hall.give(self._facilitator, msgspec.json.decode(command, type=ClientCommand))

    async def _post(self, text: str) -> None:
        address, body = re.match(r"POST (\S+)\s+(.*)", text, re.S).groups()  # type: ignore[union-attr]
        invitation = json.loads(body)["invitation"]
        self.names[invitation] = self._hall.link("participant", "north").partition("#")[2]
        async with httpx2.AsyncClient(timeout=30) as client:
            answer = await client.post(self._hall.url + address, content=self.here(body))
        self._cookie = answer.headers["set-cookie"].partition(";")[0]
        self._inbox.append(f"{answer.status_code} {answer.text}")

    async def _open(self, address: str) -> None:
        url = self._hall.url.replace("http", "ws", 1) + address
        self._line = await connect(url, additional_headers={"Cookie": self._cookie}, compression=None)

    async def receive(self, expects_presence: bool = False) -> str:
        """The next frame. Presence comes when it likes, so one that is not asked for is passed over."""
        if self._inbox:
            return self._inbox.pop(0)
        assert self._line is not None
        while True:
            try:
                text = await self._line.recv(decode=True)
            except ConnectionClosed as closed:
                self._line = None
                return f"closed with {closed.rcvd.code if closed.rcvd else 1006}"
            if expects_presence or '"type":"presence"' not in text:
                return text

    async def drain(self, presence: bool) -> list[str]:
        """Everything until nothing more comes."""
        found: list[str] = []
        with suppress(TimeoutError):
            while self._inbox or self._line is not None:
                found.append(await asyncio.wait_for(self.receive(presence), 1.5 if presence else 0.4))
        return found

    def learn(self, on_page: str, now: str) -> None:
        """Which ids of this run stand for which on the page: from the address handed out and from the welcome."""
        for pattern in (r'"/s/(\w+)/(\w+)"', r'"epoch":"(\w+)"'):
            found, meant = re.search(pattern, now), re.search(pattern, on_page)
            if found and meant:
                self.names.update(zip(meant.groups(), found.groups(), strict=True))


async def play(page: str) -> list[tuple[str, str]]:
    """What stands on the page and what came, frame by frame, made comparable."""
    found: list[tuple[str, str]] = []
    async with _phone() as phone:
        for step in steps(page):
            if step.sign != "←":
                await phone.do(step)
                continue
            came = await asyncio.wait_for(phone.receive("presence" in step.text), 30)
            phone.learn(step.text, came)
            found.append((comparable(step.text), comparable(phone.page(came))))
    return found


async def write_anew(page: str) -> str:
    """The page with what a server says today. Presence is kept where the page has it."""
    script = steps(page)
    async with _phone() as phone:
        for place, step in enumerate(script):
            if step.sign == "←":
                continue
            await phone.do(step)
            old = list(takewhile(lambda later: later.sign == "←", script[place + 1 :]))
            came = await phone.drain(any("presence" in answer.text for answer in old))
            for answer, frame in zip(old, came, strict=False):
                phone.learn(answer.text, frame)
            answers = "".join(f"← {pretty(phone.page(frame))}\n" for frame in came)
            before = f"{step.sign} {step.text}\n"
            page = page.replace(before + "".join(f"← {answer.text}\n" for answer in old), before + answers)
    return page


@asynccontextmanager
async def _phone() -> AsyncIterator[Phone]:
    with tempfile.TemporaryDirectory() as directory:
        async with running_hall(Path(directory), load_plan(ROOT / "sessions" / "minimal.toml")) as hall:
            yield Phone(hall, await hall.join("facilitator", "north"))


def comparable(text: str) -> str:
    """One spelling, without the instants of a run, sentences for people and the version, which may change freely."""
    start = text.find("{")
    if start < 0:
        return text
    message: dict[str, Any] = json.loads(text[start:])
    for free in ("message", "version"):
        if message.get(free):
            message[free] = "…"
    return text[:start] + _NOW.sub("0", json.dumps(message, ensure_ascii=False, sort_keys=True))


def pretty(text: str) -> str:
    """A frame as it stands on the page: in one line, a long one with one line for each entity."""
    message: dict[str, Any] = json.loads(text[text.find("{") :]) if "{" in text else {}
    field = next((name for name in ("entities", "set") if name in message), None)
    if field is None or len(text) < 150:
        return text
    entities = message.pop(field)
    rest = f', "gone": {_dense(message.pop("gone"))}' if "gone" in message else ""
    lines = ",\n".join(f"    {_dense(key)}: {_dense(entity)}" for key, entity in entities.items())
    return f'{_dense(message)[:-1]}, "{field}": {{\n{lines}\n  }}{rest}}}'


def _dense(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(write_anew(PAGE.read_text())))
