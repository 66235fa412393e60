"""Matrices of pairwise judgements (AHP) from tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.coupling.judgements import Judgement
from analysis.coupling.weights import ahp_problem
from survey.problems import refuse

if TYPE_CHECKING:
    from survey.exchange import RawTable

Array = NDArray[np.float64]


def read_judgements(files: Sequence[Path]) -> tuple[Judgement, ...]:
    """Return the judgements, one per file (an expert's, or of one system).

    The first row and the first column hold the codes compared, the cells how much more the
    row counts than the column: ``3``, ``1/3``. A cell may be blank where the one opposite is
    filled; the diagonal may be blank.

    Raises:
        Refusal: the file cannot be read, or is no matrix of comparisons.
    """
    return tuple(read_judgement(file) for file in files)


def read_judgement(file: Path) -> Judgement:
    """Return the judgements of one file; see :func:`read_judgements`."""
    from survey.exchange import read_table

    raw = read_table(file)
    across = tuple(heading.strip() for heading in raw.headers[1:])
    down = tuple((cell or "").strip() for cell in raw.columns[0].cells()) if raw.columns else ()
    if set(across) != set(down) or len(across) != len(down) or len(set(down)) != len(down):
        raise refuse(
            "judgements_not_square", file.name, rows="、".join(down), columns="、".join(across)
        )
    matrix = np.full((len(down), len(down)), np.nan)
    for k, code in enumerate(across):
        cells = enumerate(raw.columns[k + 1].cells())
        matrix[:, down.index(code)] = [_comparison(cell, raw, code, row=row) for row, cell in cells]
    matrix = _completed(matrix)
    problem = ahp_problem(matrix)
    if problem:
        raise refuse(f"judgements_{problem.removeprefix('ahp_')}", file.name)
    values = tuple(tuple(map(float, row)) for row in matrix)
    return Judgement(file.name, down, values)


def _completed(matrix: Array) -> Array:
    """Return the matrix with blank cells as the reciprocal of the one opposite."""
    filled = np.where(np.isnan(matrix), 1 / matrix.T, matrix)
    np.fill_diagonal(filled, np.where(np.isnan(np.diag(matrix)), 1.0, np.diag(matrix)))
    return np.asarray(filled)


def _comparison(cell: str | None, raw: RawTable, column: str, *, row: int) -> float:
    """Return ``3``, ``0.2`` or ``1/3`` as a number, NaN for a blank cell."""
    if cell is None or not cell.strip():
        return math.nan
    upper, _, lower = cell.strip().replace("／", "/").partition("/")
    try:
        value = float(upper) / float(lower or 1)
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if math.isfinite(value) and value > 0:
        return value
    number = int(raw.row_numbers[row])
    raise refuse(
        "judgements_cell", raw.source.name, row=number, column=column, cell=cell.strip()[:20]
    )
