"""Residuals of moments: raw, correlation (Bentler, Bollen), normalized, standardized (z).

Standardized residuals divide by their own standard error, from the covariance of
Q s with Q = 1 - J bread J'V (Maydeu-Olivares 2017). Checked against lavResiduals().
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.dispatch import gamma_of, invert_gamma, moments_of_x
from analysis.sem.errors import SemError
from analysis.sem.influence import (
    adf_gamma,
    fixed_x_index,
    normal_weight,
    weighted_cross_product,
)
from analysis.sem.model_matrices import Directions
from analysis.sem.moments import vech_index, vech_reverse
from analysis.sem.normal_theory import NormalTheory
from analysis.sem.tests_of_fit import weight_and_product

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.model_matrices import GroupState
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.problem import Problem
    from analysis.sem.result import SemResult

KINDS = ("raw", "cor.bentler", "cor.bollen", "normalized", "standardized")


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """Residuals of one group: covariance part, and means (None without a mean structure)."""

    cov: Array
    mean: Array | None


def residuals(result: SemResult, kind: str) -> tuple[Residuals, ...]:
    """Return the residuals (sample - model) of every group.

    ``cor.bentler`` divides by the sample standard deviations, ``cor.bollen`` compares
    correlations, ``normalized`` divides by the error of the sample moment, ``standardized`` by
    the error of the residual itself (approximately standard normal when the model holds).
    """
    if kind not in KINDS:
        raise SemError("unknown_choice", option="residuals", value=kind, known=KINDS)
    problem = result.problem
    if problem.moments.kind == "ordered":
        from analysis.sem.categorical.residuals import ordered_residuals

        return ordered_residuals(result, kind)
    states = problem.states(result.theta)
    raw = tuple(
        _scaled(sample, state, kind, has_means=problem.table.has_means)
        for sample, state in zip(problem.moments.groups, states, strict=True)
    )
    if kind not in ("normalized", "standardized"):
        return raw
    inference = result.require_inference()
    return tuple(_divided(problem, inference, g, found, kind) for g, found in enumerate(raw))


def _scaled(sample: GroupMoments, state: GroupState, kind: str, *, has_means: bool) -> Residuals:
    sd = np.sqrt(np.diagonal(sample.cov))
    cov = sample.cov - state.Sigma
    mean = sample.mean - state.mu if has_means else None
    if kind == "raw" or kind in ("normalized", "standardized"):
        return Residuals(cov, mean)
    if kind == "cor.bentler":
        return Residuals(cov / np.outer(sd, sd), None if mean is None else mean / sd)
    model_sd = np.sqrt(np.diagonal(state.Sigma))
    difference = sample.cov / np.outer(sd, sd) - state.Sigma / np.outer(model_sd, model_sd)
    return Residuals(difference, None if mean is None else mean / sd)


def _divided(
    problem: Problem, inference: Inference, g: int, raw: Residuals, kind: str
) -> Residuals:
    variance = residual_variances(problem, inference, g, normalized=kind == "normalized")
    p = len(raw.cov)
    own_means = variance[: len(variance) - p * (p + 1) // 2]
    se = vech_reverse(np.sqrt(np.maximum(variance[len(own_means) :], 0.0)), p)
    sd = np.sqrt(np.diagonal(problem.moments.groups[g].cov))
    tiny = np.abs(raw.cov / np.outer(sd, sd)) < NEARLY_NOTHING
    cov = np.where(tiny, raw.cov / np.outer(sd, sd), raw.cov / np.where(se > 0, se, np.nan))
    if raw.mean is None:
        return Residuals(cov, None)
    mean_se = np.sqrt(np.maximum(own_means, 0.0))
    flat = np.abs(raw.mean / sd) < NEARLY_NOTHING
    mean = np.where(flat, raw.mean / sd, raw.mean / np.where(mean_se > 0, mean_se, np.nan))
    return Residuals(cov, mean)


NEARLY_NOTHING = 1e-4
"""Correlation residual that is reproduced exactly but for rounding: not divided by its error,
which is then 0 but for rounding too (lavaan's rule)."""


def residual_variances(
    problem: Problem, inference: Inference, g: int, *, normalized: bool
) -> Array:
    """Return the variances of the residuals of one group's moments (means first)."""
    acov = sample_covariance_of_moments(problem, g)
    if normalized:
        return np.diagonal(acov).copy()
    state = inference.states[g]
    chosen = problem.structures[g].parameters
    bread = inference.bread
    if bread is None:
        raise SemError("not_fitted")
    own = _own_weight(problem, g, state)
    V = weight_and_product(problem, inference, g)[0] if own is None else own
    if V.ndim == 1:
        V = np.diag(V)
    J = moment_jacobian(problem, inference, g)
    if own is not None:
        bread = bread_of_weights(problem, inference)
    estimated = problem.moments.shares[g] * (J @ bread[np.ix_(chosen, chosen)] @ J.T)
    Q = np.eye(len(V)) - estimated @ V
    return np.asarray(np.einsum("ij,jk,ik->i", Q, acov, Q))


def moment_jacobian(problem: Problem, inference: Inference, g: int) -> Array:
    """Return the Jacobian of one group's moments by its own parameters."""
    state, step = inference.states[g], inference.steps[g]
    if problem.estimator.is_likelihood:
        J = step.vech_jacobian()
        return np.concatenate([step.dmu, J]) if problem.table.has_means else J
    d = problem.discrepancies[g]
    return d.model.jacobian(problem.structures[g], state, step)  # type: ignore[attr-defined, no-any-return]


def bread_of_weights(problem: Problem, inference: Inference) -> Array:
    """Return the inverse information with the observed information of the moments alone."""
    from analysis.sem.inference import inverse_along

    q = len(inference.theta)
    total = np.zeros((q, q))
    for g, share in enumerate(problem.moments.shares):
        J = moment_jacobian(problem, inference, g)
        V = _own_weight(problem, g, inference.states[g])
        if V is None:
            raise SemError("not_fitted")
        chosen = problem.structures[g].parameters
        total[np.ix_(chosen, chosen)] += share * (J.T @ V @ J)
    found, _ = inverse_along(total, inference.tangent)
    if found is None:
        raise SemError("not_fitted")
    return found


def _missing_weight(problem: Problem, g: int, state: GroupState) -> Array:
    from analysis.sem.fiml_measures import missing_weight

    sample = problem.moments.groups[g]
    x = fixed_x_index(sample, problem.table, problem.options)
    is_observed = problem.estimator.information == "observed"
    return missing_weight(sample, state, x, observed=is_observed)


def _own_weight(problem: Problem, g: int, state: GroupState) -> Array | None:
    """Return the information of the moments where it is not the expected one."""
    if not problem.estimator.is_likelihood:
        return None
    if problem.moments.kind == "missing":
        return _missing_weight(problem, g, state)
    sample = problem.moments.groups[g]
    with_means = problem.table.has_means
    if problem.estimator.se == "first.order":
        return first_order_weight(sample, state.Sigma, state.mu, with_means=with_means)
    if problem.estimator.information == "observed":
        return observed_weight(sample, state, with_means=with_means)
    return None


def first_order_weight(sample: GroupMoments, sigma: Array, mu: Array, *, with_means: bool) -> Array:
    """Return the cross products of case scores of (means, vech Sigma) per case."""
    if sample.data is None:
        raise SemError("needs_raw_data", name="first.order")
    steps = moment_directions(sample.p, with_means=with_means)
    W = np.linalg.inv(sigma)
    z = (sample.data - (mu if with_means else sample.mean)) @ W
    scores = (z @ steps.U) * (z @ steps.V) - np.einsum("ia,ia->a", steps.U, W @ steps.V)
    return weighted_cross_product(scores + z @ steps.dmu, sample)


def moment_directions(p: int, *, with_means: bool) -> Directions:
    """Return the directions of the unrestricted model: every moment is its own parameter."""
    rows, columns = vech_index(p)
    unit = np.eye(p)
    U, V = unit[:, rows] * np.where(rows == columns, 0.5, 1.0), unit[:, columns]
    dmu = np.zeros((p, len(rows)))
    if not with_means:
        return Directions(U, V, dmu)
    nothing = np.zeros((p, p))
    return Directions(
        np.concatenate([nothing, U], axis=1),
        np.concatenate([nothing, V], axis=1),
        np.concatenate([unit, dmu], axis=1),
    )


def observed_weight(sample: GroupMoments, state: GroupState, *, with_means: bool) -> Array:
    """Return the observed information of (means, vech Sigma) per case at the model."""
    return NormalTheory(sample, with_means).moment_hessian(
        state, moment_directions(sample.p, with_means=with_means)
    )


def sample_covariance_of_moments(problem: Problem, g: int) -> Array:
    """Return the covariance matrix of one group's sample moments.

    Normal theory at the sample moments for ML with plain errors, else from fourth moments.
    """
    sample = problem.moments.groups[g]
    with_means = problem.table.has_means
    if problem.estimator.discrepancy in ("GLS", "WLS") and problem.moments.kind == "continuous":
        weight = problem.discrepancies[g].weight  # type: ignore[attr-defined]
        return invert_gamma(weight, np.diagonal(weight) == 0) / sample.n
    if not problem.estimator.is_likelihood:
        return gamma_of(problem, g) / sample.n
    if problem.moments.kind == "missing":
        from analysis.sem.fiml_measures import covariance_of_moments

        return covariance_of_moments(problem, g)
    x = fixed_x_index(sample, problem.table, problem.options)
    if problem.estimator.se.startswith("robust"):
        return adf_gamma(sample, with_means=with_means, x=x) / sample.n
    if problem.estimator.se == "first.order":
        weight = first_order_weight(sample, sample.cov, sample.mean, with_means=with_means)
        return np.asarray(np.linalg.inv(weight), dtype=np.float64) / sample.n
    weight = normal_weight(sample.cov_inverse, with_means=with_means)
    return invert_gamma(weight, moments_of_x(sample.p, x, with_means=with_means)) / sample.n
