"""What a request or socket finds at hand: built once in `app.py`, handed over as typed state."""

from collections import Counter
from collections.abc import Mapping

from server.hub.hub import Hub
from server.settings import ROOT, Settings
from server.web.assets import Assets
from server.web.auth import Keys, Purpose, cookie_name
from server.web.guesses import Guesses
from server.web.health import Health
from server.web.i18n import Catalogues
from server.web.metrics import Metrics
from server.web.pairing import Pairings
from server.web.posts import Posts
from server.web.templating import Pages

HOST = ("", "host")
"""The session and person a host's cookie speaks of: no session has that id, and no person."""

# Far above what two halls mistype together, far below what would find one of 2^40 codes.
WRONG_CODES_PER_MINUTE = 120


class Services:
    """`refusals`: how often each code was answered since the start."""

    def __init__(self, settings: Settings, hub: Hub, keys: Keys, catalogues: Catalogues) -> None:
        self.settings = settings
        self.hub = hub
        self.keys = keys
        self.catalogues = catalogues
        self.assets = Assets(ROOT / "static")
        self.pages = Pages(catalogues, self.assets)
        self.refusals: Counter[str] = Counter()
        self.health = Health(hub.store, hub.meter.saving)
        self.metrics = Metrics(hub, self.refusals)
        self.code_guesses = Guesses(hub.now, WRONG_CODES_PER_MINUTE)
        self.pairings = Pairings(hub.now)
        self.posts = Posts()

    def count(self, code: str) -> None:
        self.refusals[code] += 1

    def is_signed_in(self, cookies: Mapping[str, str], session: str, person: str) -> bool:
        token = cookies.get(cookie_name(person, self.settings.secure), "")
        # Asked of everyone in a session when somebody comes in: no signature is computed where there is no cookie.
        return token != "" and self.keys.is_token(session, person, token)

    def join_link(self, session: str, room: str) -> str:
        """What a room's QR code says. The invitation stands in the fragment, which no browser sends."""
        return f"{self.settings.public_url}/join#{self.keys.invitation('participant', session, room)}"

    def enter_link(self, purpose: Purpose, session: str, room: str, until: int | None = None) -> str:
        """A facilitator's, a projector's or the host's link. `until`: UTC ms, when it ends."""
        return f"{self.settings.public_url}/enter#{self.keys.invitation(purpose, session, room, until)}"
