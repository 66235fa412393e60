"""Is the correlation matrix fit for factor analysis? KMO and Bartlett's test."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.preparation.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Adequacy:
    """Sampling adequacy of a set of items.

    Args:
        kmo: overall Kaiser-Meyer-Olkin measure, 0 to 1.
        kmo_items: the same per item.
        chisq, df, p: Bartlett's test that all correlations are 0.
    """

    kmo: float
    kmo_items: pd.Series
    chisq: float
    df: int
    p: float


def kaiser_meyer_olkin(correlation: FloatArray) -> tuple[float, FloatArray]:
    """Return the overall KMO and one per variable, each 0 to 1; NaN for a singular matrix.

    KMO = sum r^2 / (sum r^2 + sum q^2) over pairs, q the partial (anti-image) correlations.

    Reference: Kaiser (1974). Checked against psych::KMO 2.2.9.
    """
    if np.linalg.matrix_rank(correlation) < len(correlation):
        return float("nan"), np.full(len(correlation), np.nan)
    inverse = np.linalg.inv(correlation)
    scale = 1 / np.sqrt(np.diag(inverse))
    partial = inverse * np.outer(scale, scale)
    r2, q2 = correlation**2, partial**2
    np.fill_diagonal(r2, 0)
    np.fill_diagonal(q2, 0)
    overall = float(r2.sum() / (r2.sum() + q2.sum()))
    return overall, r2.sum(axis=0) / (r2.sum(axis=0) + q2.sum(axis=0))


def bartlett_test(correlation: FloatArray, *, n: int) -> tuple[float, int, float]:
    """Return (chi-square, df, p) of Bartlett's test of sphericity.

    chi-square = -(n - 1 - (2p + 5) / 6) ln |R|, df = p (p - 1) / 2. NaN for a singular matrix.

    Reference: Bartlett (1951). Checked against psych::cortest.bartlett.
    """
    from scipy.stats import chi2

    k = len(correlation)
    df = k * (k - 1) // 2
    sign, logdet = np.linalg.slogdet(correlation)
    if sign <= 0 or np.linalg.matrix_rank(correlation) < k:
        return float("nan"), df, float("nan")
    chisq = float(-logdet * (n - 1 - (2 * k + 5) / 6))
    return chisq, df, float(chi2.sf(chisq, df))


def sampling_adequacy(correlation: pd.DataFrame, *, n: int) -> Adequacy:
    """Return KMO and Bartlett's test of a correlation matrix from ``n`` respondents."""
    matrix = correlation.to_numpy(dtype=float)
    kmo, each = kaiser_meyer_olkin(matrix)
    chisq, df, p = bartlett_test(matrix, n=n)
    return Adequacy(kmo, pd.Series(each, index=correlation.index, dtype=float), chisq, df, p)
