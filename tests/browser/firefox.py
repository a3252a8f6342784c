"""Debian's Firefox ESR for the live link's other side, driven by WebDriver BiDi over our own `websockets`.

Playwright drives only a Firefox of its own making, and geckodriver is no package of Debian's. What tests need is little: a page
that is opened as somebody, scripts in it, presses, and what its console says.
"""

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

STARTS_WITHIN_S = 60
ANSWERS_WITHIN_S = 60

# On a busy machine a line may take longer to open than a page waits for it.
LOST_LINE = re.compile(r"connection to (the server at )?wss?://")

# Fake devices, no question about them, sound without a press; and nothing asked of anybody outside.
PREFERENCES: dict[str, object] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "media.gmp-manager.updateEnabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.manage-offline-status": False,
    "remote.prefs.recommended": True,
    "services.settings.server": "http://127.0.0.1:9/",
    "toolkit.telemetry.enabled": False,
}


def executable() -> str:
    """Where it is. Like Chromium it is part of the gate, so tests fail rather than skip without it."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        raise RuntimeError(
            "These tests need Firefox, and none is installed. `make test` installs it; by hand: "
            "apt-get install --no-install-recommends firefox-esr"
        )
    return found


class Firefox:
    """`errors`: what consoles and scripts of all its pages complained of, but for lines that are tried again."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.errors: list[str] = []

    async def listen(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if message["type"] == "event":
                self._told(message["params"])
            else:
                waiting = self._asked.pop(message["id"])
                if not waiting.done():  # whoever asked has given up meanwhile
                    waiting.set_result(message)

    def _told(self, entry: dict[str, Any]) -> None:
        if entry["level"] == "error" and not LOST_LINE.search(entry["text"]):
            frames = (entry.get("stackTrace") or {}).get("callFrames", [])
            self.errors.append(f"{entry['text']} {frames[0]['url'] if frames else ''}".strip())

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._asked[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            answer = await self._asked[number]
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    async def open(self, url: str, cookies: dict[str, str]) -> "FirefoxPage":
        for name, value in cookies.items():
            cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": "127.0.0.1"}
            await self.ask("storage.setCookie", cookie=cookie)
        made = await self.ask("browsingContext.create", type="window")
        page = FirefoxPage(self, made["context"])
        await page.goto(url)
        return page


class FirefoxPage:
    """A tab; `evaluate` as Playwright's, so that one script serves both browsers."""

    def __init__(self, browser: Firefox, context: str) -> None:
        self._browser = browser
        self._context = context

    async def goto(self, url: str) -> None:
        await self._browser.ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, script: str, arg: Any = None) -> Any:
        """What a function gives for `arg`, as if somebody had just pressed something."""
        answer = await self._browser.ask(
            "script.callFunction",
            functionDeclaration=f"async (given) => JSON.stringify(await ({script})(JSON.parse(given)))",
            arguments=[{"type": "string", "value": json.dumps(arg)}],
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        text = answer["result"].get("value")
        return None if text is None else json.loads(text)


@contextlib.asynccontextmanager
async def running_firefox(directory: Path) -> AsyncIterator[Firefox]:
    """Without a window, with a profile of its own in `directory`, until the block ends."""
    profile = directory / "firefox"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    process = await asyncio.create_subprocess_exec(
        *(executable(), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"),
        env={**os.environ, "HOME": str(profile)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(STARTS_WITHIN_S):
            address = await _address(process.stderr)
        draining = asyncio.create_task(process.stderr.read())
        async with connect(f"{address}/session", max_size=None, compression=None) as socket:
            firefox = Firefox(socket)
            listening = asyncio.create_task(firefox.listen())
            await firefox.ask("session.new", capabilities={})
            await firefox.ask("session.subscribe", events=["log.entryAdded"])
            yield firefox
            listening.cancel()
        draining.cancel()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _address(errors: asyncio.StreamReader) -> str:
    """Of its BiDi socket, which it says when it is there."""
    async for line in errors:
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line.decode(errors="replace"))
        if found:
            return found[1]
    raise RuntimeError("Firefox ended before it began")
