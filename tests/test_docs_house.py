"""The other documents: the rooms of the house, who sees what, the list of decisions, and every link against the disk."""

import re
from pathlib import Path

import pytest

from server.core import views
from server.settings import ROOT
from tests.protocol_page import tables, ticked
from tests.test_docs import ENTITIES

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "sessions" / "README.md"])
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def test_every_room_of_the_house_is_shown() -> None:
    rooms = {path.parent.name for path in (ROOT / "server").glob("*/__init__.py")}
    assert rooms <= {name for row in tables(ARCHITECTURE)[0] for name in re.findall(r"\[server/(\w+)\]", row["where"])}


def test_who_sees_what_is_as_views_have_it() -> None:
    rows = next(table for table in tables(ARCHITECTURE) if "own" in table[0])
    said = {
        kind: {who for who, cell in row.items() if cell and who != "kind"}
        for row in rows
        for kind in ticked(row["kind"])
    }
    shared: dict[str, set[str]] = {part.kind: set(part.audiences) for part in views.SECTIONS}
    assert said == {kind: shared.get(kind, {"own"}) for kind in ENTITIES}


def test_every_decision_is_in_the_list_and_has_its_four_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    assert re.findall(r"\]\((0.+)\)", index) == [page.name for page in pages]
    for page in pages:
        text = page.read_text()
        assert text.startswith(f"# {page.name[:4]} ")
        assert re.findall(r"^\*\*(\w+)[.:]\*\*", text, re.M) == ["Status", "Context", "Decision", "Consequences"], (
            page.name
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_what_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        address, _, anchor = target.partition("#")
        path = (page.parent / address).resolve() if address else page
        assert path.exists(), f"{page.name} links to {target}"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path.read_text()), f"{page.name} links to {target}"


def anchors(text: str) -> set[str]:
    """As code hosts make them of headings; of equal ones the second ends in -1."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{name}-1" if name in found else name)
    return found
