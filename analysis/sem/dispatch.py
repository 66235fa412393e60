"""Which discrepancy an estimator minimises on which moments: the only place that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.errors import SemError
from analysis.sem.influence import adf_gamma, fixed_x_index, normal_weight
from analysis.sem.least_squares import ContinuousMoments, LeastSquares, continuous_obs
from analysis.sem.normal_theory import NormalTheory

if TYPE_CHECKING:
    from analysis.sem.discrepancy import Discrepancy
    from analysis.sem.moments import Array, GroupMoments, IndexArray, Mask, SampleMoments
    from analysis.sem.options import Estimator, SemOptions
    from analysis.sem.parameter_table import ParameterTable
    from analysis.sem.problem import Problem


def build_discrepancies(
    table: ParameterTable, moments: SampleMoments, options: SemOptions, estimator: Estimator
) -> tuple[Discrepancy, ...]:
    """Return the discrepancy of every group."""
    if estimator.discrepancy == "ML":
        return tuple(NormalTheory(group, table.has_means) for group in moments.groups)
    if estimator.discrepancy == "FIML":
        from analysis.sem.fiml import fiml_discrepancy

        return tuple(fiml_discrepancy(group) for group in moments.groups)
    if moments.kind == "ordered":
        from analysis.sem.categorical.weighting import ordered_discrepancy

        return tuple(
            ordered_discrepancy(group, table, options, estimator) for group in moments.groups
        )
    return tuple(_continuous(group, table, options, estimator) for group in moments.groups)


def _continuous(
    group: GroupMoments, table: ParameterTable, options: SemOptions, estimator: Estimator
) -> LeastSquares:
    x = fixed_x_index(group, table, options)
    weight = _weight(group, x, estimator.discrepancy, with_means=table.has_means)
    return LeastSquares(
        obs=continuous_obs(group, with_means=table.has_means),
        weight=weight,
        model=ContinuousMoments(table.has_means),
        p=group.p,
        factor=(group.n - 1) / group.n,
    )


def _weight(group: GroupMoments, x: IndexArray, discrepancy: str, *, with_means: bool) -> Array:
    """Return W of ULS, GLS, WLS or DWLS for continuous moments."""
    k = group.p * (group.p + 1) // 2 + (group.p if with_means else 0)
    if discrepancy == "ULS":
        return np.ones(k)
    if discrepancy == "GLS":
        V = normal_weight(group.cov_inverse, with_means=with_means)
        fixed = moments_of_x(group.p, x, with_means=with_means)
        V[fixed] = 0.0
        V[:, fixed] = 0.0
        return V
    if group.data is None:
        raise SemError("needs_raw_data", name=discrepancy)
    gamma = adf_gamma(group, with_means=with_means, x=x)
    if discrepancy == "DWLS":
        diagonal = np.diagonal(gamma)
        return np.where(diagonal > 0, 1 / np.where(diagonal > 0, diagonal, 1.0), 0.0)
    if len(group.data) <= k:
        raise SemError("wls_too_few", n=len(group.data), moments=k)
    return invert_gamma(gamma, moments_of_x(group.p, x, with_means=with_means))


def moments_of_x(p: int, x: IndexArray, *, with_means: bool) -> Mask:
    """Return which moments concern fixed x alone."""
    from analysis.sem.moments import vech_index

    rows, columns = vech_index(p)
    both: Mask = np.isin(rows, x) & np.isin(columns, x)
    return np.concatenate([np.isin(np.arange(p), x), both]) if with_means else both


def invert_gamma(gamma: Array, fixed: Mask) -> Array:
    """Return Gamma^-1 with rows and columns of fixed moments left 0."""
    own = np.flatnonzero(~fixed)
    block = gamma[np.ix_(own, own)]
    scale = 1 / np.sqrt(np.maximum(np.diagonal(block), 1e-300))
    unit = block * scale[:, None] * scale
    try:
        root = np.linalg.cholesky(unit)
    except np.linalg.LinAlgError as trouble:
        raise SemError("gamma_singular") from trouble
    half = np.linalg.inv(root) * scale
    weight = np.zeros_like(gamma)
    weight[np.ix_(own, own)] = half.T @ half
    return weight


def gamma_of(problem: Problem, group: int) -> Array:
    """Return Gamma of one group: supplied with the moments, or computed from the cases."""
    moments = problem.moments.groups[group]
    if moments.gamma is not None:
        return moments.gamma
    if moments.data is None:
        raise SemError("needs_raw_data", name=problem.estimator.name)
    return adf_gamma(
        moments,
        with_means=problem.table.has_means,
        x=fixed_x_index(moments, problem.table, problem.options),
    )
