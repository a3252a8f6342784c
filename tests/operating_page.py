"""Reads the examples of docs/operating.md, so that what is run is what stands there."""

import re

from server.settings import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def example(language: str, places: dict[str, str]) -> str:
    """The one block in that language, with other names in the places of the page's own; each of them must be there."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (text,) = found
    for place, ours in places.items():
        assert place in text, f"docs/operating.md: {place} is gone from the {language} block"
        text = text.replace(place, ours)
    return text
