"""What a start says of cameras: only where its links give a wall none."""

from pathlib import Path

import pytest

from server.greeting import camera_hint
from server.settings import Settings


def hint(public_url: str, host: str = "0.0.0.0") -> str:
    return camera_hint(Settings(public_url=public_url, database=Path("var/lab.sqlite"), host=host, port=8080))


def test_links_of_plain_http_say_how_a_wall_gets_its_camera() -> None:
    said = hint("http://192.0.2.7:8080")
    assert "begins with http://localhost:8080 instead of http://192.0.2.7:8080" in said
    assert "https (docs/operating.md)" in said


def test_nobody_is_sent_to_where_the_server_does_not_listen() -> None:
    assert hint("http://192.0.2.7:8080", host="192.0.2.7") == "Camera and microphone need https (docs/operating.md)."


@pytest.mark.parametrize(
    "url", ["https://lab.example.org", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]
)
def test_nothing_is_said_where_the_links_will_do(url: str) -> None:
    assert hint(url) == ""
