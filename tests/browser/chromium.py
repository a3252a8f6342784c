"""The one Chromium of a test process, and what a test may ask of a context in it. The fixtures are in tests/conftest.py."""

import shutil
from typing import Any, Protocol

from playwright.async_api import BrowserContext

FLAGS = [
    # CI runs as root in a container, where Chromium's sandbox cannot start. It only ever opens our own pages.
    "--no-sandbox",
    # A container's /dev/shm may be 64 MB, too little for several pages.
    "--disable-dev-shm-usage",
    # Camera and microphone of the live connection, without devices and without a question.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # Quiet towards the outside: tests use loopback only.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class OpenContext(Protocol):
    """Opens one person's browser: its own cookies, language and screen. Closed when the test ends.

    Anything else `Browser.new_context` takes can be given by name, `timezone_id` or `color_scheme`, say.
    """

    async def __call__(
        self,
        viewport: tuple[int, int] = (1440, 900),
        locale: str = "de-DE",
        touch: bool = False,
        **more: Any,
    ) -> BrowserContext: ...


def executable() -> str:
    """Where Chromium is. Browser tests are part of the gate, so they fail rather than skip without it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise RuntimeError(
            "The browser tests need Chromium, and none is installed. `make test` installs it; by hand: "
            "apt-get install --no-install-recommends chromium"
        )
    return found
