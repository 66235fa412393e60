"""The tables of the report as a workbook: raw values, one sheet per table."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

from analysis.report.document import Cell, Interval, LightWord, Report, Table
from analysis.report.exports.safety import looks_like_formula, without_clock
from analysis.report.numbers import NumberKind, is_missing, spreadsheet_format
from analysis.report.wording import clean, table_title
from analysis.report.writing import write_whole
from resources.texts import sentence
from survey.progress import Progress, silent

LONGEST_SHEET_NAME = 31
LONGEST_CELL = 32767
FIXED = dt.datetime(1980, 1, 1)


def write_excel(report: Report, path: Path, progress: Progress = silent) -> None:
    """Write the tables of ``report`` to ``path`` as .xlsx, numbers unrounded.

    An interval takes two columns. Texts are always texts, never formulas.

    Raises:
        Refusal: the file cannot be written.
    """
    from openpyxl import Workbook

    workbook = Workbook()
    overview = workbook.active
    overview.title = _sheet_name(sentence("report.contents", report.language), set())
    tables = tuple(report.tables())
    taken = {overview.title}
    for number, table in enumerate(tables):
        progress(number / max(1, len(tables)), "report")
        name = _sheet_name(f"{table.label} {table.title}", taken)
        taken.add(name)
        _fill(workbook.create_sheet(name), table, report.language)
        _write(overview, number + 3, 1, table_title(table, report.language))
        overview.cell(number + 3, 1).hyperlink = f"#'{name}'!A1"
    _write(overview, 1, 1, report.title)
    if report.mark:
        _write(overview, 2, 1, report.mark)
    overview.column_dimensions["A"].width = 60
    workbook.properties.creator = clean(report.author)
    workbook.properties.title = clean(report.title)
    workbook.properties.created = workbook.properties.modified = FIXED
    buffer = io.BytesIO()
    workbook.save(buffer)
    content = _with_fixed_date(buffer.getvalue())
    write_whole(path, content)
    progress(1.0, "report")


def _with_fixed_date(archive: bytes) -> bytes:
    """Return the workbook with the moment of saving, which openpyxl sets, taken out."""
    import zipfile

    source = zipfile.ZipFile(io.BytesIO(archive))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            copy.writestr(name, content)
    return without_clock(target.getvalue())


def _sheet_name(text: str, taken: set[str]) -> str:
    """Return a name Excel accepts and no other sheet has."""
    name = re.sub(r"[\[\]:*?/\\']", "", clean(text)).strip()[:LONGEST_SHEET_NAME] or "1"
    number = 2
    unique = name
    while unique.lower() in {other.lower() for other in taken}:
        ending = f" ({number})"
        unique = name[: LONGEST_SHEET_NAME - len(ending)] + ending
        number += 1
    return unique


def _fill(sheet: Any, table: Table, language: str) -> None:
    from openpyxl.styles import Border, Font, Side

    _write(sheet, 1, 1, table_title(table, language))
    sheet.cell(1, 1).font = Font(bold=True)
    thick, thin = Side(style="medium"), Side(style="thin")
    rows = [_spread(row, table) for row in table.rows]
    titles = _titles(table, language)
    for place, (title, _) in enumerate(titles, start=1):
        _write(sheet, 3, place, title)
        sheet.cell(3, place).font = Font(bold=True)
        sheet.cell(3, place).border = Border(top=thick, bottom=thin)
    for number, row in enumerate(rows, start=4):
        for place, (value, (_, kind)) in enumerate(zip(row, titles, strict=True), start=1):
            _write(sheet, number, place, value, kind)
    last = 3 + len(rows)
    for place in range(1, len(titles) + 1):
        cell = sheet.cell(last, place)
        cell.border = Border(top=cell.border.top, bottom=thick)
    for number, note in enumerate(table.notes, start=last + 1):
        _write(sheet, number, 1, note)
    sheet.freeze_panes = "B4"
    for place, (title, kind) in enumerate(titles, start=1):
        letter = sheet.cell(3, place).column_letter
        sheet.column_dimensions[letter].width = _width(title, kind, place, rows)


def _width(title: str, kind: NumberKind, place: int, rows: list[list[Cell]]) -> float:
    if kind is not NumberKind.TEXT:
        return max(10.0, 2.0 * len(title))
    texts = [str(row[place - 1] or "") for row in rows]
    return min(60.0, max(10.0, *(2.0 * len(text) for text in [title, *texts])))


def _has_interval(table: Table, place: int) -> bool:
    return any(isinstance(row[place], Interval) for row in table.rows)


def _titles(table: Table, language: str) -> list[tuple[str, NumberKind]]:
    found: list[tuple[str, NumberKind]] = []
    for place, column in enumerate(table.columns):
        if _has_interval(table, place):
            for end in ("low", "high"):
                words = sentence(f"report.interval.{end}", language, title=column.title)
                found.append((words, column.kind))
        else:
            found.append((column.title, column.kind))
    return found


def _spread(row: tuple[Cell, ...], table: Table) -> list[Cell]:
    found: list[Cell] = []
    for place, cell in enumerate(row):
        if _has_interval(table, place):
            ends = (cell.low, cell.high) if isinstance(cell, Interval) else (None, None)
            found += ends
        else:
            found.append(cell)
    return found


def _write(
    sheet: Any, row: int, column: int, value: Cell, kind: NumberKind = NumberKind.TEXT
) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, LightWord):
        value = value.word
    if is_missing(value) or isinstance(value, Interval):
        return
    if isinstance(value, str):
        cell.value = clean(value)[:LONGEST_CELL]
        cell.data_type = "s"
        if looks_like_formula(value):
            cell.quotePrefix = 1
        return
    cell.value = float(value) if isinstance(value, float) else int(value or 0)
    cell.number_format = spreadsheet_format(kind)
