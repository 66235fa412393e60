"""What a model implies for the moments of ordered variables, and the derivatives.

With delta the scaling factors (1 for continuous variables), Sigma, mu and slopes those of the
latent responses:

    thresholds  delta_v (tau - mu_v)          means       -mu_v
    slopes      delta_v slopes_v              variances   Sigma_vv (continuous)
    covariances delta_i delta_j Sigma_ij

in the order of ``GroupMoments.obs``. Checked against numeric derivatives and lavaan 0.6-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.data import pair_order

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array, IndexArray


@dataclass(frozen=True, slots=True, eq=False)
class OrderedMoments:
    """The moment model of one group with ordered variables.

    Args:
        location_of: observed variable of each threshold or mean.
        threshold: its place in ``tau``; -1 for a mean.
        continuous: the continuous variables.
        is_theta: theta parameterization.
        has_causes: an ordered variable has an effect on another variable.
    """

    location_of: IndexArray
    threshold: IndexArray
    continuous: IndexArray
    is_theta: bool
    has_causes: bool

    def implied(self, structure: GroupStructure, state: GroupState) -> Array:
        """Return the implied moment vector; NaN where a variance is negative."""
        delta = state.delta
        of = self.location_of
        location = delta[..., of] * (self._tau(state) - state.mu[..., of])
        rows, columns = pair_order(structure.p)
        parts = [location]
        if structure.x_names:
            slopes = delta[..., :, None] * state.slopes
            parts.append(np.swapaxes(slopes, -1, -2).reshape(*slopes.shape[:-2], -1))
        parts.append(state.Sigma[..., self.continuous, self.continuous])
        scale = delta[..., rows] * delta[..., columns]
        parts.append(scale * state.Sigma[..., rows, columns])
        return np.concatenate(parts, axis=-1)

    def jacobian(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return the derivatives of the moment vector by the group's parameters."""
        d_delta = self._delta_derivatives(structure, state, directions)
        delta, of = state.delta, self.location_of
        d_tau = np.zeros((len(structure.tau), len(structure.parameters)))
        d_tau[structure.of_tau.rows, structure.of_tau.local] = 1.0
        d_own = np.zeros((len(of), len(structure.parameters)))
        is_threshold = self.threshold >= 0
        d_own[is_threshold] = d_tau[self.threshold[is_threshold]]
        gap = self._tau(state) - state.mu[of]
        parts = [delta[of][:, None] * (d_own - directions.dmu[of]) + gap[:, None] * d_delta[of]]
        if directions.dslopes is not None:
            slopes = delta[:, None, None] * directions.dslopes
            slopes = slopes + state.slopes[:, :, None] * d_delta[:, None, :]
            parts.append(slopes.transpose(1, 0, 2).reshape(-1, slopes.shape[2]))
        chosen = self.continuous
        rows, columns = pair_order(structure.p)
        d_sigma = self._sigma_derivatives(structure, state, directions, d_delta)
        parts.append(d_sigma(chosen, chosen))
        scaled = (delta[rows] * delta[columns])[:, None] * d_sigma(rows, columns)
        if d_delta.any():
            sigma = state.Sigma[rows, columns][:, None]
            change = (
                d_delta[rows] * delta[columns][:, None] + delta[rows][:, None] * d_delta[columns]
            )
            scaled += sigma * change
        parts.append(scaled)
        return np.concatenate(parts)

    def _tau(self, state: GroupState) -> Array:
        """Return the thresholds in the places of the moment vector, 0 for means."""
        if state.tau.shape[-1] == 0:
            return np.zeros(len(self.threshold))
        found: Array = np.where(self.threshold >= 0, state.tau[..., self.threshold], 0.0)
        return found

    def _delta_derivatives(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return p x q, the derivatives of the scaling factors."""
        found = np.zeros((structure.p, len(structure.parameters)))
        if self.is_theta:
            v = structure.ordered
            d_variance = 2.0 * directions.U[v] * directions.V[v]
            found[v] = -0.5 * (state.delta[v] ** 3)[:, None] * d_variance
        else:
            found[structure.of_delta.rows, structure.of_delta.local] = 1.0
        return found

    def _sigma_derivatives(
        self, structure: GroupStructure, state: GroupState, directions: Directions, d_delta: Array
    ) -> _SigmaDerivatives:
        if self.is_theta or not self.has_causes:
            return _SigmaDerivatives(directions, None, None)
        v = structure.ordered
        own = state.L[:, v]
        d_total = -2.0 * (state.delta[v] ** -3)[:, None] * d_delta[v]
        d_rest = 2.0 * directions.U[v] * directions.V[v]
        d_residual = np.linalg.solve(own[v] ** 2, d_total - d_rest)
        return _SigmaDerivatives(directions, own, d_residual)


@dataclass(frozen=True, slots=True, eq=False)
class _SigmaDerivatives:
    """d Sigma[rows, columns] / d parameters, with what the residual variances add."""

    directions: Directions
    own: Array | None
    residual: Array | None

    def __call__(self, rows: IndexArray, columns: IndexArray) -> Array:
        U, V = self.directions.U, self.directions.V
        found = U[rows] * V[columns] + V[rows] * U[columns]
        if self.own is not None and self.residual is not None:
            found += (self.own[rows] * self.own[columns]) @ self.residual
        return found


def moment_model(structure: GroupStructure) -> OrderedMoments:
    """Return the moment model of a group with ordered variables."""
    ordered = set(structure.ordered.tolist())
    locations: list[tuple[int, int]] = []
    for v in range(structure.p):
        if v in ordered:
            places = np.flatnonzero(structure.threshold_of == v)
            locations += [(v, int(place)) for place in places]
        else:
            locations.append((v, -1))
    array = np.array(locations, dtype=np.intp).reshape(-1, 2)
    causes = set(structure.of_A.columns.tolist()) | set(np.flatnonzero(structure.A.any(axis=0)))
    return OrderedMoments(
        location_of=array[:, 0],
        threshold=array[:, 1],
        continuous=np.array([v for v in range(structure.p) if v not in ordered], dtype=np.intp),
        is_theta=structure.is_theta,
        has_causes=bool(ordered & causes),
    )
