"""Standardized solutions std.lv and std.all with delta-method errors, and R squared.

A standardized parameter is the parameter times ratios of standard deviations:

* loading, path: x sd(predictor) / sd(outcome);   intercept, threshold: / sd;
* variance: / total variance;   covariance: / sqrt of the two residual variances.

Total variances come from the model (M = C S C', plus what conditioned x contribute). Because
every one is a product, the derivative of std by theta is std x (dlog of each factor), with
dM_ii = 2 u_i v_i from the rank-one rule. Checked against lavaan's standardizedSolution().
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.model_matrices import directions_of_all

if TYPE_CHECKING:
    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.parameter_table import Row
    from analysis.sem.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Standardized:
    """Standardized values of all rows, then of all definitions, with Jacobians by theta."""

    values: Array
    jacobian: Array

    def errors(self, covariance: Array | None) -> Array:
        """Return delta-method standard errors, NaN without a covariance."""
        if covariance is None:
            return np.full(len(self.values), np.nan)
        variance = np.einsum("ia,ab,ib->i", self.jacobian, covariance, self.jacobian)
        return np.sqrt(np.maximum(variance, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Scales:
    """Variances of one group and their derivatives by theta."""

    total: Array
    total_jacobian: Array
    residual: Array
    residual_jacobian: Array
    place: dict[str, int]
    n_observed: int


def total_variances(
    structure: GroupStructure, state: GroupState, sample: GroupMoments
) -> Array:
    """Return the model's total variances of all variables, conditioned x included."""
    total = np.diagonal(state.M).copy()
    if sample.x_cov is not None and structure.x_names:
        effect = state.C @ state.K
        total = total + np.einsum("ix,xy,iy->i", effect, sample.x_cov, effect)
    return total


def _scales(problem: Problem, g: int, state: GroupState, q: int) -> _Scales:
    s, sample = problem.structures[g], problem.moments.groups[g]
    steps = directions_of_all(s, state)
    total = total_variances(s, state, sample)
    jacobian = np.zeros((len(total), q))
    jacobian[:, s.parameters] = 2 * steps.U * steps.V
    if sample.x_cov is not None and steps.dslopes is not None:
        effect = state.C @ state.K
        pull = effect @ sample.x_cov
        jacobian[:, s.parameters] += 2 * np.einsum("ix,ixa->ia", pull, steps.dslopes)
    residual = np.diagonal(state.S).copy()
    residual_jacobian = np.zeros((len(residual), q))
    on_diagonal = s.of_S.rows == s.of_S.columns
    residual_jacobian[s.of_S.rows[on_diagonal], s.of_S.parameters[on_diagonal]] = 1.0
    place = {name: k for k, name in enumerate(s.variables)}
    if sample.x_cov is not None:
        place |= {name: len(total) + k for k, name in enumerate(s.x_names)}
        x = np.diagonal(sample.x_cov)
        total, residual = np.concatenate([total, x]), np.concatenate([residual, x])
        nothing = np.zeros((len(x), q))
        jacobian = np.concatenate([jacobian, nothing])
        residual_jacobian = np.concatenate([residual_jacobian, nothing])
    scales = _Scales(total, jacobian, residual, residual_jacobian, place, s.p)
    if problem.moments.kind == "ordered":
        from analysis.sem.categorical.standard_scales import ordered_scales

        return ordered_scales(problem, g, state, scales)
    return scales


def standardize(problem: Problem, theta: Array, states: tuple[GroupState, ...], *, kind: str) -> Standardized:
    """Return the standardized solution; ``kind`` is ``all`` or ``lv``."""
    table = problem.table
    q = len(theta)
    scales = [_scales(problem, g, state, q) for g, state in enumerate(states)]
    n = len(table.rows)
    values, jacobian = np.zeros(n), np.zeros((n, q))
    position = {index: k for k, index in enumerate(table.free)}
    estimates = row_estimates(problem, theta)
    latent, ordered = set(table.variables.latent), set(table.variables.ordered)
    for index, row in enumerate(table.rows):
        own = np.zeros(q)
        if index in position:
            own[position[index]] = 1.0
        elif row.lhs in ordered and row.op == "~~" and row.lhs == row.rhs:
            own = scales[row.group - 1].residual_jacobian[scales[row.group - 1].place[row.lhs]]
        value, slope = _one(row, estimates[index], own, scales[row.group - 1], latent, kind)
        values[index], jacobian[index] = value, slope
    defined = problem.constraints.defined
    if len(defined) == 0:
        return Standardized(values, jacobian)
    free = np.array(table.free, dtype=np.intp)
    at = values[free]
    return Standardized(
        np.concatenate([values, defined.value(at)]),
        np.concatenate([jacobian, defined.jacobian(at) @ jacobian[free]]),
    )


def _one(
    row: Row, value: float, own: Array, scales: _Scales, latent: set[str], kind: str
) -> tuple[float, Array]:
    """Return one standardized parameter and its derivative by theta."""
    if row.op == "~*~":
        return (1.0 if kind == "all" else value), np.zeros_like(own)
    powers = _powers(row, latent, kind)
    factor, log_slope = 1.0, np.zeros_like(own)
    for name, is_residual, power in powers:
        k = scales.place.get(name)
        if k is None:
            return float("nan"), np.full_like(own, np.nan)
        variance = float((scales.residual if is_residual else scales.total)[k])
        slope = (scales.residual_jacobian if is_residual else scales.total_jacobian)[k]
        if variance == 0 or (variance < 0 and not is_residual):
            return float("nan"), np.full_like(own, np.nan)
        factor *= abs(variance) ** power
        log_slope = log_slope + power * slope / variance
    return value * factor, own * factor + value * factor * log_slope


def _powers(row: Row, latent: set[str], kind: str) -> list[tuple[str, bool, float]]:
    """Return (variable, residual variance?, power) of each factor of the scale."""

    def counts(name: str) -> bool:
        return kind == "all" or name in latent

    if row.op == "=~":
        found = [(row.lhs, False, 0.5), (row.rhs, False, -0.5)]
    elif row.op in ("~", "<~"):
        found = [(row.lhs, False, -0.5), (row.rhs, False, 0.5)]
    elif row.op == "~~" and row.lhs == row.rhs:
        found = [(row.lhs, False, -1.0)]
    elif row.op == "~~":
        found = [(row.lhs, True, -0.5), (row.rhs, True, -0.5)]
    else:
        found = [(row.lhs, False, -0.5)]
    return [entry for entry in found if counts(entry[0])]


def scale_factors(problem: Problem, theta: Array, rows: list[Row], *, kind: str) -> Array:
    """Return what each parameter is multiplied by to be standardized at this solution."""
    states = problem.states(theta)
    scales = [_scales(problem, g, state, len(theta)) for g, state in enumerate(states)]
    latent = set(problem.table.variables.latent)
    nothing = np.zeros(len(theta))
    return np.array(
        [_one(row, 1.0, nothing, scales[row.group - 1], latent, kind)[0] for row in rows]
    )


def row_estimates(problem: Problem, theta: Array) -> Array:
    """Return the value of every row: free ones from theta, fixed ones as fixed.

    Of ordered variables, residual variances (delta) or scaling factors (theta
    parameterization) follow from the other parameters.
    """
    values = np.array([row.value for row in problem.table.rows])
    for index in np.flatnonzero(np.isnan(values)):
        row = problem.table.rows[int(index)]
        if row.is_exogenous and not row.is_free:
            values[index] = _sample_value(problem.moments.groups[row.group - 1], row)
    values[list(problem.table.free)] = theta
    if problem.moments.kind == "ordered":
        from analysis.sem.categorical.standard_scales import derived_values

        for index, value in derived_values(problem, theta).items():
            values[index] = value
    return values


def _sample_value(sample: GroupMoments, row: Row) -> float:
    names, mean, cov = sample.names, sample.mean, sample.cov
    if row.lhs not in names and sample.x_mean is not None and sample.x_cov is not None:
        names, mean, cov = sample.x_names, sample.x_mean, sample.x_cov
    if row.lhs not in names:
        return float("nan")
    i = names.index(row.lhs)
    return float(mean[i] if row.op == "~1" else cov[i, names.index(row.rhs)])


def r_squared(problem: Problem, states: tuple[GroupState, ...]) -> list[dict[str, float]]:
    """Return 1 - residual / total variance of every dependent variable, per group."""
    found: list[dict[str, float]] = []
    q = problem.constraints.n_free
    for g, state in enumerate(states):
        scales = _scales(problem, g, state, q)
        rows = problem.table.of_group(g + 1)
        names = dict.fromkeys(row.rhs for row in rows if row.op == "=~")
        names |= dict.fromkeys(row.lhs for row in rows if row.op == "~")
        names |= dict.fromkeys(row.lhs for row in rows if row.op == "<~")
        values = {}
        for name in names:
            k = scales.place[name]
            total = scales.total[k]
            values[name] = float(1 - scales.residual[k] / total) if total > 0 else float("nan")
        found.append(values)
    return found
