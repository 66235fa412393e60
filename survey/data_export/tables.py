"""CSV and workbook: codes or labels, cells that look like formulas made harmless."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from survey.data_export.variables import Variable, Variables
from survey.problems import Problem

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(variables: Variables, path: Path) -> tuple[Problem, ...]:
    """Write UTF-8 with BOM, which Excel opens as Chinese; codes, missing answers empty."""
    frame = pd.DataFrame({v.name: _cells(v) for v in variables})
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return _merged_missing(variables)


def write_workbook(variables: Variables, path: Path) -> tuple[Problem, ...]:
    """Write .xlsx: a sheet with codes, a sheet with labels, a sheet that describes them."""
    from openpyxl import Workbook

    from resources.texts import sentence

    book = Workbook(write_only=True)
    for code, cells in (("codes", _cells), ("labels", _labelled_cells)):
        sheet = book.create_sheet(sentence(f"codebook.sheet.{code}"))
        sheet.append([_writable(v.name) for v in variables])
        columns = [cells(v).tolist() for v in variables]
        for row in zip(*columns, strict=True):
            sheet.append([_writable(cell) for cell in row])
    _describe(book.create_sheet(sentence("codebook.sheet.variables")), variables)
    book.save(path)
    return ()


def _describe(sheet: Any, variables: Variables) -> None:
    from survey.data_export.codebook import codebook_headings, codebook_rows

    sheet.append(list(codebook_headings()))
    for row in codebook_rows(variables):
        sheet.append([_writable(harmless(cell)) for cell in row])


def _writable(cell: object) -> object:
    """Return what a workbook can hold: no NaN, a mark in the place of control characters."""
    if isinstance(cell, str):
        return _NOT_IN_XML.sub("\ufffd", cell)
    return None if cell != cell else cell


def harmless(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _cells(variable: Variable) -> pd.Series:
    if variable.is_text:
        return variable.values.map(lambda cell: harmless(cell) if cell is not None else "")
    values = variable.valid()
    is_whole = bool((values.dropna() % 1 == 0).all())
    return values.astype("Int64").astype(object).where(values.notna(), "") if is_whole else values


def _labelled_cells(variable: Variable) -> pd.Series:
    if variable.is_text or not (variable.labels or variable.missing):
        return _cells(variable)
    texts = {**variable.labels, **variable.missing}
    return variable.values.map(lambda code: harmless(texts[code]) if code in texts else code)


def _merged_missing(variables: Variables) -> tuple[Problem, ...]:
    if not any(len(variable.missing) > 1 for variable in variables):
        return ()
    return (Problem("export_missing_merged", values={"target": "CSV"}),)
