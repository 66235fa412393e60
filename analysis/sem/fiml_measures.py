"""Fit measures under missing data: what the unrestricted moments and their information say.

A_m is the observed information of the incomplete data on the unrestricted moments at the EM
estimate, A_c that of complete data with the same moments, B_m the cross products of the
scores, all per case; J the Jacobian of the model, E = (J' A_m J)^-1 along the constraints.
Checked against lavaan 0.6-14.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.sem.baseline import baseline_problem, baseline_solution
from analysis.sem.fit_measures import RobustInput, robust_measures
from analysis.sem.influence import fixed_x_index, normal_weight, weighted_cross_product
from analysis.sem.missing_directions import (
    expected_form,
    information_along,
    trace_of_complete,
)
from analysis.sem.missing_information import case_deviations, information, pattern_inverses
from analysis.sem.missing_moments import pattern_state
from analysis.sem.moments import vech_index
from analysis.sem.normal_theory import normal_information

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.missing_moments import PatternState
    from analysis.sem.model_matrices import Directions, GroupState
    from analysis.sem.moments import Array, GroupMoments, IndexArray
    from analysis.sem.problem import Problem
    from analysis.sem.tests_of_fit import TestOfFit


@dataclass(frozen=True, slots=True, eq=False)
class _Unrestricted:
    """What one group says about its unrestricted moments; moments of fixed x are left out."""

    own: IndexArray
    """Moments that count, in (means, vech)."""
    missing: Array
    complete: Array
    scores: Array | None


def _unrestricted(problem: Problem, g: int, *, with_scores: bool) -> _Unrestricted:
    sample = problem.moments.groups[g]
    x = fixed_x_index(sample, problem.table, problem.options)
    own = np.flatnonzero(~_moments_of_x(sample.p, x))
    found = information(sample.require_patterns(), sample.mean, sample.cov, observed=True).joined()
    complete = normal_weight(sample.cov_inverse, with_means=True)
    chosen = np.ix_(own, own)
    return _Unrestricted(
        own=own,
        missing=found[chosen] / sample.n,
        complete=complete[chosen],
        scores=unrestricted_scores(sample)[chosen] if with_scores else None,
    )


def unrestricted_scores(sample: GroupMoments) -> Array:
    """Return the cross products of the case scores in (means, vech) at the EM moments."""
    assert sample.data is not None
    patterns = sample.require_patterns()
    inverses = pattern_inverses(patterns, pattern_state(patterns, sample.mean, sample.cov))
    z = case_deviations(patterns, sample.data, sample.mean, inverses)
    rows, columns = vech_index(sample.p)
    once = np.where(rows == columns, 0.5, 1.0)
    traces = inverses[:, rows, columns]
    second = once * (z[:, rows] * z[:, columns] - traces[patterns.case_pattern])
    return np.asarray(weighted_cross_product(np.concatenate([z, second], axis=1), sample))


def fiml_unrestricted_trace(problem: Problem, group: int) -> tuple[float, float]:
    """Return tr(B_m A_m^-1) and the number of moments."""
    found = _unrestricted(problem, group, with_scores=True)
    assert found.scores is not None
    return float(np.trace(np.linalg.solve(found.missing, found.scores))), float(len(found.own))


def fiml_goodness_forms(problem: Problem, g: int, state: GroupState) -> tuple[float, float, int]:
    """Return r'Vr, s'Vs and the number of moments, V the expected information at the model.

    s are the moments of the available answers, as in lavaan, not those of EM.
    """
    sample = problem.moments.groups[g]
    x = fixed_x_index(sample, problem.table, problem.options)
    at = pattern_state(sample.require_patterns(), state.mu, state.Sigma)
    mean, cov = available_moments(sample)
    forms = []
    for vector, matrix in ((mean - state.mu, cov - state.Sigma), (mean.copy(), cov.copy())):
        vector[x] = 0.0  # moments of fixed x have no weight
        matrix[np.ix_(x, x)] = 0.0
        forms.append(expected_form(sample.require_patterns(), at, vector, matrix) / sample.n)
    return forms[0], forms[1], sample.p * (sample.p + 3) // 2


def missing_weight(
    sample: GroupMoments, state: GroupState, x: IndexArray, *, observed: bool
) -> Array:
    """Return the information per case on (means, vech) at the model; 0 for moments of fixed x."""
    V = (
        information(sample.require_patterns(), state.mu, state.Sigma, observed=observed).joined()
        / sample.n
    )
    fixed = _moments_of_x(sample.p, x)
    V[fixed] = 0.0
    V[:, fixed] = 0.0
    return V


def _moments_of_x(p: int, x: IndexArray) -> NDArray[np.bool_]:
    rows, columns = vech_index(p)
    is_x = np.isin(np.arange(p), x)
    return np.concatenate([is_x, is_x[rows] & is_x[columns]])


def covariance_of_moments(problem: Problem, g: int) -> Array:
    """Return the covariance matrix of one group's EM moments; 0 for moments of fixed x."""
    sample = problem.moments.groups[g]
    is_robust = problem.estimator.se.startswith("robust")
    found = _unrestricted(problem, g, with_scores=is_robust)
    inverse = np.linalg.inv(found.missing)
    if found.scores is not None:
        inverse = inverse @ found.scores @ inverse
    count = sample.p + sample.p * (sample.p + 1) // 2
    whole = np.zeros((count, count))
    whole[np.ix_(found.own, found.own)] = inverse / sample.n
    return whole


def available_moments(sample: GroupMoments) -> tuple[Array, Array]:
    """Return means of the available answers and pairwise covariances (times (n - 1) / n).

    With sampling weights the EM moments, as in lavaan.
    """
    if sample.weights is not None or sample.data is None:
        return sample.mean, sample.cov
    seen = (~np.isnan(sample.data)).astype(np.float64)
    y = np.nan_to_num(sample.data - sample.mean)
    mean = sample.mean + y.sum(axis=0) / seen.sum(axis=0)
    count, sums = seen.T @ seen, y.T @ seen
    with np.errstate(invalid="ignore", divide="ignore"):
        cov = (y.T @ y - sums * sums.T / count) / (count - 1.0)
    return mean, np.asarray(cov * (sample.n - 1.0) / sample.n)


def fiml_robust_measures(
    problem: Problem,
    inference: Inference,
    tests: tuple[TestOfFit, TestOfFit | None],
    null: tuple[TestOfFit, TestOfFit | None],
) -> dict[str, float]:
    """Return CFI, TLI, RNI and RMSEA corrected for missing data (Zhang and Savalei, 2023).

    FIML-C: the complete-data statistic at the FIML estimates with the correction V6, or V3
    with a scaled test.
    """
    empty = baseline_problem(problem)
    states = empty.states(baseline_solution(empty))
    models = (
        _Tangents(problem, inference.steps, inference.tangent),
        _Tangents(empty, empty.directions(states), None),
    )
    if tests[1] is None and problem.estimator.se != "first.order":
        k, k0 = _corrections(models)
    else:
        k, k0 = _corrections_by_scores(models, version="V6" if tests[1] is None else "V3")
    T, df, df0 = complete_statistic(problem, inference.states), tests[0].df, null[0].df
    c, c0 = (k / df if df > 0 else 1.0), (k0 / df0 if df0 > 0 else 1.0)
    r = RobustInput(T, df, c, T / c if df > 0 else T, complete_statistic(empty, states), df0, c0)
    return robust_measures(r, n=problem.n_effective, groups=len(problem.moments.groups))


def _jacobian(step: Directions) -> Array:
    """Return the derivatives of (means, vech)."""
    return np.concatenate([step.dmu, step.vech_jacobian()])


def complete_statistic(problem: Problem, states: tuple[GroupState, ...]) -> float:
    """Return the chi-square of complete data with the EM moments at the model's moments."""
    total = 0.0
    for sample, state in zip(problem.moments.groups, states, strict=True):
        found = state.inverse
        if found is None:
            return math.nan
        W, log_det = found
        d = sample.mean - state.mu
        gap = log_det + float(np.sum(W * sample.cov)) + float(d @ W @ d)
        total += sample.n * (gap - sample.cov_log_det - sample.p)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class _Tangents:
    """A model and the directions of its parameters; ``tangent`` along its constraints."""

    problem: Problem
    steps: tuple[Directions, ...]
    tangent: Array | None

    def summed(self, parts: list[Array]) -> Array:
        """Return the groups' tables by parameters together, each with its share."""
        q = self.problem.constraints.n_free
        total = np.zeros((q, q))
        shares, structures = self.problem.moments.shares, self.problem.structures
        for share, structure, part in zip(shares, structures, parts, strict=True):
            total[np.ix_(structure.parameters, structure.parameters)] += share * part
        return total

    def inverse(self, H: Array) -> Array:
        """Return K (K'HK)^-1 K'."""
        K = self.tangent
        found = np.linalg.inv(H) if K is None else K @ np.linalg.solve(K.T @ H @ K, K.T)
        return np.asarray(found)


def _corrections(models: tuple[_Tangents, ...]) -> list[float]:
    """Return k of V6 for each model, tr(A_c Q) with Q = A_m^-1 - J E J'.

    The model's part needs the information along its parameters only.
    """
    problem = models[0].problem
    groups = problem.moments.groups
    at = [pattern_state(s.require_patterns(), s.mean, s.cov) for s in groups]
    first = sum(_trace_of_complete(problem, g, state) for g, state in enumerate(at))
    found = []
    for model in models:
        along = [
            information_along(s.require_patterns(), state, step, observed=True) / s.n
            for s, state, step in zip(groups, at, model.steps, strict=True)
        ]
        complete = [
            normal_information(s.cov_inverse, step, with_means=True)
            for s, step in zip(groups, model.steps, strict=True)
        ]
        E = model.inverse(model.summed(along))
        found.append(first - float(np.sum(E * model.summed(complete))))
    return found


def _trace_of_complete(problem: Problem, g: int, state: PatternState) -> float:
    """Return tr(A_m^-1 A_c) of one group."""
    sample = problem.moments.groups[g]
    if len(fixed_x_index(sample, problem.table, problem.options)) == 0:
        found = trace_of_complete(sample.require_patterns(), state, sample.cov)
        if found is not None:
            return found
    part = _unrestricted(problem, g, with_scores=False)
    return float(np.trace(np.linalg.solve(part.missing, part.complete)))


def _corrections_by_scores(models: tuple[_Tangents, ...], *, version: str) -> list[float]:
    """Return k of V6, tr(A_c Q), or of V3, tr(Q A_c Q B_m), with Q = A_m^-1 - J E J'.

    Groups stand in blocks; A and B carry their shares. MLF takes E from the scores, as lavaan.
    """
    problem = models[0].problem
    by_score = problem.estimator.se == "first.order"
    parts = [
        _unrestricted(problem, g, with_scores=True) for g in range(len(problem.moments.groups))
    ]
    scores = [part.scores for part in parts if part.scores is not None]
    whole = [np.linalg.solve(part.missing, part.complete) for part in parts]
    first = float(sum(np.trace(m) for m in whole))
    if version == "V3":
        spread = [np.linalg.solve(part.missing, B) for part, B in zip(parts, scores, strict=True)]
        first = sum(float(np.sum(m * s.T)) for m, s in zip(whole, spread, strict=True))
    found = []
    for model in models:
        J = [_jacobian(step)[part.own] for step, part in zip(model.steps, parts, strict=True)]
        BJ = [B @ left for B, left in zip(scores, J, strict=True)]
        AJ = [part.missing @ left for part, left in zip(parts, J, strict=True)]
        E = model.inverse(model.summed(_products(J, BJ if by_score else AJ)))
        complete = [part.complete @ left for part, left in zip(parts, J, strict=True)]
        by_complete = model.summed(_products(J, complete))
        if version == "V6":
            found.append(first - float(np.sum(E * by_complete)))
            continue
        mixed = model.summed(_products(J, [m.T @ b for m, b in zip(whole, BJ, strict=True)]))
        by_scores = model.summed(_products(J, BJ))
        last = E @ by_complete @ E
        found.append(first - 2.0 * float(np.sum(E * mixed)) + float(np.sum(last * by_scores)))
    return found


def _products(left: list[Array], right: list[Array]) -> list[Array]:
    return [a.T @ b for a, b in zip(left, right, strict=True)]
