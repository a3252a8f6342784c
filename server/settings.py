"""The environment and the command line, read once into one frozen object."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from msgspec import Struct

from server.rtc.turn import TurnServer
from server.store.opening import RedisAt

_HERE = Path(__file__).resolve().parent
# Installed as a wheel, static/, templates/ and sessions/ lie inside the package; in a checkout beside it.
ROOT = _HERE if (_HERE / "static").is_dir() else _HERE.parent


class Settings(Struct, frozen=True, kw_only=True):
    """`public_url`: how phones reach the server, without a slash at the end; `guessed_url`: nobody gave it.

    `metrics_token`: what must be shown to read `/metrics`; "" for none. `redis`: in the place of `database`.
    `privacy_contact`: whom the privacy page names as responsible; "": the team of the workshop.
    `trusted_proxies`: whose word is taken on scheme and host. `turn`: our own TURN server; None: halls reach each other
    directly, or not at all. `media_url`: of another media process; "" for none, and `media_key` is what it knows our leave by;
    b"" for one derived from the store's secret. `recordings`: where files of recorded windows lie, None for beside the database;
    of no meaning where another process has the media.
    """

    public_url: str
    database: Path
    host: str = "127.0.0.1"
    port: int = 8000
    tls_cert: Path | None = None
    tls_key: Path | None = None
    guessed_url: bool = False
    plans: Path = ROOT / "sessions"
    more_origins: tuple[str, ...] = ()
    turn: TurnServer | None = None
    metrics_token: str = ""
    privacy_contact: str = ""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    redis: RedisAt | None = None
    media_url: str = ""
    media_key: bytes = b""
    recordings: Path | None = None

    @property
    def recordings_root(self) -> Path:
        return self.recordings or self.database.parent / "recordings"

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:")
