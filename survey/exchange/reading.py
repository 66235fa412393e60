"""Reads any file of answers into a RawTable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

import numpy as np

from resources.texts import sentence
from survey.exchange.archive_scan import scan_archive
from survey.exchange.child import run_in_child
from survey.exchange.delimited import (
    MAX_COLUMNS,
    delimited_rows,
    find_separator,
)
from survey.exchange.encoding import decode, utf8_head
from survey.exchange.file_kind import check_file, file_kind
from survey.exchange.large_text import FROM_SIZE, read_large
from survey.exchange.layout import LOOK_AHEAD, Layout, find_layout
from survey.exchange.limesurvey_archive import (
    is_limesurvey_archive,
    read_limesurvey_archive,
    without_escapes,
)
from survey.exchange.raw_table import Codes, Column, ColumnFacts, RawTable, TableBuilder, cell_text
from survey.exchange.spreadsheet import OpenSheet, open_sheet
from survey.exchange.statistics_files import StatisticsFile, read_statistics_file
from survey.problems import Problem, Refusal, refuse
from survey.progress import Progress, silent
from survey.responses import SourceFile

Row = Sequence[str | None]
PART_MARK = "—"
"""Between a question and its part when they stood in two heading rows, as 问卷星 writes it."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream in which Office hides a workbook behind its password."""
MOST_CELLS = 60_000_000
WATCHED_EVERY = 2000
EXPECTED_ROWS = 20_000
"""Only shapes the progress bar: half of it is filled after so many."""


@dataclass(frozen=True, slots=True)
class _Assembled:
    """A table's rows, divided into headings and columns."""

    layout: Layout
    heading_rows: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    row_numbers: Codes
    width: int
    sheet: str
    kind: str
    encoding: str
    problems: tuple[Problem, ...]
    facts: Mapping[int, ColumnFacts] = field(default_factory=dict)
    repeats: tuple[_Assembled, ...] = ()


def read_table(
    path: Path | str,
    encoding: str | None = None,
    *,
    sheet: str | None = None,
    progress: Progress = silent,
) -> RawTable:
    """Return the table in ``path`` as it stands.

    Reads .xlsx, .xlsm, .xlsb, .xls, .ods, .csv, .tsv, .txt, .sav, .zsav, .por and .dta; the
    kind is told from the content. Spreadsheets and statistics files are parsed in a child
    process with limits of memory and time.

    Args:
        path: the file.
        encoding: of a text file; None for the rule of encoding.py.
        sheet: of a workbook; None for the first one that holds a table.
        progress: told the share done; may raise Cancelled.

    Raises:
        Refusal: the file cannot be read; the message says why and what to do.
    """
    path = Path(path)
    check_file(path)
    kind = file_kind(path)
    progress(0.0, "read")
    if kind in ("sav", "por", "dta"):
        table = _read_statistics(path, kind, encoding=encoding, progress=progress)
    elif kind == "text":
        table = _raw_table(path, _read_text(path, encoding, progress))
    elif kind in ("zip", "xls"):
        assembled = run_in_child(
            _read_spreadsheet, (path, kind, sheet), where=path.name, progress=progress
        )
        table = _raw_table(path, assembled)
    else:
        raise refuse("file_is_form", path.name)
    progress(1.0, "read")
    return table


def _read_text(path: Path, encoding: str | None, progress: Progress) -> _Assembled:
    data = path.read_bytes()
    assembled = _read_large(data, path.name, encoding) if len(data) > FROM_SIZE else None
    if assembled is None:
        text, found = decode(data, path.name, encoding=encoding)
        separator = find_separator(text, path.name)
        rows = _watched(delimited_rows(text, path.name, separator=separator), progress)
        assembled = _assemble(rows, path.name, kind="text", encoding=found)
    if assembled.layout.kind != "limesurvey_vv":
        return assembled
    columns = tuple(
        replace(column, values=tuple(map(without_escapes, column.values)))
        for column in assembled.columns
    )
    return replace(assembled, columns=columns)


def _read_large(data: bytes, where: str, encoding: str | None) -> _Assembled | None:
    """Return the table read by columns, None when it is better read by rows.

    UTF-8 is never decoded as a whole: its head shows the separator, the parser does the rest.
    """
    head, found = utf8_head(data) if encoding in (None, "utf-8", "utf-8-sig") else ("", "")
    if found:
        try:
            separator = find_separator(head, where)
        except Refusal:
            return None  # what is wrong with the text is told where it is decoded
        columns = read_large(data, separator=separator)
        if columns is not None:
            return _assemble_columns(columns, where, encoding=encoding or found)
    text, name = decode(data, where, encoding=encoding)
    if name == found:
        return None
    columns = read_large(text.encode(), separator=find_separator(text, where))
    return None if columns is None else _assemble_columns(columns, where, encoding=name)


def _watched(rows: Iterable[tuple[int, Row]], progress: Progress) -> Iterator[tuple[int, Row]]:
    """Yield the rows, telling progress every few thousand; how many come is not known."""
    for number, row in rows:
        if number % WATCHED_EVERY == 0:
            progress(number / (number + EXPECTED_ROWS), "read")
        yield number, row


def _assemble_columns(columns: tuple[Column, ...], where: str, *, encoding: str) -> _Assembled:
    """Divide columns that still hold their headings; as ``_assemble`` does with rows."""
    if len(columns) > MAX_COLUMNS:
        raise refuse("too_many_columns", where, row=1, columns=len(columns))
    numbers = np.arange(1, len(columns[0]) + 1, dtype=np.int32)
    columns, numbers = _without_blank_rows(columns, numbers)
    top = range(min(LOOK_AHEAD, len(numbers)))
    head = [[column.cell(row) for column in columns] for row in top]
    if len(head) < 2:
        raise refuse("file_empty", where)
    layout = find_layout(head)
    count = layout.heading_rows
    return _divided(
        layout,
        head[:count],
        tuple(column.after(count) for column in columns),
        numbers[count:],
        where,
        kind="text",
        encoding=encoding,
    )


def _read_spreadsheet(path: Path, kind: str, sheet: str | None) -> _Assembled:
    """Runs in the child process."""
    if kind == "zip" and is_limesurvey_archive(path):
        return _read_limesurvey(path)
    facts = scan_archive(path) if kind == "zip" else None
    if facts is None and ENCRYPTED in path.read_bytes():
        raise refuse("file_has_password", path.name)
    if facts is not None and not facts.kind:
        raise refuse("file_wrong_kind", path.name, kind="ZIP")
    found = open_sheet(path, sheet=sheet, facts=facts)
    problems = found.problems
    if facts is not None and facts.has_macros:
        problems = (*problems, Problem("macros_ignored", path.name))
    name = kind if facts is None else facts.kind
    assembled = _assemble(found.rows, path.name, kind=name, sheet=found.name, problems=problems)
    repeats = [_repeat(sheet, path.name, kind=name) for sheet in found.repeats]
    return replace(assembled, repeats=tuple(repeat for repeat in repeats if repeat is not None))


def _repeat(sheet: OpenSheet, where: str, *, kind: str) -> _Assembled | None:
    """Return the table of a repeat group, None when nobody filled it in."""
    rows = iter(sheet.rows)
    head = list(islice((row for row in rows if any(map(cell_text, row[1]))), 2))
    if len(head) < 2:
        return None
    layout = Layout("plain", 1)
    return _assemble(chain(head, rows), where, kind=kind, sheet=sheet.name, layout=layout)


def _read_limesurvey(path: Path) -> _Assembled:
    scan_archive(path)  # for bombs
    found = read_limesurvey_archive(path)
    rows: list[Row] = [found.texts, found.codes, *found.rows]
    numbered = enumerate(rows, start=1)
    assembled = _assemble(numbered, path.name, kind="lsa", layout=Layout("limesurvey_vv", 2, 1))
    return replace(assembled, facts=dict(found.facts))


def _assemble(
    rows: Iterable[tuple[int, Sequence[object]]],
    where: str,
    *,
    kind: str,
    sheet: str = "",
    encoding: str = "",
    layout: Layout | None = None,
    problems: tuple[Problem, ...] = (),
) -> _Assembled:
    """Divide the rows into headings and records; blank rows and margins fall away."""
    rows = iter(rows)
    texts = ((number, [cell_text(cell) for cell in row]) for number, row in rows)
    filled = ((number, row) for number, row in texts if any(row))
    head = list(islice(filled, LOOK_AHEAD))
    if len(head) < 2:
        raise refuse("file_empty", where)
    layout = layout or find_layout([row for _, row in head])
    builder = TableBuilder()
    for number, row in head[layout.heading_rows :]:
        builder.add(row, number)
    for number, cells in rows:
        builder.add(cells, number)
    headings = [row for _, row in head[: layout.heading_rows]]
    width = max((len(row) for row in headings), default=0)
    columns, numbers = builder.finish(width=width)
    columns, numbers = _without_blank_rows(columns, numbers)
    assembled = _divided(layout, headings, columns, numbers, where, kind=kind, encoding=encoding)
    return replace(assembled, sheet=sheet, problems=problems)


def _divided(
    layout: Layout,
    headings: Sequence[Row],
    columns: tuple[Column, ...],
    numbers: Codes,
    where: str,
    *,
    kind: str,
    encoding: str,
) -> _Assembled:
    """Return the divided table; columns without heading and cells fall away."""
    if len(numbers) == 0:
        raise refuse("file_empty", where)
    if len(numbers) * len(columns) > MOST_CELLS:
        raise refuse("table_too_large", where, rows=len(numbers), columns=len(columns))
    texts = [_padded(row, len(columns)) for row in headings]
    kept = [
        place
        for place, column in enumerate(columns)
        if column.values or any(row[place].strip() for row in texts)
    ]
    return _Assembled(
        layout,
        tuple(tuple(row[place] for place in kept) for row in texts),
        tuple(columns[place] for place in kept),
        numbers,
        len(columns),
        "",
        kind,
        encoding,
        (),
    )


def _padded(row: Row, width: int) -> list[str]:
    return [cell or "" for cell in row[:width]] + [""] * (width - len(row))


def _without_blank_rows(
    columns: tuple[Column, ...], numbers: Codes
) -> tuple[tuple[Column, ...], Codes]:
    filled = np.zeros(len(numbers), dtype=bool)
    for column in columns:
        filled |= column.codes >= 0
    if filled.all():
        return columns, numbers
    rows = np.flatnonzero(filled)
    return tuple(column.take(rows) for column in columns), numbers[rows]


def _raw_table(path: Path, found: _Assembled) -> RawTable:
    headers, problems = _headers(found, path.name)
    return RawTable(
        headers=headers,
        columns=found.columns,
        header_rows=found.heading_rows,
        row_numbers=found.row_numbers,
        source=_source(path, found.kind, found.encoding, (len(found.row_numbers), found.width)),
        sheet=found.sheet,
        layout=found.layout.kind,
        facts=MappingProxyType(dict(found.facts)),
        problems=(*found.problems, *problems),
        repeats=tuple(_raw_table(path, repeat) for repeat in found.repeats),
    )


def _source(path: Path, kind: str, encoding: str, size: tuple[int, int]) -> SourceFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return SourceFile(path.name, digest, kind, encoding, *size)


def _headers(found: _Assembled, where: str) -> tuple[tuple[str, ...], list[Problem]]:
    """Return one heading per column, never blank, and what is odd about them."""
    if found.layout.kind == "no_headings":
        places = range(1, len(found.columns) + 1)
        names = tuple(sentence("import.unnamed_column", column=place) for place in places)
        return names, [Problem("headings_missing", where, 1)]
    row = found.heading_rows[found.layout.name_row]
    if found.layout.kind in ("surveymonkey", "two_rows"):
        row = tuple(_joined(found.heading_rows))
    problems = []
    headers = []
    for place, text in enumerate(row):
        if not text.strip():
            problems.append(Problem("heading_blank", where, values={"column": place + 1}))
            text = sentence("import.unnamed_column", column=place + 1)
        headers.append(text)
    return tuple(headers), problems


def _joined(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield "question—part"; the question stands above its first part only."""
    question = ""
    for above, below in zip(rows[0], rows[1], strict=True):
        question = above or question
        part = "" if below in ("Response", "Open-Ended Response") or below == question else below
        yield f"{question}{PART_MARK}{part}" if part and question else question or part


def _read_statistics(
    path: Path, kind: str, *, encoding: str | None, progress: Progress
) -> RawTable:
    found: StatisticsFile = run_in_child(
        read_statistics_file, (path, kind, encoding), where=path.name, progress=progress
    )
    if not found.columns or not len(found.columns[0]):
        raise refuse("file_empty", path.name)
    numbers = np.arange(1, len(found.columns[0]) + 1, dtype=np.int32)
    return RawTable(
        headers=found.names,
        columns=found.columns,
        header_rows=(found.names,),
        row_numbers=numbers,
        source=_source(path, kind, found.encoding, (len(numbers), len(found.columns))),
        facts=MappingProxyType(dict(found.facts)),
        sets=found.sets,
    )
