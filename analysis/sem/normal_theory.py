"""Complete-data maximum likelihood under normality, one group.

fx = 1/2 [ log|Sigma| + tr(W S) + (m - mu)' W (m - mu) - log|S| - p ],   W = Sigma^-1.

Source: Joreskog (1969); derivatives by the rank-one rule of docs/methods/sem.md (导数).
Checked against lavaan 0.6-14 (tests/analysis/sem/test_ml.py) and numeric derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.sem.model_matrices import second_order

if TYPE_CHECKING:
    from analysis.sem.model_matrices import Directions, GroupState, GroupStructure
    from analysis.sem.moments import Array, GroupMoments

LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, slots=True, eq=False)
class NormalTheory:
    """ML discrepancy of one group; ``with_means``: the mean structure is part of it."""

    moments: GroupMoments
    with_means: bool

    def value(self, structure: GroupStructure, state: GroupState) -> float:  # noqa: ARG002
        """Return fx; infinity when Sigma is not positive definite."""
        found = state.inverse
        if found is None:
            return float("inf")
        W, log_det = found
        fx = log_det + float(np.sum(W * self.moments.cov))
        fx -= self.moments.cov_log_det + self.moments.p
        if self.with_means:
            d = self.moments.mean - state.mu
            fx += float(d @ W @ d)
        return 0.5 * fx

    def _parts(self, state: GroupState) -> tuple[Array, Array, Array]:
        """Return W, Z = W S~ W and W d, where S~ = S + d d', d = mean - mu."""
        found = state.inverse
        if found is None:
            raise np.linalg.LinAlgError("implied covariance is not positive definite")
        W = found[0]
        Z = W @ self.moments.cov @ W
        if not self.with_means:
            return W, Z, np.zeros(len(W))
        Wd = W @ (self.moments.mean - state.mu)
        return W, Z + np.outer(Wd, Wd), Wd

    def gradient(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return sum_rows(U * (Q V)) - dmu' W d with Q = W - Z."""
        W, Z, Wd = self._parts(state)
        gradient: Array = (directions.U * ((W - Z) @ directions.V)).sum(axis=0)
        return gradient - Wd @ directions.dmu if self.with_means else gradient

    def expected(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return (U'WU)*(V'WV) + (U'WV)*(V'WU) + dmu' W dmu."""
        found = state.inverse
        if found is None:
            raise np.linalg.LinAlgError("implied covariance is not positive definite")
        return normal_information(found[0], directions, with_means=self.with_means)

    def observed(
        self, structure: GroupStructure, state: GroupState, directions: Directions
    ) -> Array:
        """Return the Hessian of fx in closed form.

        The information of the moments along the directions, plus second derivatives of Sigma
        and mu weighted by the gradient.
        """
        W, Z, Wd = self._parts(state)
        H = self.moment_hessian(state, directions)
        return H + second_order(structure, state, 0.5 * (W - Z), -Wd)

    def moment_hessian(self, state: GroupState, directions: Directions) -> Array:
        """Return the Hessian of fx by the moments, along the directions.

        1/2 [ tr(W d_a Z d_b) + tr(Z d_a W d_b) - tr(W d_a W d_b) ] + dmu' W dmu
        + dmu_a' W d_b W d + (a <-> b).
        """
        W, Z, Wd = self._parts(state)
        U, V = directions.U, directions.V
        Y = Z - 0.5 * W
        WU, WV = W @ U, W @ V
        H = _trace_pair(U, V, WU, WV, Y @ U, Y @ V)
        H = 0.5 * (H + H.T)
        if self.with_means:
            dmu = directions.dmu
            H += dmu.T @ W @ dmu
            cross = (dmu.T @ WU) * (Wd @ V) + (dmu.T @ WV) * (Wd @ U)
            H += cross + cross.T
        return H

    def case_scores(
        self,
        structure: GroupStructure,  # noqa: ARG002
        state: GroupState,
        directions: Directions,
    ) -> Array:
        """Return (z'u_a)(z'v_a) - u_a' W v_a + dmu_a' z for each case, z = W (y - mu)."""
        found = state.inverse
        if found is None or self.moments.data is None:
            raise np.linalg.LinAlgError("case scores need raw data and a regular Sigma")
        W = found[0]
        centre = state.mu if self.with_means else self.moments.mean
        z = (self.moments.data - centre) @ W
        scores = (z @ directions.U) * (z @ directions.V)
        scores -= np.einsum("ia,ia->a", directions.U, W @ directions.V)
        return scores + z @ directions.dmu if self.with_means else scores

    def unrestricted_log_likelihood(self) -> float:
        """Return -n/2 (p log 2 pi + log|S| + p)."""
        m = self.moments
        return -0.5 * m.n * (m.p * LOG_2PI + m.cov_log_det + m.p)

    def log_likelihood(self, structure: GroupStructure, state: GroupState) -> float:
        """Return -n/2 (p log 2 pi + log|Sigma| + tr(W S~))."""
        fx = self.value(structure, state)
        m = self.moments
        return -0.5 * m.n * (2 * fx + m.cov_log_det + m.p + m.p * LOG_2PI)


def normal_information(W: Array, directions: Directions, *, with_means: bool) -> Array:
    """Return the expected normal-theory information per case for weight matrix W."""
    U, V = directions.U, directions.V
    WU, WV = W @ U, W @ V
    information = (U.T @ WU) * (V.T @ WV)
    UWV = U.T @ WV
    information += UWV * UWV.T
    if with_means:
        information += directions.dmu.T @ W @ directions.dmu
    return information


def _trace_pair(U: Array, V: Array, XU: Array, XV: Array, YU: Array, YV: Array) -> Array:
    """Return tr(X d_a Y d_b) for all a, b with d_a = u_a v_a' + v_a u_a'."""
    UXV, UYV = U.T @ XV, U.T @ YV
    return UXV * UYV.T + (U.T @ XU) * (V.T @ YV) + (V.T @ XV) * (U.T @ YU) + UXV.T * UYV
