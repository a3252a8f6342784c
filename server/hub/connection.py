"""One person's open line, as the hub sees it."""

from collections.abc import Callable

from server.core.state import Actor
from server.core.views import PARTICIPANT, person_audience
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
        """A projector has no notes or ballot of its own; facilitators and participants have an overlay."""
        role = self.actor.role
        own = person_audience(self.actor.person)
        return (role, own) if role in (PARTICIPANT, "facilitator") else (role,)
