"""Which TURN server is ours, and credentials for it: for one person, for an hour, and none of anybody else's."""

import base64
import hashlib
import hmac

import pytest

from server.mistakes import Mistake
from server.rtc.turn import TurnServer, ice_servers, read_turn

TURN = TurnServer("turn.example.org", "a secret")
NOW = 1_780_000_000_000


def test_a_credential_is_for_one_person_and_an_hour() -> None:
    stun, turn = ice_servers(TURN, "wall", NOW)
    assert turn.username == f"{NOW // 1000 + 3600}:wall"
    expected = hmac.new(b"a secret", turn.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(turn.credential) == expected
    assert (stun.username, stun.credential) == ("", "")


def test_ways_come_best_first_and_lead_to_our_own_server_alone() -> None:
    urls = [url for server in ice_servers(TURN, "wall", NOW) for url in server.urls]
    assert urls == [
        "stun:turn.example.org:3478",
        "turn:turn.example.org:3478?transport=udp",
        "turn:turn.example.org:443?transport=tcp",
        "turns:turn.example.org:443?transport=tcp",
    ]


def test_without_a_server_of_our_own_none_is_named() -> None:
    assert ice_servers(None, "wall", NOW) == ()


GIVEN = {"TURN_HOST": "turn.example.org", "TURN_SECRET": "0123456789abcdef"}


def test_the_environment_names_our_server() -> None:
    assert read_turn({}) is None
    assert read_turn(GIVEN) == TurnServer("turn.example.org", "0123456789abcdef", 3478, 443)
    ports = {"TURN_PORT": "3479", "TURN_TLS_PORT": "5349"}
    assert read_turn(GIVEN | ports) == TurnServer("turn.example.org", "0123456789abcdef", 3479, 5349)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"TURN_HOST": ""}, "TURN_HOST"),
        ({"TURN_HOST": "turn.example.org:3478"}, "TURN_HOST"),
        ({"TURN_HOST": "turn.example.org\ncli-password=x"}, "TURN_HOST"),
        ({"TURN_SECRET": ""}, "TURN_SECRET"),
        ({"TURN_SECRET": "short"}, "TURN_SECRET"),
        ({"TURN_SECRET": "0123456789abcdef\nno-auth"}, "TURN_SECRET"),
        ({"TURN_PORT": "0"}, "TURN_PORT"),
        ({"TURN_TLS_PORT": "https"}, "TURN_TLS_PORT"),
        ({"TURN_TLS_PORT": "9" * 5_000}, "TURN_TLS_PORT"),
    ],
)
def test_what_coturn_would_misread_is_a_mistake(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(Mistake, match=f"^{named} "):
        read_turn(GIVEN | wrong)
