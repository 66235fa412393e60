"""A chapter of the report on screen: a tab per section, the same words, tables and charts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from analysis.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Conclusion,
    Figure,
    Heading,
    LightWord,
    Note,
    Paragraph,
    Table,
    Tone,
)
from ui.jobs import Jobs
from ui.models.result_table import Record, ResultColumn
from ui.widgets.chart import Chart
from ui.widgets.message_bar import Message, MessageBar
from ui.widgets.result_table import ResultTable

REFERENCE = re.compile(r"\[\[(\w+)\]\]")
LONG_TEXT = 14
"""Characters from which a column of words takes the room that is left."""
VERY_LONG_TEXT = 26
"""Characters from which the cells of a table are wrapped."""
BREATH_SECONDS = 0.03
KINDS = {"red": "block", "amber": "caution", "green": "good"}


@dataclass(frozen=True, slots=True)
class Section:
    """What stands on one tab."""

    title: str
    blocks: tuple[Block, ...]

    def short_title(self, names: Mapping[str, str]) -> str:
        """Return the name of the tab: that of the first of ``names`` in it, else its title."""
        keys = [block.key for block in self.blocks if isinstance(block, Table | Figure)]
        return next((names[key] for key in keys if key in names), self.title)


def sections_of(blocks: Sequence[Block], first: str) -> list[Section]:
    """Return the blocks by headings of level 2; ``first`` is the tab of what precedes them.

    Words alone that precede the first heading stand on the first tab.
    """
    found: list[tuple[str, list[Block]]] = [(first, [])]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            continue
        if isinstance(block, Heading) and block.level == 2:
            found.append((block.text, []))
        else:
            found[-1][1].append(block)
    opening = found[0][1]
    if len(found) > 1 and not any(isinstance(block, Table | Figure) for block in opening):
        found[1][1][:0] = opening
        del found[0]
    return [Section(title, tuple(held)) for title, held in found if held]


def message_of(note: Note, text: str) -> Message:
    """Return a note of the report as a message."""
    return Message(text, KINDS.get(note.tone, "note"))


def table_of(table: Table, resolve: Callable[[str], str]) -> ResultTable:
    """Return a table of the report as one of the window."""
    places = range(len(table.columns))
    longest = [
        max((len(cell) for row in table.rows if isinstance(cell := row[i], str)), default=0)
        for i in places
    ]
    wide = [i for i in places if longest[i] >= LONG_TEXT] or [_first_text(table.columns)]
    columns = [_column(i, table.columns[i], is_wide=i in wide) for i in places]
    shown = ResultTable(table.title, columns, wraps=max(longest, default=0) >= VERY_LONG_TEXT)
    shown.fits_rows = True
    shown.set_records([_record(row) for row in table.rows])
    shown.set_notes(*(resolve(note) for note in table.notes))
    return shown


def _first_text(columns: Sequence[Column]) -> int:
    return next((i for i, column in enumerate(columns) if column.is_text), 0)


def _column(place: int, column: Column, *, is_wide: bool) -> ResultColumn:
    def tone(record: Record) -> Tone:
        return record[f"tone{place}"]  # type: ignore[no-any-return]

    return ResultColumn(str(place), column.title, column.kind, tone=tone, is_wide=is_wide)


def _record(row: Sequence[Cell]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for place, cell in enumerate(row):
        is_light = isinstance(cell, LightWord)
        # The report's words begin with the sign that the window's table puts there itself.
        record[str(place)] = cell.word.split(" ", 1)[-1] if is_light else cell  # type: ignore[union-attr]
        record[f"tone{place}"] = cell.light if is_light else "plain"  # type: ignore[union-attr]
    return record


class SectionView(QWidget):
    """The blocks of one section below one another; many tables come a few at a time."""

    grown = Signal()
    """More of the section is there."""

    def __init__(
        self,
        section: Section,
        name: str,
        jobs: Jobs,
        *,
        resolve: Callable[[str], str],
        dress: Callable[[ResultTable], None],
    ) -> None:
        super().__init__()
        self._name = name
        self._jobs = jobs
        self._resolve = resolve
        self._dress = dress
        self._left = list(section.blocks)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 10, 6, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self._label(section.title, "section"))
        self._column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._grow)
        self._grow()

    def _grow(self) -> None:
        """Build blocks for as long as nobody notices, then let the window breathe."""
        end = time.monotonic() + BREATH_SECONDS
        while self._left and time.monotonic() < end:
            for widget in self._widgets(self._left.pop(0)):
                self._column.insertWidget(self._column.count() - 1, widget)
        if self._left:
            self._timer.start(0)
        self.grown.emit()

    def _widgets(self, block: Block) -> list[QWidget]:
        if isinstance(block, Table):
            table = table_of(block, self._resolve)
            self._dress(table)
            return [table]
        if isinstance(block, Figure):
            return self._figure(block)
        if isinstance(block, Note):
            bar = MessageBar(self)
            bar.set_messages([message_of(block, self._resolve(block.text))])
            return [bar]
        if isinstance(block, Paragraph):
            return [self._label(f"{block.lead}{block.text}", "")]
        if isinstance(block, Conclusion):
            return [self._label(f"{block.headline}　{block.text}", "")]
        if isinstance(block, Heading):
            return [self._label(block.text, "section")]
        if isinstance(block, Bullets):
            return [self._label("\n".join(f"• {item}" for item in block.items), "")]
        return []

    def _figure(self, figure: Figure) -> list[QWidget]:
        chart = Chart(f"{self._name}-{figure.key}", self._jobs)
        chart.show_drawing(figure.drawing, figure.alt)
        notes = [self._label(note, "muted") for note in figure.notes]
        return [self._label(figure.title, "caption"), chart, *notes]

    def _label(self, text: str, style: str) -> QLabel:
        label = QLabel(self._resolve(text), self)
        label.setObjectName(style)
        label.setIndent(0)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label


def resolver(blocks: Sequence[Block]) -> Callable[[str], str]:
    """Return what puts titles for references such as ``[[quality]]``: there are no numbers here."""
    titles = {block.key: block.title for block in blocks if isinstance(block, Table | Figure)}

    def resolve(text: str) -> str:
        return REFERENCE.sub(lambda match: f"“{titles.get(match.group(1), '…')}”", text)

    return resolve
