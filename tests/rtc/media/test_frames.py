"""From packets to frames: order, loss, keyframes asked for, and time that stays true over pauses."""

import asyncio
import itertools
from collections.abc import Callable, Iterable
from typing import Any, cast

import pytest
from aiortc.rtp import RtpPacket

from server.rtc.media.forward import Source
from server.rtc.media.frames import AHEAD_MS, LATE_MS, PATIENCE_S, Frame, Frames, Ordered, Timeline

BEGINS, GOES_ON = b"\x10", b"\x00"
"""A VP8 payload descriptor (RFC 7741): the start of partition 0, or not."""
KEY = bytes([0x10, 0, 0, 0x9D, 0x01, 0x2A]) + (1280).to_bytes(2, "little") + (720).to_bytes(2, "little") + b"key"
DELTA = b"\x01 and what changed"


def packet(number: int, payload: bytes = b"x", stamp: int = 0, marker: int = 0) -> RtpPacket:
    return RtpPacket(sequence_number=number, payload=payload, timestamp=stamp, marker=marker, ssrc=7)


def ordered(arrivals: Iterable[tuple[int, float]]) -> list[tuple[int, bool]]:
    """The numbers as they are given on, and whether something before each is missing."""
    given: list[tuple[int, bool]] = []
    sorting = Ordered(lambda found, _came, missing: given.append((found.sequence_number, missing)))
    for number, at in arrivals:
        sorting.take(packet(number), at)
    return given


def test_packets_are_put_in_order_and_come_once() -> None:
    found = ordered([(65534, 0), (0, 0.01), (65535, 0.02), (65535, 0.03), (1, 0.04), (65534, 0.05)])
    assert found == [(65534, False), (65535, False), (0, False), (1, False)]


def test_what_does_not_come_is_given_up_after_a_while() -> None:
    late = PATIENCE_S + 0.02
    assert ordered([(1, 0), (3, 0.01), (4, 0.02)]) == [(1, False)]
    assert ordered([(1, 0), (3, 0.01), (4, 0.02), (5, late)]) == [(1, False), (3, True), (4, False), (5, False)]
    assert ordered([(1, 0), (3, 0.01), (2, late - 0.02), (4, late)])[-1] == (4, False), "the control: it came in time"


class Sender:
    """Stands for a source. `asked`: keyframes."""

    def __init__(self) -> None:
        self.asked = 0
        self.taken: Callable[[RtpPacket], None] = lambda _packet: None

    def listen(self, _listener: object, taken: Callable[[RtpPacket], None]) -> None:
        self.taken = taken

    def leave(self, _listener: object) -> None:
        self.taken = lambda _packet: None

    def want_keyframe(self) -> None:
        self.asked += 1


class Film:
    def __init__(self) -> None:
        self.sender = Sender()
        self.frames: list[Frame] = []
        self._number = 0
        self.putting = Frames("video", self.frames.append)
        self.putting.follow(cast(Source, self.sender))

    def send(self, *pieces: bytes, lost: int = -1) -> None:
        """A picture in so many packets, of which one may be lost."""
        for place, piece in enumerate(pieces):
            self._number += 1
            described = (GOES_ON if place else BEGINS) + piece
            if place != lost:
                last = int(place == len(pieces) - 1)
                self.sender.taken(packet(self._number, described, self._number, last))


async def test_a_picture_in_pieces_is_one_frame_and_a_keyframe_says_its_size() -> None:
    film = Film()
    film.send(KEY, b"rest")
    film.send(DELTA)
    key, delta = film.frames
    assert (key.data, key.key, key.size) == (KEY + b"rest", True, (1280, 720))
    assert (delta.data, delta.key, delta.size) == (DELTA, False, None)


async def test_nothing_is_kept_before_a_keyframe_which_is_asked_for() -> None:
    film = Film()
    film.send(DELTA)
    film.send(DELTA)
    assert (film.frames, film.sender.asked) == ([], 1)
    film.send(KEY)
    film.send(DELTA)
    assert [frame.key for frame in film.frames] == [True, False]


@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_a_lost_piece_costs_the_pictures_up_to_the_next_keyframe(lost: int) -> None:
    film = Film()
    film.send(KEY)
    film.send(DELTA, b"and", b"more", lost=lost)
    await asyncio.sleep(PATIENCE_S + 0.05)
    film.send(DELTA)
    await asyncio.sleep(PATIENCE_S + 0.05)
    film.send(DELTA)
    assert [frame.data for frame in film.frames] == [KEY]
    assert film.sender.asked >= 1
    film.send(KEY)
    film.send(DELTA)
    assert [frame.key for frame in film.frames] == [True, True, False]


async def test_a_new_sender_begins_with_its_keyframe() -> None:
    film, second = Film(), Sender()
    film.send(KEY)
    film.putting.follow(cast(Source, second))
    second.taken(packet(40_000, BEGINS + DELTA, 1, 1))
    second.taken(packet(40_001, BEGINS + KEY, 2, 1))
    film.send(DELTA)
    assert [frame.key for frame in film.frames] == [True, True]
    assert film.frames[0].at < film.frames[1].at


@pytest.mark.parametrize("payload", [b"", b"\x80", b"\xff\xff\xff"])
async def test_what_is_no_picture_stops_nothing(payload: bytes) -> None:
    film = Film()
    film.send(KEY)
    film.sender.taken(packet(2, payload, 5, 1))
    film.sender.taken(packet(3, BEGINS + KEY, 6, 1))
    assert [frame.key for frame in film.frames] == [True, True]


def times(*sent: tuple[int, int, int]) -> list[int]:
    """Of (sender, ms of its clock, ms when it came), at 48 kHz."""
    timeline = Timeline(48_000)
    return [timeline.at(sender, stamp * 48 & 0xFFFFFFFF, came) for sender, stamp, came in sent]


def test_time_is_the_senders_and_not_that_of_a_trembling_network() -> None:
    assert times((1, 500, 1000), (1, 520, 1090), (1, 540, 1030)) == [1000, 1020, 1040]
    wrapped = 0xFFFFFFFF // 48
    assert times((1, wrapped, 1000), (1, wrapped + 20, 1020))[1] - 1000 in (20, 21)


def test_a_pause_that_the_senders_clock_does_not_count_is_counted() -> None:
    found = times((1, 0, 1000), (1, 20, 1020), (1, 40, 1040 + LATE_MS + 5_000), (1, 60, 1060 + LATE_MS + 5_000))
    assert found[2:] == [1040 + LATE_MS + 5_000, 1060 + LATE_MS + 5_000]


def test_what_was_held_up_comes_level_again_and_never_goes_back() -> None:
    burst = [(1, 20 * n, 2000) for n in range(50)]
    found = times((1, 0, 1000), *burst, (1, 1000, 2010), (1, 1020, 2030))
    assert all(before < after for before, after in itertools.pairwise(found))
    assert abs(found[-1] - 2030) <= AHEAD_MS + len(burst)


def test_another_sender_goes_on_behind_the_first() -> None:
    found: list[Any] = times((1, 0, 1000), (1, 20, 1020), (2, 90_000, 1500), (2, 90_020, 1520))
    assert found == [1000, 1020, 1500, 1520]
