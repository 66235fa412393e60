"""Reliability of scales of ordered items, as the sum of the answers is used in practice.

omega (Green and Yang, 2009, equation 21): the share of the variance of the sum of the answers
that the factor explains,

    sum [Phi2(tau_s, tau_t; common_ij) - Phi(tau_s) Phi(tau_t)]
    / sum [Phi2(tau_s, tau_t; total_ij) - Phi(tau_s) Phi(tau_t)]

over items i, j and their thresholds s, t. ``total`` are the correlations of the model with this
factor alone (omega), of the whole model (Bentler) or of the sample (McDonald).
Checked against semTools 0.5-6 (reliability, compRelSEM, AVE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from analysis.sem.categorical.binormal import bivariate_cdf
from analysis.sem.categorical.fit_indices import scaled_covariance
from analysis.sem.reliability import indicators_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.result import SemResult

NAN = float("nan")


def ordered_reliability(result: SemResult) -> pd.DataFrame:
    """Return one row per factor (per group, with a second index level, for several groups).

    Columns ``alpha`` (of the answers as numbers) ``, alpha_ord`` (of the polychoric
    correlations) ``, omega, omega_bentler, omega_mcdonald, composite_reliability, ave, cr_std,
    ave_std``. omega is NaN for factors with both ordered and continuous indicators.
    """
    import pandas as pd

    items = indicators_of(result)
    frames = []
    for g, state in enumerate(result.problem.states(result.theta)):
        structure, sample = result.problem.structures[g], result.problem.moments.groups[g]
        rows = {f: _one_factor(structure, state, sample, f, names) for f, names in items.items()}
        frames.append(pd.DataFrame(rows).T)
    if len(frames) == 1:
        return frames[0]
    return pd.concat(dict(zip(result.group_labels, frames, strict=True)))


def _one_factor(
    structure: GroupStructure,
    state: GroupState,
    sample: GroupMoments,
    factor: str,
    names: list[str],
) -> dict[str, float]:
    own = [structure.observed.index(name) for name in names]
    chosen = np.ix_(own, own)
    f = structure.variables.index(factor)
    loadings, variance = state.A[own, f], state.M[f, f]
    common = np.outer(loadings, loadings) * variance
    theta = state.S[chosen]
    standard = loadings * np.sqrt(max(variance, 0.0) / np.diag(state.Sigma)[own])
    omegas = _omegas(structure, state, sample, own, common=common, theta=theta)
    return {
        "alpha": _alpha(_answer_covariance(sample, own)),
        "alpha_ord": _alpha(sample.cov[chosen]),
        **omegas,
        "composite_reliability": omegas["omega_mcdonald"],
        "ave": float(np.trace(common) / (np.trace(common) + np.trace(theta))),
        "cr_std": float(standard.sum() ** 2 / (standard.sum() ** 2 + (1 - standard**2).sum())),
        "ave_std": float((standard**2).mean()),
    }


def _omegas(
    structure: GroupStructure,
    state: GroupState,
    sample: GroupMoments,
    own: list[int],
    *,
    common: Array,
    theta: Array,
) -> dict[str, float]:
    """Return omega with its three denominators."""
    names = ("omega", "omega_bentler", "omega_mcdonald")
    ordered = set(structure.ordered.tolist())
    chosen = np.ix_(own, own)
    if not ordered & set(own):
        total = float(common.sum())
        totals = (common + theta, state.Sigma[chosen], sample.cov[chosen])
        return {n: total / float(t.sum()) for n, t in zip(names, totals, strict=True)}
    if not set(own) <= ordered:
        return dict.fromkeys(names, NAN)
    delta = state.delta[own]
    thresholds = [state.tau[structure.threshold_of == v] * state.delta[v] for v in own]
    shared = _answer_variance(thresholds, common * np.outer(delta, delta))
    totals = (common + theta, scaled_covariance(state)[chosen], sample.cov[chosen])
    return {
        n: shared / _answer_variance(thresholds, _correlations(t))
        for n, t in zip(names, totals, strict=True)
    }


def _answer_variance(thresholds: list[Array], correlations: Array) -> float:
    """Return the variance of the sum of the answers that these correlations bring about."""
    item = np.concatenate([np.full(len(t), k) for k, t in enumerate(thresholds)])
    tau = np.concatenate(thresholds)
    rho = correlations[np.ix_(item, item)]
    margin = ndtr(tau)
    is_same = np.abs(rho) >= 1.0 - 1e-12
    joint = bivariate_cdf(tau[:, None], tau[None, :], np.where(is_same, 0.0, rho))
    joint = np.where(is_same, np.minimum(margin[:, None], margin[None, :]), joint)
    return float((joint - np.outer(margin, margin)).sum())


def _correlations(cov: Array) -> Array:
    sd = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(sd, sd))


def _alpha(cov: Array) -> float:
    k = len(cov)
    return float(k / (k - 1) * (1.0 - np.trace(cov) / cov.sum())) if k > 1 else NAN


def _answer_covariance(sample: GroupMoments, own: list[int]) -> Array:
    """Return the covariances of the answers as numbers, from the cases that answered all."""
    assert sample.data is not None
    data = sample.data[:, own]
    complete = data[~np.isnan(data).any(axis=1)]
    return np.atleast_2d(np.cov(complete, rowvar=False))
