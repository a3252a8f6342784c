"""Plans to make mistakes in, and how the tests make them."""

from collections.abc import Iterator
from pathlib import Path

from server.web.plan_file import read_plan
from server.web.plans import Mistake, PlanMistakes

SESSIONS = Path(__file__).parents[2] / "sessions"
MINIMAL = (SESSIONS / "minimal.toml").read_text("utf-8")
KICKOFF = (SESSIONS / "auftakt-karlsruhe-krasnodar.toml").read_text("utf-8")
HERE = "  # <--"
"""Ends a line on which a mistake is expected."""


def mistakes_in(source: str) -> list[Mistake]:
    try:
        read_plan(source, "plan.toml", "plan")
    except PlanMistakes as error:
        return error.mistakes
    return []


def edited(source: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new, 1)
    return source


def marked_lines(source: str) -> list[int]:
    return [number for number, line in enumerate(source.split("\n"), 1) if line.endswith(HERE)]


def texts_of(value: object) -> Iterator[dict[str, str]]:
    """Every text in several languages anywhere in a plan."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif hasattr(value, "__struct_fields__"):
        for field in value.__struct_fields__:
            yield from texts_of(getattr(value, field))
