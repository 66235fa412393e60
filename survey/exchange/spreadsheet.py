"""Reads the rows of a spreadsheet. Runs in a child process: see child.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey.exchange.archive_scan import ArchiveFacts
from survey.problems import Problem, refuse

Row = list[object]
MAX_COLUMNS = 10_000


def open_sheet(
    path: Path, *, sheet: str | None, facts: ArchiveFacts | None
) -> tuple[str, Iterator[tuple[int, Row]], tuple[Problem, ...]]:
    """Return the chosen sheet's name, its rows with their numbers (from 1), and problems.

    Without ``sheet`` the first one with at least two rows is taken.

    Raises:
        Refusal: password, damage, no such sheet, nothing in it.
    """
    if facts is not None and facts.has_far_cells:
        return _open_far(path, sheet)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(path)
        names = [str(name) for name in book.sheet_names]
        parsed = {name: book.get_sheet_by_name(name) for name in _worth_parsing(names, sheet)}
        chosen, others = _choose(
            names, sheet, path.name, has_rows=lambda name: parsed[name].height > 1
        )
        return chosen, _calamine_rows(parsed[chosen]), others
    except PasswordError as error:
        raise refuse("file_has_password", path.name) from error
    except CalamineError as error:
        if "password" in str(error).lower():
            raise refuse("file_has_password", path.name) from error
        raise refuse("file_damaged", path.name) from error


def _worth_parsing(names: list[str], wanted: str | None) -> list[str]:
    """Parsing a sheet is the expensive step: only the wanted one when it is known."""
    return [wanted] if wanted in names and wanted is not None else names


def _choose(
    names: list[str], wanted: str | None, where: str, *, has_rows: Any
) -> tuple[str, tuple[Problem, ...]]:
    if wanted is not None:
        if wanted not in names:
            raise refuse("sheet_missing", where, sheet=wanted, sheets="、".join(names))
        return wanted, ()
    filled = [name for name in names if has_rows(name)]
    if not filled:
        raise refuse("file_empty", where)
    if len(filled) == 1:
        return filled[0], ()
    values = {"sheet": filled[0], "others": "、".join(filled[1:])}
    return filled[0], (Problem("sheet_chosen", where, values=values),)


def _calamine_rows(sheet: Any) -> Iterator[tuple[int, Row]]:
    """Yield rows from the sheet's first row on; blank columns on the left are left out."""
    yield from enumerate(sheet.iter_rows(), start=1)


def _open_far(
    path: Path, sheet: str | None
) -> tuple[str, Iterator[tuple[int, Row]], tuple[Problem, ...]]:
    """Read row by row, so that a cell at the end of the sheet costs nothing."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    names = list(book.sheetnames)
    chosen, others = _choose(
        names, sheet, path.name, has_rows=lambda name: _has_two_rows(book[name])
    )
    note = Problem("far_cells", path.name, values={"sheet": chosen})
    return chosen, _openpyxl_rows(book[chosen]), (*others, note)


def _has_two_rows(sheet: Any) -> bool:
    filled = 0
    for row in sheet.iter_rows(values_only=True, max_row=1000):
        filled += any(value is not None for value in row)
        if filled > 1:
            return True
    return False


def _openpyxl_rows(sheet: Any) -> Iterator[tuple[int, Row]]:
    sheet.reset_dimensions()  # the file's own word on its size is not to be trusted
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if row and any(value is not None for value in row):
            yield number, [_whole(value) for value in row[:MAX_COLUMNS]]


def _whole(value: object) -> object:
    """openpyxl gives whole numbers as int, calamine as float; make them alike."""
    return float(value) if type(value) is int else value
