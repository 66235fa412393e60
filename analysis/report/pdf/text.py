"""Text on the page: paragraphs that break, justify and split as Chinese text does."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from analysis.report.pdf.fonts import ASCENT, DESCENT, Fonts
from analysis.report.pdf.lines import Line, Run, break_lines, is_wide
from analysis.report.pdf.styles import TextStyle

MOST_STRETCH = 0.15
"""Largest extra space between characters, in em: more, and readers see gaps."""
SCRIPT_GAP = 0.14
"""Space between a Chinese character and a Latin letter or digit, in em."""


class TextBlock(Flowable):  # type: ignore[misc]
    """A paragraph of runs in one style."""

    def __init__(self, runs: tuple[Run, ...], style: TextStyle, fonts: Fonts) -> None:
        super().__init__()
        self.runs = runs
        self.style = style
        self.fonts = fonts
        self.lines: tuple[Line, ...] = ()
        self.is_continued = False
        self.spaceBefore = style.before
        self.spaceAfter = style.after

    def measure(self, text: str, is_bold: bool) -> float:
        """Return the width of ``text``, with the gaps between scripts."""
        size = self.style.size
        gaps = sum(map(has_gap, text, text[1:])) if len(text) > 1 else 0
        bold = is_bold or self.style.is_bold
        return self.fonts.width(text, size, is_bold=bold) + gaps * SCRIPT_GAP * size

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Break the text to the width there is (called by reportlab)."""
        self.width = available_width
        if not self.is_continued:
            room = available_width - self.style.left
            indent = self.style.first_indent * self.style.size
            key = (self.runs, room, indent, self.style.size, self.style.is_bold)
            known = self.fonts.lines.get(key)
            if known is None:
                known = break_lines(self.runs, room - indent, room, self.measure)
                self.fonts.lines[key] = known
            self.lines = known
        self.height = len(self.lines) * self.style.leading
        return available_width, self.height

    def split(self, available_width: float, available_height: float) -> list[TextBlock]:
        """Split between lines, leaving at least two lines on either page."""
        self.wrap(available_width, available_height)
        count = int(available_height / self.style.leading + 1e-6)
        count = min(count, len(self.lines) - 2)
        if count < 2:
            return []
        head, tail = self._part(self.lines[:count]), self._part(self.lines[count:])
        head.spaceAfter = 0
        tail.spaceBefore = 0
        tail.starts_inside = True
        return [head, tail]

    starts_inside = False

    def _part(self, lines: tuple[Line, ...]) -> TextBlock:
        part = TextBlock(self.runs, self.style, self.fonts)
        part.lines = lines
        part.is_continued = True
        return part

    def draw(self) -> None:
        """Paint the lines (called by reportlab with the origin at the lower left)."""
        if self.fonts.is_draft:
            return
        style = self.style
        baseline = self.height - style.leading / 2 - (ASCENT - DESCENT) / 2 * style.size
        for number, line in enumerate(self.lines):
            indent = 0.0
            if number == 0 and not self.starts_inside:
                indent = style.first_indent * style.size
            self._draw_line(line, baseline - number * style.leading, indent)

    def _draw_line(self, line: Line, y: float, indent: float) -> None:
        room = self.width - self.style.left - indent
        slack = max(0.0, room - line.width)
        x = self.style.left + indent
        if self.style.align == "center":
            x += slack / 2
        elif self.style.align == "right":
            x += slack
        draw_line(
            self.canv, line, x, y, self.style, self.fonts,
            stretch=_stretch(line, slack, self.style),
        )  # fmt: skip


def has_gap(before: str, after: str) -> bool:
    """Return whether Chinese and Latin meet here and want a little space."""
    if is_wide(before) == is_wide(after):
        return False
    wide, narrow = (before, after) if is_wide(before) else (after, before)
    return ("\u4e00" <= wide <= "\u9fff" or ord(wide) > 0xFFFF) and narrow.isalnum()


def _stretch(line: Line, slack: float, style: TextStyle) -> float:
    """Return the extra space after each Chinese character that fills the line, or 0."""
    if style.align != "justify" or line.is_last:
        return 0.0
    places = sum(is_wide(sign) or sign == " " for sign in line.text[:-1])
    extra = slack / places if places else 0.0
    return extra if extra <= MOST_STRETCH * style.size else 0.0


def draw_line(
    canvas: Any,
    line: Line,
    x: float,
    y: float,
    style: TextStyle,
    fonts: Fonts,
    *,
    stretch: float = 0.0,
) -> None:
    """Paint one line with its baseline at ``y``."""
    before = ""
    for run in line.runs:
        is_bold = run.is_bold or style.is_bold
        canvas.setFillColor(HexColor(run.color or style.color))
        for piece in _pieces(run.text):
            if before and has_gap(before, piece[0]):
                x += SCRIPT_GAP * style.size
            spread = stretch if is_wide(piece[0]) or piece[0] == " " else 0.0
            text = canvas.beginText(x, y)
            text.setFont(fonts.name(is_bold=is_bold), style.size)
            text.setCharSpace(spread)
            text.textOut(piece)
            text.setCharSpace(0)
            canvas.drawText(text)
            x += fonts.width(piece, style.size, is_bold=is_bold) + spread * len(piece)
            before = piece[-1]


def _pieces(text: str) -> list[str]:
    """Cut where Chinese and Latin alternate, and at spaces."""
    found: list[str] = []
    kind = ""
    for sign in text:
        now = "wide" if is_wide(sign) else "space" if sign == " " else "narrow"
        if found and now == kind:
            found[-1] += sign
        else:
            found.append(sign)
        kind = now
    return found


def one_line(
    canvas: Any,
    text: str,
    x: float,
    y: float,
    *,
    style: TextStyle,
    fonts: Fonts,
) -> float:
    """Paint ``text`` unbroken with its baseline at ``y``; return its width."""
    block = TextBlock((Run(text),), style, fonts)
    width = block.measure(text, False)
    shift = {"center": width / 2, "right": width}.get(style.align, 0.0)
    draw_line(canvas, Line((Run(text),), width, True), x - shift, y, style, fonts)
    return width
