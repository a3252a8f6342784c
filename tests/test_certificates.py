"""Certificates: one that browsers refuse ends the start with one sentence, one that ends soon is told after the welcome."""

from pathlib import Path

import httpx2
import pytest

from server.certificates import check_time
from server.mistakes import Mistake
from tests.certificate import certificate
from tests.served import served


@pytest.mark.parametrize(
    ("begins_in", "ends_in", "sentence"),
    [(-90, -1, "expired on .+: renew it, or set"), (1, 90, "is valid only from .+: set this machine's clock")],
)
def test_certificate_that_browsers_refuse_today_is_a_mistake(
    tmp_path: Path, begins_in: float, ends_in: float, sentence: str
) -> None:
    with pytest.raises(Mistake, match=sentence):
        check_time(certificate(tmp_path, begins_in, ends_in)[0])


def test_certificate_that_ends_soon_is_told_and_a_fresh_one_is_not(tmp_path: Path) -> None:
    assert "lab.pem expires on " in (check_time(certificate(tmp_path, ends_in=13)[0]) or "")
    assert check_time(certificate(tmp_path, ends_in=15)[0]) is None


async def test_server_with_a_certificate_that_ends_soon_says_so_and_serves(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, ends_in=3)
    options = ("--tls-cert", str(cert), "--tls-key", str(key))
    async with served(tmp_path, *options) as server, httpx2.AsyncClient(verify=False, timeout=30) as client:
        assert (await client.get(f"{server.base}/healthz")).json()["ready"]
    assert "lab.pem expires on " in server.log.read_text()
