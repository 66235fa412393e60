"""How much of R² each predictor brings: Shapley values over all orders of entry (LMG)."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd

from analysis.comparison.path_system import CHUNK, resample_counts
from analysis.comparison.relative_weights import drawn_correlations
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

MOST_PREDICTORS = 12
"""2^12 subsets; more would take minutes."""

SINGULAR = 1e-10
"""Of a standardized predictor's variance: what the others leave of it."""

COLUMNS = ["r2_share", "low", "high", "percent", "rank", "rank_low", "rank_high", "alone", "last"]


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyResult:
    """Decomposition of R².

    Args:
        table: index predictor; ``r2_share`` (sums to R²) ``, low, high`` (bootstrap
            percentiles) ``, percent`` (sums to 1) ``, rank, rank_low, rank_high, alone`` (R²
            of the predictor by itself) ``, last`` (its addition to all others).
        r2: of all predictors together.
        n: complete rows.
    """

    table: pd.DataFrame
    r2: float
    n: int
    findings: tuple[Finding, ...]


def subset_r2(correlations: FloatArray) -> FloatArray:
    """Return R² of every subset of predictors: draws x 2^k, subset as bit mask.

    Predictors enter one after the other by the sweep of Beaton (1964): the outcome's corner
    holds what is left unexplained. A predictor that others determine adds nothing.

    Args:
        correlations: draws x (k+1) x (k+1), the outcome last.
    """
    k = correlations.shape[1] - 1
    found = np.zeros((len(correlations), 2**k))

    def enter(matrix: FloatArray, first: int, mask: int) -> None:
        for place in range(matrix.shape[1] - 1):
            swept = _swept(matrix[:, place:, place:])
            joined = mask | 1 << (first + place)
            found[:, joined] = 1 - swept[:, -1, -1]
            enter(swept, first + place + 1, joined)

    enter(correlations, 0, 0)
    return found


def _swept(matrix: FloatArray) -> FloatArray:
    """Return the rest of each matrix after its first variable is taken out."""
    pivot, column = matrix[:, 0, 0], matrix[:, 1:, 0]
    usable = pivot > SINGULAR
    scale = np.where(usable, 1 / np.where(usable, pivot, 1.0), 0.0)
    rest: FloatArray = matrix[:, 1:, 1:] - (
        column[:, :, None] * (column * scale[:, None])[:, None, :]
    )
    return rest


def shapley_values(r2: FloatArray, k: int) -> FloatArray:
    """Return draws x k mean additions to R² over all k! orders of entry.

    Args:
        r2: as :func:`subset_r2` gives it.
    """
    sizes = np.array([int(mask).bit_count() for mask in range(2**k)])
    weights = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)])
    values = np.empty((len(r2), k))
    masks = np.arange(2**k)
    for j in range(k):
        without = masks[(masks >> j) & 1 == 0]
        gain = r2[:, without | (1 << j)] - r2[:, without]
        values[:, j] = gain @ weights[sizes[without]]
    return values


def decompose_r2(
    data: pd.DataFrame,
    outcome: str,
    predictors: tuple[str, ...],
    *,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 20260101,
    progress: Progress = silent,
) -> ShapleyResult:
    """Return each predictor's Shapley share of R² with bootstrap intervals of share and rank.

    Unlike regression weights the shares are never negative for independent additions, sum to
    R², and hold when predictors overlap.

    Raises:
        NotComputable: no, or more than twelve predictors; too few rows; a constant column.

    Reference: Lindeman, Merenda & Gold (1980); Grömping (2006). Checked against all orders of
    entry by R lm.
    """
    complete = data[[*predictors, outcome]].dropna()
    values = complete.to_numpy(dtype=float)
    n, k = len(values), len(predictors)
    if not 1 <= k <= MOST_PREDICTORS or n < k + 3 or np.any(values.std(axis=0) == 0):
        raise NotComputable(finding("r2_not_decomposable", Severity.BLOCK, n=n, predictors=k))
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    whole = subset_r2(drawn_correlations(values, np.ones((1, n))))
    shares = shapley_values(whole, k)[0]
    drawn = _bootstrap(values, draws=draws, seed=seed, progress=progress)
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(drawn, tails, axis=0) if draws else (np.full(k, np.nan),) * 2
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    rank_low, rank_high = (
        np.quantile(ranks, tails, axis=0, method="nearest") if draws else (np.full(k, np.nan),) * 2
    )
    r2, full = float(whole[0, -1]), 2**k - 1
    table = pd.DataFrame(
        {
            "r2_share": shares,
            "low": low,
            "high": high,
            "percent": shares / r2 if r2 > 0 else np.full(k, np.nan),
            "rank": (-shares).argsort().argsort() + 1,
            "rank_low": rank_low,
            "rank_high": rank_high,
            "alone": [whole[0, 1 << j] for j in range(k)],
            "last": [r2 - whole[0, full ^ (1 << j)] for j in range(k)],
        },
        index=list(predictors),
        columns=COLUMNS,
    )
    found = (finding("r2_small", Severity.CAUTION, r2=r2),) if r2 < 0.02 else ()
    return ShapleyResult(table, r2, n, found)


def _bootstrap(values: FloatArray, *, draws: int, seed: int, progress: Progress) -> FloatArray:
    """Return draws x k Shapley shares of resampled rows.

    A column that does not vary in a draw explains nothing there.
    """
    k = values.shape[1] - 1
    rng = np.random.default_rng(seed)
    parts = [np.empty((0, k))]
    for start in range(0, draws, CHUNK):
        progress(start / draws, "shapley")
        counts = resample_counts(rng, len(values), min(CHUNK, draws - start))
        parts.append(shapley_values(subset_r2(drawn_correlations(values, counts)), k))
    return np.concatenate(parts)
