"""Correlation tables: Pearson, Spearman, Kendall, with intervals and adjusted p values."""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from analysis.comparison.adjust import Adjustment, adjusted
from analysis.comparison.effects import correlation_interval

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


def _correlation(x: pd.Series, y: pd.Series, method: Method) -> tuple[float, float, int]:
    from scipy.stats import kendalltau, pearsonr, spearmanr

    both = pd.DataFrame({"x": x, "y": y}).dropna()
    n = len(both)
    if n < MIN_PAIRS or both["x"].nunique() < 2 or both["y"].nunique() < 2:
        return float("nan"), float("nan"), n
    test = {"pearson": pearsonr, "spearman": spearmanr, "kendall": kendalltau}[method]
    found = test(both["x"], both["y"])
    return float(found.statistic), float(found.pvalue), n


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
    matrix = pd.DataFrame(np.eye(len(codes)), index=codes, columns=codes)
    rows = []
    for i, j in combinations(range(len(codes)), 2):
        r, p, n = _correlation(scores.iloc[:, i], scores.iloc[:, j], method)
        matrix.iloc[i, j] = matrix.iloc[j, i] = r
        nan = float("nan")
        interval = (nan, nan)
        if method != "kendall":
            effect = correlation_interval(r, n, level=level)
            interval = (effect.low, effect.high)
        rows.append((codes[i], codes[j], n, r, *interval, p, nan))
    pairs = pd.DataFrame(rows, columns=PAIR_COLUMNS)
    pairs["p_adjusted"] = adjusted(pairs["p"].to_numpy(dtype=float), method=adjust)
    return CorrelationTable(matrix, pairs, method)
