"""How the commands tell their results: aligned lines, a .csv, a workbook."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.findings import Finding
from analysis.report.document import (
    Block,
    Cell,
    Figure,
    Heading,
    Interval,
    LightWord,
    Report,
    Table,
    cell_text,
)
from analysis.report.numbers import is_missing
from analysis.report.writing import write_whole
from resources.texts import sentence
from survey.data_export.tables import harmless
from survey.problems import refuse

TABLE_FORMATS = (".csv", ".xlsx")
DRAWN = (".pdf", ".png")
"""Formats of a command that has a figure."""
PICTURE_WIDTH = 460.0
GAP = "  "


def say(key: str, language: str, /, **values: object) -> str:
    """Return a sentence of services.toml."""
    return sentence(f"services.{key}", language, **values)


def table_lines(table: Table) -> list[str]:
    """Return the table for a terminal: title, headings, rows, notes; columns aligned.

    Chinese characters count as two places.
    """
    kinds = [column.kind for column in table.columns]
    rows = [
        [column.title for column in table.columns],
        *(
            [
                cell_text(cell, kind).replace("\n", " ")
                for cell, kind in zip(row, kinds, strict=True)
            ]
            for row in table.rows
        ),
    ]
    widths = [max(places(row[k]) for row in rows) for k in range(len(table.columns))]
    lines = [
        GAP.join(
            _padded(text, width, is_left=column.is_text)
            for text, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in rows
    ]
    return [table.title, *lines, *table.notes]


def places(text: str) -> int:
    """Return how many places of a terminal ``text`` takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, width: int, *, is_left: bool) -> str:
    blanks = " " * (width - places(text))
    return text + blanks if is_left else blanks + text


def finding_lines(findings: Iterable[Finding], language: str) -> list[str]:
    """Return one line per finding."""
    return [finding.describe(language) for finding in findings]


def check_format(path: Path) -> None:
    """Refuse a file whose ending is none of the formats of tables."""
    if path.suffix.lower() not in TABLE_FORMATS:
        raise refuse("table_format_unknown", path.name, formats=" ".join(TABLE_FORMATS))


def write_tables(
    path: Path, tables: Sequence[Table], *, title: str, language: str, mark: str = ""
) -> str:
    """Write the tables to ``path``; return the line that says so.

    A workbook (.xlsx) holds every table, a .csv the first one; numbers are unrounded.

    Args:
        mark: set on the workbook (模拟数据), or "".

    Raises:
        Refusal: another ending, or the file cannot be written.
    """
    check_format(path)
    if path.suffix.lower() == ".xlsx":
        from analysis.report.exports import write_excel

        write_excel(_report(tables, title=title, mark=mark, language=language), path)
    else:
        write_whole(path, _csv(tables[0], language).encode("utf-8-sig"))
    return sentence("cli.written", language, path=path)


def write_drawn(
    path: Path, figure: Figure, tables: Sequence[Table], *, title: str, language: str
) -> str:
    """Write the figure to ``path``; return the line that says so.

    A .png holds the figure alone, a .pdf the figure and every table.

    Raises:
        Refusal: the file cannot be written.
    """
    if path.suffix.lower() == ".png":
        from analysis.report.exports.pictures import figure_picture

        write_whole(path, figure_picture(figure, PICTURE_WIDTH)[0])
    else:
        from analysis.report.pdf import render_pdf

        blocks: tuple[Block, ...] = (Heading(title), figure, *tables)
        render_pdf(_report(blocks, title=title, mark="", language=language), path)
    return sentence("cli.written", language, path=path)


def _report(blocks: Sequence[Block], *, title: str, mark: str, language: str) -> Report:
    return Report(
        title=title,
        author="",
        subject=title,
        date="",
        header=title,
        mark=mark,
        language=language,
        blocks=tuple(blocks),
    )


def _csv(table: Table, language: str) -> str:
    """Return the table as text; an interval takes two columns."""
    spread = [
        any(isinstance(row[k], Interval) for row in table.rows) for k in range(len(table.columns))
    ]
    headings: list[str] = []
    for column, is_pair in zip(table.columns, spread, strict=True):
        ends = ("low", "high") if is_pair else ()
        pair = [sentence(f"report.interval.{end}", language, title=column.title) for end in ends]
        headings += pair or [column.title]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    for row in table.rows:
        cells = zip(row, spread, strict=True)
        writer.writerow([value for cell, is_pair in cells for value in _plain(cell, is_pair)])
    return text.getvalue()


def _plain(cell: Cell, is_pair: bool) -> list[object]:
    if isinstance(cell, Interval):
        return ["" if is_missing(end) else end for end in (cell.low, cell.high)]
    value: object = cell.word if isinstance(cell, LightWord) else cell
    if isinstance(value, str):
        value = harmless(value)
    shown = "" if is_missing(value) else value
    return [shown, ""] if is_pair else [shown]
