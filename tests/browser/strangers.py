"""What a browser says about pages: that they ask others, break their own policy, or that something went wrong."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request

_TELL = (
    "addEventListener('securitypolicyviolation', (e) => violated(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`))"
)


def complaints(pages: Iterable[Page]) -> list[str]:
    """What these pages throw, and what their consoles show as an error, from now on."""
    heard: list[str] = []

    def said(line: ConsoleMessage) -> None:
        # axe itself, injected without an address, tries inline styles that our policy refuses; and on a busy machine a line may
        # take longer to open than a page waits for it before it tries again.
        lost = line.text.startswith("WebSocket connection to")
        if line.type == "error" and line.location["url"] and not lost:
            heard.append(f"{line.text} {line.location['url']}")

    for page in pages:
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("console", said)
    return heard


class Watch:
    """Over all pages of a context: addresses asked of other hosts, violations of the policy, errors a page threw."""

    def __init__(self, own: str) -> None:
        self._own = urlsplit(own).netloc
        self.strangers: list[str] = []
        self.violations: list[str] = []
        self.errors: list[str] = []

    async def over(self, context: BrowserContext) -> "Watch":
        await context.expose_function("violated", lambda what: self.violations.append(what))
        await context.add_init_script(_TELL)
        context.on("request", self._asked)
        context.on("page", self._opened)
        return self

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self._own:
            self.strangers.append(request.url)

    def _opened(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Trusted" in message.text:
            self.violations.append(message.text)
