"""The least-squares discrepancy of ordered moments: what WLS, DWLS and ULS weight by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.moment_model import OrderedMoments
from analysis.sem.errors import SemError
from analysis.sem.least_squares import LeastSquares

if TYPE_CHECKING:
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.options import Estimator, SemOptions
    from analysis.sem.parameter_table import ParameterTable


def ordered_discrepancy(
    group: GroupMoments,
    table: ParameterTable,  # noqa: ARG001
    options: SemOptions,  # noqa: ARG001
    estimator: Estimator,
) -> LeastSquares:
    """Return the discrepancy of one group with ordered variables."""
    assert group.obs is not None
    return LeastSquares(
        obs=group.obs,
        weight=_weight(group, estimator.discrepancy),
        model=OrderedMoments(),
        p=group.p,
        factor=(group.n - 1) / group.n,
    )


def _weight(group: GroupMoments, discrepancy: str) -> Array:
    """Return W: the identity, 1 / diag(Gamma) or the inverse of Gamma.

    Raises:
        SemError: full WLS with fewer cases than moments, or a singular Gamma.
    """
    assert group.obs is not None
    if discrepancy == "ULS":
        return np.ones(len(group.obs))
    assert group.gamma is not None
    diagonal = np.diag(group.gamma)
    if discrepancy == "DWLS":
        return np.asarray(1.0 / diagonal)
    if group.n <= len(group.obs):
        raise SemError("wls_too_few", n=int(group.n), moments=len(group.obs))
    scale = 1.0 / np.sqrt(diagonal)
    try:
        root = np.linalg.cholesky(group.gamma * scale[:, None] * scale)
    except np.linalg.LinAlgError as trouble:
        raise SemError("gamma_singular") from trouble
    half = np.linalg.inv(root) * scale
    return half.T @ half
