"""The audit trail: that something was done, by whom and to whom, as ids; never a name, a word or a vote.

It lies beside the sessions and outlives the one it speaks of. What somebody did in a workshop stands in its log; here stands
what must still be known when the log is gone, or what no log ever held.
"""

from collections.abc import Callable
from enum import StrEnum

import structlog

from server.core.ids import Role
from server.core.invitations import FacilitatorInvited, InvitationRevoked, LinkRenewed
from server.core.people import PersonErased, PersonJoined, PersonRemoved
from server.core.recording import RecordingAgreed, RecordingAsked, RecordingEnded
from server.core.state import SYSTEM, State
from server.errors import StoreError
from server.store.base import AuditEntry, Commit, Store

HOST, RETENTION = "host", "retention"
"""Who did it, where it was no person of the session."""

log = structlog.get_logger()


class What(StrEnum):
    """Stable words; their sentences stand in the catalogues under `pages.trail.<word>`."""

    SESSION_OPENED = "session_opened"
    SESSION_ARCHIVED = "session_archived"
    SESSION_RESTORED = "session_restored"
    SESSION_DELETED = "session_deleted"
    KEEP_DAYS_CHANGED = "keep_days_changed"
    HOST_SIGNED_IN = "host_signed_in"
    FACILITATOR_JOINED = "facilitator_joined"
    PROJECTOR_JOINED = "projector_joined"
    CAMERA_JOINED = "camera_joined"
    INTERPRETER_JOINED = "interpreter_joined"
    LINKS_RENEWED = "links_renewed"
    FACILITATOR_INVITED = "facilitator_invited"
    INTERPRETER_INVITED = "interpreter_invited"
    INVITATION_REVOKED = "invitation_revoked"
    PERSON_REMOVED = "person_removed"
    PERSON_ERASED = "person_erased"
    DATA_DOWNLOADED = "data_downloaded"
    RETENTION_RAN = "retention_ran"
    RECORDING_ASKED = "recording_asked"
    RECORDING_AGREED = "recording_agreed"
    RECORDING_REFUSED = "recording_refused"
    RECORDING_TAKEN_BACK = "recording_taken_back"
    RECORDING_DOWNLOADED = "recording_downloaded"
    RECORDING_DELETED = "recording_deleted"


_JOINED: dict[Role, What] = {
    "facilitator": What.FACILITATOR_JOINED,
    "projector": What.PROJECTOR_JOINED,
    "camera": What.CAMERA_JOINED,
    "interpreter": What.INTERPRETER_JOINED,
}
_INVITED: dict[Role, What] = {
    "facilitator": What.FACILITATOR_INVITED,
    "interpreter": What.INTERPRETER_INVITED,
}


class Trail:
    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now

    async def note(self, what: What, session: str = "", by: str = "", about: str = "") -> None:
        """What was done is not undone because it could not be noted: the operator's log says so instead."""
        try:
            await self._store.audit(AuditEntry(self._now(), what.value, session, by, about))
        except StoreError as error:
            log.error("not_noted", what=what.value, session=session, reason=str(error))

    async def committed(self, before: State, commits: tuple[Commit, ...]) -> None:
        """What of a workshop's own doings belongs here: who came in with rights, by which doors, who was shown out or erased."""
        session = before.session
        for commit in commits:
            by = HOST if commit.actor == SYSTEM.person else commit.actor
            for event in commit.events:
                match event:
                    case PersonJoined(person, role, entrance=entrance) if role in _JOINED:
                        invitation = entrance.invitation if entrance is not None else ""
                        await self.note(_JOINED[role], session, person, invitation)
                    case LinkRenewed():
                        await self.note(What.LINKS_RENEWED, session, by)
                    case FacilitatorInvited(invited):
                        await self.note(_INVITED[invited.role], session, by, invited.id)
                    case InvitationRevoked(invitation):
                        await self.note(What.INVITATION_REVOKED, session, by, invitation)
                    case PersonRemoved(person):
                        await self.note(What.PERSON_REMOVED, session, by, person)
                    case PersonErased(person):
                        await self.note(What.PERSON_ERASED, session, by, person)
                    case RecordingAsked():
                        await self.note(What.RECORDING_ASKED, session, by)
                    case RecordingAgreed():
                        await self.note(What.RECORDING_AGREED, session, by)
                    case RecordingEnded(window, room=str(room)):
                        taken_back = room in _agreed(before, window)
                        await self.note(
                            What.RECORDING_TAKEN_BACK if taken_back else What.RECORDING_REFUSED, session, by
                        )
                    case _:
                        pass


def _agreed(state: State, window: str) -> tuple[str, ...]:
    """The rooms whose agreement to a recording there is to take back."""
    link = state.links.get(window)
    return link.recording.agreed if link is not None and link.recording is not None else ()
