"""Correlation matrices of items for factor analysis: Pearson or polychoric."""

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


def polychoric(items: pd.DataFrame) -> tuple[FloatArray, tuple[tuple[str, str], ...]]:
    """Return the polychoric correlations of complete rows, and pairs with an empty cell.

    Two-step maximum likelihood, checked against lavaan (docs/methods/sem-categorical.md).
    """
    from analysis.sem.categorical.data import CodedData
    from analysis.sem.categorical.moments import ordinal_moments

    coded = [np.unique(items[code], return_inverse=True) for code in items.columns]
    data = CodedData(
        names=tuple(str(code) for code in items.columns),
        categories=tuple(len(values) for values, _ in coded),
        codes=np.column_stack([codes for _, codes in coded]),
        values=np.full(items.shape, np.nan),
        covariate_names=(),
        covariates=np.zeros((len(items), 0)),
        weights=np.ones(len(items)),
    )
    moments = ordinal_moments(data, with_gamma=False)
    return moments.cov, moments.empty_cells


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
        matrix, empty = polychoric(complete)
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
