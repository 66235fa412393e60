"""Bootstrap: draws of cases, refits, and intervals.

ordinary: cases are drawn with replacement within groups; bollen.stine: the cases are first
turned so that the model fits them exactly, and the draws give a p value of the chi-square.

Intervals: normal, percentile, bias corrected (BC), bias corrected and accelerated (BCa; Efron
1987, acceleration from the empirical influence of each case). Checked against lavaan's
bootstrapLavaan() and parameterEstimates(boot.ci.type=).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.sem.bootstrap_batch import MomentStack, can_batch, fit_stack
from analysis.sem.errors import SemError
from analysis.sem.moments import vech_index, vech_reverse
from analysis.sem.optimise import minimise
from survey.progress import silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.problem import Problem
    from analysis.sem.result import SemResult
    from survey.progress import Progress

SLICE = 200
"""Draws fitted together at most: large enough to fill the matrix products."""
CELLS = 60_000
"""Derivatives (variables x parameters x draws) in one slice, so that a step stays short."""


@dataclass(frozen=True, eq=False)
class BootstrapResult:
    """Draws of a bootstrap and what follows from them.

    Args:
        theta: (draws kept, free rows). values: (draws kept, rows and definitions) of the table.
        chi_square: of every kept draw.
        asked, failed: draws asked for, and those that did not converge and were left out.
        estimates: of the sample, in the same order as ``values``.
        influence: third-moment acceleration of each column, for BCa.
        keys: lhs, op, rhs, group and label of each column.
        p_bollen_stine: share of draws with a chi-square at least the sample's, else NaN.
    """

    theta: Array
    values: Array
    chi_square: Array
    asked: int
    failed: int
    estimates: Array
    acceleration: Array
    keys: dict[str, list[Any]]
    confidence: float
    kind: str
    p_bollen_stine: float

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per free parameter and definition.

        Columns ``lhs op rhs group label est se bias normal_low normal_high percentile_low
        percentile_high bc_low bc_high bca_low bca_high``.
        """
        import pandas as pd

        return pd.DataFrame({**self.keys, **self.columns})

    @cached_property
    def columns(self) -> dict[str, Array]:
        """The numbers of ``table`` as arrays."""
        tail = (1 - self.confidence) / 2
        se = self.values.std(axis=0, ddof=1)
        bias = self.values.mean(axis=0) - self.estimates
        z = float(ndtri(1 - tail))
        share = (self.values < self.estimates).mean(axis=0)
        share = np.clip(share, 0.5 / len(self.values), 1 - 0.5 / len(self.values))
        z0 = ndtri(share)
        ordered = np.sort(self.values, axis=0)
        found = {"est": self.estimates, "se": se, "bias": bias}
        found["normal_low"] = self.estimates - bias - z * se
        found["normal_high"] = self.estimates - bias + z * se
        for name, sign in (("low", -z), ("high", z)):
            found[f"percentile_{name}"] = _quantiles(ordered, np.full(len(z0), ndtr(sign)))
            found[f"bc_{name}"] = _quantiles(ordered, ndtr(2 * z0 + sign))
            moved = z0 + (z0 + sign) / (1 - self.acceleration * (z0 + sign))
            found[f"bca_{name}"] = _quantiles(ordered, ndtr(moved))
        return found


def _quantiles(ordered: Array, probabilities: Array) -> Array:
    """Return one quantile per column, interpolated on the normal scale at (R + 1) p."""
    R = len(ordered)
    found = np.empty(ordered.shape[1])
    for k, p in enumerate(probabilities):
        position = (R + 1) * float(p)
        below = int(np.clip(np.floor(position), 1, R))
        if below == R or position < 1:
            found[k] = ordered[below - 1, k]
            continue
        low, high = ndtri(below / (R + 1)), ndtri((below + 1) / (R + 1))
        share = (ndtri(p) - low) / (high - low)
        found[k] = ordered[below - 1, k] + share * (ordered[below, k] - ordered[below - 1, k])
    return found


def bootstrap(
    result: SemResult,
    draws: int = 1000,
    *,
    seed: int = 20260101,
    kind: str = "ordinary",
    progress: Progress = silent,
) -> BootstrapResult:
    """Return a bootstrap of a fitted model.

    Raises:
        SemError: no raw data, model not fitted, or fewer than 10 draws converged.
        Cancelled: from ``progress``.
    """
    result.require_inference()
    if kind not in ("ordinary", "bollen.stine"):
        raise SemError(
            "unknown_choice",
            option="bootstrap_type",
            value=kind,
            known=("ordinary", "bollen.stine"),
        )
    if any(group.data is None for group in result.problem.moments.groups):
        raise SemError("needs_raw_data", name="bootstrap")
    thetas, values = _collect(result, draws, seed, kind, progress)
    if len(thetas) < 10:
        raise SemError("bootstrap_failed", asked=draws, kept=len(thetas))
    problem = result.problem
    defined = problem.constraints.defined
    estimates = np.concatenate([result.theta, defined.value(result.theta)])
    everything = np.concatenate([thetas, defined.value(thetas)], axis=1)
    chi_square = 2 * problem.moments.n * np.maximum(values, 0.0)
    observed = result.tests[0].statistic if result.tests else float("nan")
    share = float((chi_square >= observed).mean()) if kind == "bollen.stine" else float("nan")
    return BootstrapResult(
        theta=thetas,
        values=everything,
        chi_square=chi_square,
        asked=draws,
        failed=draws - len(thetas),
        estimates=estimates,
        acceleration=_acceleration(result),
        keys=_keys(result),
        confidence=result.options.confidence,
        kind=kind,
        p_bollen_stine=share,
    )


def _collect(
    result: SemResult, draws: int, seed: int, kind: str, progress: Progress
) -> tuple[Array, Array]:
    """Return theta and fx of the draws that converged, slice after slice."""
    problem = result.problem
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    cases = [_cases(problem, g, result.theta, kind) for g in range(len(problem.moments.groups))]
    thetas, values = [], []
    batch = can_batch(problem)
    cells = sum(s.p * len(s.parameters) for s in problem.structures)
    size = int(np.clip(CELLS // max(cells, 1), 8, SLICE)) if batch else 1
    for first in range(0, draws, size):
        progress(first / draws, "sem_bootstrap")
        count = min(size, draws - first)
        if batch:
            tick = partial(progress, first / draws, "sem_bootstrap")
            found = _batch(problem, result.theta, cases, rng, count, tick=tick)
        else:
            found = _single(result, cases, rng)
        thetas.append(found[0])
        values.append(found[1])
    progress(1.0, "sem_bootstrap")
    return np.concatenate(thetas), np.concatenate(values)


def _cases(problem: Problem, g: int, theta: Array, kind: str) -> Array:
    """Return the cases to draw from; turned to fit the model exactly for Bollen-Stine."""
    sample = problem.moments.groups[g]
    data = sample.data
    if data is None:
        raise SemError("needs_raw_data", name="bootstrap")
    if kind == "ordinary":
        return data
    if problem.estimator.discrepancy != "ML":
        raise SemError("bollen_stine_needs_ml")
    state = problem.states(theta)[g]
    turned = (data - sample.mean) @ np.linalg.inv(np.linalg.cholesky(sample.cov)).T
    centre = state.mu if problem.table.has_means else sample.mean
    return np.asarray(turned @ np.linalg.cholesky(state.Sigma).T + centre)


def _batch(
    problem: Problem,
    theta: Array,
    cases: list[Array],
    rng: np.random.Generator,
    count: int,
    *,
    tick: Callable[[], None],
) -> tuple[Array, Array]:
    stacks = tuple(
        _drawn_moments(data, sample, rng, count)
        for data, sample in zip(cases, problem.moments.groups, strict=True)
    )
    found = fit_stack(problem, theta, stacks, tick=tick)
    kept_theta, kept_value = [found.theta[found.settled]], [found.value[found.settled]]
    for k in np.flatnonzero(~found.settled):
        single = _refit(problem, theta, stacks, int(k))
        if single is not None:
            kept_theta.append(single[0][None])
            kept_value.append(np.array([single[1]]))
    return np.concatenate(kept_theta), np.concatenate(kept_value)


def _drawn_moments(
    data: Array, sample: GroupMoments, rng: np.random.Generator, count: int
) -> MomentStack:
    """Return moments of ``count`` draws from one product of counts with cross products."""
    n = len(data)
    rows = rng.integers(0, n, size=(count, n))
    weights = np.zeros((count, n))
    for k in range(count):
        weights[k] = np.bincount(rows[k], minlength=n)
    if sample.weights is not None:
        weights *= sample.weights
        weights *= sample.n / weights.sum(axis=1, keepdims=True)
    size = weights.sum(axis=1, keepdims=True)
    i, j = vech_index(data.shape[1])
    centre = data.mean(axis=0)
    y = data - centre
    mean = weights @ y / size
    cross = weights @ (y[:, i] * y[:, j]) / size
    cov = vech_reverse(cross, data.shape[1]) - mean[:, :, None] * mean[:, None, :]
    if sample.divisor and sample.divisor != sample.n:
        cov *= sample.n / sample.divisor
    return MomentStack(cov, mean + centre)


def _refit(
    problem: Problem, theta: Array, stacks: tuple[MomentStack, ...], k: int
) -> tuple[Array, float] | None:
    """Fit one draw by itself; None when it does not converge."""
    groups = tuple(
        replace(sample, cov=stack.cov[k], mean=stack.mean[k], data=None)
        for sample, stack in zip(problem.moments.groups, stacks, strict=True)
    )
    return _solved(_on_moments(problem, groups), theta)


def _on_moments(problem: Problem, groups: tuple[GroupMoments, ...]) -> Problem:
    from analysis.sem.model_matrices import build_structures

    moments = replace(problem.moments, groups=groups)
    return replace(
        problem,
        moments=moments,
        structures=build_structures(problem.table, moments),
    )


def _solved(problem: Problem, theta: Array) -> tuple[Array, float] | None:
    optimum = minimise(problem, theta, silent)
    return (optimum.theta, optimum.value) if optimum.has_converged else None


def _single(result: SemResult, cases: list[Array], rng: np.random.Generator) -> tuple[Array, Array]:
    """Fit one draw of any estimator from its own table of cases."""
    from analysis.sem.fitting import build_problem

    frame = drawn_frame(result, cases, rng)
    options = replace(result.options, bootstrap=0)
    nothing = np.zeros((0, len(result.theta))), np.zeros(0)
    try:
        problem = build_problem(result.specification, frame, options)
    except SemError:  # a draw without a category or without variance cannot be fitted
        return nothing
    if len(problem.table.free) != len(result.theta):
        return nothing
    found = _solved(problem, result.theta)
    return nothing if found is None else (found[0][None], np.array([found[1]]))


def drawn_frame(result: SemResult, cases: list[Array], rng: np.random.Generator) -> pd.DataFrame:
    """Return one draw of cases (whole clusters where there are clusters) as a table."""
    import pandas as pd

    options, parts = result.options, []
    for data, sample in zip(cases, result.problem.moments.groups, strict=True):
        rows, cluster = _drawn_rows(sample, len(data), rng)
        columns = {name: data[rows, k] for k, name in enumerate(sample.names)}
        if sample.x_data is not None:
            columns |= {name: sample.x_data[rows, k] for k, name in enumerate(sample.x_names)}
        if options.group is not None:
            columns[options.group] = np.full(len(rows), sample.label, dtype=object)
        if options.sampling_weights is not None and sample.weights is not None:
            columns[options.sampling_weights] = sample.weights[rows]
        if options.cluster is not None:
            columns[options.cluster] = cluster
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _drawn_rows(sample: GroupMoments, n: int, rng: np.random.Generator) -> tuple[Any, Any]:
    if sample.clusters is None:
        return rng.integers(0, n, size=n), None
    present = np.unique(sample.clusters)
    chosen = rng.choice(present, size=len(present))
    rows = [np.flatnonzero(sample.clusters == c) for c in chosen]
    names = np.repeat(np.arange(len(chosen)), [len(r) for r in rows])
    return np.concatenate(rows), names


def _acceleration(result: SemResult) -> Array:
    """Return a = sum l^3 / (6 (sum l^2)^1.5) with l the influence of each case."""
    problem, inference = result.problem, result.require_inference()
    defined = problem.constraints.defined
    columns = len(result.theta) + len(defined)
    if not problem.estimator.is_likelihood or inference.bread is None:
        return np.zeros(columns)
    J = np.concatenate([np.eye(len(result.theta)), defined.jacobian(result.theta)])
    cubes, squares = np.zeros(columns), np.zeros(columns)
    for d, s, state, step in zip(
        problem.discrepancies, problem.structures, inference.states, inference.steps, strict=True
    ):
        scores = d.case_scores(s, state, step)  # type: ignore[attr-defined]
        influence = scores @ inference.bread[s.parameters] @ J.T
        cubes += (influence**3).sum(axis=0)
        squares += (influence**2).sum(axis=0)
    return cubes / (6 * np.maximum(squares, 1e-300) ** 1.5)


def _keys(result: SemResult) -> dict[str, list[Any]]:
    rows = [result.problem.table.rows[k] for k in result.problem.table.free]
    names = list(result.problem.constraints.defined_names)
    return {
        "lhs": [row.lhs for row in rows] + names,
        "op": [row.op for row in rows] + [":="] * len(names),
        "rhs": [row.rhs for row in rows] + [""] * len(names),
        "group": [row.group for row in rows] + [0] * len(names),
        "label": [row.label for row in rows] + names,
    }
