"""Correlation matrices of items for factor analysis: Pearson or polychoric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.preparation.arrays import FloatArray

Correlation = Literal["pearson", "polychoric"]

SMALLEST_EIGENVALUE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class ItemCorrelations:
    """A correlation matrix that factor analysis can use, and what was done to get it.

    Args:
        matrix: square, item codes, positive definite.
        n: complete rows behind it.
        findings: empty answer cells, smoothing.
    """

    matrix: pd.DataFrame
    n: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Polychoric:
    """Polychoric correlations of complete rows.

    Args:
        matrix: square, item codes.
        thresholds: per item, the cut points on the normal scale.
        empty_cells: pairs whose cross table has an empty cell.
    """

    matrix: pd.DataFrame
    thresholds: Mapping[str, FloatArray]
    empty_cells: tuple[tuple[str, str], ...]


def _cut_points(counts: FloatArray, n: int) -> FloatArray:
    """Return the normal quantiles of the cumulated counts of ``n`` respondents."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.cumsum(counts)[:-1] / n))


def polychoric(items: pd.DataFrame, *, empty_cell: float = 0.0) -> Polychoric:
    """Return the polychoric correlations of complete rows, by two-step maximum likelihood.

    Args:
        items: ordered answers, no missing value, no constant column.
        empty_cell: count put into empty cells, thresholds of that pair from the filled table; 0
            leaves them (as lavaan), .5 is psych's habit where items differ in categories.

    Reference: Olsson (1979). Checked against lavaan lavCor and psych::polychoric.
    """
    from analysis.sem.categorical.polychoric import PairTables, fit_tables

    names, n = [str(code) for code in items.columns], len(items)
    coded = [np.unique(items[code], return_inverse=True)[1] for code in items.columns]
    sizes = np.array([int(codes.max()) + 1 for codes in coded])
    limits = [_cut_points(np.bincount(codes).astype(float), n) for codes in coded]
    first, second = np.triu_indices(len(names), 1)
    widest = int(sizes.max())
    counts = np.zeros((len(first), widest, widest))
    row_limits, column_limits = np.full((2, len(first), widest - 1), np.inf)
    empty = []
    for k, (i, j) in enumerate(zip(first, second, strict=True)):
        own = np.bincount(coded[i] * sizes[j] + coded[j], minlength=sizes[i] * sizes[j])
        table = own.reshape(sizes[i], sizes[j]).astype(float)
        if np.any(table == 0):
            empty.append((names[i], names[j]))
        filled = np.where(table == 0, empty_cell, table)
        counts[k, : sizes[i], : sizes[j]] = filled
        row_limits[k, : sizes[i] - 1] = _cut_points(filled.sum(axis=1), n)
        column_limits[k, : sizes[j] - 1] = _cut_points(filled.sum(axis=0), n)
    tables = PairTables(
        first=first,
        second=second,
        counts=counts,
        row_limits=row_limits,
        column_limits=column_limits,
        row_size=sizes[first],
        column_size=sizes[second],
    )
    matrix = np.eye(len(names))
    matrix[first, second] = matrix[second, first] = fit_tables(tables).rho
    return Polychoric(
        matrix=pd.DataFrame(matrix, index=names, columns=names),
        thresholds=dict(zip(names, limits, strict=True)),
        empty_cells=tuple(empty),
    )


def smoothed(matrix: FloatArray) -> FloatArray:
    """Return the nearest correlation matrix with no eigenvalue under 1e-8 of the largest.

    Small eigenvalues are raised and the diagonal scaled back to 1, as psych::cor.smooth.
    """
    values, vectors = np.linalg.eigh(matrix)
    raised = np.maximum(values, SMALLEST_EIGENVALUE * values[-1])
    raised *= len(values) / raised.sum()
    rebuilt = (vectors * raised) @ vectors.T
    scale = 1 / np.sqrt(np.diag(rebuilt))
    return np.asarray(rebuilt * np.outer(scale, scale))


def item_correlations(items: pd.DataFrame, *, kind: Correlation = "pearson") -> ItemCorrelations:
    """Return the correlations of the items over complete rows.

    Args:
        items: NaN where missing; no constant column.
    """
    complete = items.dropna()
    found: list[Finding] = []
    if kind == "polychoric":
        estimated = polychoric(complete)
        matrix, empty = estimated.matrix.to_numpy(dtype=float), estimated.empty_cells
        if empty:
            found.append(finding("polychoric_empty_cells", Severity.NOTE, count=len(empty)))
    else:
        matrix = np.corrcoef(complete.to_numpy(dtype=float), rowvar=False)
    values = np.linalg.eigvalsh(matrix)
    if values[0] < SMALLEST_EIGENVALUE * values[-1]:
        found.append(finding("correlations_smoothed", Severity.CAUTION))
        matrix = smoothed(matrix)
    frame = pd.DataFrame(matrix, index=items.columns, columns=items.columns)
    return ItemCorrelations(frame, len(complete), tuple(found))
