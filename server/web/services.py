"""What a request or socket finds at hand: built once in `app.py`, handed over as typed state."""

from collections import Counter
from collections.abc import Mapping
from typing import cast

from starlette.requests import HTTPConnection

from server.core.entrances import generation
from server.core.ids import LinkPurpose
from server.core.state import Invitation, State
from server.hub.hub import Hub
from server.rtc.clerk import Clerk
from server.rtc.media.echo_door import EchoDoor
from server.rtc.media.endpoints import Endpoints
from server.rtc.media.recorder_door import RecorderDoor
from server.rtc.recordings_away import RemoteRecordings
from server.rtc.tokens import holder
from server.rtc.turn import IceServer, ice_servers
from server.settings import ROOT, Settings
from server.web.assets import Assets
from server.web.auth import Keys, Purpose, cookie_name, grouped
from server.web.deep import DeepLook
from server.web.guesses import Guesses
from server.web.health import Health
from server.web.i18n import Catalogues
from server.web.metrics import Metrics
from server.web.pairing import Pairings
from server.web.posts import Posts
from server.web.rate import Allowances
from server.web.releases import Releases
from server.web.templating import Pages
from server.web.windows import Windows

HOST = ("", "host")
"""The session and person a host's cookie speaks of: no session has that id, and no person."""

# Far above what two halls mistype together, far below what would find one of 2^40 codes.
WRONG_CODES_PER_MINUTE = 120


class Services:
    """`refusals`: how often each code was answered since the start.

    `media_key`: signs leave to publish and watch. `media`: our own streams; None where another process has them.
    """

    def __init__(self, settings: Settings, hub: Hub, keys: Keys, catalogues: Catalogues, media_key: bytes) -> None:
        self.settings = settings
        self.hub = hub
        self.media_key = media_key
        self.media = None if settings.media_url else Endpoints(media_key, hub.now, self._ice_servers)
        self.echo_door = EchoDoor(self._ice_servers)
        self.recordings = self._recordings(settings)
        self.clerk = Clerk(hub, self.recordings)
        hub.shown_out.append(lambda session, person: self.clerk.send_away(session, holder(media_key, session, person)))
        self.keys = keys
        self.catalogues = catalogues
        self.assets = Assets(ROOT / "static")
        self.releases = Releases(hub.bus, hub.others.me, self.assets, hub.now)
        hub.beats.append(self.releases.tell)
        self.releases.tell()
        self.pages = Pages(catalogues, self.assets)
        self.refusals: Counter[str] = Counter()
        self.health = Health(hub.store, hub.meter.saving)
        self.deep = DeepLook(settings.turn, hub.now)
        self.metrics = Metrics(hub, self.refusals)
        self.code_guesses = Guesses(hub.bus, "join code", WRONG_CODES_PER_MINUTE)
        self.pairings = Pairings(hub.now, hub.bus)
        self.posts = Posts(hub.bus, hub.others.me)
        self.allowances = Allowances()
        self.windows = Windows()

    def _recordings(self, settings: Settings) -> RecorderDoor | RemoteRecordings | None:
        """None where the media server is somebody else's: its addresses are built otherwise."""
        if self.media is not None:
            return RecorderDoor(settings.recordings_root, self.media, self.hub.now)
        ours = "{stream}" not in settings.media_url
        return RemoteRecordings(settings.media_url, self.media_key, self.hub.now) if ours else None

    def _ice_servers(self) -> tuple[IceServer, ...]:
        return ice_servers(self.settings.turn, "media", self.hub.now())

    async def close(self) -> None:
        """What is recorded, passed on or checked here ends. Nobody may give orders any more, or it would begin again."""
        if isinstance(self.recordings, RecorderDoor):
            await self.recordings.close()
        if self.media is not None:
            await self.media.close()
        await self.echo_door.close()

    def count(self, code: str) -> None:
        self.refusals[code] += 1

    def is_signed_in(self, cookies: Mapping[str, str], session: str, person: str) -> bool:
        # Asked of everyone in a session when somebody comes in: no signature is computed where there is no cookie.
        tokens = (cookies.get(cookie_name(person, secure), "") for secure in self._cookies())
        return any(token != "" and self.keys.is_token(session, person, token) for token in tokens)

    def _cookies(self) -> tuple[bool, ...]:
        """Which kinds of cookie are believed: a server that is reached over TLS alone never takes one that was not."""
        return (True,) if self.settings.secure else (True, False)

    def is_secure(self, connection: HTTPConnection) -> bool:
        """Whether this was asked over TLS, as the public address says, or a proxy that is trusted (`web/proxies.py`)."""
        return self.settings.secure or connection.url.scheme in ("https", "wss")

    def link(self, purpose: LinkPurpose, state: State, room: str) -> str:
        """A room's standing link, as it holds now. The invitation stands in the fragment, which no browser sends."""
        page = "join" if purpose == "participant" else "enter"
        which = generation(state, purpose, room)
        return f"{self.settings.public_url}/{page}#{self.keys.invitation(purpose, state.session, room, which)}"

    def invitation_link(self, state: State, invitation: Invitation) -> str:
        """A co-facilitator's or interpreter's own link."""
        purpose = cast(Purpose, invitation.role)
        secret = self.keys.invitation(purpose, state.session, invitation.room, invitation.id)
        return f"{self.settings.public_url}/enter#{secret}"

    def host_link(self) -> str:
        """For whoever runs this server: it lasts as long as the server's secret does."""
        return f"{self.settings.public_url}/enter#{self.keys.invitation('host')}"

    def code(self, state: State) -> str:
        """What participants type, as it holds now, in two groups."""
        return grouped(self.keys.join_code(state.session, generation(state, "participant", "")))
