"""All fit measures of one solution, gathered from the tests, likelihoods and residuals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.baseline import baseline_tests
from analysis.sem.fit_measures import (
    absolute_measures,
    chi_square_measures,
    likelihood_measures,
    robust_input,
    robust_measures,
)
from analysis.sem.influence import fixed_x_index
from analysis.sem.normal_theory import LOG_2PI
from analysis.sem.residuals import goodness_of_fit, residual_indices
from analysis.sem.tests_of_fit import TestOfFit, scaled_test, standard_test

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.moments import GroupMoments
    from analysis.sem.problem import Problem


def model_tests(problem: Problem, inference: Inference) -> tuple[TestOfFit, TestOfFit | None]:
    """Return the standard and the scaled test of the model."""
    standard = standard_test(problem, problem.values(inference.states))
    return standard, scaled_test(problem, inference, standard)


def all_measures(
    problem: Problem, inference: Inference, tests: tuple[TestOfFit, TestOfFit | None]
) -> dict[str, float]:
    """Return every fit measure under lavaan's name."""
    standard, scaled = tests
    npar, groups = problem.constraints.n_parameters, len(problem.moments.groups)
    n = problem.n_effective
    null, null_scaled = baseline_tests(problem)
    fx = problem.value(inference.states)
    found: dict[str, float] = {"npar": float(npar), "fmin": fx, "ntotal": problem.moments.n}
    found |= chi_square_measures(standard, scaled, null, null_scaled, n=n, groups=groups)
    found |= _robust(problem, inference, (standard, scaled), (null, null_scaled), n=n)
    if problem.estimator.is_likelihood:
        found |= likelihood_measures(*log_likelihoods(problem, inference), npar, problem.moments.n)
    found |= _residual_measures(problem, inference)
    goodness = goodness_of_fit(problem, inference.states)
    found |= absolute_measures(goodness.gfi, goodness.moments, standard.df)
    if problem.moments.kind == "ordered":
        # lavaan divides by the moments of the first group, however many groups there are.
        found["wrmr"] = math.sqrt(standard.statistic * groups / goodness.moments)
    else:
        found["ecvi"] = (standard.statistic + 2 * npar) / n
    return {name: float(value) for name, value in found.items()}


def _residual_measures(problem: Problem, inference: Inference) -> dict[str, float]:
    if problem.moments.kind == "ordered":
        from analysis.sem.categorical.fit_indices import ordered_residual_indices

        return ordered_residual_indices(problem, inference.states)
    return residual_indices(problem, inference.states)


def _robust(
    problem: Problem,
    inference: Inference,
    tests: tuple[TestOfFit, TestOfFit | None],
    null: tuple[TestOfFit, TestOfFit | None],
    *,
    n: float,
) -> dict[str, float]:
    groups = len(problem.moments.groups)
    if problem.moments.kind == "ordered":
        from analysis.sem.categorical.fit_indices import ordered_robust_measures

        return ordered_robust_measures(problem, inference, tests, null)
    if problem.estimator.discrepancy == "FIML":
        from analysis.sem.fiml_measures import fiml_robust_measures

        return fiml_robust_measures(problem, inference, tests, null)
    (standard, scaled), (null_standard, null_scaled) = tests, null
    if scaled is None or null_scaled is None or scaled.kind == "mean.var.adjusted":
        return {}
    r = robust_input(standard, scaled, null_standard, null_scaled)
    c_interval = scaled.scaling if scaled.kind == "scaled.shifted" else math.nan
    return robust_measures(r, n=n, groups=groups, c_interval=c_interval)


def log_likelihoods(problem: Problem, inference: Inference) -> tuple[float, float]:
    """Return the log-likelihoods of the model and of the unrestricted model.

    The part of fixed x is left out of both, as lavaan does: they are likelihoods given x.
    """
    model, unrestricted = 0.0, 0.0
    for d, s, state, sample in zip(
        problem.discrepancies,
        problem.structures,
        inference.states,
        problem.moments.groups,
        strict=True,
    ):
        of_x = _likelihood_of_x(problem, sample)
        model += d.log_likelihood(s, state) - of_x  # type: ignore[attr-defined]
        unrestricted += d.unrestricted_log_likelihood() - of_x  # type: ignore[attr-defined]
    return model, unrestricted


def _likelihood_of_x(problem: Problem, sample: GroupMoments) -> float:
    x = fixed_x_index(sample, problem.table, problem.options)
    if len(x) == 0:
        return 0.0
    log_det = float(np.linalg.slogdet(sample.cov[np.ix_(x, x)])[1])
    return -0.5 * sample.n * (len(x) * LOG_2PI + log_det + len(x))
