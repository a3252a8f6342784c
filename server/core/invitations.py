"""Invitations: a room's standing links are renewed; one for a single person is good for a day, and can be taken back.

The links' secrets are derived at the door (`server/web/auth.py`) and stand in no log; here is only which of them hold. Whom
an invitation is made out to is a name, kept where names are, under the invitation's id until it is used or taken back.
"""

from typing import assert_never

from msgspec import Struct

from server.core.entrances import is_open, links_made, renewals_of
from server.core.ids import Id, LinkPurpose, NewId, Role
from server.core.limits import LIMITS
from server.core.people import NameSet, PersonRemoved, names_ended, tidy_name
from server.core.state import SYSTEM, Context, Invitation, Person, State
from server.core.tools import replace
from server.errors import Code, Rejected

# Long enough for "come in tomorrow morning", short enough that a link in an old chat opens nothing.
INVITED_FOR_MS = 24 * 3_600_000


class InviteFacilitator(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """One more facilitator of the actor's room. `name`: whom it is made out to, and how they are called once they came."""

    invitation_id: NewId
    name: str = ""


class InviteInterpreter(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The same for an interpreter, who belongs to the actor's room."""

    invitation_id: NewId
    name: str = ""


class RevokeInvitation(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Only while nobody has come by it; later there is a person to remove."""

    invitation_id: NewId


class RenewLink(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A standing link anew; the old one opens nothing any more. `remove`: those it let in are shown out, but for the actor."""

    room: Id
    purpose: LinkPurpose
    remove: bool = False


class FacilitatorInvited(Struct, frozen=True, tag=True):
    """Or an interpreter, as the invitation's role says: events keep the name they were born with."""

    invitation: Invitation


class InvitationRevoked(Struct, frozen=True, tag=True):
    invitation_id: str


class LinkRenewed(Struct, frozen=True, tag=True):
    room: str
    purpose: LinkPurpose
    generation: int


Command = InviteFacilitator | InviteInterpreter | RevokeInvitation | RenewLink
Event = FacilitatorInvited | InvitationRevoked | LinkRenewed
Record = Event | PersonRemoved | NameSet


def decide(state: State, command: Command, ctx: Context) -> tuple[Record, ...]:
    match command:
        case InviteFacilitator(invitation_id, name):
            return _invite(state, "facilitator", invitation_id, name, ctx)
        case InviteInterpreter(invitation_id, name):
            return _invite(state, "interpreter", invitation_id, name, ctx)
        case RevokeInvitation(invitation_id):
            found = state.invitations.get(invitation_id)
            if found is None:
                raise Rejected(Code.LINK_INVALID)
            _own_room(found.room, ctx)
            if found.used_by is not None:
                raise Rejected(Code.LINK_USED)
            forgotten = (InvitationRevoked(invitation_id), NameSet(invitation_id, ""))
            return forgotten if is_open(state, found) else ()
        case RenewLink():
            return _renew(state, command, ctx)
        case _:
            assert_never(command)


def _own_room(room: str, ctx: Context) -> None:
    """Facilitators act on their room; the host, for whom the server speaks, on each."""
    if ctx.actor != SYSTEM and room != ctx.actor.room:
        raise Rejected(Code.OTHER_ROOM)


def _room_left(state: State) -> None:
    if links_made(state) >= LIMITS.links_per_session:
        raise Rejected(Code.TOO_MANY_LINKS, limit=LIMITS.links_per_session)


def _invite(state: State, role: Role, invitation_id: str, name: str, ctx: Context) -> tuple[Record, ...]:
    if invitation_id in state.invitations:
        raise Rejected(Code.INVITATION_EXISTS)
    _room_left(state)
    name = tidy_name(name)
    by = ctx.actor
    invitation = Invitation(invitation_id, by.room, by.person, ctx.now + INVITED_FOR_MS, role=role)
    invited = FacilitatorInvited(invitation)
    return (invited, NameSet(invitation.id, name)) if name else (invited,)


def _renew(state: State, command: RenewLink, ctx: Context) -> tuple[Record, ...]:
    if state.plan.room(command.room) is None:
        raise Rejected(Code.ROOM_UNKNOWN)
    _own_room(command.room, ctx)
    _room_left(state)
    now: int = getattr(renewals_of(state, command.room), command.purpose)
    people = state.people.values() if command.remove else ()
    let_in = [person.id for person in people if _came_by(person, command) and person.id != ctx.actor.person]
    gone = (PersonRemoved(person) for person in let_in)
    names = (named for person in let_in for named in names_ended(state, person))
    return (LinkRenewed(command.room, command.purpose, now + 1), *gone, *names)


def _came_by(person: Person, link: RenewLink) -> bool:
    """Whether that link let this person in, before an earlier renewal perhaps, and they are still here."""
    entrance = person.entrance
    if entrance is None or entrance.invitation or person.removed:
        return False
    return (entrance.room, person.role) == (link.room, link.purpose)


def evolve(state: State, event: Event) -> State:
    match event:
        case FacilitatorInvited(invitation):
            return replace(state, invitations={**state.invitations, invitation.id: invitation})
        case InvitationRevoked(invitation_id):
            found = state.invitations.get(invitation_id)
            if found is None:
                return state
            return replace(state, invitations={**state.invitations, found.id: replace(found, revoked=True)})
        case LinkRenewed(room, purpose, generation):
            renewed = replace(renewals_of(state, room), **{purpose: generation})
            return replace(state, renewals={**state.renewals, room: renewed})
        case _:
            assert_never(event)
