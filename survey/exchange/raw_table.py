"""The table of a file, unchanged: headings and cells as text.

Cells are kept as distinct values plus one code per row (a survey column has few distinct
answers), so whatever is decided later is decided once per distinct value: that keeps a
table of 100,000 x 60 small and every step on it quick.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from survey.problems import Problem
from survey.responses import SourceFile

Codes = NDArray[np.int32]
BLANK = -1
"""Code of a cell without text."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The cells of one column.

    Args:
        values: distinct cells in the order of first appearance; none is blank.
        codes: for each row the place in ``values``, or BLANK.
    """

    values: tuple[str, ...]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    def cell(self, row: int) -> str | None:
        """Return the text in ``row`` (0-based), or None when blank."""
        code = int(self.codes[row])
        return None if code == BLANK else self.values[code]

    def cells(self) -> list[str | None]:
        """Return all cells, None where blank."""
        lookup = (*self.values, None)  # BLANK is -1: the last
        return [lookup[code] for code in self.codes.tolist()]

    def counts(self) -> list[int]:
        """Return how often each of ``values`` occurs."""
        found = np.bincount(self.codes + 1, minlength=len(self.values) + 1)
        return [int(count) for count in found[1:]]

    @property
    def blanks(self) -> int:
        """Number of blank cells."""
        return int((self.codes == BLANK).sum())

    def take(self, rows: NDArray[np.intp]) -> "Column":
        """Return only the given rows, without values that no longer occur."""
        return self._only(self.codes[rows])

    def after(self, row: int) -> "Column":
        """Return the cells from ``row`` on, without values that no longer occur."""
        codes = self.codes[row:]
        cut = {code for code in self.codes[:row].tolist() if code != BLANK}
        if any((codes == code).any() for code in cut) or cut != set(range(len(cut))):
            return self._only(codes)
        # what was cut off stood first and occurs no more: the usual headings
        return Column(self.values[len(cut) :], np.maximum(codes - np.int32(len(cut)), BLANK))

    def _only(self, codes: Codes) -> "Column":
        used = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(self.values)))
        if len(used) == len(self.values):
            return Column(self.values, codes)
        renumber = np.full(len(self.values) + 1, BLANK, dtype=np.int32)
        renumber[used] = np.arange(len(used), dtype=np.int32)
        return Column(tuple(self.values[place] for place in used), renumber[codes])


def cell_text(value: object) -> str | None:
    """Return a cell as the user's spreadsheet would show it without formats.

    Whole numbers lose their ``.0``; times are written year-month-day.
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return None if value is None else str(value)


def column_of(cells: Iterable[str | None]) -> Column:
    """Return the column of these cells; cells without visible text count as blank."""
    index = _Index()
    places = [index[cell] for cell in cells]
    return index.column(np.array(places, dtype=np.int32))


class _Index(dict[object, int]):
    """Numbers distinct cells as they come."""

    def __missing__(self, cell: object) -> int:
        self[cell] = place = len(self)
        return place

    def column(self, places: Codes) -> Column:
        """Return the column whose cells were numbered here."""
        renumber = np.empty(max(len(self), 1), dtype=np.int32)
        values: dict[str, int] = {}
        for cell, place in self.items():
            text = cell_text(cell)
            if text is None or not text.strip():
                renumber[place] = BLANK
            else:  # the number 9 and the text "9" are one value
                renumber[place] = values.setdefault(text, len(values))
        return Column(tuple(values), renumber[places])


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What a statistics file says about a column beside its cells.

    Args:
        label: the variable label: the question as asked.
        value_labels: pairs of code and label, in the order of the codes.
        missing: codes the file declares missing.
        missing_ranges: pairs low-high of such codes.
    """

    label: str = ""
    value_labels: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    missing_ranges: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseSetFact:
    """A multiple-response set of an SPSS file: one question spread over columns.

    Args:
        columns: positions of the columns.
        counted: the cell that means "chosen" (dichotomies), or "" when the cells are codes.
    """

    name: str
    label: str
    columns: tuple[int, ...]
    counted: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A file's table as it stands, before anyone says what it means.

    Args:
        headers: one per column, as in the file; blank ones are named after their place.
        columns: the cells.
        header_rows: all heading rows as they stand (most files have one).
        row_numbers: row of each record as the user's spreadsheet numbers it.
        source: the file.
        sheet: name of the sheet, "" for files without.
        layout: kind of heading rows, see layout.py.
        facts: labels and missing codes by column position, for statistics files.
        sets: multiple-response sets, for SPSS files.
        problems: what was found while reading and did not prevent it.
        repeats: tables of repeat groups, several rows for a record of this one.
    """

    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    header_rows: tuple[tuple[str, ...], ...]
    row_numbers: Codes
    source: SourceFile
    sheet: str = ""
    layout: str = "plain"
    facts: Mapping[int, ColumnFacts] = field(default_factory=lambda: MappingProxyType({}))
    sets: tuple[ResponseSetFact, ...] = ()
    problems: tuple[Problem, ...] = ()
    repeats: tuple["RawTable", ...] = ()

    @property
    def n_rows(self) -> int:
        """Number of records."""
        return len(self.row_numbers)

    @property
    def cells(self) -> tuple[tuple[str | None, ...], ...]:
        """All cells row by row, None where blank. Builds them: use ``rows`` for a preview."""
        return tuple(self.rows(0, self.n_rows))

    def rows(self, start: int, stop: int) -> Iterator[tuple[str | None, ...]]:
        """Yield the rows from ``start`` to before ``stop``."""
        for row in range(start, min(stop, self.n_rows)):
            yield tuple(column.cell(row) for column in self.columns)

    def place(self, header: str) -> int | None:
        """Return the position of the column called ``header`` (blanks round it ignored)."""
        wanted = header.strip()
        for position, found in enumerate(self.headers):
            if found.strip() == wanted:
                return position
        return None


class TableBuilder:
    """Takes rows as they are read and turns them into columns, a stretch at a time."""

    STRETCH = 4096

    def __init__(self) -> None:
        self._indexes: list[_Index] = []
        self._places: list[list[Codes]] = []
        self._rows_before: list[int] = []
        self._numbers: list[int] = []
        self._waiting: list[Sequence[object]] = []
        self._count = 0

    def add(self, row: Sequence[object], number: int) -> None:
        """Take one record; ``number`` is its row in the user's spreadsheet.

        Cells may be texts, numbers, dates: they become texts once per distinct cell.
        """
        self._waiting.append(row)
        self._numbers.append(number)
        if len(self._waiting) >= self.STRETCH:
            self._digest()

    def _digest(self) -> None:
        from itertools import zip_longest

        count = len(self._waiting)
        for position, cells in enumerate(zip_longest(*self._waiting)):
            if bool in set(map(type, cells)):  # True would be taken for 1.0
                cells = tuple(cell_text(c) if type(c) is bool else c for c in cells)
            if position == len(self._indexes):
                self._indexes.append(_Index())
                self._places.append([])
                self._rows_before.append(self._count)
            index = self._indexes[position]
            places = np.fromiter(map(index.__getitem__, cells), dtype=np.int32, count=count)
            self._places[position].append(places)
        for position in range(len(self._indexes)):
            if sum(map(len, self._places[position])) + self._rows_before[position] == self._count:
                blank = self._indexes[position][None]
                self._places[position].append(np.full(count, blank, dtype=np.int32))
        self._count += count
        self._waiting.clear()

    def finish(self, *, width: int = 0) -> tuple[tuple[Column, ...], Codes]:
        """Return the columns, at least ``width`` of them, and the row numbers."""
        if self._waiting:
            self._digest()
        columns = [self._column(position) for position in range(len(self._indexes))]
        while len(columns) < width:
            columns.append(Column((), np.full(self._count, BLANK, dtype=np.int32)))
        return tuple(columns), np.array(self._numbers, dtype=np.int32)

    def _column(self, position: int) -> Column:
        before = self._rows_before[position]
        places = self._places[position]
        if before:  # the first rows were too short to reach this column
            blank = self._indexes[position][None]
            places = [np.full(before, blank, dtype=np.int32), *places]
        codes = np.concatenate(places) if places else np.empty(0, dtype=np.int32)
        return self._indexes[position].column(codes)
