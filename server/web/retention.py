"""How long a session is kept, and the audit trail, as the host's pages show them."""

from datetime import UTC, datetime
from typing import Any

from babel.dates import format_datetime

from server.core.decider import World
from server.hub.trail import HOST, RETENTION
from server.store.base import DAY_MS, AuditEntry, SessionRow, deleted_at
from server.web.templating import babel_locale, said_in

CHOICES = (7, 14, 30, 90, 180, 365)
"""Days a host may choose from; what the plan says is offered beside them. There is no "for ever"."""
WARN_MS = 7 * DAY_MS


def kept(row: SessionRow, now: int, language: str) -> dict[str, Any]:
    """When a session is deleted by itself, and what may be chosen instead."""
    ends = deleted_at(row)
    return {
        "days": row.keep_days,
        "choices": sorted({*CHOICES, row.keep_days}),
        "at": instant(ends, language),
        "soon": ends - now <= min(WARN_MS, row.keep_days * DAY_MS // 2),
    }


def instant(at: int, language: str) -> dict[str, str]:
    """UTC; a script says it in local time."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    words = format_datetime(moment, "d MMMM y, HH:mm", locale=babel_locale(language))
    return {"iso": moment.isoformat(timespec="seconds"), "words": f"{words} UTC"}


def lines(entries: list[AuditEntry], language: str, world: World | None = None) -> list[dict[str, Any]]:
    """The trail for a page, newest first. `by`: the name of its sentence, "" for a person; `who`, `whom`: names of now."""
    return [
        {
            "at": instant(entry.at, language),
            "what": entry.what,
            "by": entry.by if entry.by in (HOST, RETENTION) else "",
            "who": _person(world, entry.by, language),
            "whom": _person(world, entry.about, language) if entry.about != entry.by else "",
            "days": int(entry.about) if entry.about.isdecimal() else 0,
        }
        for entry in entries
    ]


def _person(world: World | None, person_id: str, language: str) -> str:
    """A name as it is now and the room; nothing of somebody who was erased or of a session that sleeps."""
    person = world.state.people.get(person_id) if world is not None else None
    if world is None or person is None or person.erased:
        return ""
    room = world.state.plan.room(person.room)
    parts = (world.names.get(person_id, ""), said_in(room.name, language) if room is not None else "")
    return ", ".join(part for part in parts if part)
