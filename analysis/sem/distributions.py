"""Tail probabilities from scipy.special alone (scipy.stats takes over a second to import)."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import chndtr, chndtrinc, gammaincc, gammainccinv, log_ndtr, ndtri

from analysis.sem.moments import Array


def chi2_upper(x: float, df: float) -> float:
    """Return P(X > x) for chi-square; NaN for df <= 0 or an unknown x."""
    if not (df > 0 and math.isfinite(x)):
        return math.nan
    return float(gammaincc(df / 2, max(x, 0.0) / 2))


def chi2_quantile(probability: float, df: float) -> float:
    """Return the quantile of chi-square."""
    return float(2 * gammainccinv(df / 2, 1 - probability)) if df > 0 else math.nan


def noncentral_chi2(x: float, df: float, ncp: float) -> float:
    """Return P(X <= x) for noncentral chi-square."""
    if not (df > 0 and math.isfinite(x) and math.isfinite(ncp)):
        return math.nan
    if ncp == 0:
        return 1 - chi2_upper(x, df)
    return float(chndtr(x, df, ncp))


def noncentrality(x: float, df: float, probability: float) -> float:
    """Return the noncentrality with P(X <= x) = probability; 0 when even 0 gives less."""
    if not (df > 0 and math.isfinite(x)):
        return math.nan
    if 1 - chi2_upper(x, df) < probability:
        return 0.0
    found = float(chndtrinc(x, df, probability))
    if math.isfinite(found) and abs(chndtr(x, df, found) - probability) < 1e-8:
        return found
    low, high = 0.0, max(x, 1.0) * 4
    while chndtr(x, df, high) > probability and high < 1e12:
        high *= 2
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if chndtr(x, df, middle) > probability else (low, middle)
    return 0.5 * (low + high)


def two_sided(z: Array) -> Array:
    """Return P(|Z| > |z|), without underflow before 1e-300."""
    return np.asarray(2 * np.exp(log_ndtr(-np.abs(z))))


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile."""
    return float(ndtri(probability))
