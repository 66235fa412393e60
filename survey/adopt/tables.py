"""Reads the sheets of a workbook, or a CSV file, as rows of cells with their numbers."""

from dataclasses import dataclass
from pathlib import Path

from survey.progress import Progress, silent

Row = tuple[int, list[str | None]]
"""The row's number as a spreadsheet shows it, and its cells."""
LIMITS = 60.0
"""Seconds a workbook may take."""
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook."""

    name: str
    rows: tuple[Row, ...]


def letter(place: int) -> str:
    """Return the spreadsheet's name of a column, from 0: A, B … AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def read_workbook(path: Path, progress: Progress = silent) -> tuple[Sheet, ...]:
    """Return the sheets of an .xlsx or .xls, read in a process of its own.

    Raises:
        Refusal: damaged, with a password, a bomb, with definitions, or its parser dies.
    """
    from survey.exchange.child import run_in_child

    found: tuple[Sheet, ...] = run_in_child(
        read_sheets, (path,), where=path.name, progress=progress, time_limit=LIMITS
    )
    return found


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Do the work of read_workbook in this process."""
    from survey.exchange.archive_scan import scan_archive
    from survey.exchange.file_kind import file_kind
    from survey.exchange.spreadsheet import open_sheet

    facts = scan_archive(path) if file_kind(path) == "zip" else None
    sheets = []
    for name in _sheet_names(path):
        rows = open_sheet(path, sheet=name, facts=facts).rows
        kept = [row for row, _ in zip(rows, range(MOST_ROWS), strict=False)]
        texts = [(number, [_cell(cell) for cell in cells]) for number, cells in kept]
        sheets.append(Sheet(name, tuple(row for row in texts if any(row[1]))))
    return tuple(sheets)


def _cell(value: object) -> str | None:
    """Return a cell as it is read: whole numbers without ``.0``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return None if value is None or value == "" else str(value)


def _sheet_names(path: Path) -> list[str]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    from survey.problems import refuse

    try:
        return [str(name) for name in CalamineWorkbook.from_path(path).sheet_names]
    except PasswordError as error:
        raise refuse("file_has_password", path.name) from error
    except CalamineError as error:
        raise refuse("file_damaged", path.name) from error


def read_csv(text: str, separator: str = ",") -> tuple[Row, ...]:
    """Return the rows of CSV text."""
    import csv
    import io

    from survey.problems import refuse

    found: list[Row] = []
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and len(found) < MOST_ROWS:
                found.append((reader.line_num, [cell or None for cell in cells]))
    except csv.Error as error:
        raise refuse("file_damaged") from error
    return tuple(found)
