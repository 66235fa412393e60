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
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.model_matrices import directions_of_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments, IndexArray, Mask
    from analysis.sem.parameter_table import ParameterTable, Row
    from analysis.sem.problem import Problem


@dataclass(frozen=True, eq=False)
class Standardized:
    """Standardized values of all rows, then of all definitions.

    Args:
        derive: gives the derivatives of the values by theta.
    """

    values: Array
    derive: Callable[[], Array]

    @cached_property
    def jacobian(self) -> Array:
        """Derivatives of the values by theta, made only where errors are asked for."""
        return self.derive()

    def errors(self, covariance: Array | None) -> Array:
        """Return delta-method standard errors, NaN without a covariance."""
        if covariance is None:
            return np.full(len(self.values), np.nan)
        variance: Array = ((self.jacobian @ covariance) * self.jacobian).sum(axis=1)
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


def total_variances(structure: GroupStructure, state: GroupState, sample: GroupMoments) -> Array:
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


def standardize(
    problem: Problem, theta: Array, states: tuple[GroupState, ...], *, kind: str
) -> Standardized:
    """Return the standardized solution; ``kind`` is ``all`` or ``lv``."""
    return standardize_both(problem, theta, states)[kind]


def standardize_both(
    problem: Problem, theta: Array, states: tuple[GroupState, ...]
) -> dict[str, Standardized]:
    """Return the solutions ``all`` and ``lv``."""
    scales = [_scales(problem, g, state, len(theta)) for g, state in enumerate(states)]
    estimates = row_estimates(problem, theta)
    return {kind: _standardized(problem, estimates, scales, kind) for kind in ("all", "lv")}


def _standardized(
    problem: Problem, estimates: Array, scales: list[_Scales], kind: str
) -> Standardized:
    table, defined = problem.table, problem.constraints.defined
    plans = [_group_plan(table, g + 1, kind) for g in range(len(scales))]
    factors = np.empty(len(table.rows))
    for (rows, plan), scale in zip(plans, scales, strict=True):
        factors[rows] = _factors(plan, scale)
    values = estimates * factors
    at = values[list(table.free)]

    def derive() -> Array:
        jacobian = _own_jacobian(table, scales, len(at)) * factors[:, None]
        for (rows, plan), scale in zip(plans, scales, strict=True):
            jacobian[rows] += values[rows, None] * _slopes(plan, scale)
        if len(defined) == 0:
            return jacobian
        return np.concatenate([jacobian, defined.jacobian(at) @ jacobian[list(table.free)]])

    return Standardized(np.concatenate([values, defined.value(at)]), derive)


def _own_jacobian(table: ParameterTable, scales: list[_Scales], q: int) -> Array:
    """Return the derivatives of the rows' own values by theta."""
    own = np.zeros((len(table.rows), q))
    own[list(table.free), np.arange(q)] = 1.0
    ordered = set(table.variables.ordered)
    for index, row in enumerate(table.rows if ordered else ()):
        if row.lhs in ordered and row.op == "~~" and row.lhs == row.rhs and not row.is_free:
            scale = scales[row.group - 1]
            own[index] = scale.residual_jacobian[scale.place[row.lhs]]
    return own


NOTHING = ("", False, 0.0)
"""The factor 1."""


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Per row, two factors |v|^power: names of the variances; "" for none; fixed: factor 1."""

    first: tuple[tuple[str, bool, float], ...]
    second: tuple[tuple[str, bool, float], ...]


@lru_cache(maxsize=128)
def _group_plan(table: ParameterTable, group: int, kind: str) -> tuple[IndexArray, _Plan]:
    """Return the rows of one group and how each is scaled."""
    indices = [k for k, row in enumerate(table.rows) if row.group == group]
    return np.array(indices, dtype=np.intp), _plan_of([table.rows[k] for k in indices], table, kind)


def _plan_of(rows: list[Row], table: ParameterTable, kind: str) -> _Plan:
    latent = set(table.variables.latent)
    powers = [_powers(row) for row in rows]
    if kind == "lv":
        powers = [tuple(p if p[0] in latent else NOTHING for p in pair) for pair in powers]
    return _Plan(tuple(p[0] for p in powers), tuple(p[1] for p in powers))


def _variances(scales: _Scales) -> tuple[Array, Mask]:
    """Return (total, residual, 1), and which of them a parameter can be divided by."""
    variances = np.concatenate([scales.total, scales.residual, [1.0]])
    is_total = np.arange(len(variances)) < len(scales.total)
    return variances, (variances > 0) | (~is_total & (variances != 0))


def _factors(plan: _Plan, scales: _Scales) -> Array:
    """Return the factor of each row."""
    variances, usable = _variances(scales)
    size = np.where(usable, np.abs(variances), np.nan)
    factor: Array = np.ones(len(plan.first))
    for part in (plan.first, plan.second):
        places, power = _places(part, tuple(scales.place.items()))
        factor *= np.where(_vanishes(variances[places], power), 0.0, size[places] ** power)
    return factor


def _slopes(plan: _Plan, scales: _Scales) -> Array:
    """Return the derivative of the logarithm of each row's factor by theta."""
    variances, usable = _variances(scales)
    nothing = np.zeros((1, scales.total_jacobian.shape[1]))
    relative = np.concatenate([scales.total_jacobian, scales.residual_jacobian, nothing])
    relative /= np.where(usable, variances, np.nan)[:, None]
    slope: Array = np.zeros((len(plan.first), relative.shape[1]))
    for part in (plan.first, plan.second):
        places, power = _places(part, tuple(scales.place.items()))
        own = relative[places] * power[:, None]
        own[_vanishes(variances[places], power)] = 0.0
        slope += own
    return slope


def _vanishes(variances: Array, power: Array) -> Mask:
    """Return where there is no variance: standardized to 0."""
    found: Mask = (power > 0) & (variances == 0)
    return found


@lru_cache(maxsize=256)
def _places(
    part: tuple[tuple[str, bool, float], ...], place: tuple[tuple[str, int], ...]
) -> tuple[IndexArray, Array]:
    """Return where each factor's variance stands among (total, residual, 1), and the powers."""
    known = dict(place)
    n = len(known)
    places = [known[name] + n * residual if name else 2 * n for name, residual, _ in part]
    return np.array(places, dtype=np.intp), np.array([entry[2] for entry in part])


def _powers(row: Row) -> tuple[tuple[str, bool, float], ...]:
    """Return (variable, residual variance?, power) of the two factors of the scale."""
    if row.op == "~*~":
        return NOTHING, NOTHING
    if row.op == "=~":
        return (row.lhs, False, 0.5), (row.rhs, False, -0.5)
    if row.op in ("~", "<~"):
        return (row.lhs, False, -0.5), (row.rhs, False, 0.5)
    if row.op == "~~" and row.lhs != row.rhs:
        return (row.lhs, True, -0.5), (row.rhs, True, -0.5)
    return (row.lhs, False, -1.0 if row.op == "~~" else -0.5), NOTHING


def scale_factors(problem: Problem, theta: Array, rows: list[Row], *, kind: str) -> Array:
    """Return what each parameter is multiplied by to be standardized at this solution."""
    states = problem.states(theta)
    scales = [_scales(problem, g, state, len(theta)) for g, state in enumerate(states)]
    found = np.empty(len(rows))
    for g, scale in enumerate(scales):
        own = [k for k, row in enumerate(rows) if row.group == g + 1]
        plan = _plan_of([rows[k] for k in own], problem.table, kind)
        found[own] = _factors(plan, scale)
    return found


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

        for place, value in derived_values(problem, theta).items():
            values[place] = value
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
