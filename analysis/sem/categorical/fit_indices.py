"""Residual indices of ordered moments, and the robust CFI, TLI and RMSEA of Savalei (2021).

The robust indices of WLSMV rest on the ML discrepancy of the polychoric correlation matrix at
the WLSMV estimates, corrected by

    c = tr(R' V R Gamma) / df,   R = I - J E J' W,

with V the normal-theory weight of correlations, E the inverse information and J the Jacobian
of the correlations. Checked against lavaan 0.6-14 (lav_fit_catml_dwls).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.data import pair_order
from analysis.sem.fit_measures import RobustInput, robust_measures
from analysis.sem.model_matrices import inverse_and_log_det
from analysis.sem.tests_of_fit import TestOfFit

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.model_matrices import GroupState
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.problem import Problem

SMALLEST_EIGENVALUE = float(np.sqrt(np.finfo(float).eps))
"""Below this the correlation matrix counts as not positive definite (as lavaan)."""

Tests = tuple[TestOfFit, TestOfFit | None]


def ordered_residual_indices(problem: Problem, states: tuple[GroupState, ...]) -> dict[str, float]:
    """Return RMR, SRMR and CRMR of correlations alone (``_nomean``) and with thresholds.

    Divisors count the variances of all variables, x included, as lavaan does; SRMR is that
    of the correlations.
    """
    names = ("rmr", "rmr_nomean", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean")
    total = dict.fromkeys(names, 0.0)
    for share, sample, state in zip(
        problem.moments.shares, problem.moments.groups, states, strict=True
    ):
        for name, value in _group_indices(sample, state).items():
            total[name] += share * value
    return {
        **total,
        "srmr": total["srmr_bentler_nomean"],
        "srmr_mplus": math.nan,
        "srmr_mplus_nomean": math.nan,
    }


def _group_indices(sample: GroupMoments, state: GroupState) -> dict[str, float]:
    rows, columns = pair_order(sample.p)
    implied = scaled_covariance(state)
    sd, sd_model = np.sqrt(np.diag(sample.cov)), np.sqrt(np.diag(implied))
    raw = (sample.cov - implied)[rows, columns]
    bentler = raw / (sd[rows] * sd[columns])
    bollen = (sample.cov / np.outer(sd, sd) - implied / np.outer(sd_model, sd_model))[rows, columns]
    gaps = threshold_residuals(sample, state)
    squares, pairs, k = float(gaps @ gaps), len(rows), len(gaps)
    p = sample.p + len(sample.x_names)

    def rms(residuals: Array, count: int, *, extra: float = 0.0) -> float:
        return math.sqrt((float(residuals @ residuals) + extra) / count) if count else 0.0

    return {
        "rmr": rms(raw, pairs + p + k, extra=squares),
        "rmr_nomean": rms(raw, pairs + p),
        "srmr_bentler": rms(bentler, pairs + p + k, extra=squares),
        "srmr_bentler_nomean": rms(bentler, pairs + p),
        "crmr": rms(bollen, pairs + k, extra=squares),
        "crmr_nomean": rms(bollen, pairs),
    }


def scaled_covariance(state: GroupState) -> Array:
    """Return the implied covariances on the scale of the data: 1 on ordered diagonals."""
    scaled: Array = state.Sigma * np.outer(state.delta, state.delta)
    return scaled


def threshold_residuals(sample: GroupMoments, state: GroupState) -> Array:
    """Return sample minus implied thresholds, means of numeric variables left out."""
    assert sample.thresholds is not None
    assert sample.threshold_of is not None
    ordered = [sample.names.index(name) for name in sample.ordered]
    chosen = np.isin(sample.threshold_of, ordered)
    of = sample.threshold_of[chosen]
    implied = state.delta[of] * (state.tau - state.mu[of])
    return np.asarray(sample.thresholds[chosen] - implied)


def ordered_robust_measures(
    problem: Problem, inference: Inference, tests: Tests, null: Tests
) -> dict[str, float]:
    """Return robust CFI, TLI, RNI and RMSEA; nothing where they are not defined.

    They need all variables ordered, nothing conditioned on, a scaled test, and positive
    definite polychoric correlations.
    """
    standard, scaled = tests
    known = ("satorra.bentler", "scaled.shifted")
    if scaled is None or scaled.kind not in known or not _is_defined(problem):
        return {}
    found = _corrected(problem, inference)
    if found is None:
        return {}
    statistic, df, c, baseline, c_baseline = found
    statistic = statistic if df > 0 else 0.0
    n, groups = problem.n_effective, len(problem.moments.groups)
    reach = statistic / c if c else math.nan
    incremental = RobustInput(statistic, standard.df, c, reach, baseline, null[0].df, c_baseline)
    absolute = RobustInput(statistic, df, c, reach, baseline, null[0].df, c_baseline)
    measures = robust_measures(incremental, n=n, groups=groups)
    around = robust_measures(absolute, n=n, groups=groups)
    return {name: (around if name.startswith("rmsea") else measures)[name] for name in measures}


def _is_defined(problem: Problem) -> bool:
    for sample in problem.moments.groups:
        if len(sample.ordered) < sample.p or sample.x_names:
            return False
        if float(np.linalg.eigvalsh(sample.cov)[0]) < SMALLEST_EIGENVALUE:
            return False
    return True


def _corrected(
    problem: Problem, inference: Inference
) -> tuple[float, float, float, float, float] | None:
    """Return ML statistic, df and factor of the model; statistic and factor of the baseline."""
    if inference.bread is None:
        return None
    statistic, baseline, trace, trace_null, pairs = 0.0, 0.0, 0.0, 0.0, 0
    q = len(inference.bread)
    links, pulls = np.zeros((q, q)), np.zeros((q, q))
    for g, share in enumerate(problem.moments.shares):
        sample, part = problem.moments.groups[g], _GroupPart(problem, inference, g)
        if part.inverse is None:
            return None
        statistic += sample.n * part.discrepancy()
        baseline -= sample.n * sample.cov_log_det
        pairs += len(part.gamma)
        own = np.ix_(part.parameters, part.parameters)
        E = inference.bread[own]
        VG = part.V @ part.gamma
        GWJ = part.gamma @ part.WJ
        # tr(R'VR Gamma) with R = I - J E (WJ)': the terms in one J, then in two.
        trace += float(np.trace(VG)) - 2.0 * share * float(np.sum((part.J.T @ part.V @ GWJ) * E))
        trace_null += float(np.trace(part.gamma)) / share
        links[own] += share * (part.J.T @ part.V @ part.J)
        pulls[own] += share * (part.WJ.T @ GWJ)
    trace += float(np.sum((inference.bread @ links @ inference.bread) * pulls.T))
    df = pairs - _parameters_of_correlations(problem)
    return statistic, float(df), trace / df if df > 0 else 1.0, baseline, trace_null / pairs


class _GroupPart:
    """The correlations of one group: Jacobian, weights and asymptotic covariance."""

    def __init__(self, problem: Problem, inference: Inference, g: int) -> None:
        structure, state = problem.structures[g], inference.states[g]
        sample, d = problem.moments.groups[g], problem.discrepancies[g]
        rows, columns = pair_order(sample.p)
        whole = d.model.jacobian(structure, state, inference.steps[g])  # type: ignore[attr-defined]
        assert sample.gamma is not None
        chosen = slice(len(whole) - len(rows), None)
        self.parameters = structure.parameters
        self.J: Array = whole[chosen]
        weight = d.weight  # type: ignore[attr-defined]
        own = weight[chosen, chosen] if weight.ndim == 2 else weight[chosen]
        self.WJ: Array = own @ self.J if own.ndim == 2 else own[:, None] * self.J
        self.gamma: Array = sample.gamma[chosen, chosen]
        self.sample, self.implied = sample, scaled_covariance(state)
        self.inverse = inverse_and_log_det(self.implied)
        if self.inverse is not None:
            W = self.inverse[0]
            straight = W[np.ix_(rows, rows)] * W[np.ix_(columns, columns)]
            self.V: Array = straight + W[np.ix_(rows, columns)] * W[np.ix_(columns, rows)]

    def discrepancy(self) -> float:
        """Return log|Sigma| + tr(R Sigma^-1) - log|R| - p."""
        assert self.inverse is not None
        W, log_det = self.inverse
        gap = log_det + float(np.sum(W * self.sample.cov)) - self.sample.cov_log_det
        return gap - self.sample.p


def _parameters_of_correlations(problem: Problem) -> int:
    """Return the number of free parameters that are neither thresholds nor intercepts."""
    table, basis = problem.table, problem.constraints.basis
    chosen = [k for k, i in enumerate(table.free) if table.rows[i].op not in ("|", "~1")]
    if basis is None:
        return len(chosen)
    return int(np.linalg.matrix_rank(basis[chosen])) if chosen else 0
