"""Who may publish or watch which stream of our media process: one small table. Who is not in it may not."""

from collections.abc import Callable
from typing import Self

from msgspec import Struct

from server.core.channels import speaks_from
from server.core.ids import Role
from server.core.link_state import Link
from server.core.links import station_of
from server.core.plan import LiveWindow
from server.core.state import Person, State
from server.rtc.tokens import Act


class StreamName(Struct, frozen=True):
    """`<session>.<activity>.<kind>.<name>`: what stands in a stream's address.

    Kind `hall`: the name is a room's id. Kind `channel`: a language that is interpreted into.
    """

    session: str
    activity: str
    kind: str
    name: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        parts = text.split(".")
        return cls(*parts) if len(parts) == 4 else None

    def __str__(self) -> str:
        return f"{self.session}.{self.activity}.{self.kind}.{self.name}"


Rule = Callable[[State, Person, Link, str], bool]


def _own_hall(state: State, person: Person, link: Link, hall: str) -> bool:
    """The station of that hall, while stations hold a connection."""
    station = station_of(state, person.room)
    return link.connected and hall == person.room and station is not None and station.person == person.id


def _other_hall(state: State, person: Person, link: Link, hall: str) -> bool:
    return person.room in link.rooms and hall != person.room and _own_hall(state, person, link, person.room)


def _on_the_air(_state: State, _person: Person, link: Link, _name: str) -> bool:
    return link.status == "live"


def _while_connected(_state: State, _person: Person, link: Link, _name: str) -> bool:
    return link.connected


def _own_channel(_state: State, person: Person, link: Link, language: str) -> bool:
    channel = link.channels.get(language)
    return link.connected and channel is not None and channel.interpreter == person.id


_RULES: dict[tuple[Role, Act, str], Rule] = {
    ("projector", "publish", "hall"): _own_hall,
    ("projector", "watch", "hall"): _other_hall,
    # A phone never publishes. Who says to be at home is believed: what is live may be seen by everyone in the session.
    ("participant", "watch", "hall"): _on_the_air,
    ("interpreter", "watch", "hall"): _while_connected,
    ("interpreter", "publish", "channel"): _own_channel,
    # One interprets from another, and both try it out before the halls are live.
    ("interpreter", "watch", "channel"): _while_connected,
    ("participant", "watch", "channel"): _on_the_air,
    ("projector", "watch", "channel"): _on_the_air,
}


def may(state: State, person: Person, act: Act, stream: StreamName, page: str | None = None) -> bool:
    """`page`: which one of that person asks. While another one of theirs speaks it publishes nothing, or they would take turns."""
    rule = _RULES.get((person.role, act, stream.kind))
    link = state.links.get(stream.activity)
    if (
        rule is None
        or link is None
        or stream.session != state.session
        or stream.name not in _names(state, link, stream)
    ):
        return False
    return rule(state, person, link, stream.name) and (act == "watch" or speaks_from(link, person.id, page))


def _names(state: State, link: Link, stream: StreamName) -> tuple[str, ...]:
    """What there is of that kind in a link."""
    if stream.kind == "hall":
        return link.rooms
    window = state.plan.activity(link.activity)
    return window.channels if isinstance(window, LiveWindow) else ()
