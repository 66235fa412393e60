"""The baseline model: observed variables uncorrelated, save x among themselves.

Built as a parameter table of its own and tested by the same functions as any model, so every
estimator's baseline test comes out of one path. For complete-data ML the solution is known
in closed form (variances and means of the sample).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.constraints import build_constraints
from analysis.sem.distributions import chi2_upper
from analysis.sem.inference import infer
from analysis.sem.model_matrices import build_structures
from analysis.sem.parameter_table import ParameterTable, Row
from analysis.sem.problem import Problem
from analysis.sem.start import starting_values
from analysis.sem.tests_of_fit import TestOfFit, scaled_test, standard_test

if TYPE_CHECKING:
    from analysis.sem.moments import Array


def baseline_problem(problem: Problem) -> Problem:
    """Return the baseline model of ``problem`` on the same moments."""
    table = baseline_table(problem)
    options = replace(problem.options, group_equal=(), group_partial=())
    return Problem(
        table=table,
        options=options,
        estimator=problem.estimator,
        moments=problem.moments,
        structures=build_structures(table, problem.moments),
        constraints=build_constraints(table),
    )


def baseline_table(problem: Problem) -> ParameterTable:
    """Return the parameter table of the baseline model."""
    source = problem.table
    variables = replace(
        source.variables,
        latent=(),
        formative=(),
        latent_exogenous=(),
        latent_terminal=(),
        observed_terminal=(),
    )
    rows: list[Row] = []
    for group in range(1, source.n_groups + 1):
        rows += _group_rows(problem, group)
    rows = [_keyed(row) for row in rows]
    return ParameterTable(
        rows=tuple(rows),
        variables=variables,
        n_groups=source.n_groups,
        has_means=source.has_means,
        is_conditional=source.is_conditional,
        free=tuple(k for k, row in enumerate(rows) if row.is_free),
    )


def _keyed(row: Row) -> Row:
    """Return the row with a key of its own."""
    return Row(
        row.lhs,
        row.op,
        row.rhs,
        row.group,
        row.is_free,
        row.value,
        key=row.name,
        is_exogenous=row.is_exogenous,
    )


def _group_rows(problem: Problem, group: int) -> list[Row]:
    table, fixed_x = problem.table, bool(problem.options.fixed_x)
    v = table.variables
    model = [n for n in v.observed if not (table.is_conditional and n in v.exogenous)]
    rows: list[Row] = []
    for name in model:
        is_x = name in v.exogenous
        is_ordered = name in v.ordered
        value = 1.0 if is_ordered else float("nan")
        free = not is_ordered and not (is_x and fixed_x)
        rows.append(
            Row(name, "~~", name, group, is_free=free, value=value, is_exogenous=is_x and fixed_x)
        )
    if not table.is_conditional:
        for a, b in combinations(v.exogenous, 2):
            rows.append(Row(a, "~~", b, group, is_free=not fixed_x, is_exogenous=fixed_x))
    thresholds = [row for row in table.of_group(group) if row.op == "|"]
    rows += [Row(row.lhs, "|", row.rhs, group) for row in thresholds]
    for name in v.ordered:
        rows.append(Row(name, "~*~", name, group, is_free=False, value=1.0))
        rows.append(Row(name, "~1", "", group, is_free=False, value=0.0))
    if table.has_means:
        for name in model:
            if name not in v.ordered:
                fixed = name in v.exogenous and fixed_x
                rows.append(Row(name, "~1", "", group, is_free=not fixed, is_exogenous=fixed))
    if table.is_conditional:
        rows += [Row(y, "~", x, group, is_exogenous=True) for x in v.exogenous for y in model]
    return rows


def baseline_tests(problem: Problem) -> tuple[TestOfFit, TestOfFit | None]:
    """Return the standard and the scaled test of the baseline model."""
    if problem.estimator.discrepancy == "ML" and problem.estimator.test in ("standard", "none"):
        return _closed_form(problem), None
    null = baseline_problem(problem)
    theta = baseline_solution(null)
    states = null.states(theta)
    standard = standard_test(null, null.values(states))
    if problem.estimator.test in ("standard", "none"):
        return standard, None
    return standard, scaled_test(null, infer(null, theta), standard)


def _closed_form(problem: Problem) -> TestOfFit:
    """Return the ML test: n (sum log s_ii + log|Sxx| - log|S|), x correlated among themselves."""
    statistic, df = 0.0, 0
    for group in problem.moments.groups:
        x = [k for k, n in enumerate(group.names) if n in problem.table.variables.exogenous]
        y = np.setdiff1d(np.arange(group.p), x)
        log_det = float(np.log(np.diagonal(group.cov)[y]).sum())
        if x:
            log_det += float(np.linalg.slogdet(group.cov[np.ix_(x, x)])[1])
        size = group.n - 1 if problem.is_unbiased_n else group.n
        statistic += size * max(log_det - group.cov_log_det, 0.0)
        df += group.p * (group.p - 1) // 2 - len(x) * (len(x) - 1) // 2
    return TestOfFit("standard", statistic, float(df), chi2_upper(statistic, df))


def baseline_solution(null: Problem) -> Array:
    """Return theta of the baseline model: exact start where it is known, else minimised.

    Every free parameter is a sample moment of its own, so the sample is the optimum for ML and
    for least squares with a diagonal weight.
    """
    theta = starting_values(null.table, null.moments)
    if null.estimator.discrepancy == "ML" or len(theta) == 0:
        return theta
    is_diagonal = null.estimator.discrepancy in ("DWLS", "ULS")
    if is_diagonal and null.moments.kind == "ordered" and not null.table.is_conditional:
        return theta
    if null.estimator.discrepancy == "FIML":
        theta = _available_moments(null, theta)
        rows = [null.table.rows[k] for k in null.table.free]
        if all(row.op == "~1" or row.lhs == row.rhs for row in rows):
            return theta
    from analysis.sem.optimise import minimise
    from survey.progress import silent

    return np.asarray(minimise(null, theta, silent).theta)


def _available_moments(null: Problem, theta: Array) -> Array:
    """Return theta with each variable's own mean and variance of the answers it has."""
    from analysis.sem.missing_moments import available_moments

    found = theta.copy()
    known = [available_moments(group.require_patterns()) for group in null.moments.groups]
    for k, index in enumerate(null.table.free):
        row = null.table.rows[index]
        place = null.moments.groups[row.group - 1].names.index(row.lhs)
        centre, scale = known[row.group - 1]
        if row.op == "~1":
            found[k] = centre[place]
        elif row.lhs == row.rhs:
            found[k] = scale[place] ** 2
    return found
