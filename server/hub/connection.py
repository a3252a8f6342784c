"""One person's open line, as the hub sees it."""

from collections.abc import Callable

from server.core.audiences import PROJECTOR, person_audience
from server.core.state import Actor, Person
from server.errors import Close
from server.hub.outbox import Outbox


class Connection:
    """`close` is given by the transport: it says goodbye with a code and closes. Compared by identity."""

    def __init__(self, actor: Actor, outbox: Outbox, close: Callable[[Close], None]) -> None:
        self.actor = actor
        self.outbox = outbox
        self.close = close

    @property
    def audience(self) -> str:
        return self.actor.role

    @property
    def streams(self) -> tuple[str, ...]:
        return streams_of(self.actor)


def streams_of(actor: Actor) -> tuple[str, ...]:
    """A wall and its camera have nothing of their own; people have an overlay."""
    if actor.role == "camera":
        return (PROJECTOR,)
    own = person_audience(actor.person)
    return (actor.role,) if actor.role == PROJECTOR else (actor.role, own)


def shown_out(person: Person) -> Close | None:
    """With which word somebody's lines are closed for good; None for those who may stay."""
    if person.erased:
        return Close.ERASED
    return Close.REMOVED if person.removed else None
