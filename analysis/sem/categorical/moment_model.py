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
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.categorical.data import pair_order

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array, IndexArray


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Where the moments of one group stand.

    Args:
        location_of: observed variable of each threshold or mean.
        threshold: its place in ``tau``; -1 for a mean.
        continuous: the continuous variables.
        has_causes: an ordered variable has an effect on another variable.
    """

    location_of: IndexArray
    threshold: IndexArray
    continuous: IndexArray
    has_causes: bool


@dataclass(frozen=True, slots=True)
class OrderedMoments:
    """The moment model of a group with ordered variables."""

    def implied(self, structure: GroupStructure, state: GroupState) -> Array:
        """Return the implied moment vector; NaN where a variance is negative."""
        layout, delta = _layout(structure), state.delta
        of = layout.location_of
        location = delta[..., of] * (_tau(layout, state) - state.mu[..., of])
        rows, columns = pair_order(structure.p)
        parts = [location]
        if structure.x_names:
            slopes = delta[..., :, None] * state.slopes
            parts.append(np.swapaxes(slopes, -1, -2).reshape(*slopes.shape[:-2], -1))
        parts.append(state.Sigma[..., layout.continuous, layout.continuous])
        scale = delta[..., rows] * delta[..., columns]
        parts.append(scale * state.Sigma[..., rows, columns])
        return np.concatenate(parts, axis=-1)

    def jacobian(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return the derivatives of the moment vector by the group's parameters.

        Kept for the last few states, since gradient, information and inference all ask.
        """
        return _jacobian(structure, state, directions)

    def curvature_weights(
        self, structure: GroupStructure, state: GroupState, pull: Array
    ) -> tuple[Array, Array] | None:
        """Return the weights of the second derivatives of Sigma and mu.

        Only where the scaling factors are fixed and nothing else bends: delta
        parameterization, no x, no effects of ordered variables.
        """
        layout = _layout(structure)
        is_plain = not structure.is_theta and len(structure.of_delta) == 0
        if not is_plain or layout.has_causes or structure.x_names:
            return None
        delta, of, chosen = state.delta, layout.location_of, layout.continuous
        rows, columns = pair_order(structure.p)
        by_mu = np.zeros(structure.p)
        np.subtract.at(by_mu, of, pull[: len(of)] * delta[of])
        G = np.zeros((structure.p, structure.p))
        G[rows, columns] = 0.5 * pull[len(of) + len(chosen) :] * delta[rows] * delta[columns]
        G += G.T
        G[chosen, chosen] += pull[len(of) : len(of) + len(chosen)]
        return G, by_mu


@lru_cache(maxsize=8)
def _jacobian(structure: GroupStructure, state: GroupState, directions: Directions) -> Array:
    """Return the Jacobian; structures and states are told apart by identity."""
    layout = _layout(structure)
    d_delta = _delta_derivatives(structure, state, directions)
    delta, of = state.delta, layout.location_of
    d_tau = np.zeros((len(structure.tau), len(structure.parameters)))
    d_tau[structure.of_tau.rows, structure.of_tau.local] = 1.0
    d_own = np.zeros((len(of), len(structure.parameters)))
    is_threshold = layout.threshold >= 0
    d_own[is_threshold] = d_tau[layout.threshold[is_threshold]]
    gap = _tau(layout, state) - state.mu[of]
    parts = [delta[of][:, None] * (d_own - directions.dmu[of]) + gap[:, None] * d_delta[of]]
    if directions.dslopes is not None:
        slopes = delta[:, None, None] * directions.dslopes
        slopes = slopes + state.slopes[:, :, None] * d_delta[:, None, :]
        parts.append(slopes.transpose(1, 0, 2).reshape(-1, slopes.shape[2]))
    chosen = layout.continuous
    rows, columns = pair_order(structure.p)
    d_sigma = _sigma_derivatives(structure, state, directions, d_delta)
    parts.append(d_sigma(chosen, chosen))
    scaled = (delta[rows] * delta[columns])[:, None] * d_sigma(rows, columns)
    if d_delta.any():
        sigma = state.Sigma[rows, columns][:, None]
        change = d_delta[rows] * delta[columns][:, None] + delta[rows][:, None] * d_delta[columns]
        scaled += sigma * change
    parts.append(scaled)
    return np.concatenate(parts)


def _tau(layout: _Layout, state: GroupState) -> Array:
    """Return the thresholds in the places of the moment vector, 0 for means."""
    if state.tau.shape[-1] == 0:
        return np.zeros(len(layout.threshold))
    found: Array = np.where(layout.threshold >= 0, state.tau[..., layout.threshold], 0.0)
    return found


def _delta_derivatives(
    structure: GroupStructure, state: GroupState, directions: Directions
) -> Array:
    """Return p x q, the derivatives of the scaling factors."""
    found = np.zeros((structure.p, len(structure.parameters)))
    if structure.is_theta:
        v = structure.ordered
        d_variance = 2.0 * directions.U[v] * directions.V[v]
        found[v] = -0.5 * (state.delta[v] ** 3)[:, None] * d_variance
    else:
        found[structure.of_delta.rows, structure.of_delta.local] = 1.0
    return found


def _sigma_derivatives(
    structure: GroupStructure, state: GroupState, directions: Directions, d_delta: Array
) -> _SigmaDerivatives:
    if structure.is_theta or not _layout(structure).has_causes:
        return _SigmaDerivatives(directions, None, None)
    v = structure.ordered
    own = state.L[:, v]
    d_total = -2.0 * (state.delta[v] ** -3)[:, None] * d_delta[v]
    d_rest = 2.0 * directions.U[v] * directions.V[v]
    d_residual = np.asarray(np.linalg.solve(own[v] ** 2, d_total - d_rest), dtype=np.float64)
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


@lru_cache(maxsize=64)
def _layout(structure: GroupStructure) -> _Layout:
    """Return the layout of a group; structures are told apart by identity."""
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
    return _Layout(
        location_of=array[:, 0],
        threshold=array[:, 1],
        continuous=np.array([v for v in range(structure.p) if v not in ordered], dtype=np.intp),
        has_causes=bool(ordered & causes),
    )
