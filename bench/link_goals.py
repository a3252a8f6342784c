"""The goals of the live link as rows of one table: what was asked for, what was measured, and whether that is enough."""

import math
import statistics
from collections.abc import Iterable, Sequence

from msgspec import Struct

from bench.__main__ import in_markdown


class Row(Struct, frozen=True):
    what: str
    goal: str
    measured: str
    met: bool


def times(what: str, goal_s: float, took: Sequence[float]) -> Row:
    """Held by 95 of 100; of fewer than twenty, by all. What never came took infinitely long."""
    never = sum(map(math.isinf, took))
    last = sorted(took)[min(len(took) - 1, int(len(took) * 0.95))]
    measured = f"{last:.2f} s (median {statistics.median(took):.2f} s of {len(took)}" + (
        f", {never} never)" if never else ")"
    )
    return Row(what, f"p95 ≤ {goal_s} s", measured, last <= goal_s)


def median(what: str, goal_s: float, took: Sequence[float]) -> Row:
    half, last = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    return Row(
        what, f"p50 ≤ {1000 * goal_s:.0f} ms", f"{1000 * half:.0f} ms (p95 {1000 * last:.0f} ms)", half <= goal_s
    )


def once(what: str, goal_s: float, took: float) -> Row:
    return Row(what, f"≤ {goal_s} s", f"{took:.2f} s", took <= goal_s)


def share(what: str, goal: float, of_a_core: float, arrived: float) -> Row:
    """`arrived`: the share of what was to come meanwhile. A process that is not asked for its work costs nothing."""
    met = of_a_core <= goal and arrived >= 0.8
    return Row(what, f"≤ {100 * goal:.0f} % of a core", f"{100 * of_a_core:.0f} %, {100 * arrived:.0f} % arriving", met)


def table(rows: Iterable[Row]) -> str:
    cells = [(row.what, row.goal, row.measured, "ok" if row.met else "**missed**") for row in rows]
    return in_markdown([("what", "goal", "measured", ""), *cells])
