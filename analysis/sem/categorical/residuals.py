"""Residuals of polychoric correlations and of the covariances of mixed variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.data import pair_order
from analysis.sem.categorical.fit_indices import scaled_covariance
from analysis.sem.residual_tables import NEARLY_NOTHING, Residuals, residual_variances

if TYPE_CHECKING:
    from analysis.sem.inference import Inference
    from analysis.sem.model_matrices import GroupState
    from analysis.sem.moments import Array, GroupMoments
    from analysis.sem.problem import Problem
    from analysis.sem.result import SemResult


def ordered_residuals(result: SemResult, kind: str) -> tuple[Residuals, ...]:
    """Return the residuals (sample - model) of every group, on the scale of the data.

    The diagonal of ordered variables is 0 by definition. ``normalized`` and ``standardized``
    divide by the standard error of the sample moment or of the residual.
    """
    problem = result.problem
    raw = [
        _scaled(sample, state, kind)
        for sample, state in zip(problem.moments.groups, problem.states(result.theta), strict=True)
    ]
    if kind not in ("normalized", "standardized"):
        return tuple(Residuals(cov, None) for cov in raw)
    inference = result.require_inference()
    return tuple(
        Residuals(_divided(cov, _errors(problem, inference, g, kind)), None)
        for g, cov in enumerate(raw)
    )


def _scaled(sample: GroupMoments, state: GroupState, kind: str) -> Array:
    implied = scaled_covariance(state)
    sd, sd_model = np.sqrt(np.diag(sample.cov)), np.sqrt(np.diag(implied))
    if kind == "cor.bentler":
        return np.asarray((sample.cov - implied) / np.outer(sd, sd))
    if kind == "cor.bollen":
        return np.asarray(sample.cov / np.outer(sd, sd) - implied / np.outer(sd_model, sd_model))
    return np.asarray(sample.cov - implied)


def _errors(problem: Problem, inference: Inference, g: int, kind: str) -> Array:
    """Return the standard errors of the residuals, 1 on the diagonal of ordered variables.

    With several groups they are those of the cases of all groups, as in lavaan 0.6-14.
    """
    sample = problem.moments.groups[g]
    variance = residual_variances(problem, inference, g, normalized=kind == "normalized")
    variance = variance * (sample.n / problem.moments.n)
    se = np.sqrt(np.maximum(variance, 0.0))
    rows, columns = pair_order(sample.p)
    found = np.eye(sample.p)
    if len(rows):
        found[rows, columns] = found[columns, rows] = se[-len(rows) :]
    numeric = [v for v, name in enumerate(sample.names) if name not in sample.ordered]
    start = len(se) - len(rows) - len(numeric)
    found[numeric, numeric] = se[start : start + len(numeric)]
    return found


def _divided(residual: Array, error: Array) -> Array:
    """Return residual / error; residuals that are 0 but for rounding stay as they are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        divided = residual / np.where(error > 0, error, np.nan)
    return np.where(np.abs(residual) < NEARLY_NOTHING, residual, divided)
