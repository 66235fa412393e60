"""Factor scores of models with ordered variables: the mode of each case's posterior (EBM).

The scores of a case maximise

    sum_j log P(y_j | eta) - (eta - mu)' V^-1 (eta - mu) / 2,

where an ordered answer has probability Phi(upper) - Phi(lower) with limits
(tau - nu_j - lambda_j' eta) / sqrt(theta_jj), a continuous one a normal density, answers are
independent given eta, and missing ones are left out. Every term is concave, so Newton steps
find the maximum. Checked against lavaan's lavPredict(method = "EBM").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.binormal import FAR
from analysis.sem.categorical.univariate import interval_probability, normal_density
from analysis.sem.errors import SemError

if TYPE_CHECKING:
    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments, IndexArray
    from analysis.sem.result import SemResult

STEPS = 60
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class _Measurement:
    """The measurement model of one group, conditional on x.

    Args:
        loadings: observed x latent; intercepts: cases x observed; sd: residual SDs.
        prior_mean: cases x latent; prior_inverse: V^-1.
        upper, lower: limits of each ordered answer, else the answer itself.
    """

    loadings: Array
    intercepts: Array
    sd: Array
    prior_mean: Array
    prior_inverse: Array
    upper: Array
    lower: Array
    is_ordered: Array
    is_answered: Array


def ordered_factor_scores(result: SemResult, method: str) -> tuple[tuple[IndexArray, Array], ...]:
    """Return, per group, the rows of the cases in the data and their (n, latents) scores.

    Raises:
        SemError: regression and Bartlett scores do not exist for ordered variables.
    """
    if method != "ebm":
        raise SemError("scores_need_ebm", method=method)
    problem = result.problem
    found = []
    for sample, structure, state in zip(
        problem.moments.groups, problem.structures, problem.states(result.theta), strict=True
    ):
        if sample.cases is None or sample.data is None:
            raise SemError("needs_raw_data", name=method)
        found.append((sample.cases, posterior_modes(structure, state, sample)))
    return tuple(found)


def posterior_modes(structure: GroupStructure, state: GroupState, sample: GroupMoments) -> Array:
    """Return cases x latent variables, in the order of the group's data."""
    parts = _measurement(structure, state, sample)
    eta = parts.prior_mean.copy()
    value, gradient, hessian = _posterior(parts, eta)
    active = np.arange(len(eta))
    for _ in range(STEPS):
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        size = np.ones(len(active))
        some = _cases(parts, active)
        for _halving in range(30):
            trial = eta[active] + size[:, None] * step
            found = _posterior(some, trial)
            worse = found[0] < value - 1e-10 * (1.0 + np.abs(value))
            if not worse.any():
                break
            size[worse] *= 0.5
        eta[active] = trial
        going = np.abs(size[:, None] * step).max(axis=1) > TOLERANCE
        active = active[going]
        if len(active) == 0:
            break
        value, gradient, hessian = (part[going] for part in found)
    return eta


def _measurement(
    structure: GroupStructure, state: GroupState, sample: GroupMoments
) -> _Measurement:
    p, nv = structure.p, len(structure.variables)
    direct = np.linalg.inv(np.eye(p) - state.A[:p, :p])
    of_x = np.zeros((len(sample.data) if sample.data is not None else 0, nv))
    if sample.x_data is not None and structure.x_names:
        of_x = sample.x_data @ state.K.T
    shift = state.m + of_x
    theta = np.diag(direct @ state.S[:p, :p] @ direct.T)
    latent = np.arange(p, nv)
    assert sample.data is not None
    upper, lower = _limits(structure, state, sample.data)
    ordered = np.zeros(p, dtype=bool)
    ordered[structure.ordered] = True
    return _Measurement(
        loadings=direct @ state.A[:p, p:],
        intercepts=shift[:, :p] @ direct.T,
        sd=np.sqrt(np.maximum(theta, 1e-12)),
        prior_mean=(shift @ state.C.T)[:, latent],
        prior_inverse=np.asarray(np.linalg.pinv(state.M[p:, p:], hermitian=True)),
        upper=upper,
        lower=lower,
        is_ordered=ordered,
        is_answered=~np.isnan(sample.data),
    )


def _limits(structure: GroupStructure, state: GroupState, data: Array) -> tuple[Array, Array]:
    """Return thresholds above and below each ordered answer, or the continuous answer twice."""
    upper, lower = data.copy(), data.copy()
    for v in structure.ordered:
        own = np.concatenate([[-np.inf], state.tau[structure.threshold_of == v], [np.inf]])
        codes = np.nan_to_num(data[:, v], nan=1.0).astype(np.intp)
        upper[:, v], lower[:, v] = own[codes], own[codes - 1]
    return np.nan_to_num(upper, posinf=1e9, neginf=-1e9), np.nan_to_num(
        lower, posinf=1e9, neginf=-1e9
    )


def _cases(parts: _Measurement, chosen: IndexArray) -> _Measurement:
    return _Measurement(
        parts.loadings,
        parts.intercepts[chosen],
        parts.sd,
        parts.prior_mean[chosen],
        parts.prior_inverse,
        parts.upper[chosen],
        parts.lower[chosen],
        parts.is_ordered,
        parts.is_answered[chosen],
    )


def _posterior(parts: _Measurement, eta: Array) -> tuple[Array, Array, Array]:
    """Return value, gradient and minus the Hessian of each case's log-posterior."""
    fitted = parts.intercepts + eta @ parts.loadings.T
    above = np.clip((parts.upper - fitted) / parts.sd, -FAR, FAR)
    below = np.clip((parts.lower - fitted) / parts.sd, -FAR, FAR)
    probability = interval_probability(above, below)
    top, bottom = normal_density(above) / probability, normal_density(below) / probability
    slope = np.where(parts.is_ordered, bottom - top, above) / parts.sd
    bend = (above * top - below * bottom) + (top - bottom) ** 2
    curvature = np.where(parts.is_ordered, bend, 1.0) / parts.sd**2
    value = np.where(parts.is_ordered, np.log(probability), -0.5 * above**2)
    seen = parts.is_answered
    value, slope, curvature = (np.where(seen, part, 0.0) for part in (value, slope, curvature))
    gap = eta - parts.prior_mean
    pull = gap @ parts.prior_inverse
    hessian = np.einsum("nj,ja,jb->nab", curvature, parts.loadings, parts.loadings, optimize=True)
    return (
        value.sum(axis=1) - 0.5 * (gap * pull).sum(axis=1),
        slope @ parts.loadings - pull,
        hessian + parts.prior_inverse,
    )
