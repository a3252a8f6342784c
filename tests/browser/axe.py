"""Accessibility of a page as it stands now, judged by axe-core (goal A1: no violation on any page in any state)."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"

# A text that is just fading in has no contrast yet; what turns for ever, as a spinner does, is looked at as it is.
SETTLED = """() => document.getAnimations().every((one) => one.playState === "finished"
  || one.effect?.getComputedTiming().iterations === Infinity)"""

VIOLATIONS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap(
  (rule) => rule.nodes.map((node) => `${rule.id} at ${node.target.join(" ")}: ${node.failureSummary}`))"""


@cache
def axe_source() -> str:
    if not AXE.exists():
        raise RuntimeError(
            "The accessibility tests need axe-core. `make test` installs it; by hand: npm install --no-save"
        )
    return AXE.read_text(encoding="utf-8")


async def axe_violations(page: Page) -> list[str]:
    """One line for each offending element, once nothing moves: the rule, the element and what would mend it; none is good.

    The source goes in through the debugger, not as a script element, so the page's CSP can stay as strict as it is.
    """
    await page.wait_for_function(SETTLED)
    await page.evaluate(axe_source())
    violations: list[str] = await page.evaluate(VIOLATIONS)
    return violations
