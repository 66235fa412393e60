"""The chi-square of a fitted model, and its scaled and adjusted forms.

* standard: 2 sum n_g fx_g (n_g - 1 in place of n_g for least squares and Wishart);
* satorra.bentler: T / c, c = tr(U Gamma) / df (Satorra and Bentler 1994);
* mean.var.adjusted: T / (tr(UG)/d), d = tr(UG)^2 / tr((UG)^2);
* scaled.shifted: a T + b, a = sqrt(df / tr((UG)^2)), b = df - a tr(UG)
  (Asparouhov and Muthen 2010);
* yuan.bentler.mplus: T / c, c = (tr(B1 A1^-1) - tr(B0 A0^-1)) / df.

U = V - V Delta bread Delta' V. Checked against lavaan 0.6-14.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.distributions import chi2_upper
from analysis.sem.influence import (
    first_order,
    moment_meat,
    normal_weight,
    normal_weight_trace,
    unrestricted_trace,
)

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem

NAN = math.nan


@dataclass(frozen=True, slots=True)
class TestOfFit:
    """One test statistic.

    Args:
        kind: lavaan's name of the test.
        scaling: scaling factor c (1/a for scaled.shifted), NaN for the standard test.
        shift: shift of scaled.shifted. trace: tr(U Gamma), for the scaled RMSEA.
        scaling_h1, scaling_h0: factors of the two log-likelihoods (MLR).
    """

    __test__ = False

    kind: str
    statistic: float
    df: float
    p: float
    scaling: float = NAN
    shift: float = NAN
    trace: float = NAN
    scaling_h1: float = NAN
    scaling_h0: float = NAN


def degrees_of_freedom(problem: Problem) -> int:
    """Return moments less parameters; moments of fixed x count on neither side."""
    return number_of_moments(problem) - problem.constraints.n_parameters


def number_of_moments(problem: Problem) -> int:
    """Return how many sample moments the model explains."""
    table, total = problem.table, 0
    for group in problem.moments.groups:
        if problem.moments.kind == "ordered":
            total += len(group.obs) if group.obs is not None else 0
            continue
        p = len(group.names)
        total += p * (p + 1) // 2 + (p if table.has_means else 0)
        total += p * len(group.x_names) if table.is_conditional else 0
        if problem.options.fixed_x and not table.is_conditional:
            x = len(table.variables.exogenous)
            total -= x * (x + 1) // 2 + (x if table.has_means else 0)
    return total


def standard_test(problem: Problem, values: tuple[float, ...]) -> TestOfFit:
    """Return the unscaled chi-square from the fx of each group."""
    n = [group.n for group in problem.moments.groups]
    if problem.estimator.is_likelihood and problem.is_unbiased_n:
        n = [size - 1 for size in n]
    statistic = sum(2 * size * max(fx, 0.0) for size, fx in zip(n, values, strict=True))
    df = degrees_of_freedom(problem)
    p = NAN if problem.estimator.discrepancy == "ULS" else chi2_upper(statistic, df)
    return TestOfFit("standard", float(statistic), df, p)


def scaled_test(problem: Problem, inference: Inference, standard: TestOfFit) -> TestOfFit | None:
    """Return the estimator's scaled or adjusted test; None when it has none."""
    kind = problem.estimator.test
    if kind in ("standard", "none"):
        return None
    if standard.df <= 0 or inference.bread is None:
        return TestOfFit(kind, standard.statistic, standard.df, standard.p)
    if kind == "yuan.bentler.mplus":
        return _yuan_bentler(problem, inference, standard)
    if kind == "satorra.bentler":
        trace = trace_of_u_gamma(problem, inference)
        return _divided(kind, standard, trace / standard.df, trace)
    trace, square = traces_of_u_gamma(problem, inference)
    if kind == "mean.var.adjusted":
        df = trace**2 / square
        statistic = standard.statistic / (trace / df)
        return TestOfFit(kind, statistic, df, chi2_upper(statistic, df), trace / df, trace=trace)
    a = math.sqrt(standard.df / square)
    shift = standard.df - a * trace
    statistic = a * standard.statistic + shift
    return TestOfFit(
        kind, statistic, standard.df, chi2_upper(statistic, standard.df), 1 / a, shift, trace
    )


def _divided(kind: str, standard: TestOfFit, c: float, trace: float) -> TestOfFit:
    c = c if c > 0 else NAN
    statistic = standard.statistic / c
    return TestOfFit(
        kind, statistic, standard.df, chi2_upper(statistic, standard.df), c, trace=trace
    )


def _yuan_bentler(problem: Problem, inference: Inference, standard: TestOfFit) -> TestOfFit:
    h1, moments = 0.0, 0.0
    for g in range(len(problem.moments.groups)):
        trace, count = unrestricted_part(problem, g)
        h1 += trace
        moments += count
    B0 = first_order(problem, inference.states, inference.steps)
    bread = inference.bread
    if problem.options.cluster is not None and problem.options.estimator.upper() == "ML":
        # asked for as ML, lavaan takes the information of the moments alone for this test
        from analysis.sem.residual_tables import bread_of_weights

        bread = bread_of_weights(problem, inference)
    h0 = float(np.sum(B0 * bread)) if bread is not None else NAN
    found = _divided("yuan.bentler.mplus", standard, (h1 - h0) / standard.df, h1 - h0)
    npar = problem.constraints.n_free
    return TestOfFit(
        found.kind,
        found.statistic,
        found.df,
        found.p,
        found.scaling,
        trace=h1 - h0,
        scaling_h1=h1 / moments,
        scaling_h0=h0 / npar,
    )


def unrestricted_part(problem: Problem, group: int) -> tuple[float, float]:
    """Return tr(B1 A1^-1) of the unrestricted model and its number of moments."""
    moments = problem.moments.groups[group]
    if problem.estimator.discrepancy == "FIML":
        from analysis.sem.fiml_measures import fiml_unrestricted_trace

        return fiml_unrestricted_trace(problem, group)
    return unrestricted_trace(problem, moments)


def trace_of_u_gamma(problem: Problem, inference: Inference) -> float:
    """Return tr(U Gamma) = tr(V Gamma) - tr(bread x (V Delta)' Gamma (V Delta))."""
    if problem.estimator.is_likelihood:
        total = sum(
            normal_weight_trace(problem, group, state)
            for group, state in zip(problem.moments.groups, inference.states, strict=True)
        )
        middle = moment_meat(problem, inference.states, inference.steps)
        bread = inference.bread
        return NAN if bread is None else float(total - np.sum(middle * bread))
    return traces_of_u_gamma(problem, inference)[0]


def traces_of_u_gamma(problem: Problem, inference: Inference) -> tuple[float, float]:
    """Return tr(U Gamma) and tr(U Gamma U Gamma) over all groups together.

    With P_g = sqrt(share_g) V_g J_g the blocks of U Gamma are
    V_g Gamma_g (g = h) minus sqrt(share) terms; only q x q and k_g x k_g products are formed.
    """
    from analysis.sem.dispatch import gamma_of

    bread = inference.bread
    if bread is None:
        return NAN, NAN
    trace, square = 0.0, 0.0
    middles = []
    for g, share in enumerate(problem.moments.shares):
        V, VJ = weight_and_product(problem, inference, g)
        gamma = gamma_of(problem, g)
        parameters = problem.structures[g].parameters
        E = bread[np.ix_(parameters, parameters)]
        VG = V @ gamma if V.ndim == 2 else V[:, None] * gamma
        GVJ = gamma @ VJ
        VGVJ = V @ GVJ if V.ndim == 2 else V[:, None] * GVJ
        middle = VJ.T @ GVJ
        trace += float(np.trace(VG)) - share * float(np.sum(middle * E))
        square += float(np.sum(VG * VG.T)) - 2 * share * float(np.sum((GVJ.T @ VGVJ) * E))
        full = np.zeros_like(bread)
        full[np.ix_(parameters, parameters)] = share * middle
        middles.append(full)
    whole = bread @ sum(middles)
    return trace, square + float(np.sum(whole * whole.T))


def weight_and_product(problem: Problem, inference: Inference, g: int) -> tuple[Array, Array]:
    """Return V (matrix, or its diagonal) and V J of one group, per case."""
    d, s = problem.discrepancies[g], problem.structures[g]
    state, step = inference.states[g], inference.steps[g]
    if problem.estimator.is_likelihood:
        found = state.inverse
        if found is None:
            raise np.linalg.LinAlgError("implied covariance is not positive definite")
        V = normal_weight(found[0], with_means=problem.table.has_means)
        J = step.vech_jacobian()
        if problem.table.has_means:
            J = np.concatenate([step.dmu, J])
        return V, V @ J
    J = d.model.jacobian(s, state, step)  # type: ignore[attr-defined]
    return d.weight, d.weighted(J)  # type: ignore[attr-defined]
