"""Difference tests of nested models, and Wald tests of constraints.

* standard: difference of the chi-squares;
* satorra.bentler.2001: (T0 - T1) / c, c = (df0 c0 - df1 c1) / (df0 - df1);
* satorra.bentler.2010: the same with c1 from the larger model evaluated at the smaller one's
  estimates, which keeps c positive;
* satorra.2000: tr of U_d Gamma, for scaled tests mean and variance adjusted or shifted.

Checked against lavaan's lavTestLRT() and lavTestWald().
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.constraints import null_space
from analysis.sem.distributions import chi2_upper
from analysis.sem.errors import SemError
from analysis.sem.inference import infer, inverse_along
from analysis.sem.tests_of_fit import weight_and_product

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem
    from analysis.sem.result import SemResult
    from analysis.sem.tests_of_fit import TestOfFit

METHODS = ("default", "standard", "satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000")


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """A difference test: chi-square, df and p; ``df`` is smaller model minus larger one.

    Args:
        method: how it was computed.
        scaling: factor the difference was divided by, NaN for the standard test.
        delta_cfi, delta_rmsea: change from the larger to the smaller model.
    """

    method: str
    statistic: float
    df: float
    p: float
    scaling: float
    delta_cfi: float
    delta_rmsea: float


def compare_models(
    larger: SemResult, smaller: SemResult, *, method: str = "default", shifted: bool = True
) -> ModelComparison:
    """Return the test of ``smaller`` (fewer parameters) against ``larger``.

    ``default``: standard for unscaled tests, Satorra (2000) for scaled.shifted and
    mean.var.adjusted, Satorra-Bentler (2001) for other scaled tests. Order does not matter.
    ``shifted``: Satorra (2000) keeps its degrees of freedom by scaling and shifting (lavaan's
    default); else the mean is adjusted, and the variance too where the models' tests do.

    Raises:
        SemError: different data, equal degrees of freedom, or a model not fitted.
    """
    if method not in METHODS:
        raise SemError("unknown_choice", option="method", value=method, known=METHODS)
    _check_same_data(larger, smaller)
    if _tests(larger)[0].df > _tests(smaller)[0].df:
        larger, smaller = smaller, larger
    (a, scaled_a), (b, _) = _tests(larger), _tests(smaller)
    df = b.df - a.df
    if df <= 0:
        raise SemError("not_nested", df_a=a.df, df_b=b.df)
    kind = scaled_a.kind if scaled_a else ""
    method = _resolved(method, kind)
    difference = b.statistic - a.statistic
    scaling, statistic, used_df = math.nan, difference, df
    if method.startswith("satorra.bentler"):
        scaling = _difference_scaling(larger, smaller, is_2010=method.endswith("2010"))
        statistic = difference / scaling if scaling > 0 else math.nan
    elif method == "satorra.2000":
        kind = "scaled.shifted" if shifted else kind
        statistic, used_df, scaling = _satorra_2000(larger, smaller, difference, df, kind=kind)
    return ModelComparison(
        method,
        float(statistic),
        float(used_df),
        chi2_upper(statistic, used_df),
        float(scaling),
        smaller.fit_measures["cfi"] - larger.fit_measures["cfi"],
        smaller.fit_measures["rmsea"] - larger.fit_measures["rmsea"],
    )


def _tests(result: SemResult) -> tuple[TestOfFit, TestOfFit | None]:
    """Return the tests of a fitted, identified model."""
    result.require_inference()
    if result.tests is None:
        raise SemError("not_fitted")
    return result.tests


def _difference_scaling(larger: SemResult, smaller: SemResult, *, is_2010: bool) -> float:
    """Return (df0 c0 - df1 c1) / (df0 - df1); 2010: c1 at the smaller model's estimates."""
    (a, scaled_a), (b, scaled_b) = _tests(larger), _tests(smaller)
    c_b = scaled_b.scaling if scaled_b else 1.0
    if is_2010:
        c_a = _scaling_at_smaller(larger, smaller)
    else:
        c_a = scaled_a.scaling if scaled_a and a.df > 0 else 1.0
    return (b.df * c_b - a.df * c_a) / (b.df - a.df)


def _resolved(method: str, kind: str) -> str:
    if not kind:
        return "standard"
    if method != "default":
        return method
    return (
        "satorra.2000"
        if kind in ("scaled.shifted", "mean.var.adjusted")
        else "satorra.bentler.2001"
    )


def _check_same_data(a: SemResult, b: SemResult) -> None:
    for left, right in zip(a.problem.moments.groups, b.problem.moments.groups, strict=False):
        same = (
            set(left.names) == set(right.names) and left.n == right.n and left.label == right.label
        )
        if not same:
            raise SemError("different_data")
    if len(a.problem.moments.groups) != len(b.problem.moments.groups):
        raise SemError("different_data")
    if a.problem.estimator.discrepancy != b.problem.estimator.discrepancy:
        raise SemError("different_data")


def _parameter_map(larger: Problem, smaller: Problem) -> list[int | None]:
    """Return for each free row of ``larger`` its row in ``smaller``, None when absent there."""
    return [
        smaller.table.position.get((row.lhs, row.op, row.rhs, row.group))
        for row in (larger.table.rows[k] for k in larger.table.free)
    ]


def _larger_at_smaller(larger: SemResult, smaller: SemResult) -> Array:
    """Return theta of the larger model that gives the smaller model's estimates."""
    from analysis.sem.standardized import row_estimates

    values = row_estimates(smaller.problem, smaller.theta)
    defaults = {"~*~": 1.0}
    theta = np.empty(len(larger.theta))
    for k, index in enumerate(_parameter_map(larger.problem, smaller.problem)):
        row = larger.problem.table.rows[larger.problem.table.free[k]]
        theta[k] = values[index] if index is not None else defaults.get(row.op, 0.0)
    return theta


def _scaling_at_smaller(larger: SemResult, smaller: SemResult) -> float:
    """Return the scaling factor of the larger model at the smaller model's estimates."""
    from analysis.sem.tests_of_fit import scaled_test, standard_test

    problem = larger.problem
    inference = infer(problem, _larger_at_smaller(larger, smaller))
    standard = standard_test(problem, problem.values(inference.states))
    scaled = scaled_test(problem, inference, standard)
    return scaled.scaling if scaled is not None else math.nan


def _satorra_2000(
    larger: SemResult, smaller: SemResult, difference: float, df: float, *, kind: str
) -> tuple[float, float, float]:
    """Return statistic, df and scaling of Satorra (2000).

    With A (df x q) the constraints that lead from the larger to the smaller model, at the
    larger one's estimates: M = (A P A')^-1 A P J'V Gamma V J P A', P the inverse information;
    c = tr(M) / df; the shifted form uses tr(M^2). A by the delta method, as lavaan does.
    """
    inference = larger.require_inference()
    A = _restriction(larger, smaller)
    bread = inference.bread
    if bread is None:
        raise SemError("not_fitted")
    PA = bread @ A.T
    middle = _moment_middle(larger.problem, inference)
    M = np.linalg.solve(A @ PA, PA.T @ middle @ PA)
    trace, square = float(np.trace(M)), float(np.sum(M * M.T))
    if kind == "scaled.shifted":
        a = math.sqrt(df / square)
        return a * difference + df - a * trace, df, 1 / a
    if kind == "mean.var.adjusted":
        own = trace**2 / square
        return difference / (trace / own), own, trace / own
    c = trace / df
    return difference / c, df, c


def _moment_middle(problem: Problem, inference: Inference) -> Array:
    """Return sum over groups of share x (V J)' Gamma (V J)."""
    from analysis.sem.dispatch import gamma_of

    q = len(inference.theta)
    total = np.zeros((q, q))
    for g, share in enumerate(problem.moments.shares):
        _, VJ = weight_and_product(problem, inference, g)
        chosen = problem.structures[g].parameters
        total[np.ix_(chosen, chosen)] += share * (VJ.T @ gamma_of(problem, g) @ VJ)
    return total


def _restriction(larger: SemResult, smaller: SemResult) -> Array:
    """Return A: directions of the larger model that the smaller one forbids (delta method).

    The moments the smaller model can move are the columns of its Jacobian; A spans what is
    left of the larger model's columns, in the metric of the weight matrix.
    """
    a, b = larger.require_inference(), smaller.require_inference()
    left = _weighted_jacobian(larger.problem, a)
    right = _weighted_jacobian(smaller.problem, b)
    if a.tangent is not None:
        left = left @ a.tangent
    if b.tangent is not None:
        right = right @ b.tangent
    H = np.asarray(np.linalg.lstsq(left, right, rcond=None)[0], dtype=np.float64)
    A = null_space(H.T).T
    if a.tangent is None:
        return A
    return A @ np.linalg.pinv(a.tangent)


def _weighted_jacobian(problem: Problem, inference: Inference) -> Array:
    """Return the Jacobian of all groups' moments by theta, stacked."""
    blocks = []
    for g in range(len(problem.moments.groups)):
        s, state, step = problem.structures[g], inference.states[g], inference.steps[g]
        d = problem.discrepancies[g]
        if problem.estimator.is_likelihood:
            J = step.vech_jacobian()
            if problem.table.has_means:
                J = np.concatenate([step.dmu, J])
        else:
            J = d.model.jacobian(s, state, step)  # type: ignore[attr-defined]
        whole = np.zeros((len(J), len(inference.theta)))
        whole[:, s.parameters] = J
        blocks.append(whole)
    return np.concatenate(blocks)


@dataclass(frozen=True, slots=True)
class WaldTest:
    """A Wald test of constraints: statistic, df and p."""

    statistic: float
    df: int
    p: float


def wald_test(result: SemResult, constraints: str) -> WaldTest:
    """Return the Wald test of constraints written in lavaan syntax, e.g. ``a == b; c == 0``.

    W = h' (H V H')^-1 h with h the constraints' values and H their Jacobian.
    """
    from analysis.sem.constraints import build_constraints
    from analysis.sem.syntax import parse

    inference = result.require_inference()
    if inference.covariance is None:
        raise SemError("not_fitted")
    dummy = parse(f"wald_ =~ wald_item_\n{constraints}")
    table = replace(result.problem.table, constraints=dummy.constraints)
    built = build_constraints(table)
    theta = result.theta
    values = np.concatenate(
        [built.linear_rows @ theta + built.linear_constants, built.equalities.value(theta)]
    )
    J = np.concatenate([built.linear_rows, built.equalities.jacobian(theta)])
    if len(J) == 0:
        raise SemError("unknown_choice", option="constraints", value=constraints, known=("a == b",))
    covariance = J @ inference.covariance @ J.T
    inverse, _ = inverse_along(covariance, None)
    if inverse is None:
        raise SemError("contradictory_constraint", text=constraints)
    statistic = float(values @ inverse @ values)
    return WaldTest(statistic, len(J), chi2_upper(statistic, len(J)))
