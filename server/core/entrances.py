"""Whether a link still lets somebody in. Asked by the door before it shows anything, and by `Join`, where it counts."""

from server.core.ids import Role
from server.core.state import Entrance, Invitation, Renewals, State
from server.errors import Code, Rejected


def check_entrance(state: State, role: Role, entrance: Entrance, now: int) -> None:
    """Raises `Rejected(LINK_INVALID | LINK_USED | LINK_RENEWED | LINK_REVOKED | LINK_EXPIRED)`. `now`: UTC ms."""
    if not entrance.invitation:
        if entrance.generation != generation(state, role, entrance.room):
            # what a wall shows lets in participants, and nobody else is to be sent there for a new one
            raise Rejected(Code.LINK_RENEWED if role == "participant" else Code.LINK_REVOKED)
        return
    found = state.invitations.get(entrance.invitation)
    if found is None or role != found.role:
        raise Rejected(Code.LINK_INVALID)
    if found.used_by is not None:
        raise Rejected(Code.LINK_USED)
    if not is_open(state, found):
        raise Rejected(Code.LINK_REVOKED)
    if now >= found.expires_at:
        raise Rejected(Code.LINK_EXPIRED)


def is_open(state: State, invitation: Invitation) -> bool:
    """Neither used nor taken back. Who was removed leaves no door open behind them: their invitations end with them."""
    by = state.people.get(invitation.by)
    return not (invitation.revoked or invitation.used_by is not None or by is None or by.removed)


def renewals_of(state: State, room: str) -> Renewals:
    return state.renewals.get(room) or Renewals(room)


def generation(state: State, role: Role, room: str) -> int:
    """Which of a room's standing links holds. The typed code (`room` "") leads into every room: each one's renewal renews it."""
    if not room:
        return sum(one.participant for one in state.renewals.values())
    found: int = getattr(renewals_of(state, room), role, -1)
    return found


def links_made(state: State) -> int:
    """Every renewal and invitation there ever was."""
    renewed = sum(r.participant + r.facilitator + r.projector + r.interpreter for r in state.renewals.values())
    return renewed + len(state.invitations)
