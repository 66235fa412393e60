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
    return information_at(patterns, pattern_state(patterns, mean, cov), observed=observed)


def information_at(
    patterns: MissingPatterns, state: PatternState, *, observed: bool
) -> Information:
    """Return the information at a known state."""
    p = patterns.n_variables
    i, j = np.triu_indices(p)
    inverses = pattern_inverses(patterns, state)[:, i, j]
    cross = np.zeros((p, len(i)))
    if observed:
        middle = _pattern_products(patterns, state)
        middle *= 2.0
        middle -= inverses * patterns.weight[:, None]
        table = inverses.T @ middle
        table += table.T
        table *= 0.5
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
    """Return patterns x vech, n_r P_r A_r P_r."""
    i, j = np.triu_indices(patterns.n_variables)
    z = state.weighted
    products = z[:, i] * (z * patterns.row_weight[:, None])[:, j]
    starts = np.flatnonzero(np.diff(patterns.row_pattern, prepend=-1))
    return np.asarray(np.add.reduceat(products, starts, axis=0))


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


@lru_cache(maxsize=4)
def _crossings(p: int) -> tuple[Index, Index]:
    """Return where (ik, jl) and (il, jk) stand in a flat vech x vech table."""
    place = _places(p)
    i, j = np.triu_indices(p)
    straight = place[np.ix_(i, i)] * len(i) + place[np.ix_(j, j)]
    crossed = place[np.ix_(i, j)] * len(i) + place[np.ix_(j, i)]
    return straight, crossed


def _reordered(table: Array, p: int) -> Array:
    """Turn sums of P_ij P_kl into the information on vech: P_ik P_jl + P_il P_jk."""
    straight, crossed = _crossings(p)
    i, j = np.triu_indices(p)
    half = np.where(i == j, 0.5, 1.0)
    flat = table.ravel()
    result = flat.take(straight)
    result += flat.take(crossed)
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
