from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import codec
from server.core.agenda import StepOpened
from server.core.decider import Event
from server.core.notes import NoteEdited
from server.core.plan import Activity
from server.errors import StoreError
from tests.store.samples import ACTIVITIES, EVENTS


def test_every_event_type_has_a_sample() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))


def test_every_activity_type_is_in_the_sample_plan() -> None:
    assert {type(activity) for activity in ACTIVITIES} == set(get_args(Activity))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_stored_and_read_is_the_same(event: Event) -> None:
    assert codec.decode_events(codec.encode_events((event,)), codec.FORMAT) == (event,)


@given(st.lists(st.builds(NoteEdited, note_id=st.text(), text=st.text(), at=st.integers(-(2**63), 2**63 - 1))))
def test_any_text_and_number_stored_and_read_is_the_same(events: list[NoteEdited]) -> None:
    assert codec.decode_events(codec.encode_events(tuple(events)), codec.FORMAT) == tuple(events)


def test_an_unknown_event_refuses_to_load() -> None:
    with pytest.raises(
        StoreError, match=r"event this version does not know .*NotePainted.*run the version that wrote it"
    ):
        codec.decode_events(b'[{"type":"NoteArchived","note_id":"n"},{"type":"NotePainted","note_id":"n"}]', 1)


def test_an_unknown_field_refuses_to_load() -> None:
    with pytest.raises(StoreError, match=r"field this version does not know \(colour\)"):
        codec.decode_events(b'[{"type":"NoteArchived","note_id":"n","colour":"red"}]', 1)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_unknown_field_however_deep_refuses_to_load(event: Event) -> None:
    plain = msgspec.json.decode(codec.encode_events((event,)))
    places = list(_structs(plain[0], event))
    for place in places:
        place["added_later"] = 1
        with pytest.raises(StoreError, match="added_later"):
            codec.decode_events(msgspec.json.encode(plain), 1)
        del place["added_later"]
    assert codec.decode_events(msgspec.json.encode(plain), 1) == (event,)


def _structs(plain: Any, value: object) -> Any:
    """The JSON objects that stand for structs, from the outside in."""
    if isinstance(value, msgspec.Struct):
        yield plain
        for name in value.__struct_fields__:
            yield from _structs(plain[name], getattr(value, name))
    elif isinstance(value, tuple):
        for inner, part in zip(plain, value, strict=True):
            yield from _structs(inner, part)


def test_a_field_with_a_default_missing_in_the_log_is_filled_in() -> None:
    (event,) = codec.decode_events(b'[{"type":"StepOpened","activity_id":"a","rooms":["r"],"at":1}]', 1)
    assert event == StepOpened("a", ("r",), 1, None)


@pytest.mark.parametrize("data", [b"", b"[", b"\xff\xfe", b'[{"type":"NoteArchived"'])
@pytest.mark.parametrize("format", [0, 1])
def test_bytes_that_are_no_json_are_damage(data: bytes, format: int) -> None:
    with pytest.raises(StoreError, match=r"damaged .*: restore the newest backup"):
        codec.decode_events(data, format)


def test_a_newer_format_refuses_to_load() -> None:
    with pytest.raises(StoreError, match=r"format 2, this version reads up to 1: run the version that wrote it"):
        codec.decode_events(b"[]", 2)


OLD = b'[{"type":"NoteDeleted","note":"n"},{"type":"NoteRestored","note_id":"m"}]'


def _from_format_0(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    renamed = {"NoteDeleted": lambda event: {"type": "NoteArchived", "note_id": event["note"]}}
    return [renamed.get(event["type"], dict)(event) for event in events]


def _from_format_minus_1(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**event, "type": event["type"].replace("Removed", "Deleted")} for event in events]


def test_an_older_format_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    now = codec.decode_events(b'[{"type":"NoteArchived","note_id":"n"},{"type":"NoteRestored","note_id":"m"}]', 1)
    monkeypatch.setitem(codec.UPCASTERS, 0, _from_format_0)
    monkeypatch.setitem(codec.UPCASTERS, -1, _from_format_minus_1)
    assert codec.decode_events(OLD, 0) == now
    assert codec.decode_events(OLD.replace(b"Deleted", b"Removed"), -1) == now


def test_an_older_format_without_its_step_refuses_to_load() -> None:
    with pytest.raises(StoreError, match="format 0, which this version no longer reads"):
        codec.decode_events(OLD, 0)
