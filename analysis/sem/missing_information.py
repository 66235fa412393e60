"""Information that incomplete answers carry on means and covariances.

Sums over patterns of products P_ij P_kl are one matrix product of the patterns' inverses with
themselves, reordered; nothing loops over parameters (docs/methods/sem-missing.md).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.sem.missing_moments import (
    MissingPatterns,
    PatternState,
    pattern_state,
    summed_inverse,
)

Array = NDArray[np.float64]
Index = NDArray[np.intp]

CHUNK = 4096
"""Cases whose inverses are held in memory at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Information:
    """Information on (means, vech of the covariances), summed over cases.

    vech runs over the lower triangle column by column.
    """

    mean: Array
    mean_cov: Array
    """Means x vech; 0 for expected information."""
    cov: Array

    def joined(self) -> Array:
        """Return one matrix for (means, vech)."""
        return np.block([[self.mean, self.mean_cov], [self.mean_cov.T, self.cov]])


def information(
    patterns: MissingPatterns, mean: Array, cov: Array, *, observed: bool
) -> Information:
    """Return the information at the given moments: minus the Hessian, or its expectation."""
    state = pattern_state(patterns, mean, cov)
    p = len(mean)
    lower = np.triu_indices(p)
    inverses = pattern_inverses(patterns, state)[:, lower[0], lower[1]]
    weighted = inverses * patterns.weight[:, None]
    cross = np.zeros((p, len(lower[0])))
    if observed:
        moments = _pattern_products(patterns, state)[:, lower[0], lower[1]]
        table = inverses.T @ (2.0 * moments - weighted)
        table = 0.5 * (table + table.T)
        cross = _mean_cov_part(patterns, state, inverses)
    else:
        root = inverses * np.sqrt(patterns.weight)[:, None]
        table = root.T @ root
    return Information(summed_inverse(patterns, state), cross, _reordered(table, p))


def pattern_inverses(patterns: MissingPatterns, state: PatternState) -> Array:
    """Return patterns x p x p, the padded inverses P_r."""
    result = np.tile(state.inverse, (len(patterns.mask), 1, 1))
    for group, root in zip(patterns.groups, state.roots, strict=True):
        result[group.patterns] -= root.transpose(0, 2, 1) @ root
    return result


def _pattern_products(patterns: MissingPatterns, state: PatternState) -> Array:
    """Return patterns x p x p, n_r P_r A_r P_r."""
    p = patterns.n_variables
    result = np.zeros((len(patterns.mask), p, p))
    starts = np.flatnonzero(np.diff(patterns.row_pattern, prepend=-1))
    for r, (begin, end) in enumerate(
        zip(starts, [*starts[1:], len(patterns.row_pattern)], strict=True)
    ):
        rows = state.weighted[begin:end]
        result[r] = (rows.T * patterns.row_weight[begin:end]) @ rows
    return result


def _mean_cov_part(patterns: MissingPatterns, state: PatternState, inverses: Array) -> Array:
    """Return p x vech: the sum of n_r P_r dS P_r (mean deviation)."""
    p = patterns.n_variables
    w = (patterns.row_weight * patterns.shift)[:, None]
    summed = np.zeros((len(patterns.mask), p))
    np.add.at(summed, patterns.row_pattern, w * state.weighted)
    table = (inverses.T @ summed).T
    place = _places(p)
    i, j = np.triu_indices(p)
    half = np.where(i == j, 0.5, 1.0)
    rows = np.arange(p)[:, None]
    both = table[j[None, :], place[rows, i[None, :]]] + table[i[None, :], place[rows, j[None, :]]]
    result: Array = both * half
    return result


@lru_cache(maxsize=8)
def _places(p: int) -> Index:
    """Return p x p, the position in vech of each entry."""
    i, j = np.triu_indices(p)
    place = np.zeros((p, p), dtype=np.intp)
    place[i, j] = place[j, i] = np.arange(len(i))
    return place


def _reordered(table: Array, p: int) -> Array:
    """Turn sums of P_ij P_kl into the information on vech: P_ik P_jl + P_il P_jk."""
    place = _places(p)
    i, j = np.triu_indices(p)
    half = np.where(i == j, 0.5, 1.0)
    size = len(i)
    flat = table.ravel()
    straight = place[np.ix_(i, i)] * size + place[np.ix_(j, j)]
    result = flat.take(straight)
    np.multiply(place[np.ix_(i, j)], size, out=straight)
    straight += place[np.ix_(j, i)]
    result += flat.take(straight)
    result *= half[:, None]
    result *= half[None, :]
    return result


def case_deviations(patterns: MissingPatterns, data: Array, mean: Array, inverses: Array) -> Array:
    """Return cases x p, P_r (x - mean) of every case with any answer.

    Args:
        data: the cases x variables that ``patterns`` were found in.
        inverses: the padded inverses of the patterns (:func:`pattern_inverses`).
    """
    deviation = np.nan_to_num(data[patterns.kept] - mean)
    result = np.empty_like(deviation)
    for start in range(0, len(result), CHUNK):
        rows = slice(start, start + CHUNK)
        own = inverses[patterns.case_pattern[rows]]
        result[rows] = (own @ deviation[rows][:, :, None])[:, :, 0]
    return result
