"""Least squares: ULS, GLS, WLS, DWLS on continuous or ordered moments, one code path.

fx = 1/2 r' W r with r = obs - implied. An estimator is told apart by W alone; a kind of data
by its :class:`MomentModel`, which says what the implied moment vector and its Jacobian are.

Source: Browne (1984); Muthen (1984). Checked against lavaan 0.6-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.sem.model_matrices import second_order
from analysis.sem.moments import vech, vech_index

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments


class MomentModel(Protocol):
    """How the model implies the moment vector of one group, in the order of ``obs``."""

    def implied(self, structure: GroupStructure, state: GroupState) -> Array:
        """Return the implied moment vector; NaN where it does not exist."""
        ...

    def jacobian(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return its derivatives by the group's parameters, (moments, q_g)."""
        ...

    def curvature_weights(
        self, structure: GroupStructure, state: GroupState, pull: Array
    ) -> tuple[Array, Array] | None:
        """Return weights (G, w) with sum_k pull_k d2 implied_k = tr(G d2Sigma) + w'd2mu.

        None where the second derivatives are not of this form.
        """
        ...


@dataclass(frozen=True, slots=True)
class ContinuousMoments:
    """Means (if ``with_means``) and vech of the covariance matrix."""

    with_means: bool

    def implied(self, structure: GroupStructure, state: GroupState) -> Array:  # noqa: ARG002
        """Return (mu, vech Sigma)."""
        sigma = vech(state.Sigma)
        return np.concatenate([state.mu, sigma], axis=-1) if self.with_means else sigma

    def jacobian(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,  # noqa: ARG002
        directions: Directions,
    ) -> Array:
        """Return the derivatives of (mu, vech Sigma)."""
        sigma = directions.vech_jacobian()
        return np.concatenate([directions.dmu, sigma], axis=-2) if self.with_means else sigma

    def curvature_weights(
        self,
        structure: GroupStructure,
        state: GroupState,  # noqa: ARG002
        pull: Array,
    ) -> tuple[Array, Array]:
        """Return the weights of the second derivatives of Sigma and mu."""
        p = structure.p
        by_mu = np.zeros(p)
        if self.with_means:
            by_mu, pull = pull[:p], pull[p:]
        rows, columns = vech_index(p)
        G = np.zeros((p, p))
        G[rows, columns] = pull
        return 0.5 * (G + G.T), by_mu


def continuous_obs(moments: GroupMoments, *, with_means: bool) -> Array:
    """Return the moment vector of continuous data."""
    sigma = vech(moments.cov)
    return np.concatenate([moments.mean, sigma]) if with_means else sigma


@dataclass(frozen=True, slots=True, eq=False)
class LeastSquares:
    """Discrepancy of one group with weight matrix ``weight``: (k, k), or (k,) if diagonal.

    ``factor`` is (n - 1) / n, so that the chi-square is (n - 1) r'Wr; as in lavaan it scales
    value and gradient, not the information.
    """

    obs: Array
    weight: Array
    model: MomentModel
    p: int
    factor: float = 1.0

    def residual(self, structure: GroupStructure, state: GroupState) -> Array:
        """Return obs - implied."""
        return self.obs - self.model.implied(structure, state)

    def weighted(self, x: Array) -> Array:
        """Return W x for a vector or matrix."""
        if self.weight.ndim == 2:
            return self.weight @ x
        return (self.weight if x.ndim == 1 else self.weight[:, None]) * x

    def value(self, structure: GroupStructure, state: GroupState) -> float:
        """Return factor / 2 r'Wr."""
        r = self.residual(structure, state)
        fx = 0.5 * self.factor * float(r @ self.weighted(r))
        return fx if np.isfinite(fx) else float("inf")

    def gradient(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return -factor J'Wr."""
        J = self.model.jacobian(structure, state, directions)
        return -self.factor * (J.T @ self.weighted(self.residual(structure, state)))

    def expected(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return J'WJ."""
        J = self.model.jacobian(structure, state, directions)
        return J.T @ self.weighted(J)

    def observed(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return J'WJ - sum_k (Wr)_k d2 implied_k, the curvature where the model knows it."""
        information = self.expected(structure, state, directions)
        pull = -self.weighted(self.residual(structure, state))
        weights = self.model.curvature_weights(structure, state, pull)
        if weights is None:
            return information
        return information + second_order(structure, state, *weights)
