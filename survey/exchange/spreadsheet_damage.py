"""Finds what Excel has done to answers: ranges turned into dates, long numbers cut short."""

import re
from collections.abc import Sequence

from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import RawTable
from survey.problems import Problem

_DATE = re.compile(
    r"^\d{4}-\d{2}-\d{2}(?: 00:00:00)?$|^\d{1,2}月\d{1,2}日$|^\d{1,2}-[A-Z][a-z]{2}$"
)
_EXPONENT = re.compile(r"^\d(?:\.\d+)?[Ee]\+\d{2}$")
_TRACES = ("-", "月", "+")
"""One is in all that the two patterns match: most columns are told from one look."""
_ANSWERS = (
    ColumnKind.ITEM,
    ColumnKind.GROUP,
    ColumnKind.SINGLE,
    ColumnKind.TEXT,
    ColumnKind.MULTIPLE,
    ColumnKind.QUANTITY,
)


def damage_notes(raw: RawTable, columns: Sequence[ColumnPlan]) -> list[Problem]:
    """Return one note per column that looks damaged."""
    notes = []
    for column in columns:
        cells = raw.columns[column.place].values
        text = "\n".join(cells)
        if not any(trace in text for trace in _TRACES):
            continue
        dates = [cell for cell in cells if _DATE.match(cell)]
        cut = [cell for cell in cells if _EXPONENT.match(cell)]
        if column.kind in _ANSWERS and dates and len(dates) < len(cells):
            notes.append(_note("excel_dates", column, dates))
        if column.kind is not ColumnKind.PERSONAL and cut:
            notes.append(_note("excel_exponents", column, cut))
    return notes


def _note(code: str, column: ColumnPlan, cells: Sequence[str]) -> Problem:
    values = {"count": len(cells), "cells": "、".join(cells[:3])}
    return Problem(code, column.header.strip(), values=values)
