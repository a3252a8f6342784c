"""Colours of a room: contrast is computed, never assumed; what is left out is derived so that it can be read.

Contrast and luminance follow WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio); 4.5 is level AA for text.
"""

import colorsys
import re

from server.core.plan import Colours
from server.web.plan_fields import Table
from server.web.plan_mistakes import show

MIN_CONTRAST = 4.5
WHITE = "#FFFFFF"
BLACK = "#000000"
CARD_TEXT = "#1C1B1A"
"""The text of a note stands upon the tint in this colour (the token `ink` of the style sheet)."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_TINT_LIGHTNESS = 0.88
_TINT_SATURATION = 0.8
_COMFORTABLE = 7.0


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two "#RRGGBB" colours, 1.0 to 21.0."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def tint_of(strong: str) -> str:
    """The same hue, as light as paper; a little of the saturation goes, or a red becomes pink candy."""
    hue, _, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(strong)))
    light = colorsys.hls_to_rgb(hue, _TINT_LIGHTNESS, saturation * _TINT_SATURATION)
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in light)


def darkened(colour: str, against: str, ratio: float) -> str:
    """`colour`, darkened just as far as `ratio` upon `against` asks for; black where nothing lighter does."""
    shades = (mix(colour, BLACK, step / 20) for step in range(21))
    return next((shade for shade in shades if contrast(shade, against) >= ratio), BLACK)


def read_colours(room: Table) -> Colours:
    """The key `colours` of a room; `tint` and `ink` may be left out. What is wrong is reported and read as ""."""
    table = room.table("colours", 'colours.strong = "#B4530A" (tint and ink are optional)')
    if table is None:
        return Colours("", "", "")
    strong = _colour(table, "strong")
    tint = _colour(table, "tint", tint_of(strong or BLACK))
    ink = _colour(table, "ink", darkened(strong or BLACK, tint or WHITE, _COMFORTABLE))
    table.finish()
    if not (strong and tint and ink):
        return Colours(strong, tint, ink)
    _check(table, "strong", strong, "white text", WHITE, darkened(strong, WHITE, MIN_CONTRAST))
    _check(table, "tint", tint, f"the text of the notes ({CARD_TEXT})", CARD_TEXT, tint_of(strong))
    _check(table, "ink", ink, f"the tint {tint}", tint, darkened(strong, tint, MIN_CONTRAST))
    return Colours(strong, tint, ink)


def _check(table: Table, key: str, colour: str, what: str, other: str, better: str) -> None:
    ratio = contrast(colour, other)
    if ratio < MIN_CONTRAST:
        better_text = f', for example "{better}"' if contrast(better, other) >= MIN_CONTRAST else ""
        table.wrong(
            key,
            f"{table.label(key)} {colour} has a contrast of only {ratio:.1f} : 1 with {what}",
            f"at least {MIN_CONTRAST} : 1, so that it can be read from the last row{better_text}",
        )


def _colour(table: Table, key: str, default: str | None = None) -> str:
    value = table.take(key)
    expected = 'a colour such as "#B4530A": # and six digits or letters A to F'
    if value is None:
        if default is None:
            table.missing(key, expected)
        return default or ""
    if isinstance(value, str) and _COLOUR.fullmatch(value):
        return value.upper()
    table.wrong(key, f"{table.label(key)} is {show(value)}", expected)
    return ""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [_linear(channel / 255) for channel in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
