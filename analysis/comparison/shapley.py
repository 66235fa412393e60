"""How much of R² each predictor brings: Shapley values over all orders of entry (LMG)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from analysis.comparison.path_system import solve_each
from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

MOST_PREDICTORS = 12
"""2^12 subsets; more would take minutes."""

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

    Args:
        correlations: draws x (k+1) x (k+1), the outcome last.
    """
    draws, k = len(correlations), correlations.shape[1] - 1
    found = np.zeros((draws, 2**k))
    with_y = correlations[:, :k, k]
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            chosen = list(subset)
            block = correlations[:, chosen][:, :, chosen]
            r = with_y[:, chosen]
            mask = sum(1 << j for j in chosen)
            found[:, mask] = (r * solve_each(block, r)).sum(axis=1)
    return found


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


def _correlations(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the correlation matrix per row of ``counts`` (multiplicities of the rows)."""
    n = counts.sum(axis=1)
    means = counts @ values / n[:, None]
    second = np.einsum("bn,ni,nj->bij", counts, values, values, optimize=True) / n[:, None, None]
    cov = second - means[:, :, None] * means[:, None, :]
    sd = np.sqrt(np.diagonal(cov, axis1=1, axis2=2))
    return np.asarray(cov / (sd[:, :, None] * sd[:, None, :]))


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
    whole = subset_r2(_correlations(values, np.ones((1, n))))
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
    """Return draws x k Shapley shares of resampled rows; draws with a constant column repeat."""
    k = values.shape[1] - 1
    rng = np.random.default_rng(seed)
    parts = [np.empty((0, k))]
    for start in range(0, draws, 50):
        progress(start / draws, "shapley")
        count = min(50, draws - start)
        counts = np.stack([_counts(rng, values) for _ in range(count)])
        parts.append(shapley_values(subset_r2(_correlations(values, counts)), k))
    return np.concatenate(parts)


def _counts(rng: np.random.Generator, values: FloatArray) -> FloatArray:
    n = len(values)
    while True:
        rows = rng.integers(0, n, n)
        if np.all(values[rows].std(axis=0) > 1e-12):
            return np.bincount(rows, minlength=n).astype(float)
