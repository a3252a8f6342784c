"""The other documents: the rooms of the house, who sees what, the list of decisions, and every link against the disk."""

import re
from pathlib import Path

import pytest

from server.cli import COMMANDS, main
from server.core import views
from server.settings import ROOT
from server.web.i18n import Catalogues
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


GUIDE = (ROOT / "docs" / "facilitating.md").read_text()


def test_guide_uses_the_words_of_the_screens() -> None:
    """What is bold stands on a screen; the table gives the same text of the catalogues in three languages."""
    catalogues = Catalogues().all
    known = {
        tuple(re.sub(r" \(\{\w+\}\)|: \{\w+\}", "", str(catalogues[code].messages[key])) for code in ("en", "de", "ru"))
        for key in catalogues["en"].messages
    }
    body, _, table = GUIDE.partition("## The words on your screen")
    rows = {(row["English"], row["Deutsch"], row["Русский"]) for row in tables(table)[0]}
    assert rows <= known
    assert set(re.findall(r"\*\*([^*]+)\*\*", body)) == {english for english, _, _ in rows}


def test_options_in_the_documents_exist(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([command, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    operating = (ROOT / "docs" / "operating.md").read_text()
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", operating + GUIDE + (ROOT / "README.md").read_text()))
    assert named <= known
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    assert set(re.findall(r"^  (--[a-z][a-z-]+)", capsys.readouterr().out, re.M)) <= named


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


PROMISES = (ROOT / "docs" / "reliability.md").read_text()


def test_every_promise_stands_once_and_in_order() -> None:
    for table in tables(PROMISES):
        goals = [row["goal"] for row in table]
        assert goals == sorted(goals, key=lambda goal: (goal[0] != "P", goal[0], int(goal[1:])))
        assert len(set(goals)) == len(goals)
