"""Covariance of the estimates: information, sandwich, and whether the model is identified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.influence import first_order, moment_meat
from analysis.sem.positive_definite import factorise

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState
    from analysis.sem.moments import Array
    from analysis.sem.problem import Problem

RANK_TOLERANCE = 1e-9
"""Smallest eigenvalue of the scaled information, relative to the largest, that still counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """Covariance of theta and what it is made of.

    Args:
        information: per case, (q, q), of the estimator's kind, at the estimate.
        bread: K (K' I K)^-1 K', the inverse information along the constraints; None when the
            model is not identified.
        covariance: of the estimates, (q, q); None likewise.
        unidentified: free rows that take part in directions without information.
    """

    theta: Array
    states: tuple[GroupState, ...]
    steps: tuple[Directions, ...]
    tangent: Array | None
    information: Array
    bread: Array | None
    covariance: Array | None
    unidentified: tuple[int, ...]

    @property
    def is_identified(self) -> bool:
        """Return whether the information has full rank along the constraints."""
        return self.bread is not None

    @property
    def se(self) -> Array:
        """Standard errors of theta, NaN when there are none."""
        if self.covariance is None:
            return np.full(len(self.theta), np.nan)
        return np.sqrt(np.maximum(np.diagonal(self.covariance), 0.0))


def infer(
    problem: Problem, theta: Array, states: tuple[GroupState, ...] | None = None
) -> Inference:
    """Return the covariance of the estimates by the estimator's own kind of errors.

    ``states``: the matrices at theta, where they are known.
    """
    states = problem.states(theta) if states is None else states
    steps = problem.directions(states)
    kind = problem.estimator.information
    information = problem.information(states, steps, kind=kind)
    tangent = problem.constraints.tangent(theta)
    bread, unidentified = inverse_along(information, tangent)
    covariance = None
    if bread is not None and problem.estimator.se != "none":
        covariance = _covariance(problem, states, steps, bread, tangent) / problem.n_effective
    return Inference(theta, states, steps, tangent, information, bread, covariance, unidentified)


def _covariance(
    problem: Problem,
    states: tuple[GroupState, ...],
    steps: tuple[Directions, ...],
    bread: Array,
    tangent: Array | None,
) -> Array:
    se = problem.estimator.se
    if se == "standard":
        return bread
    if se == "first.order":
        found, _ = inverse_along(first_order(problem, states, steps), tangent)
        return np.full_like(bread, np.nan) if found is None else found
    return bread @ meat(problem, states, steps) @ bread


def meat(problem: Problem, states: tuple[GroupState, ...], steps: tuple[Directions, ...]) -> Array:
    """Return the middle of the sandwich per case."""
    if problem.estimator.se == "robust.huber.white":
        return first_order(problem, states, steps)
    if problem.estimator.is_likelihood:
        return moment_meat(problem, states, steps)
    return least_squares_meat(problem, states, steps)


def least_squares_meat(
    problem: Problem, states: tuple[GroupState, ...], steps: tuple[Directions, ...]
) -> Array:
    """Return sum over groups of share x (W J)' Gamma (W J)."""
    from analysis.sem.dispatch import gamma_of

    q = problem.constraints.n_free
    total = np.zeros((q, q))
    for g, (share, d, s, state, step) in enumerate(
        zip(
            problem.moments.shares,
            problem.discrepancies,
            problem.structures,
            states,
            steps,
            strict=True,
        )
    ):
        WJ = d.weighted(d.model.jacobian(s, state, step))  # type: ignore[attr-defined]
        total[np.ix_(s.parameters, s.parameters)] += share * (WJ.T @ gamma_of(problem, g) @ WJ)
    return total


def inverse_along(
    information: Array, tangent: Array | None
) -> tuple[Array | None, tuple[int, ...]]:
    """Return K (K' I K)^-1 K' and, when it does not exist, the rows to blame."""
    H = information if tangent is None else tangent.T @ information @ tangent
    if H.size == 0:
        return np.zeros_like(information), ()
    diagonal = np.diagonal(H)
    if not np.isfinite(H).all():
        return None, tuple(range(len(information)))
    factor = factorise(H)
    if factor is not None and factor.smallest > 1e-3:
        inverse = factor.inverse()
    else:
        scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        values, vectors = np.linalg.eigh(H * scale[:, None] * scale)
        if values[0] <= RANK_TOLERANCE * max(values[-1], 1.0) or diagonal.min() <= 0:
            return None, _to_blame(values, vectors, scale, tangent)
        inverse = (vectors / values) @ vectors.T * scale[:, None] * scale
    return (inverse if tangent is None else tangent @ inverse @ tangent.T), ()


def _to_blame(
    values: Array, vectors: Array, scale: Array, tangent: Array | None
) -> tuple[int, ...]:
    """Return the free rows that move along directions without information."""
    weak = vectors[:, values <= RANK_TOLERANCE * max(values[-1], 1.0)] * scale[:, None]
    if weak.size == 0:
        weak = vectors[:, :1] * scale[:, None]
    moved = weak if tangent is None else tangent @ weak
    size = np.abs(moved).max(axis=1)
    return tuple(int(k) for k in np.flatnonzero(size > 0.05 * size.max(initial=0.0)))
