"""Every limit a person can meet, in one place. They are sent with `welcome`, so the interface tells them before they bite."""

from msgspec import Struct


class Limits(Struct, frozen=True):
    """Lengths are in characters (Unicode code points), counts are plain numbers, durations in milliseconds."""

    note_chars: int = 500
    title_chars: int = 120
    name_chars: int = 40
    message_chars: int = 280
    notes_per_person_and_activity: int = 50
    notes_per_session: int = 5000
    group_notes: int = 200
    round_items: int = 400
    people_per_session: int = 2000
    links_per_session: int = 200
    timer_min_ms: int = 10_000
    timer_max_ms: int = 8 * 3_600_000


LIMITS = Limits()
