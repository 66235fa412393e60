"""Fit a model: text and data in, result out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.constraints import build_constraints
from analysis.sem.data_input import (
    CovarianceInput,
    continuous_moments,
    group_labels,
    moments_from_covariance,
    read_cases,
)
from analysis.sem.errors import SemError
from analysis.sem.inference import infer
from analysis.sem.measures import model_tests
from analysis.sem.model_matrices import build_structures
from analysis.sem.optimise import minimise
from analysis.sem.options import SemOptions, check_options, resolve_estimator, resolved, with_tuples
from analysis.sem.parameter_table import build_table, classify
from analysis.sem.problem import Problem
from analysis.sem.result import SemResult
from analysis.sem.start import starting_values
from analysis.sem.status import judge
from analysis.sem.syntax import parse
from survey.progress import part_of, silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.moments import Array, SampleMoments
    from analysis.sem.options import Estimator
    from analysis.sem.parameter_table import Variables
    from analysis.sem.specification import Specification
    from survey.progress import Progress

DEFAULTS = SemOptions()


def fit(
    model: str | Specification,
    data: pd.DataFrame | CovarianceInput,
    options: SemOptions = DEFAULTS,
    *,
    progress: Progress = silent,
) -> SemResult:
    """Fit a model in lavaan syntax to data.

    Args:
        model: lavaan text or a parsed specification.
        data: one row per case, or covariances with their n.
        options: see :class:`SemOptions`.
        progress: called between iterations; may raise Cancelled.

    Raises:
        SemError: the model or the data cannot be fitted; it names the culprit.
    """
    specification = parse(model) if isinstance(model, str) else model
    problem = build_problem(specification, data, options, progress=progress)
    if not options.bootstrap:
        return solve(specification, problem, progress=progress)
    result = solve(specification, problem, progress=part_of(progress, 0.0, 0.1))
    if result.inference is None or not result.inference.is_identified:
        return result
    from analysis.sem.bootstrap import bootstrap

    draws = bootstrap(
        result,
        options.bootstrap,
        seed=options.seed,
        kind=options.bootstrap_type,
        progress=part_of(progress, 0.1, 1.0),
    )
    return replace(result, bootstrap=draws)


def build_problem(
    specification: Specification,
    data: pd.DataFrame | CovarianceInput,
    options: SemOptions = DEFAULTS,
    *,
    progress: Progress = silent,
    known: SampleMoments | None = None,
) -> Problem:
    """Return the function to be minimised, with the moments computed.

    ``known``: moments of the same data, variables and estimator, from an earlier problem.
    """
    if not isinstance(data, CovarianceInput) and not hasattr(data, "columns"):
        raise SemError("not_a_table", kind=type(data).__name__)
    options = with_tuples(options)
    check_options(options)
    options = _with_ordered_thresholds(specification, options)
    estimator = resolve_estimator(options)
    options = resolved(options, estimator)
    variables = classify(specification.formulas, options.ordered)
    _check_variables(variables, options)
    labels = group_labels(data, options)
    if known is None:
        moments, levels = _moments(data, variables, options, estimator, progress=progress)
    else:
        moments, levels = known, ()
    table = build_table(
        specification,
        options,
        n_groups=len(labels),
        has_means=_wants_means(options, estimator, data),
        levels=levels,
    )
    if len(table.free) == 0:
        raise SemError("nothing_free")
    return Problem(
        table=table,
        options=options,
        estimator=estimator,
        moments=moments,
        structures=build_structures(table, moments),
        constraints=build_constraints(table),
    )


def _with_ordered_thresholds(specification: Specification, options: SemOptions) -> SemOptions:
    """Return the options with variables that have thresholds in the model counted as ordered."""
    written = [f.lhs for f in specification.formulas if f.op == "|"]
    extra = tuple(dict.fromkeys(n for n in written if n not in options.ordered))
    return replace(options, ordered=(*options.ordered, *extra)) if extra else options


def _check_variables(variables: Variables, options: SemOptions) -> None:
    both = [name for name in variables.latent if name in options.ordered]
    if both:
        raise SemError("latent_ordered", names=tuple(both))
    if not variables.observed:
        raise SemError("no_observed", names=variables.latent)
    interactions = [
        n for n in variables.observed if ":" in n and set(n.split(":")) & set(variables.latent)
    ]
    if interactions:
        raise SemError("latent_interaction", names=tuple(interactions))


def _wants_means(
    options: SemOptions, estimator: Estimator, data: pd.DataFrame | CovarianceInput
) -> bool:
    """Return whether the model has a mean structure (formulas with ~ 1 add one anyway)."""
    if options.meanstructure is not None and not estimator.needs_means:
        return options.meanstructure
    if isinstance(data, CovarianceInput):
        return data.means is not None
    return estimator.needs_means or options.group is not None


def _needs_cases(options: SemOptions, estimator: Estimator) -> bool:
    """Return whether covariances alone are not enough."""
    special = options.ordered or options.missing != "listwise"
    weighted = options.cluster or options.sampling_weights or options.bootstrap
    robust = estimator.se not in ("standard", "none") or estimator.test not in ("standard", "none")
    return bool(special or weighted or robust or estimator.discrepancy in ("WLS", "DWLS"))


def _moments(
    data: pd.DataFrame | CovarianceInput,
    variables: Variables,
    options: SemOptions,
    estimator: Estimator,
    *,
    progress: Progress,
) -> tuple[SampleMoments, tuple[tuple[str, int], ...]]:
    """Return the moments, and the number of categories of each ordered variable."""
    divisor = "n" if estimator.is_likelihood and options.likelihood == "normal" else "n-1"
    if isinstance(data, CovarianceInput):
        if _needs_cases(options, estimator):
            raise SemError("needs_raw_data", name=estimator.name)
        return moments_from_covariance(data, variables.observed, divisor=divisor), ()
    if variables.ordered:
        from analysis.sem.categorical.ordered_input import ordered_sample_moments

        return ordered_sample_moments(data, variables, options, estimator, progress=progress)
    if options.missing == "pairwise":
        raise SemError("pairwise_needs_ordered")
    if estimator.discrepancy == "FIML":
        from analysis.sem.fiml import missing_sample_moments

        return missing_sample_moments(data, variables, options, progress=progress), ()
    cases = read_cases(data, variables.observed, options)
    singular = estimator.discrepancy == "ULS"
    return continuous_moments(cases, divisor=divisor, may_be_singular=singular), ()


def solve(
    specification: Specification,
    problem: Problem,
    *,
    progress: Progress = silent,
    start: Array | None = None,
) -> SemResult:
    """Minimise, infer, judge."""
    theta = starting_values(problem.table, problem.moments) if start is None else start
    with np.errstate(all="ignore"):
        optimum = minimise(problem, _feasible(problem, theta), progress)
        inference, tests = None, None
        if optimum.has_converged:
            inference = infer(problem, optimum.theta, optimum.states)
            tests = model_tests(problem, inference)
        status = judge(problem, optimum, inference)
    return SemResult(specification, problem.options, problem, optimum, inference, tests, status)


def _feasible(problem: Problem, theta: Array) -> Array:
    """Return a start near ``theta`` where the model implies moments: paths are shrunk if need be.

    Raises:
        SemError: the paths of the model form a loop that cannot be solved.
    """
    theta = problem.constraints.theta(problem.constraints.alpha(theta))
    paths = np.zeros(len(theta), dtype=bool)
    for structure in problem.structures:
        paths[structure.of_A.parameters] = True
    has_states = False
    for factor in (1.0, 0.5, 0.1, 0.0):
        candidate = theta
        if factor < 1:
            candidate = np.where(paths, factor * theta, theta)
            candidate = problem.constraints.theta(problem.constraints.alpha(candidate))
        try:
            value = problem.value(problem.states(candidate))
        except np.linalg.LinAlgError:
            continue
        has_states = True
        if np.isfinite(value):
            return candidate
    if not has_states:
        raise SemError("paths_singular")
    return theta if _can_be_evaluated(problem, theta) else np.where(paths, 0.0, theta)


def _can_be_evaluated(problem: Problem, theta: Array) -> bool:
    try:
        problem.states(theta)
    except np.linalg.LinAlgError:
        return False
    return True
