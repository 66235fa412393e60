"""Factor scores of continuous indicators: regression (Thurstone) and Bartlett.

regression: E(eta) + Cov(eta, y) Sigma^-1 (y - mu);
bartlett: E(eta) + (L' Sigma^-1 L)^-1 L' Sigma^-1 (y - mu), L the loadings, with observed
variables that take part in paths counted as their own factors. Checked against lavPredict().
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.errors import SemError

if TYPE_CHECKING:
    from analysis.sem.model_matrices import GroupState, GroupStructure
    from analysis.sem.moments import Array, IndexArray
    from analysis.sem.result import SemResult

METHODS = ("regression", "bartlett", "ebm")


def factor_scores(result: SemResult, method: str) -> tuple[tuple[IndexArray, Array], ...]:
    """Return, per group, the rows of the cases in the data and their (n, latents) scores."""
    if method not in METHODS:
        raise SemError("unknown_choice", option="factor_scores", value=method, known=METHODS)
    result.require_inference()
    problem = result.problem
    if problem.moments.kind == "ordered" or method == "ebm":
        from analysis.sem.categorical.factor_scores import ordered_factor_scores

        return ordered_factor_scores(result, method)
    found = []
    for sample, structure, state in zip(
        problem.moments.groups, problem.structures, problem.states(result.theta), strict=True
    ):
        if sample.data is None or sample.cases is None:
            raise SemError("needs_raw_data", name=method)
        centre = state.mu if problem.table.has_means else sample.mean
        mean = state.eta[structure.p :]
        scores = _scores(structure, state, sample.data - centre, method, result) + mean
        found.append((sample.cases, scores))
    return tuple(found)


def _scores(
    structure: GroupStructure, state: GroupState, y: Array, method: str, result: SemResult
) -> Array:
    """Return scores around the mean; with missing values each pattern has its own weights."""
    missing = np.isnan(y)
    if not missing.any():
        return y @ _weights(structure, state, np.arange(structure.p), method, result).T
    scores = np.empty((len(y), len(structure.variables) - structure.p))
    patterns, codes = np.unique(missing, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        seen = np.flatnonzero(~pattern)
        rows = np.flatnonzero(codes.ravel() == k)
        scores[rows] = y[np.ix_(rows, seen)] @ _weights(structure, state, seen, method, result).T
    return scores


def _weights(
    structure: GroupStructure, state: GroupState, seen: IndexArray, method: str, result: SemResult
) -> Array:
    """Return the (latents, seen) weights."""
    p = structure.p
    sigma = state.Sigma[np.ix_(seen, seen)]
    if method == "regression":
        covariances = state.M[np.ix_(seen, np.arange(p, len(state.M)))]
        return np.asarray(np.linalg.solve(sigma, covariances).T, dtype=np.float64)
    L = _loadings(structure, state, result)[seen]
    weighted = np.linalg.solve(sigma, L)
    inner = L.T @ weighted
    whole = np.asarray(np.linalg.pinv(inner, hermitian=True) @ weighted.T)
    return whole[: len(structure.variables) - p]


def _loadings(structure: GroupStructure, state: GroupState, result: SemResult) -> Array:
    """Return loadings on latent variables, then on observed ones that take part in paths."""
    p = structure.p
    rows = result.problem.table.rows
    in_paths = {row.lhs for row in rows if row.op == "~"} | {
        row.rhs for row in rows if row.op == "~"
    }
    own = [k for k in range(p) if structure.observed[k] in in_paths]
    direct = state.A[:p, p:].copy()
    direct[own] = 0.0
    unit = np.eye(p)[:, own]
    return np.concatenate([direct, unit], axis=1)
