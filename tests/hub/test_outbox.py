"""What goes out on one connection: in order, bounded, never waiting."""

import pytest

from server.hub import outbox
from server.hub.outbox import Frame, Outbox
from tests.hub.fakes import Sink


def frame(text: str) -> Frame:
    return Frame(text.encode())


@pytest.fixture
def sink() -> Sink:
    return Sink()


def test_while_the_reader_keeps_up_frames_go_out_at_once(sink: Sink) -> None:
    box = Outbox(sink)
    for text in "abc":
        box.send(frame(text))
    assert sink.frames == [b"a", b"b", b"c"]


def test_what_waited_goes_out_in_order_before_what_comes_later(sink: Sink) -> None:
    box = Outbox(sink)
    sink.clog()
    for text in "abc":
        box.send(frame(text))
    assert sink.frames == []
    sink.clear()
    box.send(frame("d"))
    assert sink.frames == [b"a", b"b", b"c", b"d"]


def test_a_reader_who_clogs_again_while_draining_gets_the_rest_later(sink: Sink) -> None:
    class Thin(Sink):
        def write(self, frame: Frame) -> None:
            super().write(frame)
            self.clog()

    thin = Thin()
    box = Outbox(thin)
    for text in "abc":
        box.send(frame(text))
    assert thin.frames == [b"a"]
    thin.clear()
    assert thin.frames == [b"a", b"b"]
    thin.clear()
    assert thin.frames == [b"a", b"b", b"c"]


def test_an_ephemeral_frame_takes_the_place_of_an_older_one_still_waiting(sink: Sink) -> None:
    box = Outbox(sink)
    sink.clog()
    box.send(frame("presence 1"), replaces="presence")
    box.send(frame("patch"))
    box.send(frame("presence 2"), replaces="presence")
    box.send(frame("other"), replaces="other")
    sink.clear()
    assert sink.frames == [b"presence 2", b"patch", b"other"]


def test_a_frame_that_went_out_is_not_replaced(sink: Sink) -> None:
    box = Outbox(sink)
    for number in (1, 2):
        box.send(frame(f"presence {number}"), replaces="presence")
    assert sink.frames == [b"presence 1", b"presence 2"]


def test_a_reader_too_slow_to_keep_up_is_cut_off_and_sent_nothing_more(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_QUEUED_BYTES", 100)
    box = Outbox(sink)
    sink.clog()
    for _ in range(10):
        box.send(frame("x" * 10))
    assert sink.aborts == 0, "exactly full is not too much"
    box.send(frame("x"))
    assert sink.aborts == 1
    assert box.cut
    sink.clear()
    box.send(frame("late"))
    assert sink.frames == []


def test_what_was_replaced_or_went_out_no_longer_counts(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_QUEUED_BYTES", 100)
    box = Outbox(sink)
    sink.clog()
    for _ in range(50):
        box.send(frame("x" * 90), replaces="presence")
    sink.clear()
    sink.clog()
    box.send(frame("y" * 90))
    assert sink.aborts == 0
    assert len(sink.frames) == 1


def test_a_frame_is_the_same_object_for_everyone() -> None:
    sinks = [Sink(), Sink()]
    shared = frame("one")
    for sink in sinks:
        Outbox(sink).send(shared)
    assert sinks[0].frames[0] is sinks[1].frames[0]
