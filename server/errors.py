"""The one table of codes: why a command is refused, why a message is bad, why a connection is closed.

A *rejection* is a business "no" with a stable code; an *error* answers input that is no valid message at all.
Sentences for people live in the catalogues under `error.<code>`, never here.
"""

from enum import IntEnum, StrEnum


class Code(StrEnum):
    """Stable identifiers; a test holds `docs/protocol.md` and every catalogue to this list."""

    # rights
    NOT_ALLOWED = "not_allowed"
    OTHER_ROOM = "other_room"
    REMOVED = "removed"
    ERASED = "erased"
    # session and agenda
    ACTIVITY_UNKNOWN = "activity_unknown"
    ROOM_UNKNOWN = "room_unknown"
    STEP_CLOSED = "step_closed"
    DATE_INVALID = "date_invalid"
    SESSION_ARCHIVED = "session_archived"
    # boards
    BOARD_UNKNOWN = "board_unknown"
    BOARD_LOCKED = "board_locked"
    BOARD_HIDDEN = "board_hidden"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_CLOSED = "column_closed"
    NOTE_UNKNOWN = "note_unknown"
    NOTE_ARCHIVED = "note_archived"
    NOTE_WITHDRAWN = "note_withdrawn"
    NOTE_EXISTS = "note_exists"
    GROUP_UNKNOWN = "group_unknown"
    GROUP_EXISTS = "group_exists"
    GROUP_TOO_LARGE = "group_too_large"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    TOO_MANY_NOTES = "too_many_notes"
    BOARD_FULL = "board_full"
    # voting
    ROUND_UNKNOWN = "round_unknown"
    ROUND_OPEN = "round_open"
    ROUND_CLOSED = "round_closed"
    ROUND_EXISTS = "round_exists"
    ITEM_UNKNOWN = "item_unknown"
    NOTHING_TO_VOTE_ON = "nothing_to_vote_on"
    TOO_MANY_ITEMS = "too_many_items"
    BUDGET_SPENT = "budget_spent"
    ITEM_FULL = "item_full"
    # timers
    TIMER_NOT_RUNNING = "timer_not_running"
    TIMER_LENGTH = "timer_length"
    # live link
    NO_STATION = "no_station"
    ROOMS_NOT_READY = "rooms_not_ready"
    HAND_UNKNOWN = "hand_unknown"
    CHANNEL_UNKNOWN = "channel_unknown"
    CHANNEL_NOT_YOURS = "channel_not_yours"
    CHANNEL_OFFERED = "channel_offered"
    # people
    PERSON_UNKNOWN = "person_unknown"
    PERSON_EXISTS = "person_exists"
    SESSION_FULL = "session_full"
    NAME_TOO_LONG = "name_too_long"
    INVITATION_EXISTS = "invitation_exists"
    TOO_MANY_LINKS = "too_many_links"
    # messages that cannot be understood
    MALFORMED = "malformed"
    NOT_TEXT = "not_text"
    TOO_LARGE = "too_large"
    UNKNOWN_COMMAND = "unknown_command"
    INVALID_FIELD = "invalid_field"
    HELLO_EXPECTED = "hello_expected"
    PROTOCOL_VERSION = "protocol_version"
    TOO_FAST = "too_fast"
    # the server's own troubles
    MEDIA_AWAY = "media_away"
    NOT_SAVED = "not_saved"
    NOT_LOADED = "not_loaded"
    INTERNAL = "internal"
    # doors
    NOT_SIGNED_IN = "not_signed_in"
    LINK_INVALID = "link_invalid"
    LINK_EXPIRED = "link_expired"
    LINK_RENEWED = "link_renewed"
    LINK_REVOKED = "link_revoked"
    LINK_USED = "link_used"
    CODE_INVALID = "code_invalid"
    CODE_EXPIRED = "code_expired"
    CODES_PAUSED = "codes_paused"
    SESSION_UNKNOWN = "session_unknown"
    SESSION_DELETED = "session_deleted"
    ORIGIN_REFUSED = "origin_refused"
    PLAN_INVALID = "plan_invalid"
    PAGE_UNKNOWN = "page_unknown"


class Close(IntEnum):
    """Close codes of a line. 4000-4099: come back at once; 4100-4199: come back with a fresh start; 4200-: stay away."""

    RESTARTING = 1012
    NOT_LOADED = 1013
    UNHEARD = 4000
    SIGN_IN = 4200
    REMOVED = 4201
    ORIGIN = 4202
    PROTOCOL = 4203
    ABUSE = 4204
    SESSION_GONE = 4205
    ERASED = 4206
    TOO_MANY_LINES = 4207
    SESSION_DELETED = 4208


class Rejected(Exception):
    """A command that may not be. Raised by `decide`, answered with the command's id; nothing has changed."""

    def __init__(self, code: Code, **params: int | str) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params


class StoreError(Exception):
    """The store could not keep or read what it should; the text says what to do."""


class Unreadable(StoreError):
    """The log holds what this release cannot read in full. Nobody is shown a part of it."""


class NotSaved(StoreError):
    """A commit was not written (disk full, read-only, ...). Nothing was acknowledged; it may be tried again."""


class VersionConflict(StoreError):
    """Someone else appended first: catch up, decide again."""


class AlreadyAnswered(VersionConflict):
    """A command in the write was answered before, here or elsewhere: its receipt says how."""
