"""Effect sizes with intervals. A difference is worth a word by its size, not by its p value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.comparison.distributions import noncentral_t_cdf
from analysis.comparison.ranks import average_ranks
from analysis.preparation.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect size and its interval; NaN where it cannot be computed."""

    value: float
    low: float
    high: float


UNKNOWN = Effect(float("nan"), float("nan"), float("nan"))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-10))


def noncentral_t_interval(t: float, df: float, *, level: float) -> tuple[float, float]:
    """Return the noncentralities for which ``t`` is at the edge of the central ``level``."""
    tail = (1 - level) / 2
    reach = 10 + 4 * abs(t)

    def bound(probability: float) -> float:
        return _root(lambda ncp: noncentral_t_cdf(t, df, ncp) - probability, t - reach, t + reach)

    return bound(1 - tail), bound(tail)


def _noncentral_interval(
    cdf: Callable[[float], float], statistic: float, *, level: float
) -> tuple[float, float]:
    """Return noncentralities (>= 0) of a chi-square or F statistic at both ends."""
    tail = (1 - level) / 2
    top = 10.0 + 4 * statistic
    while cdf(top) > tail:
        top *= 2

    def bound(probability: float) -> float:
        if cdf(0.0) <= probability:
            return 0.0
        return _root(lambda ncp: cdf(ncp) - probability, 0.0, top)

    return bound(1 - tail), bound(tail)


def small_sample_factor(df: float) -> float:
    """Return Hedges' correction J = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2))."""
    from scipy.special import gammaln

    return float(np.exp(gammaln(df / 2) - np.log(np.sqrt(df / 2)) - gammaln((df - 1) / 2)))


def hedges_g(first: FloatArray, second: FloatArray, *, level: float = 0.95) -> Effect:
    """Return Hedges' g of first minus second, pooled SD, noncentral-t interval.

    UNKNOWN with fewer than two values on a side or no spread.

    Reference: Hedges & Olkin (1985). Checked against R effectsize::hedges_g 0.8.3.
    """
    n1, n2 = len(first), len(second)
    if min(n1, n2) < 2:
        return UNKNOWN
    df = n1 + n2 - 2
    squares = ((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()
    pooled = float(np.sqrt(squares / df))
    if pooled == 0:
        return UNKNOWN
    d = float(first.mean() - second.mean()) / pooled
    scale = float(np.sqrt(1 / n1 + 1 / n2))
    low, high = noncentral_t_interval(d / scale, df, level=level)
    j = small_sample_factor(df)
    return Effect(j * d, j * low * scale, j * high * scale)


def eta_squared(F: float, df1: float, df2: float, *, level: float = 0.95) -> Effect:
    """Return eta squared from an F ratio, with the noncentral-F interval; 0 to 1.

    df1 F / (df1 F + df2); bounds ncp / (ncp + df2). Checked against effectsize::eta_squared.
    """
    from scipy.special import fdtr, ncfdtr

    if not np.isfinite(F):
        return UNKNOWN

    def cdf(ncp: float) -> float:
        return float(ncfdtr(df1, df2, ncp, F) if ncp > 0 else fdtr(df1, df2, F))

    low, high = _noncentral_interval(cdf, F * df1, level=level)
    return Effect(df1 * F / (df1 * F + df2), low / (low + df2), high / (high + df2))


def omega_squared(F: float, df1: float, df2: float) -> float:
    """Return omega squared, less biased than eta squared: df1 (F-1) / (df1 (F-1) + N), >= 0."""
    return max(df1 * (F - 1) / (df1 * (F - 1) + df1 + df2 + 1), 0.0)


def cramers_v(chisq: float, *, n: int, rows: int, columns: int, level: float = 0.95) -> Effect:
    """Return Cramer's V with the noncentral chi-square interval; 0 to 1.

    sqrt(chi-square / (n min(r-1, c-1))). Checked against effectsize::cramers_v(adjust=FALSE).
    """
    from scipy.special import chdtr, chndtr

    least, df = min(rows, columns) - 1, (rows - 1) * (columns - 1)
    if least < 1 or n == 0 or not np.isfinite(chisq):
        return UNKNOWN

    def cdf(ncp: float) -> float:
        return float(chndtr(chisq, df, ncp) if ncp > 0 else chdtr(df, chisq))

    low, high = _noncentral_interval(cdf, chisq, level=level)
    value, at_low, at_high = (float(np.sqrt(x / (n * least))) for x in (chisq, low, high))
    return Effect(value, at_low, min(at_high, 1.0))


def rank_biserial(first: FloatArray, second: FloatArray, *, level: float = 0.95) -> Effect:
    """Return the rank-biserial correlation (Cliff's delta) of first over second, -1 to 1.

    2 U / (n1 n2) - 1: the share of pairs where first is higher minus where it is lower.
    Interval: Fisher z with error sqrt((n1 + n2 + 1) / (3 n1 n2)).
    Checked against effectsize::rank_biserial.
    """
    from scipy.special import ndtri

    n1, n2 = len(first), len(second)
    if min(n1, n2) == 0:
        return UNKNOWN
    ranks, _ = average_ranks(np.concatenate([first, second]))
    u = ranks[:n1].sum() - n1 * (n1 + 1) / 2
    r = float(2 * u / (n1 * n2) - 1)
    if abs(r) == 1:
        return Effect(r, r, r)
    error = float(np.sqrt((n1 + n2 + 1) / (3 * n1 * n2)))
    reach = float(ndtri((1 + level) / 2)) * error
    z = float(np.arctanh(r))
    return Effect(r, float(np.tanh(z - reach)), float(np.tanh(z + reach)))


def correlation_interval(r: float, n: int, *, level: float = 0.95) -> Effect:
    """Return a correlation with its Fisher-z interval; NaN bounds with fewer than four cases."""
    from scipy.special import ndtri

    if n < 4 or not np.isfinite(r):
        return Effect(r, float("nan"), float("nan"))
    if abs(r) >= 1:
        return Effect(r, r, r)
    reach = float(ndtri((1 + level) / 2)) / np.sqrt(n - 3)
    z = float(np.arctanh(r))
    return Effect(r, float(np.tanh(z - reach)), float(np.tanh(z + reach)))
