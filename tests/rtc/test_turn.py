"""Credentials for coturn: for one person, for an hour, and none of anybody else's servers."""

import base64
import hashlib
import hmac

from server.rtc.turn import TurnServer, ice_servers

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
