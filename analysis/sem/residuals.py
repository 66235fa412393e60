"""Differences between sample and model moments, and the indices made of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.influence import fixed_x_index
from analysis.sem.moments import vech

if TYPE_CHECKING:
    from analysis.sem.model_matrices import GroupState
    from analysis.sem.moments import Array, GroupMoments, IndexArray
    from analysis.sem.problem import Problem


def _rms(total: float, count: float) -> float:
    return math.sqrt(total / count) if count > 0 else 0.0


def residual_indices(problem: Problem, states: tuple[GroupState, ...]) -> dict[str, float]:
    """Return RMR, SRMR (Bentler, Mplus) and CRMR, with and without means.

    Groups are averaged by their share of the cases. Formulas: docs/methods/sem.md (残差).
    """
    names = ("rmr", "rmr_nomean", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean")
    total = dict.fromkeys((*names, "srmr_mplus", "srmr_mplus_nomean"), 0.0)
    for share, sample, state in zip(
        problem.moments.shares, problem.moments.groups, states, strict=True
    ):
        for name, value in _group_indices(sample, state, problem.table.has_means).items():
            total[name] += share * value
    return {**total, "srmr": total["srmr_bentler"]}


def _group_indices(sample: GroupMoments, state: GroupState, has_means: bool) -> dict[str, float]:
    p = sample.p
    S, Sigma = sample.cov, state.Sigma
    implied = np.diagonal(Sigma)
    sd, sd_model = np.sqrt(np.diagonal(S)), np.sqrt(np.where(implied > 0, implied, np.nan))
    raw = vech(S - Sigma)
    bentler = vech((S - Sigma) / np.outer(sd, sd))
    bollen = vech(S / np.outer(sd, sd) - Sigma / np.outer(sd_model, sd_model))
    count = p * (p + 1) / 2
    d = sample.mean - state.mu if has_means else np.zeros(p)
    mplus_mean = sample.mean / sd - state.mu / sd_model if has_means else np.zeros(p)
    variances = (np.diagonal(S) - np.diagonal(Sigma)) / np.diagonal(S)
    mplus = float(bollen @ bollen + variances @ variances)
    extra = p if has_means else 0
    z = d / sd
    return {
        "rmr": _rms(float(raw @ raw + d @ d), count + extra),
        "rmr_nomean": _rms(float(raw @ raw), count),
        "srmr_bentler": _rms(float(bentler @ bentler + z @ z), count + extra),
        "srmr_bentler_nomean": _rms(float(bentler @ bentler), count),
        "crmr": _rms(float(bollen @ bollen + z @ z), count - p + extra),
        "crmr_nomean": _rms(float(bollen @ bollen), count - p),
        "srmr_mplus": _rms(mplus + float(mplus_mean @ mplus_mean), count + extra),
        "srmr_mplus_nomean": _rms(mplus, count),
    }


@dataclass(frozen=True, slots=True)
class Goodness:
    """GFI over all groups, and the number of sample moments behind it."""

    gfi: float
    moments: int


def goodness_of_fit(problem: Problem, states: tuple[GroupState, ...]) -> Goodness:
    """Return GFI = 1 - r'Wr / s'Ws with the estimator's own W (ML: normal weight at Sigma).

    Moments of fixed x are part of s but have no weight (lavaan). Joreskog and Sorbom (1984).
    """
    gfi, moments = 0.0, 0
    for g, (share, sample, state) in enumerate(
        zip(problem.moments.shares, problem.moments.groups, states, strict=True)
    ):
        if problem.estimator.discrepancy == "ML":
            left, whole = _normal_forms(problem, sample, state)
            count = sample.p * (sample.p + 1) // 2 + (sample.p if problem.table.has_means else 0)
        elif problem.estimator.discrepancy == "FIML":
            from analysis.sem.fiml_measures import fiml_goodness_forms

            left, whole, count = fiml_goodness_forms(problem, g, state)
        else:
            d = problem.discrepancies[g]
            r = d.residual(problem.structures[g], state)  # type: ignore[attr-defined]
            left = float(r @ d.weighted(r))  # type: ignore[attr-defined]
            whole = float(d.obs @ d.weighted(d.obs))  # type: ignore[attr-defined]
            count = len(d.obs)  # type: ignore[attr-defined]
        gfi += share * (1 - left / whole)
        moments += count
    return Goodness(gfi, moments)


def _normal_forms(problem: Problem, sample: GroupMoments, state: GroupState) -> tuple[float, float]:
    """Return r'Vr and s'Vs for the normal-theory weight at the model."""
    found = state.inverse
    if found is None:
        return math.nan, math.nan
    x = fixed_x_index(sample, problem.table, problem.options)
    forms = []
    for matrix, vector in (
        (sample.cov - state.Sigma, sample.mean - state.mu),
        (sample.cov.copy(), sample.mean.copy()),
    ):
        matrix[np.ix_(x, x)] = 0.0
        vector[x] = 0.0
        W = found[0]
        WR = W @ matrix
        form = 0.5 * float(np.sum(WR * WR.T))
        if problem.table.has_means:
            form += float(vector @ _without(W, x) @ vector)
        forms.append(form)
    return forms[0], forms[1]


def _without(W: Array, x: IndexArray) -> Array:
    """Return W with rows and columns of fixed x set to 0."""
    if len(x) == 0:
        return W
    W = W.copy()
    W[x] = 0.0
    W[:, x] = 0.0
    return W
