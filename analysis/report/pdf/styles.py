"""Sizes, spaces and colours of the page, after the practice of Chinese office documents.

小四 (12 pt) text at 1.6 spacing with a first-line indent of two characters; headings in
黑体 16/14/12 pt; tables 9 pt with three lines; table titles above, figure titles below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.report.document import Tone

Alignment = Literal["left", "center", "right", "justify"]

PAGE_WIDTH, PAGE_HEIGHT = 595.276, 841.89
LEFT, RIGHT, TOP, BOTTOM = 71.0, 71.0, 77.0, 68.0
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
TEXT_HEIGHT = PAGE_HEIGHT - TOP - BOTTOM

INK = "#1F2933"
QUIET = "#5B6670"
RULE = "#1F2933"
HAIR = "#C9D1D9"
ACCENT = "#1F4E79"
GROUND = "#F4F6F8"

TONES: dict[Tone, str] = {
    "red": "#B3261E",
    "amber": "#9A6700",
    "green": "#1B7F4B",
    "grey": "#6B7280",
    "plain": ACCENT,
}
"""Dark enough for words on white (contrast above 4.5)."""

FILLS: dict[Tone, str] = {
    "red": "#D65F58",
    "amber": "#E0A93B",
    "green": "#5BA97D",
    "grey": "#B4BBC2",
    "plain": "#5B8DB8",
}
TINTS: dict[Tone, str] = {
    "red": "#FCEDEC",
    "amber": "#FDF5E3",
    "green": "#EAF5EF",
    "grey": "#F1F3F5",
    "plain": "#EEF3F8",
}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How one kind of text is set; lengths in points, indents in em."""

    size: float = 12.0
    leading: float = 19.5
    align: Alignment = "justify"
    first_indent: float = 0.0
    left: float = 0.0
    before: float = 0.0
    after: float = 0.0
    is_bold: bool = False
    color: str = INK


BODY = TextStyle(first_indent=2.0, after=3.0)
BODY_FLUSH = TextStyle(after=3.0)
BULLET = TextStyle(left=22.0, after=2.0)
NOTE = TextStyle(size=9.0, leading=13.5, color=QUIET, after=0.0)
CAUTION = TextStyle(size=9.5, leading=14.5)
CELL = TextStyle(size=9.0, leading=12.5, align="left")
CELL_NUMBER = TextStyle(size=9.0, leading=12.5, align="center")
CELL_HEAD = TextStyle(size=9.0, leading=12.5, align="center", is_bold=True)
COMPACT = TextStyle(size=7.8, leading=10.8, align="left")
COMPACT_NUMBER = TextStyle(size=7.8, leading=10.8, align="center")
COMPACT_HEAD = TextStyle(size=7.8, leading=10.8, align="center", is_bold=True)
CAPTION = TextStyle(size=10.5, leading=15.0, align="center", is_bold=True)
CONTENTS = (
    TextStyle(size=11.5, leading=19.5, align="left", is_bold=True),
    TextStyle(size=10.5, leading=15.2, align="left", left=22.0),
)
HEADINGS = (
    TextStyle(size=16.0, leading=24.0, align="left", is_bold=True, before=20.0, after=10.0),
    TextStyle(size=14.0, leading=21.0, align="left", is_bold=True, before=13.0, after=6.0),
    TextStyle(size=12.0, leading=19.0, align="left", is_bold=True, before=9.0, after=4.0),
)
COVER_TITLE = TextStyle(size=26.0, leading=40.0, align="center", is_bold=True)
COVER_SUBTITLE = TextStyle(size=16.0, leading=26.0, align="center")
COVER_FACT = TextStyle(size=13.0, leading=22.0, align="left")
