"""Discriminant validity: HTMT and the Fornell-Larcker criterion."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.preparation.arrays import FloatArray


def _mean(values: FloatArray, *, geometric: bool) -> float:
    if values.size == 0 or not np.all(np.isfinite(values)):
        return float("nan")
    return float(np.exp(np.mean(np.log(values)))) if geometric else float(values.mean())


def htmt(
    correlation: pd.DataFrame, items_of: Mapping[str, Sequence[str]], *, geometric: bool = False
) -> pd.DataFrame:
    """Return the heterotrait-monotrait ratios (HTMT) of all pairs of constructs.

    HTMT_ij = mean |r| between the items of i and j / sqrt(mean |r| within i * mean |r| within
    j); with ``geometric`` the means are geometric (HTMT2, for congeneric items).

    Args:
        correlation: item correlations, square; absolute values are taken.
        items_of: items by construct; constructs with one item give NaN.

    Returns:
        Square frame of construct codes, the ratios below the diagonal, NaN elsewhere. Not
        negative; may pass 1.

    Reference: Henseler, Ringle & Sarstedt (2015); Roemer, Schuberth & Henseler (2021).
    Checked against semTools::htmt 0.5-6.
    """
    codes = list(items_of)
    absolute = correlation.abs()
    within = {
        code: _mean(_lower(absolute.loc[list(items), list(items)]), geometric=geometric)
        for code, items in items_of.items()
    }
    table = np.full((len(codes), len(codes)), np.nan)
    for i, one in enumerate(codes):
        for j, other in enumerate(codes[:i]):
            between = absolute.loc[list(items_of[one]), list(items_of[other])].to_numpy(dtype=float)
            scale = within[one] * within[other]
            if scale > 0:
                table[i, j] = _mean(between.ravel(), geometric=geometric) / np.sqrt(scale)
    return pd.DataFrame(table, index=codes, columns=codes)


def _lower(square: pd.DataFrame) -> FloatArray:
    values = square.to_numpy(dtype=float)
    return np.asarray(values[np.tril_indices(len(values), -1)], dtype=np.float64)


def fornell_larcker(correlations: pd.DataFrame, ave: Mapping[str, float]) -> pd.DataFrame:
    """Return the latent correlations with sqrt(AVE) on the diagonal, NaN above it.

    Args:
        correlations: square, construct codes.
        ave: average variance extracted by construct; NaN where unknown.
    """
    codes = list(correlations.columns)
    table = np.tril(correlations.to_numpy(dtype=float), -1)
    table[np.triu_indices(len(codes), 1)] = np.nan
    np.fill_diagonal(table, [np.sqrt(ave.get(code, np.nan)) for code in codes])
    return pd.DataFrame(table, index=codes, columns=codes)


def fornell_larcker_failures(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the pairs whose latent correlation exceeds the sqrt(AVE) of either construct.

    Args:
        table: as :func:`fornell_larcker` gives it.
    """
    values = table.to_numpy(dtype=float)
    codes = [str(code) for code in table.columns]
    return [
        (codes[j], codes[i])
        for i in range(len(codes))
        for j in range(i)
        if abs(values[i, j]) > min(values[i, i], values[j, j])
    ]


def pairs_at_least(table: pd.DataFrame, limit: float) -> list[tuple[str, str, float]]:
    """Return (first, second, value) of the pairs under the diagonal that reach ``limit``."""
    values = table.to_numpy(dtype=float)
    codes = [str(code) for code in table.columns]
    return [
        (codes[j], codes[i], float(values[i, j]))
        for i in range(len(codes))
        for j in range(i)
        if values[i, j] >= limit
    ]
