"""Relative weights (Johnson 2000): the share of R² that each correlated predictor earns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.preparation.arrays import FloatArray

SMALLEST_EIGENVALUE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class RelativeWeights:
    """Importance of k predictors, possibly for many draws at once (leading axis).

    Args:
        raw: (..., k), not negative, sums to R² over the predictors.
        r2: (...), share of the outcome's variance that all predictors explain.
        correlation: (..., k), plain correlation of each predictor with the outcome.
    """

    raw: FloatArray
    r2: FloatArray
    correlation: FloatArray


def relative_weights(
    predictors: FloatArray, outcome: FloatArray, *, counts: FloatArray | None = None
) -> RelativeWeights:
    """Return the relative weights of ``predictors`` (n x k) for ``outcome`` (n).

    With R_xx = V D V', Λ = V √D V' and β = Λ⁻¹ r_xy, the weight of predictor j is
    Σ_k Λ_jk² β_k²; the weights sum to R². Complete data, every column varying.

    Args:
        counts: how often each case is drawn, draws x n (bootstrap); None: each once.

    Reference: Johnson (2000), Multivariate Behavioral Research 35(1). Checked against R
    (eigen) and, for the sum, against lm's R².
    """
    repeats = np.ones((1, len(outcome))) if counts is None else counts
    correlations = drawn_correlations(np.column_stack([predictors, outcome]), repeats)
    r_xx, r_xy = correlations[:, :-1, :-1], correlations[:, :-1, -1]
    values, vectors = np.linalg.eigh(r_xx)
    roots = np.sqrt(np.maximum(values, SMALLEST_EIGENVALUE))
    loading = (vectors * roots[:, None, :]) @ vectors.transpose(0, 2, 1)
    inverse = (vectors / roots[:, None, :]) @ vectors.transpose(0, 2, 1)
    beta = (inverse @ r_xy[..., None])[..., 0]
    raw = ((loading**2) @ (beta**2)[..., None])[..., 0]
    result = RelativeWeights(raw, raw.sum(axis=-1), r_xy)
    return result if counts is not None else _first(result)


def _first(many: RelativeWeights) -> RelativeWeights:
    return RelativeWeights(many.raw[0], many.r2[0], many.correlation[0])


def drawn_correlations(data: FloatArray, repeats: FloatArray) -> FloatArray:
    """Return the correlation matrix of each draw, draws x k x k, from weighted moments.

    Args:
        data: n x k, complete; ``repeats``: how often each row is drawn, draws x n.

    A column that does not vary in a draw correlates 0 with everything there.
    """
    centred = data - data.mean(axis=0)
    n = repeats.sum(axis=1)[:, None]
    k = data.shape[1]
    rows, columns = np.triu_indices(k)
    means = repeats @ centred / n
    products = repeats @ (centred[:, rows] * centred[:, columns]) / n
    covariance = np.empty((len(repeats), k, k))
    covariance[:, rows, columns] = products - means[:, rows] * means[:, columns]
    covariance[:, columns, rows] = covariance[:, rows, columns]
    sd = np.sqrt(np.maximum(np.einsum("bii->bi", covariance), 0.0))
    scale = np.divide(1.0, sd, out=np.zeros_like(sd), where=sd > 1e-12)
    correlation: FloatArray = covariance * scale[:, :, None] * scale[:, None, :]
    correlation[:, np.arange(k), np.arange(k)] = 1.0
    return correlation
