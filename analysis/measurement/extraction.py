"""Extraction of common factors from a correlation matrix: ML, minres, principal axes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.preparation.arrays import FloatArray, IntArray

Extraction = Literal["ml", "minres", "pa"]

SMALLEST_UNIQUENESS = 0.005
"""As psych::fa and stats::factanal: below it the solution is a Heywood case."""

PA_TOLERANCE = 1e-9
PA_ITERATIONS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Extracted:
    """Unrotated loadings, largest factor first, each column with a positive sum.

    Args:
        loadings: variables x factors.
        uniqueness: per variable, SMALLEST_UNIQUENESS to 1 for ML and minres.
        has_converged: the iteration came to rest.
    """

    loadings: FloatArray
    uniqueness: FloatArray
    has_converged: bool

    @property
    def heywood(self) -> IntArray:
        """Indices of variables whose uniqueness is at its bound or below."""
        return np.flatnonzero(self.uniqueness <= SMALLEST_UNIQUENESS * 1.001)


def _signed(loadings: FloatArray) -> FloatArray:
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return loadings * sign


def _top(matrix: FloatArray, m: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (all eigenvalues descending, top m eigenvalues, top m eigenvectors)."""
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    return values, values[:m], vectors[:, :m]


def _minres_loadings(correlation: FloatArray, psi: FloatArray, m: int) -> FloatArray:
    _, top, vectors = _top(correlation - np.diag(psi), m)
    return np.asarray(vectors * np.sqrt(np.maximum(top, 0)), dtype=np.float64)


def _minres_objective(psi: FloatArray, correlation: FloatArray, m: int) -> tuple[float, FloatArray]:
    """Half the sum of squared residuals and its gradient in the uniquenesses."""
    loadings = _minres_loadings(correlation, psi, m)
    residual = correlation - loadings @ loadings.T - np.diag(psi)
    return 0.5 * float((residual**2).sum()), -np.diag(residual)


def _ml_loadings(correlation: FloatArray, psi: FloatArray, m: int) -> FloatArray:
    scale = 1 / np.sqrt(psi)
    _, top, vectors = _top(correlation * np.outer(scale, scale), m)
    return np.asarray(
        np.sqrt(psi)[:, None] * vectors * np.sqrt(np.maximum(top - 1, 0)), dtype=np.float64
    )


def _ml_objective(psi: FloatArray, correlation: FloatArray, m: int) -> tuple[float, FloatArray]:
    """Joreskog's (1967) function of the uniquenesses and its gradient."""
    scale = 1 / np.sqrt(psi)
    values, _, _ = _top(correlation * np.outer(scale, scale), m)
    rest = np.maximum(values[m:], np.finfo(float).tiny)
    loadings = _ml_loadings(correlation, psi, m)
    gap = np.diag(loadings @ loadings.T) + psi - np.diag(correlation)
    return float((rest - np.log(rest) - 1).sum()), gap / psi**2


def _starting_uniqueness(correlation: FloatArray, m: int) -> FloatArray:
    """Joreskog's start: (1 - m / 2p) / diagonal of the inverse; half where singular."""
    k = len(correlation)
    if np.linalg.matrix_rank(correlation) < k:
        return np.full(k, 0.5)
    start = (1 - 0.5 * m / k) / np.diag(np.linalg.inv(correlation))
    return np.clip(start, SMALLEST_UNIQUENESS, 1.0)


def _by_uniqueness(
    correlation: FloatArray, m: int, method: Literal["ml", "minres"], start: FloatArray | None
) -> Extracted:
    from scipy.optimize import minimize

    objective, loadings_at = (
        (_ml_objective, _ml_loadings) if method == "ml" else (_minres_objective, _minres_loadings)
    )
    first = _starting_uniqueness(correlation, m) if start is None else start
    found = minimize(
        objective,
        first,
        args=(correlation, m),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * len(correlation),
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-8},
    )
    psi = np.asarray(found.x, dtype=np.float64)
    at_rest = bool(found.success) or "ABNORMAL" in str(found.message)
    return Extracted(_signed(loadings_at(correlation, psi, m)), psi, at_rest)


def _principal_axes(correlation: FloatArray, m: int) -> Extracted:
    """Iterate the communalities from squared multiple correlations until they rest."""
    k = len(correlation)
    singular = np.linalg.matrix_rank(correlation) < k
    h2 = np.ones(k) if singular else 1 - 1 / np.diag(np.linalg.inv(correlation))
    reduced = correlation.copy()
    loadings: FloatArray = np.zeros((k, m))
    change = np.inf
    for _ in range(PA_ITERATIONS):
        np.fill_diagonal(reduced, h2)
        _, top, vectors = _top(reduced, m)
        loadings = vectors * np.sqrt(np.maximum(top, 0))
        new = (loadings**2).sum(axis=1)
        change = float(np.abs(new - h2).max())
        h2 = new
        if change < PA_TOLERANCE:
            break
    return Extracted(_signed(loadings), 1 - h2, change < PA_TOLERANCE)


def extract(
    correlation: FloatArray, n_factors: int, *, method: Extraction, start: FloatArray | None = None
) -> Extracted:
    """Return the unrotated factors of a correlation matrix.

    Args:
        correlation: k x k, ones on the diagonal.
        n_factors: 1 to k - 1.
        method: ``ml`` maximum likelihood, ``minres`` least squares of the off-diagonal
            residuals, ``pa`` iterated principal axes (same optimum as minres when they rest).
        start: uniquenesses to start from (ML and minres).

    Reference: Joreskog (1967); Harman & Jones (1966). Checked against psych::fa 2.2.9 and
    stats::factanal.
    """
    if not 1 <= n_factors < len(correlation):
        raise ValueError(f"{n_factors} factors of {len(correlation)} variables")
    if method == "pa":
        return _principal_axes(correlation, n_factors)
    return _by_uniqueness(correlation, n_factors, method, start)
