"""Information of incomplete answers as that of complete ones less what the gaps take away.

With P_r = W - V_r'V_r and v_s the rows of V_r, the information along directions dS of the
covariances and dmu of the means is made of W alone, less squares of few numbers: for each
pattern v_s' dS v_t of its pairs of missing variables, for each row v_s'(dS z + dmu) of its
missing variables, z the weighted deviation. Few gaps mean few numbers, however many moments
there are (docs/methods/sem-missing.md). Checked against the sums over all moments
(analysis.sem.missing_information).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dtrtri

from analysis.sem.missing_information import information_at
from analysis.sem.missing_moments import PatternState, summed_inverse

if TYPE_CHECKING:
    from analysis.sem.missing_moments import Array, MissingPatterns
    from analysis.sem.model_matrices import Directions

CHUNK = 2**21
"""Numbers held in memory at a time."""

STATIONARY = 1e-8
"""Largest standardised slope of the likelihood per case at moments that count as those of EM."""


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """Some of the numbers a'dS b + c a'dmu whose squares the gaps take away."""

    first: Array
    second: Array
    of_mean: Array
    """c: 1 for rows that hold answers; 0 for rows of scatter and pairs of missing variables."""
    weight: Array
    is_pair: bool


def gap_count(patterns: MissingPatterns) -> int:
    """Return how many numbers the gaps take away."""
    sizes = [(g.missing.shape, len(g.rows)) for g in patterns.groups]
    return sum(count * m * (m + 1) // 2 + rows * m for (count, m), rows in sizes)


def _gaps(patterns: MissingPatterns, state: PatternState, width: int) -> Iterator[_Gaps]:
    """Yield the gaps in pieces of at most about ``CHUNK`` numbers at ``width`` numbers each."""
    p = patterns.n_variables
    for group, root in zip(patterns.groups, state.roots, strict=True):
        m = root.shape[1]
        s, t = np.triu_indices(m)
        half = np.where(s == t, 0.5, 1.0)
        step = max(1, CHUNK // (width * len(s)))
        for start in range(0, len(root), step):
            own = slice(start, start + step)
            V = root[own]
            weight = patterns.weight[group.patterns[own]][:, None] * half
            first, second = V[:, s].reshape(-1, p), V[:, t].reshape(-1, p)
            yield _Gaps(first, second, np.zeros(len(first)), weight.ravel(), is_pair=True)
        step = max(1, CHUNK // (width * m))
        for start in range(0, len(group.rows), step):
            rows = group.rows[start : start + step]
            first = root[group.row_pattern[start : start + step]].reshape(-1, p)
            second = np.repeat(state.weighted[rows], m, axis=0)
            of_mean, weight = patterns.shift[rows], patterns.row_weight[rows]
            yield _Gaps(first, second, np.repeat(of_mean, m), np.repeat(weight, m), is_pair=False)


def information_along(
    patterns: MissingPatterns, state: PatternState, directions: Directions, *, observed: bool
) -> Array:
    """Return the information on (means, covariances) along directions, (q, q), over all cases.

    Minus the Hessian of the log-likelihood by the moments, or its expectation.
    """
    p, q = directions.U.shape
    k, count = p * (p + 1) // 2, len(patterns.mask)
    by_gaps = gap_count(patterns) * q * (q + 20)
    by_moments = k * k * (count + q + 100)
    if by_gaps < by_moments:
        return _by_gaps(patterns, state, directions, observed=observed)
    found = information_at(patterns, state, observed=observed)
    J, dmu = directions.vech_jacobian(), directions.dmu
    cross = dmu.T @ found.mean_cov @ J
    total: Array = J.T @ found.cov @ J + dmu.T @ found.mean @ dmu + cross + cross.T
    return total


def _by_gaps(
    patterns: MissingPatterns, state: PatternState, directions: Directions, *, observed: bool
) -> Array:
    """Return the information along directions from W and the gaps.

    Observed: tr(W dS_a (Z - S + nW / 2) dS_b), Z = sum of w z z' and S = sum of n_r P_r, less the
    squares; expected: tr(W dS_a (S - nW / 2) dS_b) plus the squares of pairs.
    """
    U, V, dmu = directions.U, directions.V, directions.dmu
    W, summed = state.inverse, summed_inverse(patterns, state)
    Y = summed - 0.5 * patterns.n * W
    if observed:
        z = state.weighted
        Y = (z.T * patterns.row_weight) @ z - Y
    H = trace_pair(U, V, W, Y)
    H = 0.5 * (H + H.T) + dmu.T @ summed @ dmu
    if observed:
        total = (patterns.row_weight * patterns.shift) @ state.weighted
        WU, WV = W @ U, W @ V
        cross = (dmu.T @ WU) * (total @ V) + (dmu.T @ WV) * (total @ U)
        H += cross + cross.T
    for gaps in _gaps(patterns, state, U.shape[1]):
        if not (observed or gaps.is_pair):
            continue
        a, b = gaps.first, gaps.second
        numbers = (a @ U) * (b @ V) + (a @ V) * (b @ U)
        numbers *= np.sqrt(gaps.weight)[:, None]
        if not observed:
            H += numbers.T @ numbers
            continue
        H -= numbers.T @ numbers
        if not gaps.is_pair and dmu.any():
            cross = numbers.T @ ((gaps.of_mean * np.sqrt(gaps.weight))[:, None] * (a @ dmu))
            H -= cross + cross.T
    return H


def expected_form(patterns: MissingPatterns, state: PatternState, mean: Array, cov: Array) -> float:
    """Return v'Iv for the expected information I over all cases and v = (mean, vech of cov).

    mean' S mean + 1/2 sum of n_r tr(P_r C P_r C), C the symmetric ``cov``.
    """
    W, summed = state.inverse, summed_inverse(patterns, state)
    form = float(mean @ summed @ mean)
    form += float(np.sum((W @ cov) * (cov @ (summed - 0.5 * patterns.n * W))))
    for group, root in zip(patterns.groups, state.roots, strict=True):
        inner = (root @ cov) @ root.transpose(0, 2, 1)
        form += 0.5 * float(patterns.weight[group.patterns] @ (inner**2).sum(axis=(1, 2)))
    return form


def trace_pair(U: Array, V: Array, X: Array, Y: Array) -> Array:
    """Return tr(X d_a Y d_b) for all a, b with d_a = u_a v_a' + v_a u_a'."""
    XU, XV, YU, YV = X @ U, X @ V, Y @ U, Y @ V
    UXV, UYV = U.T @ XV, U.T @ YV
    found: Array = UXV * UYV.T + (U.T @ XU) * (V.T @ YV) + (V.T @ XV) * (U.T @ YU) + UXV.T * UYV
    return found


def trace_of_complete(patterns: MissingPatterns, state: PatternState, cov: Array) -> float | None:
    """Return tr(A_m^-1 A_c) at the EM moments ``cov``, of all means and covariances.

    There A_m = A_c - F'F with a row of F for each number that the gaps take away, so that the
    trace is the number of moments - T + tr((I - F A_c^-1 F')^-1), with T numbers. With more
    numbers than moments A_m itself is inverted. None where it is not positive definite.
    """
    p = patterns.n_variables
    moments, count = p * (p + 3) // 2, gap_count(patterns)
    root: Array = np.linalg.cholesky(cov).astype(np.float64, copy=False)
    try:
        if count > moments or not _is_stationary(patterns, state):
            return _trace_by_moments(patterns, state, root)
        return moments - count + (_trace_by_gaps(patterns, state, root) if count else 0.0)
    except np.linalg.LinAlgError:
        return None


def _trace_by_gaps(patterns: MissingPatterns, state: PatternState, root: Array) -> float:
    """Return tr((I - F A_c^-1 F')^-1); ``root``: of the covariances."""
    pieces = list(_gaps(patterns, state, len(root)))
    a, b = (np.concatenate([getattr(g, k) for g in pieces]) @ root for k in ("first", "second"))
    c, weight = (np.concatenate([getattr(g, k) for g in pieces]) for k in ("of_mean", "weight"))
    mixed = a @ b.T
    gram = (a @ a.T) * (b @ b.T + np.outer(c, c)) + mixed * mixed.T
    scale = np.sqrt(weight / patterns.n)
    gram *= -scale[:, None] * scale
    gram[np.diag_indices(len(c))] += 1.0
    return float((_inverse_root(gram) ** 2).sum())


def _trace_by_moments(patterns: MissingPatterns, state: PatternState, root: Array) -> float:
    """Return tr(A_m^-1 A_c) in units of ``root``, where A_c is diagonal."""
    i, j = np.triu_indices(len(root))
    white = PatternState(
        np.eye(len(root)),
        tuple(V @ root for V in state.roots),
        state.log_determinant,
        state.deviations,
        state.weighted @ root,
    )
    missing = information_at(patterns, white, observed=True).joined()
    complete = patterns.n * np.concatenate([np.ones(len(root)), np.where(i == j, 0.5, 1.0)])
    half = _inverse_root(missing)
    return float(np.einsum("ka,ka->a", half, half) @ complete)


def _inverse_root(matrix: Array) -> Array:
    """Return L^-1 with LL' the matrix.

    Raises:
        numpy.linalg.LinAlgError: the matrix is not positive definite.
    """
    inverse, problem = dtrtri(np.linalg.cholesky(matrix).T, lower=False, overwrite_c=True)
    if problem:
        raise np.linalg.LinAlgError("not positive definite")
    return np.asarray(inverse.T)


def _is_stationary(patterns: MissingPatterns, state: PatternState) -> bool:
    """Return whether the likelihood is flat at the state's moments."""
    z, w = state.weighted, patterns.row_weight
    summed = summed_inverse(patterns, state)
    units = np.sqrt(np.diagonal(summed))
    gap = np.abs(((z.T * w) @ z - summed) / np.outer(units, units)).max()
    slope = np.abs((w * patterns.shift) @ z / units).max() / np.sqrt(patterns.n)
    return bool(max(gap, slope) < STATIONARY)
