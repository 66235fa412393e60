"""Weights of indicators and systems: AHP, entropy, CRITIC, loadings, combinations.

All return weights that sum to 1. Entropy and CRITIC need units to compare (colleges, years,
universities); with fewer than ten unit-years they are refused, and for Likert items they are
no default: they reward variation between units, not importance (FRAMEWORK 9, fact 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.findings import Finding, Severity, finding
from survey.framework import load_framework

Array = NDArray[np.float64]

FEWEST_UNIT_YEARS = 10
"""Under this, min-max and entropy say nothing (house rule)."""

SHIFT, STRETCH = 0.01, 0.98
"""Entropy's usual shift of normalised values off zero: 0.01 + 0.98 z."""


@dataclass(frozen=True, slots=True, eq=False)
class AhpWeights:
    """Weights from pairwise comparisons, and how consistent those are.

    Args:
        weights: principal eigenvector, sums to 1.
        lambda_max: principal eigenvalue, >= n; equal to n for a consistent matrix.
        consistency_index: (λ_max - n) / (n - 1).
        consistency_ratio: CI / RI; NaN for n <= 2 (always consistent) where RI is 0.
        worst: the comparison (row, column) farthest from consistency, and what it would have
            to be; None when consistent.
        findings: CR >= .10, and the comparison to look at first.
    """

    weights: Array
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    worst: tuple[int, int, float] | None
    findings: tuple[Finding, ...]


def ahp_weights(comparisons: ArrayLike, names: Sequence[str] = ()) -> AhpWeights:
    """Return the weights of a matrix of pairwise comparisons (a_ij = 1/a_ji, a_ii = 1).

    Args:
        comparisons: n x n, positive, reciprocal; 1..15 elements.
        names: of the elements, for the finding.

    Raises:
        ValueError: not square, not positive, not reciprocal, or larger than the table of
            random indices; screens check first with :func:`ahp_problem`.

    Reference: Saaty (1980); framework.json ``golden.ahp``.
    """
    matrix = np.asarray(comparisons, dtype=float)
    problem = ahp_problem(matrix)
    if problem:
        raise ValueError(problem)
    values, vectors = np.linalg.eig(matrix)
    lead = int(np.argmax(values.real))
    vector = np.abs(vectors[:, lead].real)
    n, lambda_max = len(matrix), float(values[lead].real)
    index = (lambda_max - n) / (n - 1) if n > 1 else 0.0
    random_index = float(load_framework().raw["thresholds"]["AHP_RI"][str(n)])
    ratio = index / random_index if random_index else float("nan")
    weights = vector / vector.sum()
    worst = _least_consistent(matrix, weights) if n > 2 and index > 1e-9 else None
    found = _consistency_finding(ratio, worst, names)
    return AhpWeights(weights, lambda_max, index, ratio, worst, found)


def ahp_problem(matrix: Array) -> str:
    """Return what is wrong with a comparison matrix as a code, "" if nothing is."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        return "ahp_not_square"
    if len(matrix) > len(load_framework().raw["thresholds"]["AHP_RI"]):
        return "ahp_too_large"
    if not (np.isfinite(matrix).all() and (matrix > 0).all()):
        return "ahp_not_positive"
    if not np.allclose(matrix * matrix.T, 1.0, rtol=1e-2):
        return "ahp_not_reciprocal"
    return ""


def _least_consistent(matrix: Array, weights: Array) -> tuple[int, int, float]:
    """Return the comparison farthest from w_i / w_j (in logs), and that quotient."""
    implied = weights[:, None] / weights[None, :]
    distance = np.triu(np.abs(np.log(matrix / implied)), 1)
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    return int(row), int(column), float(implied[row, column])


def _consistency_finding(
    ratio: float, worst: tuple[int, int, float] | None, names: Sequence[str]
) -> tuple[Finding, ...]:
    limit = float(load_framework().raw["thresholds"]["AHP_CR"]["max"])
    if not ratio >= limit or worst is None:
        return ()
    row, column, value = worst
    pair = [names[i] if i < len(names) else str(i + 1) for i in (row, column)]
    values = {"ratio": ratio, "limit": limit, "value": value}
    return (finding("ahp_inconsistent", Severity.CAUTION, *pair, **values),)


def aggregate_comparisons(experts: Sequence[ArrayLike], weights: Sequence[float] = ()) -> Array:
    """Return the experts' matrices joined by (weighted) geometric mean, which stays reciprocal."""
    stack = np.log(np.array([np.asarray(e, dtype=float) for e in experts]))
    shares = np.asarray(weights, dtype=float) if len(weights) else np.ones(len(stack))
    return np.asarray(np.exp(np.average(stack, axis=0, weights=shares)))


def min_max(data: ArrayLike, directions: Sequence[int] = ()) -> Array:
    """Return columns scaled to 0..1; direction -1 turns a negative indicator round.

    A column that does not vary becomes 0.5 throughout. Not for a survey's Likert items: see
    FRAMEWORK 9, fact 4.
    """
    values = np.asarray(data, dtype=float)
    low, high = values.min(axis=0), values.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    scaled = np.where(high > low, (values - low) / width, 0.5)
    signs = np.asarray(directions if len(directions) else np.ones(values.shape[1]))
    return np.asarray(np.where(signs < 0, 1 - scaled, scaled))


def entropy_weights(
    data: ArrayLike, directions: Sequence[int] = (), *, shift: bool = True
) -> Array:
    """Return the entropy weights of the columns of ``data`` (units x indicators).

    Min-max, z' = .01 + .98 z (or 0·ln 0 = 0 with ``shift=False``), p = z'/Σz',
    e = -Σ p ln p / ln m, w ∝ 1 - e. A column without variation gets weight 0; if none
    varies, all are equal.

    Reference: framework.json ``golden.entropy_*``.
    """
    scaled = min_max(data, directions)
    constant = np.ptp(np.asarray(data, dtype=float), axis=0) == 0
    shifted = SHIFT + STRETCH * scaled if shift else scaled
    divergence = np.where(constant, 0.0, 1 - _entropy(shifted))
    return _shares(divergence)


def _entropy(positive: Array) -> Array:
    """Return the entropy of each column over the units, 0..1."""
    p = positive / positive.sum(axis=0)
    logs = np.log(np.where(p > 0, p, 1.0))
    return np.asarray(-(p * logs).sum(axis=0) / np.log(len(p)))


def critic_weights(data: ArrayLike, directions: Sequence[int] = ()) -> Array:
    """Return the CRITIC weights of the columns of ``data`` (units x indicators).

    w_j ∝ σ_j Σ_k (1 - r_jk) on min-max scaled columns, σ with divisor n - 1. Columns that do
    not vary get weight 0; if none varies, all are equal.

    Reference: Diakoulaki et al. (1995); framework.json ``golden.critic``.
    """
    scaled = min_max(data, directions)
    spread = scaled.std(axis=0, ddof=1)
    varies = spread > 0
    information = np.zeros(scaled.shape[1])
    if varies.any():
        correlation = np.atleast_2d(np.corrcoef(scaled[:, varies], rowvar=False))
        information[varies] = spread[varies] * (1 - correlation).sum(axis=1)
    return _shares(information)


def effect_weights(effects: ArrayLike) -> Array:
    """Return |effects| (loadings or total effects of the model) rescaled to sum 1."""
    return _shares(np.abs(np.asarray(effects, dtype=float)))


def combine_linear(subjective: ArrayLike, objective: ArrayLike, share: float = 0.5) -> Array:
    """Return share · subjective + (1 - share) · objective, rescaled to sum 1."""
    first, second = _shares(np.asarray(subjective)), _shares(np.asarray(objective))
    return _shares(share * first + (1 - share) * second)


def combine_product(subjective: ArrayLike, objective: ArrayLike) -> Array:
    """Return the multiplicative combination w_j ∝ subjective_j · objective_j."""
    return _shares(np.asarray(subjective, dtype=float) * np.asarray(objective, dtype=float))


def _shares(values: ArrayLike) -> Array:
    array = np.asarray(values, dtype=float)
    total = array.sum()
    return np.asarray(array / total if total > 0 else np.full(len(array), 1 / len(array)))
