"""Columns of a plain table as the commands need them: found by heading, read as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survey.problems import refuse

if TYPE_CHECKING:
    from survey.exchange import RawTable

Array = NDArray[np.float64]

MOST_DECIMALS = 6
"""Decimals beyond these are the computer's, not the author's."""

LISTED = 12


def listed(raw: RawTable) -> str:
    """Return the table's headings for a message."""
    return "、".join(raw.headers[:LISTED])


def place_of(raw: RawTable, heading: str) -> int:
    """Return the position of a column; refuse when there is none."""
    place = raw.place(heading)
    if place is None:
        raise refuse("table_column", raw.source.name, name=heading, columns=listed(raw))
    return place


def numbers_of(raw: RawTable, headings: Sequence[str]) -> tuple[Array, int]:
    """Return the columns as numbers, NaN where blank, and the most decimals among them.

    Raises:
        Refusal: no such column, or a cell that is no number, with its row.
    """
    table = np.full((raw.n_rows, len(headings)), np.nan)
    decimals = 1
    for k, heading in enumerate(headings):
        for row, cell in enumerate(raw.columns[place_of(raw, heading)].cells()):
            if cell is None:
                continue
            text = cell.strip().replace("−", "-")
            table[row, k] = _number(text, raw, heading, row=row)
            decimals = max(decimals, len(text.partition(".")[2]))
    return table, min(decimals, MOST_DECIMALS)


def _number(text: str, raw: RawTable, heading: str, *, row: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    number = int(raw.row_numbers[row])
    raise refuse("table_not_number", raw.source.name, row=number, column=heading, cell=text[:20])


def weights_of(text: str, n: int) -> tuple[float, ...]:
    """Return the contribution weights of ``n`` systems written ``0.5,0.5``; empty for none."""
    if not text:
        return ()
    try:
        weights = tuple(float(part) for part in re.split(r"[,，、\s]+", text.strip()))
    except ValueError as error:
        raise refuse("alpha_unusable", "--alpha", given=text, n=n) from error
    total = sum(weights)
    if len(weights) != n or not all(w >= 0 for w in weights) or not 0 < total < math.inf:
        raise refuse("alpha_unusable", "--alpha", given=text, n=n)
    return weights
