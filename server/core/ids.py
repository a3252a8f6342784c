"""Identifiers and short texts as they arrive: checked by pattern and length while decoding."""

from typing import Annotated, Literal

from msgspec import Meta

# \Z, not $: "$" would let a trailing newline pass.
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}\Z")]
"""An id from a plan (room, board, column, activity) or from the server (person, session)."""

NewId = Annotated[str, Meta(pattern=r"^[a-z0-9]{10,32}\Z")]
"""An id made by a client for what it creates; random, so that work done offline can be referred to at once."""

Role = Literal["participant", "facilitator", "projector", "camera", "interpreter", "system"]
MACHINES: frozenset[Role] = frozenset({"projector", "camera"})
"""Roles behind which nobody stands."""

LinkPurpose = Literal["participant", "facilitator", "projector", "interpreter"]
"""Whom a room's standing link lets in."""

Language = Literal["de", "ru", "en"]
RoomIds = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=8)]
