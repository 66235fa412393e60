"""Three-line tables that wrap, split between rows and repeat their heading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from analysis.report.document import Cell, Column, LightWord, Table, cell_text
from analysis.report.pdf.columns import COMPACT_PADDING, PADDING, column_widths, shared_widths
from analysis.report.pdf.fonts import Fonts
from analysis.report.pdf.lines import Run, units
from analysis.report.pdf.styles import (
    CAPTION,
    CELL,
    CELL_HEAD,
    CELL_NUMBER,
    COMPACT,
    COMPACT_HEAD,
    COMPACT_NUMBER,
    HAIR,
    NOTE,
    RULE,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TONES,
    TextStyle,
)
from analysis.report.pdf.text import TextBlock
from analysis.report.wording import joined_notes

Titles = Callable[[Table, bool], str]
"""Title of a table; the flag asks for that of its continuation."""

ROW_PAD = 3.2
TITLE_GAP = 4.0
NOTE_GAP = 3.0
THICK, THIN = 1.1, 0.6
WORDS_FROM = 74.0
"""Width from which a column of words is set left; shorter words are centred."""
WHOLE_UP_TO = 8
"""Tables of so few rows are not split."""
FEWEST_ROWS = 2
"""Rows of ordinary height that must stand together on either side of a page break."""


class ThreeLineTable(Flowable):  # type: ignore[misc]
    """A table: title, heading, rows, notes."""

    def __init__(self, table: Table, fonts: Fonts, titles: Titles) -> None:
        super().__init__()
        self.table = table
        self.fonts = fonts
        self.titles = titles
        self.rows = range(len(table.rows))
        self.is_continued = False
        self.spaceBefore = 8.0
        self.spaceAfter = 11.0
        self.measured_for = 0.0
        self.padding = COMPACT_PADDING if table.is_compact else PADDING

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Lay out every cell for the width there is (called by reportlab)."""
        if self.measured_for != available_width:
            self._lay_out(available_width)
        self.width = available_width
        self.height = (
            self._top_height() + sum(self.row_heights[i] for i in self.rows) + self._note_height()
        )
        return available_width, self.height

    @property
    def minimum_height(self) -> float:
        """Height below which the table had better begin on the next page."""
        first = list(self.rows)
        if len(first) > WHOLE_UP_TO or self.is_wordy:
            first = first[: self.fewest_rows]
        notes = self._note_height() if len(first) == len(self.rows) else 0.0
        return self._top_height() + sum(self.row_heights[i] for i in first) + notes

    @property
    def fewest_rows(self) -> int:
        """Rows that must stand together on either side of a page break."""
        return 1 if self.is_wordy else FEWEST_ROWS

    def _lay_out(self, width: float) -> None:
        self.measured_for = width
        self.widths = self._column_widths(width)
        number, words, head = self._styles()
        self.head = [
            self._block(column.title, head, self.widths[i] - 2 * self.padding)
            for i, column in enumerate(self.table.columns)
        ]
        self.cells = [
            [
                self._cell(cell, column, words if self.is_left[i] else number, self.widths[i])
                for i, (cell, column) in enumerate(zip(row, self.table.columns, strict=True))
            ]
            for row in self.table.rows
        ]
        self.row_heights = [max(b.height for b in row) + 2 * ROW_PAD for row in self.cells]
        self.head_height = max(b.height for b in self.head) + 2 * ROW_PAD
        self.title = self._titled(width)
        self.notes = []
        if self.table.notes:
            self.notes = [self._block(joined_notes(self.table.notes), NOTE, width)]
        self.is_wordy = max(self.row_heights, default=0.0) > 3.5 * words.leading + 2 * ROW_PAD

    def _titled(self, width: float) -> TextBlock:
        return self._block(self.titles(self.table, self.is_continued), CAPTION, width)

    def _styles(self) -> tuple[TextStyle, TextStyle, TextStyle]:
        if self.table.is_compact:
            return COMPACT_NUMBER, COMPACT, COMPACT_HEAD
        return CELL_NUMBER, CELL, CELL_HEAD

    def _block(self, text: str, style: TextStyle, width: float) -> TextBlock:
        block = TextBlock((Run(text),), style, self.fonts)
        block.wrap(width, 0)
        return block

    def _cell(self, cell: Cell, column: Column, style: TextStyle, width: float) -> TextBlock:
        run = Run(cell_text(cell, column.kind))
        if isinstance(cell, LightWord):
            run = Run(cell.word, is_bold=True, color=TONES[cell.light])
        block = TextBlock((run,), style, self.fonts)
        block.wrap(width - 2 * self.padding, 0)
        return block

    def least_widths(self) -> list[float]:
        """Return the least width of each column, padding included."""
        number, words, head = self._styles()
        found = []
        for i, column in enumerate(self.table.columns):
            texts = [cell_text(row[i], column.kind) for row in self.table.rows]
            style = words if column.is_text else number
            measured = self._longest if column.is_text else self._width
            tight = max([self._longest(column.title, head), *(measured(t, style) for t in texts)])
            found.append(min(tight, 90.0) + 2 * self.padding + 1)
        return found

    def _column_widths(self, total: float) -> list[float]:
        natural: list[float] = []
        least = self.least_widths()
        self.is_left: list[bool] = []
        number, words, head = self._styles()
        for i, column in enumerate(self.table.columns):
            style = words if column.is_text else number
            texts = [cell_text(row[i], column.kind) for row in self.table.rows]
            is_bold = any(isinstance(row[i], LightWord) for row in self.table.rows)
            wide = max((self._width(t, style, is_bold=is_bold) for t in texts), default=0.0)
            titled = self._width(column.title, head)
            self.is_left.append(column.is_text and (i == 0 or wide > WORDS_FROM))
            natural.append(max(wide, titled if titled < 60 else titled / 2 + 8))
            natural[-1] = max(natural[-1] + 2 * self.padding + 1, least[i])
        given = [column.width for column in self.table.columns]
        if all(given):
            return shared_widths(given, least, total=total)
        is_text = [column.is_text for column in self.table.columns]
        return column_widths(natural, least, is_text, total=total)

    def _width(self, text: str, style: TextStyle, *, is_bold: bool = False) -> float:
        block = TextBlock((), style, self.fonts)
        return max(block.measure(line, is_bold) for line in text.split("\n"))

    def _longest(self, text: str, style: TextStyle) -> float:
        """Return the width of the longest piece no line break may cut; two characters least."""
        block = TextBlock((), style, self.fonts)
        pieces = units([(sign, False, "") for sign in text.replace("\n", " ")])
        widest = max((block.measure("".join(s[0] for s in p), False) for p in pieces), default=0)
        return max(widest, 2 * style.size)

    def _top_height(self) -> float:
        return float(self.title.height) + TITLE_GAP + self.head_height

    def _note_height(self) -> float:
        return NOTE_GAP + sum(note.height for note in self.notes) if self.notes else 0.0

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """Split between rows so that neither part is left with a single row."""
        self.wrap(available_width, available_height)
        is_small = len(self.table.rows) <= WHOLE_UP_TO and not self.is_wordy
        if is_small and self.height < TEXT_HEIGHT:
            return []
        room = available_height - self._top_height()
        count = 0
        for i in self.rows:
            room -= self.row_heights[i]
            if room < 0:
                break
            count += 1
        if count == len(self.rows):
            count -= self.fewest_rows
        is_fresh_page = available_height > 0.9 * TEXT_HEIGHT
        if not is_fresh_page or count > self.fewest_rows:
            count = min(count, len(self.rows) - self.fewest_rows)
        if count < (1 if is_fresh_page else self.fewest_rows):
            return []
        return [self._part(self.rows[:count], is_end=False), self._part(self.rows[count:])]

    def _part(self, rows: range, *, is_end: bool = True) -> ThreeLineTable:
        part = copy(self)
        part.__dict__.pop("_postponed", None)  # reportlab's mark that it moved to a new page
        part.rows = rows
        part.is_continued = self.is_continued or rows.start > self.rows.start
        part.title = part._titled(self.measured_for)
        if not is_end:
            part.notes = []
        return part

    def draw(self) -> None:
        """Paint title, lines, cells and notes (called by reportlab)."""
        if self.fonts.is_draft:
            return
        y = self.height - self.title.height
        self.title.drawOn(self.canv, 0, y)
        y -= TITLE_GAP
        self._rule(y, THICK)
        y = self._draw_row(self.head, y, self.head_height, is_head=True)
        self._rule(y, THIN)
        for place, i in enumerate(self.rows):
            if place and (self.is_wordy or (self.table.is_compact and place % 5 == 0)):
                self._rule(y, 0.25, HAIR)
            y = self._draw_row(self.cells[i], y, self.row_heights[i])
        self._rule(y, THICK)
        y -= NOTE_GAP
        for note in self.notes:
            y -= note.height
            note.drawOn(self.canv, 0, y)

    def _draw_row(
        self, blocks: list[TextBlock], top: float, height: float, *, is_head: bool = False
    ) -> float:
        x = 0.0
        for block, width in zip(blocks, self.widths, strict=True):
            up = (height - block.height) / 2
            if is_head:
                up = ROW_PAD
            elif self.is_wordy:
                up = height - ROW_PAD - block.height
            block.drawOn(self.canv, x + self.padding, top - height + up)
            x += width
        return top - height

    def _rule(self, y: float, thickness: float, color: str = RULE) -> None:
        self.canv.setStrokeColor(HexColor(color))
        self.canv.setLineWidth(thickness)
        self.canv.line(0, y, self.width, y)


def tables_that_fit(table: Table, fonts: Fonts, titles: Titles) -> Iterator[ThreeLineTable]:
    """Yield the table, or if its columns do not fit a page, one table for each part of them.

    Every part begins with the first column; notes stand under the last.
    """
    whole = ThreeLineTable(table, fonts, titles)
    least = whole.least_widths()
    if sum(least) <= TEXT_WIDTH or len(least) < 3 or all(c.width for c in table.columns):
        yield whole
        return
    parts: list[list[int]] = [[]]
    for i in range(1, len(least)):
        if parts[-1] and least[0] + sum(least[k] for k in [*parts[-1], i]) > TEXT_WIDTH:
            parts.append([])
        parts[-1].append(i)
    for number, part in enumerate(parts, start=1):
        kept = [0, *part]
        yield ThreeLineTable(
            replace(
                table,
                title=f"{table.title} ({number}/{len(parts)})",
                columns=tuple(table.columns[i] for i in kept),
                rows=tuple(tuple(row[i] for i in kept) for row in table.rows),
                notes=table.notes if number == len(parts) else (),
            ),
            fonts,
            titles,
        )
