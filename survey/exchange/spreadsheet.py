"""Reads the rows of a spreadsheet. Runs in a child process: see child.py."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from survey.exchange.archive_scan import ArchiveFacts
from survey.problems import Problem, refuse

Row = list[object]
MAX_COLUMNS = 10_000
LINKS = (("_parent_index", "_index"), ("PARENT_KEY", "KEY"))
"""Headings that link a row of a repeat sheet to its response: there and at the response."""


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet of an open workbook.

    Args:
        rows: with their numbers (from 1), read when asked for.
        problems: what is to be said about the choice of the sheet.
        repeats: the sheets whose rows belong to rows of this one.
    """

    name: str
    rows: Iterator[tuple[int, Row]]
    problems: tuple[Problem, ...] = ()
    repeats: tuple["OpenSheet", ...] = ()


@dataclass(frozen=True, slots=True)
class _Choice:
    name: str
    repeats: tuple[str, ...]
    problems: tuple[Problem, ...]

    def opened(self, rows: Callable[[str], Iterator[tuple[int, Row]]]) -> OpenSheet:
        """Return the chosen sheet, its rows and those of its repeats by ``rows``."""
        repeats = tuple(OpenSheet(name, rows(name)) for name in self.repeats)
        return OpenSheet(self.name, rows(self.name), self.problems, repeats)


def open_sheet(path: Path, *, sheet: str | None, facts: ArchiveFacts | None) -> OpenSheet:
    """Return the chosen sheet; without ``sheet`` the first one with at least two rows.

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
        heads = {
            name: next(iter(found.iter_rows()), ())
            for name, found in parsed.items()
            if found.height > 1
        }
        chosen = _choose(names, heads, sheet, path.name)
        return chosen.opened(lambda name: _calamine_rows(parsed[name]))
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
    names: Sequence[str], heads: Mapping[str, Sequence[object]], wanted: str | None, where: str
) -> _Choice:
    """Return which sheets are read.

    Args:
        heads: first row of each sheet that has at least two.
    """
    if wanted is not None:
        if wanted not in names:
            raise refuse("sheet_missing", where, sheet=wanted, sheets="、".join(names))
        return _Choice(wanted, (), ())
    filled = [name for name in names if name in heads]
    if not filled:
        raise refuse("file_empty", where)
    links = {child for child, _ in LINKS}
    repeats = [name for name in filled if links.intersection(map(str, heads[name]))]
    chosen = next((name for name in filled if name not in repeats), filled[0])
    repeats = [name for name in repeats if name != chosen]
    others = [name for name in filled if name != chosen and name not in repeats]
    values = {"sheet": chosen, "others": "、".join(others)}
    problems = (Problem("sheet_chosen", where, values=values),) if others else ()
    return _Choice(chosen, tuple(repeats), problems)


def _calamine_rows(sheet: Any) -> Iterator[tuple[int, Row]]:
    """Yield rows from the sheet's first row on; blank columns on the left are left out."""
    yield from enumerate(sheet.iter_rows(), start=1)


def _open_far(path: Path, sheet: str | None) -> OpenSheet:
    """Read row by row, so that a cell at the end of the sheet costs nothing."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    names = list(book.sheetnames)
    heads = {}
    for name in _worth_parsing(names, sheet):
        top = _two_rows(book[name])
        if len(top) > 1:
            heads[name] = top[0]
    chosen = _choose(names, heads, sheet, path.name)
    note = Problem("far_cells", path.name, values={"sheet": chosen.name})
    found = chosen.opened(lambda name: _openpyxl_rows(book[name]))
    return replace(found, problems=(*found.problems, note))


def _two_rows(sheet: Any) -> list[Sequence[object]]:
    """Return the first two filled rows, as far as they are among the first thousand."""
    rows = sheet.iter_rows(values_only=True, max_row=1000)
    return list(islice((row for row in rows if any(cell is not None for cell in row)), 2))


def _openpyxl_rows(sheet: Any) -> Iterator[tuple[int, Row]]:
    sheet.reset_dimensions()  # the file's own word on its size is not to be trusted
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if row and any(value is not None for value in row):
            yield number, [_whole(value) for value in row[:MAX_COLUMNS]]


def _whole(value: object) -> object:
    """openpyxl gives whole numbers as int, calamine as float; make them alike."""
    return float(value) if type(value) is int else value
