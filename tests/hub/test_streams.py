"""Numbered streams: resumed from a number that is still kept, from a snapshot otherwise."""

import pytest

from server.core.entities import Entity, SessionEntity
from server.core.patches import Patch
from server.hub import streams
from server.hub.outbox import MAX_QUEUED_BYTES, Outbox
from server.hub.streams import Stream
from tests.hub.fakes import Sink


class Reader:
    def __init__(self) -> None:
        self.sink = Sink()
        self.outbox = Outbox(self.sink)

    @property
    def told(self) -> list[tuple[str, int]]:
        return [(message["type"], message["n"]) for message in self.sink.messages]


def entity(number: int, filler: str = "") -> dict[str, Entity]:
    return {"session:session": SessionEntity("s1", {"de": filler}, {}, "2026-06-06", 1, None, number)}


def stream(published: int) -> Stream:
    made = Stream("participant", {})
    for number in range(published):
        made.view = entity(number)
        made.publish(Patch(made.view, ()))
    return made


def test_patches_are_numbered_densely_and_an_empty_one_has_no_number() -> None:
    made, reader = stream(2), Reader()
    made.subscribe(reader, 2)
    assert made.publish(Patch({}, ())) == 0
    assert made.publish(Patch(entity(9), ())) == 1
    assert made.publish(Patch({}, ("session:session",))) == 1
    assert reader.told == [("patch", 3), ("patch", 4)]
    assert reader.sink.messages[1] == {
        "type": "patch",
        "stream": "participant",
        "n": 4,
        "set": {},
        "gone": ["session:session"],
    }


@pytest.mark.parametrize(
    ("have", "told"),
    [
        (None, [("snapshot", 5)]),
        (5, []),
        (3, [("patch", 4), ("patch", 5)]),
        (0, [("patch", number) for number in range(1, 6)]),
        (6, [("snapshot", 5)]),
        (-1, [("snapshot", 5)]),
        (10**30, [("snapshot", 5)]),
    ],
)
def test_who_comes_back_gets_what_was_missed_or_a_snapshot(have: int | None, told: list[tuple[str, int]]) -> None:
    reader = Reader()
    made = stream(5)
    made.subscribe(reader, have)
    assert reader.told == told
    made.publish(Patch(entity(9), ()))
    assert reader.told[-1] == ("patch", 6)


def test_who_missed_more_than_is_kept_gets_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KEPT_PATCHES", 3)
    made = stream(10)
    within, beyond = Reader(), Reader()
    made.subscribe(within, 7)
    made.subscribe(beyond, 6)
    assert within.told == [("patch", 8), ("patch", 9), ("patch", 10)]
    assert beyond.told == [("snapshot", 10)]


def test_a_snapshot_holds_the_whole_view() -> None:
    reader = Reader()
    stream(4).subscribe(reader, None)
    (message,) = reader.sink.messages
    assert message["entities"]["session:session"]["shift_ms"] == 3
    assert message["stream"] == "participant"


def test_what_was_missed_never_overflows_the_outbox_of_who_resumes() -> None:
    """Bug: up to 1 MiB of patches were kept, an outbox holds 256 KiB: a slow reader who resumed was cut off every time."""
    made = stream(1)
    for number in range(400):
        made.view = entity(number, "x" * 2000)
        made.publish(Patch(made.view, ()))
    far, near = Reader(), Reader()
    for reader, have in ((far, 1), (near, 380)):
        reader.sink.clog()
        made.subscribe(reader, have)
        made.subscribe(reader, have)  # as if the person's own stream had as much
        assert reader.sink.aborts == 0
        reader.sink.clear()
    assert far.told[0] == ("snapshot", 401)
    assert near.told[0] == ("patch", 381)
    assert 2 * streams.KEPT_BYTES <= MAX_QUEUED_BYTES


def test_who_left_is_told_nothing_more() -> None:
    made, reader = stream(1), Reader()
    made.subscribe(reader, 1)
    made.subscribers.discard(reader)
    assert made.publish(Patch(entity(5), ())) == 0
    assert reader.told == []
