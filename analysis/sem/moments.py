"""The moments a model is fitted to: one value per group, computed once from the data.

Everything after this point works on moments only, so its cost does not grow with the number
of cases; the few methods that need single cases (case scores of robust standard errors,
factor scores, bootstrap) read ``GroupMoments.data``.

``obs`` is the moment vector that least squares compares with the model, in lavaan's order:

* continuous: ``vech(cov)`` (lower triangle, column by column), with the means before it when
  the model has a mean structure;
* ordered or mixed (analysis.sem.categorical): thresholds (negative means of continuous
  variables in their places), slopes on x column by column when x are conditioned on,
  variances of the continuous variables, correlations (strict lower triangle by columns).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from analysis.findings import Finding
    from analysis.sem.missing_moments import MissingPatterns

Array: TypeAlias = NDArray[np.float64]
IndexArray: TypeAlias = NDArray[np.intp]
Mask: TypeAlias = NDArray[np.bool_]


@lru_cache(maxsize=128)
def vech_index(p: int) -> tuple[IndexArray, IndexArray]:
    """Return rows and columns of the lower triangle of a p x p matrix, column by column."""
    columns, rows = np.triu_indices(p)
    return rows, columns


def vech(matrix: Array) -> Array:
    """Return the lower triangle column by column; works on a stack (..., p, p)."""
    rows, columns = vech_index(matrix.shape[-1])
    return matrix[..., rows, columns]


def vech_reverse(vector: Array, p: int) -> Array:
    """Return the symmetric matrix (..., p, p) whose lower triangle is ``vector``."""
    rows, columns = vech_index(p)
    matrix = np.empty((*vector.shape[:-1], p, p))
    matrix[..., rows, columns] = vector
    matrix[..., columns, rows] = vector
    return matrix


@dataclass(frozen=True, eq=False)
class GroupMoments:
    """The moments of one group.

    Args:
        label: group label as in the data; "" with a single group.
        n: cases used (all cases with at least one answer under FIML).
        names: observed variables of the model, in the order of every array here. When x are
            conditioned on they are not in ``names`` but in ``x_names``.
        cov: covariance (p, p), divisor n (or n - 1, see ``divisor``); polychoric and
            polyserial correlations for ordered variables; EM estimate under FIML.
        mean: (p,), always present for raw data; 0 for ordered variables.
        data: (n, p) raw cases in the order of ``names`` (NaN where missing), or None for
            covariance input; ``cases``: their rows in the user's data.
        weights: sampling weights scaled to sum to n over all groups, or None.
        clusters: cluster number of each case, or None.
        x_names, x_data, x_mean, x_cov: the conditioned exogenous variables.
        thresholds: all thresholds in the order of ``threshold_of`` (index into names; the
            entry of a continuous variable is its negative mean), None without ordered ones.
        slopes: (p, nx) reduced-form slopes on x, None unless x are conditioned on.
        obs: moment vector of least squares; None: continuous, computed from mean and cov.
        gamma: asymptotic covariance of sqrt(n) ``obs``; None: computed from ``data`` on demand.
        gamma_diagonal: its diagonal, when the full matrix is not needed.
        patterns: missing patterns under FIML (analysis.sem.missing_moments), else None.
    """

    label: str
    n: float
    names: tuple[str, ...]
    cov: Array
    mean: Array
    data: Array | None = None
    cases: IndexArray | None = None
    weights: Array | None = None
    clusters: IndexArray | None = None
    divisor: float = 0.0
    x_names: tuple[str, ...] = ()
    x_data: Array | None = None
    x_mean: Array | None = None
    x_cov: Array | None = None
    ordered: tuple[str, ...] = ()
    thresholds: Array | None = None
    threshold_of: IndexArray | None = None
    slopes: Array | None = None
    obs: Array | None = None
    gamma: Array | None = None
    gamma_diagonal: Array | None = None
    patterns: MissingPatterns | None = None

    @property
    def p(self) -> int:
        """Number of observed variables in ``names``."""
        return len(self.names)

    def require_patterns(self) -> MissingPatterns:
        """Return the missing patterns; only FIML, which always has them, asks."""
        assert self.patterns is not None
        return self.patterns

    @cached_property
    def cov_inverse(self) -> Array:
        """Inverse of ``cov``; LinAlgError when singular (checked beforehand)."""
        return np.asarray(np.linalg.inv(self.cov))

    @cached_property
    def cov_log_det(self) -> float:
        """Log determinant of ``cov``."""
        return float(np.linalg.slogdet(self.cov)[1])


@dataclass(frozen=True, eq=False)
class SampleMoments:
    """The moments of all groups, with what was noticed while computing them.

    Args:
        kind: ``continuous``, ``missing`` (FIML) or ``ordered``.
        dropped: cases left out by listwise deletion.
        findings: cautions on the data (empty categories, zero cells, deleted cases).
    """

    groups: tuple[GroupMoments, ...]
    kind: str = "continuous"
    dropped: int = 0
    findings: tuple[Finding, ...] = ()

    @cached_property
    def n(self) -> float:
        """Cases of all groups."""
        return float(sum(group.n for group in self.groups))

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """Share of each group in all cases: its weight in the discrepancy."""
        return tuple(group.n / self.n for group in self.groups)
