"""Which candidates go from hall to hall (S18): what browsers say, and nothing that somebody made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.rtc.candidates import is_sane, without_strays

# As Chromium, Firefox and aiortc say them.
REAL = [
    "",
    "candidate:842163049 1 udp 1677729535 198.51.100.7 50443 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag sXP5",
    "candidate:1 1 udp 2122260223 192.168.1.20 51234 typ host generation 0 ufrag a+/B network-id 1 network-cost 10",
    "candidate:3 1 tcp 1518280447 192.168.1.20 9 typ host tcptype active generation 0 ufrag sXP5 network-id 1",
    "candidate:0 1 UDP 2122252543 5f0c1d2e-0a1b-4c3d-8e9f-001122334455.local 45678 typ host",
    "candidate:2 1 UDP 8331263 203.0.113.9 50012 typ relay raddr 203.0.113.9 rport 50012",
    "candidate:7d4f8e 1 udp 2130706431 fd12:3456::7 40000 typ host",
    "candidate:1 1 udp 2130706431 10.1.0.2 40000 typ host",
]
MADE_UP = [
    "candidate:1 1 udp 1 127.0.0.1 6379 typ host",
    "candidate:1 1 udp 1 127.8.8.8 50000 typ relay",
    "candidate:1 1 udp 1 ::1 50000 typ host",
    "candidate:1 1 udp 1 ::ffff:127.0.0.1 50000 typ host",
    "candidate:1 1 udp 1 0.0.0.0 50000 typ host",
    "candidate:1 1 udp 1 :: 50000 typ host",
    "candidate:1 1 udp 1 224.0.0.251 5353 typ host",
    "candidate:1 1 udp 1 ff02::fb 5353 typ host",
    "candidate:1 1 udp 1 255.255.255.255 50000 typ host",
    "candidate:1 1 udp 1 victim.example.org 50000 typ host",
    "candidate:1 1 udp 1 printer.local 50000 typ host",
    "candidate:1 1 udp 1 198.51.100.7 53 typ host",
    "candidate:1 1 tcp 1 198.51.100.7 25 typ host tcptype passive",
    "candidate:1 1 tcp 1 198.51.100.7 9 typ host tcptype passive",
    "candidate:1 1 udp 1 198.51.100.7 70000 typ host",
    "candidate:1 1 udp 1 198.51.100.7 50000 typ host\r\na=ice-lite",
    "candidate:1 1 udp 1 198.51.100.07 50000 typ host",
    "anything",
]


@pytest.mark.parametrize("candidate", REAL)
def test_what_browsers_say_goes_on(candidate: str) -> None:
    assert is_sane(candidate)


@pytest.mark.parametrize("candidate", MADE_UP)
def test_what_somebody_made_up_does_not(candidate: str) -> None:
    assert not is_sane(candidate)


def test_a_description_loses_those_and_nothing_else() -> None:
    before, after = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "a=mid:0\r\n"
    good = "".join(f"a={text}\r\n" for text in REAL[1:])
    bad = "".join(f"a={text}\r\n" for text in MADE_UP if text.startswith("candidate:") and "\r" not in text)
    assert without_strays(before + good + bad + after) == before + good + after
    assert without_strays(before + after) == before + after


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=500))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for said in (text, f"candidate:{text}", f"candidate:1 1 udp 1 {text} 50000 typ host"):
        is_sane(said)
    without_strays(text)
