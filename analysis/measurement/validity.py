"""Discriminant validity: HTMT and the Fornell-Larcker criterion."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.preparation.arrays import FloatArray

SMALLEST = 1e-12
"""Under this a correlation counts as this in a geometric mean."""


def membership_of(names: Sequence[str], items_of: Mapping[str, Sequence[str]]) -> FloatArray:
    """Return items x constructs, 1 where the item measures the construct, else 0."""
    return np.array([[float(name in own) for own in items_of.values()] for name in names])


def _ratios(blocks: FloatArray, sizes: FloatArray) -> FloatArray:
    """Return block means between constructs over the root of those within; NaN if that is 0."""
    within = (np.diag(blocks) - sizes) / (sizes * (sizes - 1))
    known = np.where(within > SMALLEST, within, np.nan)
    return np.asarray(blocks / np.outer(sizes, sizes) / np.sqrt(np.outer(known, known)))


def htmt_ratios(correlation: FloatArray, membership: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return HTMT and HTMT2, constructs x constructs (off the diagonal).

    Args:
        correlation: items x items, NaN where not known.
        membership: items x constructs, 1 where the item measures the construct.

    A correlation that is not known leaves only its own constructs without a ratio.
    """
    unknown = ~np.isfinite(correlation)
    absolute = np.where(unknown, 1.0, np.abs(correlation))
    sizes = membership.sum(axis=0)
    plain = _ratios(membership.T @ absolute @ membership, sizes)
    logs = np.log(np.maximum(absolute, SMALLEST))
    np.fill_diagonal(logs, 0.0)
    sums = membership.T @ logs @ membership
    within = np.diag(sums) / (sizes * (sizes - 1))
    geometric = np.exp(sums / np.outer(sizes, sizes) - np.add.outer(within, within) / 2)
    touched = membership.T @ unknown @ membership > 0
    own = np.diag(touched)
    touched |= own[:, None] | own[None, :]
    return np.where(touched, np.nan, plain), np.where(touched, np.nan, geometric)


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
    several = {code: list(items) for code, items in items_of.items() if len(items) > 1}
    table = pd.DataFrame(np.nan, index=codes, columns=codes)
    if len(several) < 2:
        return table
    names = [item for items in several.values() for item in items]
    place = [list(correlation.columns).index(name) for name in names]
    matrix = correlation.to_numpy(dtype=float)[np.ix_(place, place)]
    ratios = htmt_ratios(matrix, membership_of(names, several))[1 if geometric else 0]
    below = np.where(np.tri(len(several), k=-1, dtype=bool), ratios, np.nan)
    kept = pd.DataFrame(below, index=list(several), columns=list(several))
    return kept.reindex(index=codes, columns=codes)


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
