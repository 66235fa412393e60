"""Regressions computed from cross products, so that thousands of draws cost a moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.preparation.arrays import FloatArray

CHUNK = 250
"""Draws whose cross products are held at once."""


@dataclass(frozen=True, slots=True)
class Equation:
    """One regression: column numbers of outcome and predictors (0 is the intercept)."""

    outcome: int
    predictors: tuple[int, ...]


def cross_products(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Return X'WX per row of ``counts`` (multiplicities), draws x p x p.

    Args:
        values: n x p, first column ones.
        counts: draws x n.
    """
    p = values.shape[1]
    upper = np.triu_indices(p)
    products = values[:, upper[0]] * values[:, upper[1]]
    flat = counts @ products
    found = np.empty((len(counts), p, p))
    found[:, upper[0], upper[1]] = flat
    found[:, upper[1], upper[0]] = flat
    return found


def coefficients(products: FloatArray, equation: Equation) -> FloatArray:
    """Return the least-squares coefficients of one equation, draws x predictors.

    Where resampling left columns that determine each other, the shortest solution.
    """
    chosen = list(equation.predictors)
    left = products[:, chosen][:, :, chosen]
    right = products[:, chosen, equation.outcome]
    return solve_each(left, right)


def solve_each(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solutions of stacked equations; the shortest ones if some are singular.

    Args:
        left: draws x k x k symmetric; right: draws x k.
    """
    try:
        return np.asarray(np.linalg.solve(left, right[..., None])[..., 0])
    except np.linalg.LinAlgError:
        inverse = np.linalg.pinv(left, hermitian=True)
        return np.asarray((inverse @ right[..., None])[..., 0])


def ols(values: FloatArray, equation: Equation) -> tuple[FloatArray, FloatArray, int, float]:
    """Return (coefficients, their covariance, residual df, R²) of one equation.

    Model-based errors, as lm in R. R² is about the mean when the intercept is a predictor.
    """
    X, y = values[:, list(equation.predictors)], values[:, equation.outcome]
    inverse = np.linalg.inv(X.T @ X)
    b = inverse @ X.T @ y
    residual = y - X @ b
    df = len(y) - X.shape[1]
    covariance = inverse * float(residual @ residual) / df
    total = float(((y - y.mean()) ** 2).sum())
    return b, covariance, df, 1 - float(residual @ residual) / total


def resample_counts(rng: np.random.Generator, n: int, draws: int) -> FloatArray:
    """Return multiplicities of ``n`` rows in ``draws`` resamples, draws x n."""
    rows = rng.integers(0, n, (draws, n))
    flat = rows + n * np.arange(draws)[:, None]
    return np.bincount(flat.ravel(), minlength=n * draws).reshape(draws, n).astype(float)


def jackknife_products(values: FloatArray) -> FloatArray:
    """Return the cross products with each row left out, n x p x p."""
    whole = values.T @ values
    return np.asarray(whole - values[:, :, None] * values[:, None, :])


def interval(
    draws: FloatArray, estimate: float, jackknife: FloatArray, *, kind: str, level: float
) -> tuple[float, float]:
    """Return the bootstrap interval of one effect.

    Args:
        kind: ``percentile``, ``bc`` (bias-corrected) or ``bca`` (with acceleration from the
            jackknife; Efron 1987).
    """
    from scipy.special import ndtr, ndtri

    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if kind != "percentile":
        share = np.clip(np.mean(draws < estimate), 0.5 / len(draws), 1 - 0.5 / len(draws))
        shift = float(ndtri(share))
        acceleration = _acceleration(jackknife) if kind == "bca" else 0.0
        z = shift + ndtri(tails)
        tails = ndtr(shift + z / (1 - acceleration * z))
    low, high = np.quantile(draws, tails)
    return float(low), float(high)


def _acceleration(jackknife: FloatArray) -> float:
    gap = jackknife.mean() - jackknife
    scale = float((gap**2).sum()) ** 1.5
    return float((gap**3).sum()) / (6 * scale) if scale > 0 else 0.0
