"""The files TLS is served with: that they fit, and how long they hold, so that the operator learns of it and not the hall."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.hub.clock import Clock
from server.mistakes import Mistake

WARN_DAYS = 14


def check_files(cert: Path | None, key: Path | None) -> None:
    """Both or neither, and made together. Raises `Mistake`."""
    if (cert is None) != (key is None):
        raise Mistake("TLS needs both files: give --tls-cert and --tls-key together")
    for path in (cert, key):
        if path is not None and not path.is_file():
            raise Mistake(f"there is no file {path}: check --tls-cert and --tls-key")
    if cert is not None and key is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
        except (ssl.SSLError, OSError):
            raise Mistake(
                f"{cert} and {key} are no certificate and its key: both are PEM files, made together"
            ) from None


def check_time(cert: Path) -> str | None:
    """A sentence when the certificate ends soon, None when all is well. `cert`: PEM, the server's own certificate first.

    Raises `Mistake` for one that browsers refuse today: nobody could come in, so there is nothing to serve.
    """
    from cryptography import x509  # only here: it takes longer to import than all the rest together

    certificate = x509.load_pem_x509_certificates(cert.read_bytes())[0]
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    now = datetime.fromtimestamp(Clock().now() / 1000, UTC)
    if now >= ends:
        raise Mistake(f"{cert} expired on {_day(ends)}: renew it, or set this machine's clock, which says {_day(now)}")
    if now < begins:
        raise Mistake(f"{cert} is valid only from {_day(begins)}: set this machine's clock, which says {_day(now)}")
    if ends - now < timedelta(days=WARN_DAYS):
        return f"{cert} expires on {_day(ends)}: renew it before, then start the server again"
    return None


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
