"""Events as they are stored: JSON with a format number. Stands between the core's types and every store.

Nothing is ever skipped: an event or a field this version does not know stops the load with a sentence to act on: a log
read in part would be saved on as if it were whole. A new field with a default needs no new format; anything else raises
`FORMAT` and adds the step from the format before to `UPCASTERS`.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core.decider import Event
from server.errors import Unreadable

FORMAT = 1

UPCASTERS: dict[int, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {}
"""From a format to the next, on plain JSON: `UPCASTERS[1]` turns the events of a commit of format 1 into format 2."""

_NEWER = "run the version that wrote it, or a newer one"
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(tuple[Event, ...])


def encode_events(events: tuple[Event, ...]) -> bytes:
    """The events of one commit, in the present `FORMAT`."""
    return _ENCODER.encode(events)


def decode_events(data: bytes, format: int) -> tuple[Event, ...]:
    """The events of one commit. Raises `Unreadable` for what this version cannot read in full."""
    if format != FORMAT:
        data = _upcast(data, format)
    try:
        events = _DECODER.decode(data)
    except msgspec.ValidationError as error:
        raise Unreadable(f"The log holds an event this version does not know ({error}): {_NEWER}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(error) from error
    # msgspec passes over unknown fields in silence. Equal bytes prove there are none, for less than the decoding cost.
    if _ENCODER.encode(events) != data:
        unknown = _unknown_field(msgspec.json.decode(data), msgspec.to_builtins(events), "")
        if unknown is not None:
            raise Unreadable(f"The log holds a field this version does not know ({unknown}): {_NEWER}.")
    return events


def _upcast(data: bytes, format: int) -> bytes:
    if format > FORMAT:
        raise Unreadable(f"The log has format {format}, this version reads up to {FORMAT}: {_NEWER}.")
    try:
        plain: list[dict[str, Any]] = msgspec.json.decode(data, type=list[dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(error) from error
    for step in range(format, FORMAT):
        if step not in UPCASTERS:
            raise Unreadable(f"The log has format {format}, which this version no longer reads: run an older one.")
        plain = UPCASTERS[step](plain)
    return _ENCODER.encode(plain)


def _damaged(error: Exception) -> Unreadable:
    return Unreadable(f"The log is damaged ({error}): restore the newest backup.")


def _unknown_field(stored: object, known: object, at: str) -> str | None:
    """The path of the first field of `stored` that the decoded value does not have; None when there is none."""
    if isinstance(stored, dict) and isinstance(known, dict):
        for key, value in stored.items():
            here = f"{at}.{key}" if at else str(key)
            found = here if key not in known else _unknown_field(value, known[key], here)
            if found is not None:
                return found
    elif isinstance(stored, list) and isinstance(known, list | tuple):
        for value, match in zip(stored, known, strict=True):
            found = _unknown_field(value, match, at)
            if found is not None:
                return found
    return None
