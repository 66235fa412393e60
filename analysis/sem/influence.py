"""What single cases say: scores, and the fourth-order moments behind robust statistics.

Two meats of the sandwich, both without ever forming the matrix of fourth moments:

* ``first_order``: cross products of the case scores (MLR, MLF, clusters, weights);
* ``moment_meat``: (V Delta)' Gamma (V Delta) with Gamma the asymptotic covariance of the
  sample moments (MLM): each case contributes (y'Wu_a)(y'Wv_a) + dmu_a' W y, centred.

Fixed x: the part of a case that x predict is taken out, as lavaan does (Gamma given x).
Cases are worked through in slices, so memory does not grow with n.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.moments import vech_index

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState
    from analysis.sem.moments import Array, GroupMoments, IndexArray
    from analysis.sem.options import SemOptions
    from analysis.sem.parameter_table import ParameterTable
    from analysis.sem.problem import Problem

SLICE = 16_384
"""Cases worked on at once."""


def fixed_x_index(group: GroupMoments, table: ParameterTable, options: SemOptions) -> IndexArray:
    """Return the places of fixed x among the group's variables."""
    if not options.fixed_x or table.is_conditional:
        return np.zeros(0, dtype=np.intp)
    return np.array([group.names.index(n) for n in table.variables.exogenous], dtype=np.intp)


def predicted_by_x(group: GroupMoments, x: IndexArray) -> Array | None:
    """Return B with centred prediction y_hat = y B (x predict themselves); None without x."""
    if len(x) == 0:
        return None
    cov = group.cov
    B = np.zeros_like(cov)
    B[x] = np.linalg.solve(cov[np.ix_(x, x)], cov[x])
    return B


def _fixed_x(problem: Problem, group: GroupMoments) -> IndexArray:
    return fixed_x_index(group, problem.table, problem.options)


def first_order(
    problem: Problem, states: tuple[GroupState, ...], steps: tuple[Directions, ...]
) -> Array:
    """Return the cross products of case scores per case, (q, q), groups weighted by share."""
    q = problem.constraints.n_free
    total = np.zeros((q, q))
    for share, group, d, s, state, step in zip(
        problem.moments.shares,
        problem.moments.groups,
        problem.discrepancies,
        problem.structures,
        states,
        steps,
        strict=True,
    ):
        scores = d.case_scores(s, state, step)
        outer = weighted_cross_product(scores, group)
        total[np.ix_(s.parameters, s.parameters)] += share * outer
    return total


def weighted_cross_product(scores: Array, group: GroupMoments) -> Array:
    """Return sum of w_i^2 s_i s_i' / n, or over clusters with the factor c / (c - 1)."""
    if group.weights is not None:
        scores = scores * group.weights[:, None]
    if group.clusters is None:
        return scores.T @ scores / group.n
    sums, count = cluster_sums(scores, group.clusters)
    return sums.T @ sums / group.n * (count / (count - 1))


def cluster_sums(scores: Array, clusters: IndexArray) -> tuple[Array, int]:
    """Return the sums of the rows of each cluster, and the number of clusters."""
    present, codes = np.unique(clusters, return_inverse=True)
    sums = np.zeros((len(present), scores.shape[1]))
    np.add.at(sums, codes, scores)
    return sums, len(present)


def moment_meat(
    problem: Problem, states: tuple[GroupState, ...], steps: tuple[Directions, ...]
) -> Array:
    """Return sum over groups of share x (V Delta)' Gamma (V Delta), V the normal weight."""
    q = problem.constraints.n_free
    total = np.zeros((q, q))
    for share, group, s, state, step in zip(
        problem.moments.shares,
        problem.moments.groups,
        problem.structures,
        states,
        steps,
        strict=True,
    ):
        B = predicted_by_x(group, _fixed_x(problem, group))
        total[np.ix_(s.parameters, s.parameters)] += share * _group_meat(
            group, state, step, B, with_means=problem.table.has_means
        )
    return total


def _group_meat(
    group: GroupMoments, state: GroupState, step: Directions, B: Array | None, *, with_means: bool
) -> Array:
    W = _inverse(state)
    WU, WV = W @ step.U, W @ step.V
    Wm = W @ step.dmu if with_means else None
    q = step.U.shape[1]
    cross, total = np.zeros((q, q)), np.zeros(q)
    for y in slices(group):
        t = (y @ WU) * (y @ WV)
        if B is not None:
            fitted = y @ B
            t -= (fitted @ WU) * (fitted @ WV)
            y = y - fitted
        if Wm is not None:
            t += y @ Wm
        cross += t.T @ t
        total += t.sum(axis=0)
    return (cross - np.outer(total, total) / group.n) / group.n


def slices(group: GroupMoments) -> Iterator[Array]:
    """Yield the centred cases in slices."""
    data = group.data
    if data is None:
        raise ValueError("robust statistics need raw data")
    for first in range(0, len(data), SLICE):
        yield data[first : first + SLICE] - group.mean


def _inverse(state: GroupState) -> Array:
    found = state.inverse
    if found is None:
        raise np.linalg.LinAlgError("implied covariance is not positive definite")
    return found[0]


def normal_weight_trace(problem: Problem, group: GroupMoments, state: GroupState) -> float:
    """Return tr(V Gamma) of one group, V the normal-theory weight at the model."""
    W = _inverse(state)
    B = predicted_by_x(group, _fixed_x(problem, group))
    squares, linear = 0.0, 0.0
    for y in slices(group):
        yW = y @ W
        own = np.einsum("ij,ij->i", yW, y)
        if B is None:
            squares += float(own @ own)
            linear += float(own.sum())
            continue
        fitted = y @ B
        mixed = np.einsum("ij,ij->i", yW, fitted)
        pure = np.einsum("ij,ij->i", fitted @ W, fitted)
        squares += float((own**2 - 2 * mixed**2 + pure**2).sum())
        linear += float((own - 2 * mixed + pure).sum())
    mean = group.cov if B is None else group.cov - B.T @ group.cov @ B
    centre = float(np.sum((W @ mean) * (W @ mean).T))
    trace = 0.5 * (squares / group.n - centre)
    return trace + linear / group.n if problem.table.has_means else trace


def unrestricted_trace(problem: Problem, group: GroupMoments) -> tuple[float, float]:
    """Return tr(B1 A1^-1) of the unrestricted model and its number of moments.

    In whitened coordinates z = L^-1 (y - mean), x first, the scores of means, variances and
    covariances are z_i, (z_i^2 - 1) / sqrt 2 and z_i z_j, and A1 is the identity; the scores
    of means and covariances of fixed x are left out.
    """
    x = _fixed_x(problem, group)
    p = group.p
    order = np.concatenate([x, np.setdiff1d(np.arange(p), x)])
    root = np.linalg.cholesky(group.cov[np.ix_(order, order)])
    whiten = np.linalg.inv(root).T
    nx = len(x)
    with_means = problem.table.has_means
    count = p * (p + 1) / 2 - nx * (nx + 1) / 2 + (p - nx if with_means else 0)
    if group.clusters is not None:
        scores = _unrestricted_scores((_all(group)[:, order]) @ whiten, nx, with_means=with_means)
        if group.weights is not None:
            scores = scores * group.weights[:, None]
        sums, clusters = cluster_sums(scores, group.clusters)
        return float((sums**2).sum() / group.n * clusters / (clusters - 1)), count
    total, done = 0.0, 0
    for y in slices(group):
        z = y[:, order] @ whiten
        by_x = (z[:, :nx] ** 2).sum(axis=1)
        e = (z[:, nx:] ** 2).sum(axis=1)
        length = e * by_x + 0.5 * (e**2 - 2 * e + (p - nx)) + (e if with_means else 0.0)
        if group.weights is not None:
            length = length * group.weights[done : done + len(y)] ** 2
        total += float(length.sum())
        done += len(y)
    return total / group.n, count


def _all(group: GroupMoments) -> Array:
    if group.data is None:
        raise ValueError("robust statistics need raw data")
    return group.data - group.mean


def _unrestricted_scores(z: Array, nx: int, *, with_means: bool) -> Array:
    rows, columns = vech_index(z.shape[1])
    products = z[:, rows] * z[:, columns]
    products = np.where(rows == columns, (products - 1) / np.sqrt(2), products)
    own = products[:, rows >= nx]
    return np.concatenate([z[:, nx:], own], axis=1) if with_means else own


def adf_gamma(group: GroupMoments, *, with_means: bool, x: IndexArray) -> Array:
    """Return Gamma: asymptotic covariance of sqrt(n) (means, vech S), divisor n.

    Browne (1984). Rows of fixed x are 0. Cross moments of cases minus those of the part that
    x predict. Checked against lavaan's lavInspect(fit, "gamma").
    """
    if group.weights is not None or group.clusters is not None:
        gamma = _weighted_gamma(group, with_means=with_means, x=x)
    else:
        gamma = _plain_gamma(group, with_means=with_means, x=x)
    rows, columns = vech_index(group.p)
    if len(x):
        both = np.isin(rows, x) & np.isin(columns, x)
        fixed = np.concatenate([np.isin(np.arange(group.p), x), both]) if with_means else both
        gamma[fixed] = 0.0
        gamma[:, fixed] = 0.0
    return gamma


def _plain_gamma(group: GroupMoments, *, with_means: bool, x: IndexArray) -> Array:
    rows, columns = vech_index(group.p)
    B = predicted_by_x(group, x)
    k = len(rows) + (group.p if with_means else 0)
    cross, total, n = np.zeros((k, k)), np.zeros(k), 0
    for y in slices(group):
        t = y[:, rows] * y[:, columns]
        own = y
        if B is not None:
            fitted = y @ B
            t -= fitted[:, rows] * fitted[:, columns]
            own = y - fitted
        if with_means:
            t = np.concatenate([own, t], axis=1)
        cross += t.T @ t
        total += t.sum(axis=0)
        n += len(y)
    return (cross - np.outer(total, total) / n) / n


def _weighted_gamma(group: GroupMoments, *, with_means: bool, x: IndexArray) -> Array:
    """Return Gamma with sampling weights or clusters: V^-1 B V^-1 on the moments not of x.

    B: products of weighted, summed scores V t of the unrestricted model.
    """
    rows, columns = vech_index(group.p)
    y = _all(group)
    t = y[:, rows] * y[:, columns] - group.cov[rows, columns]
    if with_means:
        t = np.concatenate([y, t], axis=1)
    if len(x) == 0:
        return weighted_cross_product(t, group)
    V = normal_weight(group.cov_inverse, with_means=with_means)
    both = np.isin(rows, x) & np.isin(columns, x)
    fixed = np.concatenate([np.isin(np.arange(group.p), x), both]) if with_means else both
    own = np.flatnonzero(~fixed)
    B = weighted_cross_product((t @ V)[:, own], group)
    inverse = np.linalg.inv(V[np.ix_(own, own)])
    gamma = np.zeros_like(V)
    gamma[np.ix_(own, own)] = inverse @ B @ inverse
    return gamma


def normal_weight(W: Array, *, with_means: bool) -> Array:
    """Return V: the normal-theory weight of (means, vech S) for W = Sigma^-1, dense.

    Half of D'(W kron W)D with D the duplication matrix.
    """
    rows, columns = vech_index(len(W))
    V = W[np.ix_(rows, rows)] * W[np.ix_(columns, columns)]
    V += W[np.ix_(rows, columns)] * W[np.ix_(columns, rows)]
    once = np.where(rows == columns, 0.5, 1.0)
    V *= np.outer(once, once)
    if not with_means:
        return V
    p, k = len(W), len(rows)
    full = np.zeros((p + k, p + k))
    full[:p, :p] = W
    full[p:, p:] = V
    return full
