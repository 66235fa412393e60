"""How many factors? Parallel analysis and Velicer's minimum average partial."""

from dataclasses import dataclass

import numpy as np

from analysis.measurement.extraction import SMALLEST_UNIQUENESS, extract
from analysis.preparation.arrays import FloatArray
from survey.progress import Progress, silent

FIRST_SWEEPS = 10
SWEEPS = 500
SWEEP_TOLERANCE = 1e-7
CHUNK = 25
"""Random matrices factored together, between two calls of ``progress``."""


@dataclass(frozen=True, slots=True, eq=False)
class ParallelAnalysis:
    """Eigenvalues of the data beside those of random data of the same size.

    Args:
        components, factors: eigenvalues of R, and of R with the communalities of one factor on
            the diagonal, descending.
        random_components, random_factors: means over the random data sets.
        high_components, high_factors: their ``quantile`` (.95).
        n_components, n_factors: leading eigenvalues above that quantile.
    """

    components: FloatArray
    factors: FloatArray
    random_components: FloatArray
    random_factors: FloatArray
    high_components: FloatArray
    high_factors: FloatArray
    n_components: int
    n_factors: int


def one_factor_communalities(correlations: FloatArray) -> FloatArray:
    """Return the communalities of one minres factor of each matrix in a stack, B x k.

    Comrey's sweeps l_i = sum r_ij l_j / sum l_j^2 (j != i) until they are close, then Newton
    steps on the residuals off the diagonal, with the communality held to at most .995; where a
    step makes nothing better, another sweep. Same optimum as :func:`extract` with one factor.
    """
    values, vectors = np.linalg.eigh(correlations)
    loadings = vectors[:, :, -1] * np.sqrt(np.maximum(values[:, -1:], 0.1)) * 0.8
    largest = np.sqrt(1 - SMALLEST_UNIQUENESS)
    for _ in range(FIRST_SWEEPS):
        _sweep(correlations, loadings, largest)
    moving = np.arange(len(loadings))
    for _ in range(SWEEPS):
        R, before = correlations[moving], loadings[moving]
        after = np.clip(before + _newton_step(R, before), -largest, largest)
        worse = ~(_misfit(R, after) <= _misfit(R, before))
        if worse.any():
            again = before[worse]
            _sweep(R[worse], again, largest)
            after[worse] = again
        loadings[moving] = after
        moving = moving[np.abs(after - before).max(axis=1) >= SWEEP_TOLERANCE]
        if not len(moving):
            break
    return np.asarray(loadings**2, dtype=np.float64)


def _sweep(correlations: FloatArray, loadings: FloatArray, largest: float) -> None:
    """Improve the loadings (B x k) in place, one item after another."""
    for i in range(loadings.shape[1]):
        own = loadings[:, i]
        cross = (correlations[:, i, :] * loadings).sum(axis=1) - own
        others = (loadings**2).sum(axis=1) - own**2
        loadings[:, i] = np.clip(cross / np.maximum(others, 1e-12), -largest, largest)


def _misfit(correlations: FloatArray, loadings: FloatArray) -> FloatArray:
    """Return the sum of squared residuals off the diagonal of each matrix."""
    residual = correlations - loadings[:, :, None] * loadings[:, None, :]
    k = loadings.shape[1]
    residual[:, np.arange(k), np.arange(k)] = 0.0
    return np.asarray((residual**2).sum(axis=(1, 2)))


def _newton_step(correlations: FloatArray, loadings: FloatArray) -> FloatArray:
    """Return -H^-1 g of half the misfit; 0 for a matrix whose H is singular."""
    squares = (loadings**2).sum(axis=1, keepdims=True) - loadings**2
    cross = np.einsum("bij,bj->bi", correlations, loadings) - loadings
    curvature = 2 * loadings[:, :, None] * loadings[:, None, :] - correlations
    k = loadings.shape[1]
    curvature[:, np.arange(k), np.arange(k)] = squares
    slope = loadings * squares - cross
    try:
        return np.asarray(-np.linalg.solve(curvature, slope[:, :, None])[:, :, 0])
    except np.linalg.LinAlgError:
        return np.zeros_like(loadings)


def _eigenvalues(correlations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return descending eigenvalues of a stack of matrices, as they are and reduced."""
    components = np.linalg.eigvalsh(correlations)[:, ::-1]
    reduced = correlations.copy()
    k = reduced.shape[1]
    reduced[:, np.arange(k), np.arange(k)] = one_factor_communalities(correlations)
    return components, np.linalg.eigvalsh(reduced)[:, ::-1]


def _leading(observed: FloatArray, limit: FloatArray) -> int:
    below = np.flatnonzero(observed <= limit)
    return int(below[0]) if len(below) else len(observed)


def _random_correlations(rng: np.random.Generator, *, n: int, k: int, count: int) -> FloatArray:
    data = rng.standard_normal((count, n, k))
    data -= data.mean(axis=1, keepdims=True)
    data /= np.sqrt((data**2).sum(axis=1, keepdims=True))
    return np.asarray(data.transpose(0, 2, 1) @ data, dtype=np.float64)


def parallel_analysis(
    correlation: FloatArray,
    *,
    n: int,
    draws: int = 200,
    quantile: float = 0.95,
    seed: int = 20260101,
    progress: Progress = silent,
) -> ParallelAnalysis:
    """Return Horn's parallel analysis for components and for common factors.

    Args:
        correlation: k x k of the data (Pearson or polychoric).
        n: respondents behind it.
        draws: random normal data sets.
        quantile: an eigenvalue counts when it is above this quantile of the random ones.

    Reference: Horn (1965); factors as psych::fa.parallel(fm="minres"), against which it is
    checked (random eigenvalues within simulation error).
    """
    k = len(correlation)
    rng = np.random.default_rng(seed)
    chunks = []
    for start in range(0, draws, CHUNK):
        progress(start / draws, "parallel_analysis")
        count = min(CHUNK, draws - start)
        chunks.append(_eigenvalues(_random_correlations(rng, n=n, k=k, count=count)))
    random_components = np.concatenate([chunk[0] for chunk in chunks])
    random_factors = np.concatenate([chunk[1] for chunk in chunks])
    components = np.linalg.eigvalsh(correlation)[::-1]
    factors = reduced_eigenvalues(correlation)
    high_components = np.quantile(random_components, quantile, axis=0)
    high_factors = np.quantile(random_factors, quantile, axis=0)
    return ParallelAnalysis(
        components=components,
        factors=factors,
        random_components=random_components.mean(axis=0),
        random_factors=random_factors.mean(axis=0),
        high_components=high_components,
        high_factors=high_factors,
        n_components=_leading(components, high_components),
        n_factors=_leading(factors, high_factors),
    )


def reduced_eigenvalues(correlation: FloatArray) -> FloatArray:
    """Return the eigenvalues of R with one minres factor's communalities on the diagonal."""
    reduced = correlation.copy()
    loadings = extract(correlation, 1, method="minres").loadings
    np.fill_diagonal(reduced, (loadings**2).sum(axis=1))
    return np.linalg.eigvalsh(reduced)[::-1]


def minimum_average_partial(correlation: FloatArray) -> FloatArray:
    """Return Velicer's average squared partial correlation after 0, 1, ... k - 1 components.

    The number of components is where it is smallest (``argmin``). NaN from where the
    partial correlations cease to exist.

    Reference: Velicer (1976). Checked against psych::vss ``map`` (which starts with 1).
    """
    k = len(correlation)
    values, vectors = np.linalg.eigh(correlation)
    loadings = vectors[:, ::-1] * np.sqrt(np.maximum(values[::-1], 0))
    averages = np.full(k, np.nan)
    for m in range(k):
        partial = correlation - loadings[:, :m] @ loadings[:, :m].T
        diagonal = np.diag(partial)
        if np.any(diagonal <= 1e-12):
            break
        scaled = partial / np.sqrt(np.outer(diagonal, diagonal))
        averages[m] = (float((scaled**2).sum()) - k) / (k * (k - 1))
    return averages
