"""The title page and the table of contents."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from analysis.report.document import Cover
from analysis.report.pdf.fonts import Fonts
from analysis.report.pdf.lines import Run
from analysis.report.pdf.styles import (
    ACCENT,
    CONTENTS,
    COVER_FACT,
    COVER_SUBTITLE,
    COVER_TITLE,
    HAIR,
    NOTE,
    QUIET,
    TEXT_HEIGHT,
    TONES,
    TextStyle,
)
from analysis.report.pdf.text import TextBlock, one_line

LABEL_WIDTH = 92.0
TIGHTEST = 0.8
"""Share of its natural spacing to which the contents may shrink to stay on one page."""

ROOM_FOR_PAGE = 60.0
"""Points kept for the leaders and the page number behind a heading of the contents."""
MARK = TextStyle(size=13.0, leading=20.0, align="center", is_bold=True, color=TONES["red"])


class CoverPage(Flowable):  # type: ignore[misc]
    """The whole first page."""

    def __init__(self, cover: Cover, fonts: Fonts) -> None:
        super().__init__()
        self.cover = cover
        self.fonts = fonts

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Take the whole page (called by reportlab)."""
        self.width, self.height = available_width, min(available_height, TEXT_HEIGHT - 4)
        return self.width, self.height

    def _block(self, text: str, style: TextStyle, width: float) -> TextBlock:
        block = TextBlock((Run(text),), style, self.fonts)
        block.wrap(width, 0)
        return block

    def draw(self) -> None:
        """Paint marks, titles, rule, facts and foot (called by reportlab)."""
        canvas = self.canv
        y = self.height - 6
        for mark in self.cover.marks:
            self._boxed(mark, y)
            y -= 34
        y = self.height - 170
        for text, style in (
            (self.cover.title, COVER_TITLE),
            (self.cover.subtitle, COVER_SUBTITLE),
        ):
            block = self._block(text, style, self.width)
            y -= block.height
            block.drawOn(canvas, 0, y)
            y -= 14
        canvas.setStrokeColor(HexColor(ACCENT))
        canvas.setLineWidth(1.6)
        canvas.line(self.width / 2 - 60, y - 4, self.width / 2 + 60, y - 4)
        self._facts()
        foot = self._block(self.cover.foot, NOTE, self.width)
        foot.drawOn(canvas, 0, 4)

    def _boxed(self, mark: str, top: float) -> None:
        canvas = self.canv
        block = TextBlock((), MARK, self.fonts)
        width = max(block.measure(line, True) for line in [mark]) + 22
        canvas.setStrokeColor(HexColor(TONES["red"]))
        canvas.setLineWidth(1.0)
        canvas.rect(self.width - width, top - 22, width, 22, stroke=1, fill=0)
        one_line(canvas, mark, self.width - width / 2, top - 16, style=MARK, fonts=self.fonts)

    def _facts(self) -> None:
        y = 290.0
        left = 78.0
        for label, value in self.cover.facts:
            text = self._block(value, COVER_FACT, self.width - left - LABEL_WIDTH - 40)
            bottom = y - text.height
            self._block(label, COVER_FACT, LABEL_WIDTH).drawOn(self.canv, left, y - 22)
            text.drawOn(self.canv, left + LABEL_WIDTH, bottom)
            self.canv.setStrokeColor(HexColor(HAIR))
            self.canv.setLineWidth(0.6)
            self.canv.line(left + LABEL_WIDTH - 4, bottom - 3, self.width - left + 38, bottom - 3)
            y = bottom - 9


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents: heading, level, page, where a click leads."""

    text: str
    level: int
    page: int
    key: str


class ContentsTable(Flowable):  # type: ignore[misc]
    """The table of contents; splits between lines."""

    def __init__(self, entries: tuple[Entry, ...], fonts: Fonts) -> None:
        super().__init__()
        self.entries = entries
        self.fonts = fonts
        self.squeeze = 1.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """One line per entry (called by reportlab)."""
        self.width = available_width
        self.squeeze = 1.0
        natural = sum(self._leading(entry) for entry in self.entries)
        if natural * TIGHTEST <= available_height < natural:
            self.squeeze = (available_height - 1) / natural
        self.height = sum(self._leading(entry) for entry in self.entries)
        return self.width, self.height

    def _style(self, entry: Entry) -> TextStyle:
        return CONTENTS[min(entry.level, len(CONTENTS)) - 1]

    def _leading(self, entry: Entry) -> float:
        return self._style(entry).leading * self.squeeze

    def _shortened(self, text: str, style: TextStyle) -> str:
        """Return the heading, ending in an ellipsis where it would reach the page number."""
        room = self.width - style.left - ROOM_FOR_PAGE
        kept = text
        while kept and self.fonts.width(kept, style.size, is_bold=style.is_bold) > room:
            kept = kept[:-1]
        return text if kept == text else f"{kept[:-1].rstrip()}…"

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """Split between entries."""
        height, count = 0.0, 0
        for entry in self.entries:
            height += self._leading(entry)
            if height > available_height:
                break
            count += 1
        if not 0 < count < len(self.entries):
            return []
        return [
            ContentsTable(self.entries[:count], self.fonts),
            ContentsTable(self.entries[count:], self.fonts),
        ]

    def draw(self) -> None:
        """Paint entries with dotted leaders and links (called by reportlab)."""
        canvas = self.canv
        y = self.height
        for entry in self.entries:
            style = self._style(entry)
            y -= self._leading(entry)
            base = y + self._leading(entry) / 2 - 0.38 * style.size
            text = self._shortened(entry.text, style)
            end = style.left + one_line(
                canvas, text, style.left, base, style=style, fonts=self.fonts
            )
            number = TextStyle(size=style.size, align="right")
            page = one_line(
                canvas, str(entry.page), self.width, base, style=number, fonts=self.fonts
            )
            canvas.setStrokeColor(HexColor(QUIET))
            canvas.setLineWidth(0.5)
            canvas.setDash([0.6, 3.0])
            canvas.line(end + 6, base + 1.5, self.width - page - 6, base + 1.5)
            canvas.setDash([])
            canvas.linkRect(
                "", entry.key, (0, y, self.width, y + self._leading(entry)), relative=1, thickness=0
            )
