"""Correlation tables: Pearson, Spearman, Kendall, with intervals and adjusted p values."""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from analysis.comparison.adjust import Adjustment, adjusted
from analysis.comparison.effects import correlation_interval
from analysis.comparison.ranks import average_ranks
from analysis.preparation.arrays import FloatArray

Method = Literal["pearson", "spearman", "kendall"]

MIN_PAIRS = 4
PAIR_COLUMNS = ["first", "second", "n", "r", "low", "high", "p", "p_adjusted"]


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationTable:
    """Correlations of all pairs of scores.

    Args:
        matrix: square, 1 on the diagonal, NaN where too few pairs or no spread.
        pairs: one row per pair; ``low``, ``high`` by Fisher z (NaN for Kendall).
    """

    matrix: pd.DataFrame
    pairs: pd.DataFrame
    method: Method


def _correlation(x: FloatArray, y: FloatArray, method: Method) -> tuple[float, float, int]:
    """Return (coefficient, p, n) over the rows that have both values."""
    both = np.isfinite(x) & np.isfinite(y)
    x, y = x[both], y[both]
    n = len(x)
    if n < MIN_PAIRS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan"), float("nan"), n
    if method == "kendall":
        from scipy.stats import kendalltau

        found = kendalltau(x, y)
        return float(found.statistic), float(found.pvalue), n
    if method == "spearman":
        x, y = average_ranks(x)[0], average_ranks(y)[0]
    return *_product_moment(x, y), n


def _product_moment(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return Pearson's r and the two-sided p of its t test."""
    from scipy.special import stdtr

    x, y = x - x.mean(), y - y.mean()
    r = float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))
    df = len(x) - 2
    if abs(r) == 1.0:
        return r, 0.0
    return r, float(2 * stdtr(df, -abs(r) * np.sqrt(df / (1 - r**2))))


def correlate(
    scores: pd.DataFrame,
    *,
    method: Method = "pearson",
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> CorrelationTable:
    """Return the correlations of all columns over pairwise complete rows.

    Args:
        scores: one column per score, NaN where missing.
        adjust: of the p values over all pairs.

    Checked against R cor.test and p.adjust.
    """
    codes = [str(code) for code in scores.columns]
    matrix = np.eye(len(codes))
    values = scores.to_numpy(dtype=float)
    rows = []
    for i, j in combinations(range(len(codes)), 2):
        r, p, n = _correlation(values[:, i], values[:, j], method)
        matrix[i, j] = matrix[j, i] = r
        nan = float("nan")
        interval = (nan, nan)
        if method != "kendall":
            effect = correlation_interval(r, n, level=level)
            interval = (effect.low, effect.high)
        rows.append((codes[i], codes[j], n, r, *interval, p, nan))
    pairs = pd.DataFrame(rows, columns=PAIR_COLUMNS)
    pairs["p_adjusted"] = adjusted(pairs["p"].to_numpy(dtype=float), method=adjust)
    return CorrelationTable(pd.DataFrame(matrix, index=codes, columns=codes), pairs, method)
