"""Texts people type, made fit for a board: no control characters, no invisible tricks, tidy spaces."""

import re
import unicodedata

# Bidirectional overrides and isolates can make a note show something else than it says.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = {"\n", "\u200d"}  # a line break; the joiner that emoji are made with
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}  # letters and symbols that show nothing


def clean(text: str) -> str:
    """Several lines, each tidied; at most one empty line in a row; NFC. Empty when nothing in it can be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _DROPPED)
    text = unicodedata.normalize("NFC", text)
    if not any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text):
        return ""
    lines = [re.sub(r" +", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())
