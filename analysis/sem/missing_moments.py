"""Incomplete answers: their patterns and the likelihood of means and covariances.

The log-likelihood of full information maximum likelihood is a sum over missing-data patterns r of

    -n_r / 2 * [p_r log(2 pi) + log|S_r| + tr(P_r A_r)],

where S_r is the part of the covariance matrix that pattern r sees, P_r its inverse padded
with zeros and A_r the mean product of deviations from the means. With W the inverse of the
whole matrix and m the missing variables, P_r = W - W_m' W_mm^-1 W_m, so that no pattern
costs more than a small inverse (docs/methods/sem-missing.md). After :func:`find_patterns`, no
cost grows with the number of cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

LOG_TWO_PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Patterns with the same number of missing variables."""

    patterns: Index
    missing: Index
    """Patterns x m, the missing variables of each."""
    rows: Index
    """Data rows that belong to these patterns."""
    row_pattern: Index
    """Position of each row's pattern in ``patterns``."""


@dataclass(frozen=True, slots=True, eq=False)
class MissingPatterns:
    """Incomplete data, summed up by pattern.

    A pattern with more cases than variables is kept as its mean and a square root of its
    scatter, so there are at most p + 1 rows per pattern.
    """

    mask: Mask
    """Patterns x variables: observed."""
    weight: Array
    """Cases (or sum of sampling weights) of each pattern."""
    values: Array
    """Rows x variables; 0 where missing."""
    shift: Array
    """1 for rows that hold answers or means, 0 for rows of scatter."""
    row_weight: Array
    row_pattern: Index
    groups: tuple[_Group, ...]
    case_pattern: Index
    """Pattern of each kept case."""
    kept: Mask
    """Which cases of the data have any answer at all."""

    @property
    def n(self) -> float:
        """Number of cases with any answer (sum of weights)."""
        return float(self.weight.sum())

    @property
    def n_variables(self) -> int:
        """Number of variables."""
        return int(self.mask.shape[1])

    @property
    def coverage(self) -> Array:
        """Share of cases that answered both variables of each pair; 0 to 1."""
        seen = self.mask.astype(np.float64)
        share: Array = (seen.T * self.weight) @ seen / self.n
        return share

    def rescaled(self, centre: Array, scale: Array) -> "MissingPatterns":
        """Return the patterns of (x - centre) / scale."""
        seen = self.mask[self.row_pattern]
        values = np.where(seen, (self.values - self.shift[:, None] * centre) / scale, 0.0)
        return MissingPatterns(
            self.mask,
            self.weight,
            values,
            self.shift,
            self.row_weight,
            self.row_pattern,
            self.groups,
            self.case_pattern,
            self.kept,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """The log-likelihood at given moments and its derivatives in them."""

    value: float
    mean: Array
    """d / d mean."""
    cov: Array
    """Symmetric G with d logl = tr(G dS)."""


@dataclass(frozen=True, slots=True, eq=False)
class PatternState:
    """What a pair of moments implies for every pattern."""

    inverse: Array
    roots: tuple[Array, ...]
    """Per group: patterns x m x p, V with P_r = W - V'V."""
    log_determinant: float
    """Sum over patterns of n_r log|S_r|."""
    deviations: Array
    weighted: Array
    """Rows x p: P_r times the deviation."""


def find_patterns(data: Array, weights: Array | None = None) -> MissingPatterns:
    """Return the patterns of ``data`` (cases x variables, NaN where missing).

    Cases without any answer are left out. ``weights`` are sampling weights per case.
    """
    observed = ~np.isnan(data)
    kept = np.asarray(observed.any(axis=1), dtype=np.bool_)
    data, observed = data[kept], observed[kept]
    w = np.ones(len(data)) if weights is None else np.asarray(weights, dtype=np.float64)[kept]
    mask, case_pattern = np.unique(observed, axis=0, return_inverse=True)
    case_pattern = case_pattern.reshape(-1)
    order = np.argsort(-mask.sum(axis=1), kind="stable")
    mask = mask[order]
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    case_pattern = rank[case_pattern]
    pieces = list(_rows(np.where(observed, data, 0.0), w, mask=mask, case_pattern=case_pattern))
    row_pattern = np.concatenate(
        [np.full(len(piece[0]), r, dtype=np.intp) for r, piece in enumerate(pieces)]
    )
    return MissingPatterns(
        mask=mask,
        weight=np.bincount(case_pattern, weights=w, minlength=len(mask)).astype(np.float64),
        values=np.concatenate([piece[0] for piece in pieces]),
        shift=np.concatenate([piece[1] for piece in pieces]),
        row_weight=np.concatenate([piece[2] for piece in pieces]),
        row_pattern=row_pattern,
        groups=tuple(_groups(mask, row_pattern)),
        case_pattern=case_pattern,
        kept=kept,
    )


def _rows(
    data: Array, w: Array, *, mask: Mask, case_pattern: Index
) -> Iterator[tuple[Array, Array, Array]]:
    """Yield (values, shift, weight) of the rows that stand for each pattern."""
    order = np.argsort(case_pattern, kind="stable")
    ends = np.cumsum(np.bincount(case_pattern, minlength=len(mask)))
    for r, end in enumerate(ends):
        cases = order[(ends[r - 1] if r else 0) : end]
        x, weight = data[cases], w[cases]
        if len(cases) <= mask[r].sum() + 1:
            yield x, np.ones(len(cases)), weight
            continue
        mean = weight @ x / weight.sum()
        centred = (x - mean) * np.sqrt(weight)[:, None]
        root = np.zeros((int(mask[r].sum()), len(mean)))
        root[:, mask[r]] = np.linalg.qr(centred[:, mask[r]], mode="r")
        shift = np.zeros(len(root) + 1)
        shift[0] = 1.0
        row_weight = np.ones(len(root) + 1)
        row_weight[0] = weight.sum()
        yield np.vstack([mean, root]), shift, row_weight


def _groups(mask: Mask, row_pattern: Index) -> Iterator[_Group]:
    """Yield the patterns by number of missing variables, those without any left out."""
    gaps = (~mask).sum(axis=1)
    for m in np.unique(gaps[gaps > 0]):
        patterns = np.flatnonzero(gaps == m)
        missing = np.nonzero(~mask[patterns])[1].reshape(len(patterns), int(m))
        rows = np.flatnonzero(gaps[row_pattern] == m)
        position = np.searchsorted(patterns, row_pattern[rows])
        yield _Group(patterns, missing, rows, position)


def pattern_state(patterns: MissingPatterns, mean: Array, cov: Array) -> PatternState:
    """Return what the moments imply. Raises LinAlgError unless ``cov`` is positive definite."""
    p = len(mean)
    factor = np.linalg.cholesky(cov)
    inverse = cho_solve((factor, True), np.eye(p))
    inverse = 0.5 * (inverse + inverse.T)
    log_determinant = 2.0 * patterns.n * float(np.log(np.diag(factor)).sum())
    seen = patterns.mask[patterns.row_pattern]
    deviations = patterns.values - np.where(seen, patterns.shift[:, None] * mean, 0.0)
    weighted = deviations @ inverse
    roots = []
    for group in patterns.groups:
        bands = inverse[group.missing]
        small = np.take_along_axis(bands, group.missing[:, None, :], axis=2)
        lower = np.linalg.cholesky(small)
        root = np.linalg.solve(lower, bands)
        diagonal = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        log_determinant += 2.0 * float(patterns.weight[group.patterns] @ diagonal)
        chosen = root[group.row_pattern]
        part = chosen @ deviations[group.rows][:, :, None]
        weighted[group.rows] -= (chosen.transpose(0, 2, 1) @ part)[:, :, 0]
        roots.append(root)
    return PatternState(inverse, tuple(roots), log_determinant, deviations, weighted)


def log_likelihood(patterns: MissingPatterns, mean: Array, cov: Array) -> float:
    """Return the log-likelihood; minus infinity unless ``cov`` is positive definite."""
    try:
        return value_at(patterns, pattern_state(patterns, mean, cov))
    except np.linalg.LinAlgError:
        return -np.inf


def value_at(patterns: MissingPatterns, state: PatternState) -> float:
    squares = float(patterns.row_weight @ (state.deviations * state.weighted).sum(axis=1))
    answers = float(patterns.weight @ patterns.mask.sum(axis=1))
    return -0.5 * (answers * LOG_TWO_PI + state.log_determinant + squares)


def likelihood(patterns: MissingPatterns, mean: Array, cov: Array) -> Likelihood:
    """Return the log-likelihood with its derivatives.

    Raises:
        numpy.linalg.LinAlgError: ``cov`` is not positive definite.
    """
    return likelihood_at(patterns, pattern_state(patterns, mean, cov))


def likelihood_at(patterns: MissingPatterns, state: PatternState) -> Likelihood:
    """Return the log-likelihood with its derivatives at a known state."""
    w = patterns.row_weight
    slope = (w * patterns.shift) @ state.weighted
    products = (state.weighted.T * w) @ state.weighted
    return Likelihood(
        value_at(patterns, state), slope, 0.5 * (products - summed_inverse(patterns, state))
    )


def summed_inverse(patterns: MissingPatterns, state: PatternState) -> Array:
    """Return the sum over patterns of n_r P_r."""
    total = patterns.n * state.inverse
    for group, root in zip(patterns.groups, state.roots, strict=True):
        flat = root.reshape(-1, root.shape[2])
        repeated = np.repeat(patterns.weight[group.patterns], root.shape[1])
        total -= (flat.T * repeated) @ flat
    return total


def available_moments(patterns: MissingPatterns) -> tuple[Array, Array]:
    """Return each variable's mean and standard deviation (divisor n) from the answers it has.

    A constant variable gets standard deviation 1.
    """
    seen = patterns.mask[patterns.row_pattern]
    w = patterns.row_weight * patterns.shift
    centre = w @ patterns.values / np.maximum(w @ seen, 1e-300)
    deviation = np.where(seen, patterns.values - patterns.shift[:, None] * centre, 0.0)
    count = patterns.weight @ patterns.mask
    variance = patterns.row_weight @ deviation**2 / np.maximum(count, 1e-300)
    return centre, np.where(variance > 0, np.sqrt(variance), 1.0)
