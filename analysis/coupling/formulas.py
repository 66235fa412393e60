"""Coupling degree C, coordination index T and coupling coordination degree D.

All functions take U with the systems on the last axis and any number of leading axes
(bootstrap draws, units, years), so that a whole bootstrap is one call.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

FORMULAS = ("standard", "wang", "fan")


def coupling_degree(u: ArrayLike, formula: str = "standard") -> Array:
    """Return the coupling degree C of the systems on the last axis.

    standard: C = [ΠU / (ΣU/n)^n]^(1/n), geometric over arithmetic mean, in 0..1.
    wang: C = sqrt{[1 - mean over pairs |Ui - Uj|] · [ΠU / max U]^(1/(n-1))} with U divided by
        max U inside the product, in 0..1. Not above the standard C where every U is at least
        .05 (checked on random cases, n 2-5); for n > 2 it is above as one U tends to 0.
    fan: C = 1 - 2 SD(U), population SD, in 0..1.

    Args:
        u: shape (..., n), n >= 2, each U in 0..1; NaN gives NaN.

    Where all U are 0 the systems are equal and C is 1 (D is 0 anyway).

    Reference: 王淑佳等 (2021), Fan et al. (2024) as implemented in R mathmodels; checked
    against framework.json ``golden.coupling``.
    """
    values = _systems(u)
    return {"standard": _standard, "wang": _wang, "fan": _fan}[formula](values)


def coordination_index(u: ArrayLike, alpha: Sequence[float] = ()) -> Array:
    """Return T = Σ α_i U_i, in 0..1; ``alpha`` sums to 1, empty means equal."""
    values = _systems(u)
    weights = system_weights(alpha, values.shape[-1])
    return np.asarray(values @ weights)


def coordination_degree(
    u: ArrayLike, formula: str = "standard", *, alpha: Sequence[float] = ()
) -> Array:
    """Return D = sqrt(C · T), in 0..1."""
    return np.asarray(np.sqrt(coupling_degree(u, formula) * coordination_index(u, alpha)))


def standard_gradient(u: ArrayLike, alpha: Sequence[float] = ()) -> Array:
    """Return ∂D/∂U_i of the standard form: D/2 · [1/(n U_i) - 1/ΣU + α_i/T].

    Infinite or NaN where a U is 0. Checked against ``golden.gradient_standard``.
    """
    values = _systems(u)
    n = values.shape[-1]
    weights = system_weights(alpha, n)
    degree = coordination_degree(values, alpha=tuple(weights))[..., None]
    total = values.sum(axis=-1, keepdims=True)
    index = (values @ weights)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(degree / 2 * (1 / (n * values) - 1 / total + weights / index))


def system_weights(alpha: Sequence[float], n: int) -> Array:
    """Return the contribution weights of ``n`` systems: ``alpha`` rescaled to sum 1, or equal.

    Raises:
        ValueError: the number of weights is not ``n``, one is negative or all are 0. Callers
            check what the user entered first (:func:`analysis.coupling.weights_finding`).
    """
    if not len(alpha):
        return np.full(n, 1 / n)
    weights = np.asarray(alpha, dtype=float)
    if weights.shape != (n,) or (weights < 0).any() or not weights.sum() > 0:
        raise ValueError(f"{n} weights >= 0 are needed, not {tuple(alpha)}")
    return np.asarray(weights / weights.sum())


def _systems(u: ArrayLike) -> Array:
    values = np.asarray(u, dtype=float)
    if values.ndim == 0 or values.shape[-1] < 2:
        raise ValueError("coupling needs at least two systems on the last axis")
    return values


def _standard(u: Array) -> Array:
    mean = u.mean(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        geometric = np.exp(np.log(u).mean(axis=-1))
        degree = np.where(mean == 0, 1.0, geometric / mean)
    return np.asarray(np.minimum(degree, 1.0))


def _wang(u: Array) -> Array:
    n = u.shape[-1]
    first, second = np.triu_indices(n, 1)
    distance = np.abs(u[..., first] - u[..., second]).mean(axis=-1)
    highest = u.max(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(highest[..., None] == 0, 1.0, u / highest[..., None]).prod(axis=-1)
    return np.asarray(np.sqrt((1 - distance) * ratio ** (1 / (n - 1))))


def _fan(u: Array) -> Array:
    return np.asarray(1 - 2 * u.std(axis=-1))
