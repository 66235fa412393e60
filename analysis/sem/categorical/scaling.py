"""The scale of ordered variables: residual variances (delta) or scaling factors (theta).

Only the latent responses behind an ordered variable have a covariance matrix; what is
observed is on the scale where their variance is 1. With the delta parameterization the
scaling factors are parameters and the residual variances follow from
diag(Sigma) = 1 / delta^2; with theta the residual variances are parameters and
delta = diag(Sigma)^(-1/2) (Muthen and Asparouhov, 2002).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analysis.sem.moments import Array, IndexArray


def residual_variances(S: Array, L: Array, delta: Array, ordered: IndexArray) -> Array:
    """Return S with the residual variances of the ordered variables that ``delta`` implies.

    The total variances are linear in them: (L o L) s = 1 / delta^2 - rest, which also holds
    where ordered variables cause one another. Works on stacks (leading axes).
    """
    filled = np.array(np.broadcast_to(S, (*L.shape[:-2], *S.shape[-2:])))
    filled[..., ordered, ordered] = 0.0
    rows = L[..., ordered, :]
    rest = ((rows @ filled) * rows).sum(axis=-1)
    target = 1.0 / delta[..., ordered] ** 2 - rest
    squares = rows[..., ordered] ** 2
    if np.array_equal(squares, np.broadcast_to(np.eye(len(ordered)), squares.shape)):
        filled[..., ordered, ordered] = target
    else:
        filled[..., ordered, ordered] = np.linalg.solve(squares, target[..., None])[..., 0]
    return filled


def scaling_factors(Sigma: Array, delta: Array, ordered: IndexArray) -> Array:
    """Return delta with 1 / sqrt(diag Sigma) for the ordered variables; NaN if negative."""
    variances = np.diagonal(Sigma, axis1=-2, axis2=-1)[..., ordered]
    filled = np.array(np.broadcast_to(delta, (*variances.shape[:-1], delta.shape[-1])))
    with np.errstate(invalid="ignore", divide="ignore"):
        filled[..., ordered] = np.where(variances > 0, variances, np.nan) ** -0.5
    return filled
