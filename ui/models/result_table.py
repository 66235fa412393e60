"""Tables of results: raw values of the core, written by the one number formatter."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont

from analysis.report.document import Cell, Interval, LightWord, Tone, cell_text
from analysis.report.numbers import NumberKind, is_missing
from ui.appearance import Theme, current_theme
from ui.column_words import meaning_of

if TYPE_CHECKING:
    import pandas as pd

Index = QModelIndex | QPersistentModelIndex
Record = Mapping[str, Any]
SORT_ROLE = Qt.ItemDataRole.UserRole
RECORD_ROLE = Qt.ItemDataRole.UserRole + 1
MARKS: Mapping[Tone, str] = {"red": "▲", "amber": "◆", "green": "●", "grey": "○", "plain": ""}
"""A sign beside the colour, so that the light is read without it."""


def plain(record: Record) -> Tone:
    """Give no cell a colour."""
    del record
    return "plain"


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column: where its value is in a record and how it is written.

    Args:
        key: name in the record; two names are the ends of an interval.
        title: heading; ``tip`` explains it, else columns.toml does.
        tone: colour of the cell, from its record.
        words: what stands for a raw value (``red`` → 严重).
        is_wide: takes the room that is left.
        is_blank: a missing value leaves the cell empty instead of a dash.
    """

    key: str | tuple[str, str]
    title: str
    kind: NumberKind = NumberKind.TEXT
    tip: str = ""
    tone: Callable[[Record], Tone] = plain
    words: Mapping[Any, str] | None = None
    is_wide: bool = False
    is_blank: bool = False

    def cell(self, record: Record) -> Cell:
        """Return the raw cell of ``record``."""
        if isinstance(self.key, tuple):
            low, high = self.key
            return Interval(record.get(low, float("nan")), record.get(high, float("nan")))
        value = record.get(self.key)
        if self.words is not None and not is_missing(value):
            return self.words.get(value, str(value))
        if isinstance(value, str | Interval | LightWord):
            return value
        if is_missing(value):
            return "" if self.is_blank else None
        return value

    @property
    def meaning(self) -> str:
        """What the column is, in plain words; "" when its title says it all."""
        return self.tip or meaning_of(self.title)

    @property
    def is_text(self) -> bool:
        """Whether the cells are words."""
        return self.kind is NumberKind.TEXT and not isinstance(self.key, tuple)


def records_of(frame: "pd.DataFrame", index: str = "code") -> list[dict[str, Any]]:
    """Return the rows of ``frame`` as records; its index is entry ``index``."""
    named = frame.copy(deep=False)
    named.index = named.index.rename(index)
    return [
        {str(key): value for key, value in row.items()}
        for row in named.reset_index().to_dict("records")
    ]


def colour_of(tone: Tone, theme: Theme) -> str:
    """Return the text colour of a tone."""
    return {
        "red": theme.block,
        "amber": theme.caution,
        "green": theme.good,
        "grey": theme.unknown,
        "plain": theme.text,
    }[tone]


class ResultTableModel(QAbstractTableModel):
    """Records under headings. The headings stay when there is nothing to show yet."""

    def __init__(self, columns: Sequence[ResultColumn], parent: Any = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._records: list[Record] = []
        self._texts: list[list[str]] = []
        self._is_stale = False

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """Return the columns."""
        return self._columns

    def set_records(
        self, records: Iterable[Record], columns: Sequence[ResultColumn] | None = None
    ) -> None:
        """Show ``records``, under other ``columns`` if given."""
        self.beginResetModel()
        if columns is not None:
            self._columns = tuple(columns)
        self._records = list(records)
        # Written once: a view asks for every text many times.
        self._texts = [
            [_text(column, record) for column in self._columns] for record in self._records
        ]
        self.endResetModel()

    def set_stale(self, is_stale: bool) -> None:
        """Grey the values: they belong to earlier answers or options."""
        if is_stale == self._is_stale:
            return
        self._is_stale = is_stale
        if self._records:
            last = self.index(len(self._records) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def record(self, row: int) -> Record:
        """Return the record behind ``row``."""
        return self._records[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.meaning or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, record = self._columns[index.column()], self._records[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == RECORD_ROLE:
            return record
        if role == SORT_ROLE:
            return _sort_value(column.cell(record))
        if role == Qt.ItemDataRole.ToolTipRole and column.is_text:
            return self._texts[index.row()][index.column()]
        if role not in (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.FontRole):
            return None
        tone = column.tone(record)
        if role == Qt.ItemDataRole.ForegroundRole:
            theme = current_theme()
            return QBrush(QColor(theme.muted if self._is_stale else colour_of(tone, theme)))
        if tone in ("red", "amber", "green"):
            font = QFont()
            font.setBold(True)
            return font
        return None

    def longest_text(self, section: int) -> str:
        """Return the text of a column that takes about the most room."""
        return max((texts[section] for texts in self._texts), key=_room, default="")


def _text(column: ResultColumn, record: Record) -> str:
    text = cell_text(column.cell(record), column.kind)
    mark = MARKS[column.tone(record)] if column.is_text else ""
    return f"{mark} {text}" if mark else text


def _room(text: str) -> float:
    """Return about how many ems ``text`` takes: a Chinese character one, others 0.6."""
    return sum(1.0 if sign > "\u2e7f" else 0.6 for sign in text)


def _alignment(column: ResultColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column.is_text else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _sort_value(cell: Cell) -> str | float:
    if isinstance(cell, Interval):
        return float(cell.low)
    if isinstance(cell, LightWord):
        return cell.word
    if cell is None:
        return float("-inf")
    return cell if isinstance(cell, str) else float(cell)
