"""Bias-corrected and accelerated intervals of statistics of organisation means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.coupling.strata import interval

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The systems' U with what their uncertainty is computed from.

    Args:
        u: s values in 0..1.
        draws: the same in each bootstrap draw, draws x s.
        left_out: the same without each respondent, n x s; None for percentile intervals.
        membership: role number of each respondent.
    """

    u: Array
    draws: Array
    left_out: Array | None
    membership: NDArray[np.int64]

    def interval(self, statistic: Callable[[Array], Array]) -> tuple[Array, Array]:
        """Return the 95 % interval of ``statistic``, a function of U (..., s)."""
        drawn = statistic(self.draws)
        if self.left_out is None:
            return interval(drawn)
        return bca_interval(
            statistic(self.u), drawn, statistic(self.left_out), membership=self.membership
        )


def bca_interval(
    estimate: Array,
    draws: Array,
    left_out: Array,
    *,
    membership: NDArray[np.int64],
    level: float = 0.95,
) -> tuple[Array, Array]:
    """Return the bias-corrected and accelerated interval over axis 0 of ``draws``.

    z0 from the share of draws below the estimate, a from the jackknife within strata:
    v_i = (n_h - 1)/n_h (mean of theta_(h) - theta_(i)), a = sum v^3 / (6 (sum v^2)^1.5).

    Args:
        estimate: shape (...).
        draws: draws x (...).
        left_out: the estimate without each respondent, n x (...).
        membership: stratum of each respondent, n.

    NaN where a draw is NaN. Reference: Efron (1987); Davison & Hinkley (1997), 5.3. Checked
    against scipy.stats.bootstrap (one stratum).
    """
    from scipy.special import ndtr, ndtri

    values = _influence(left_out, membership)
    spread = (values**2).sum(axis=0) ** 1.5
    third = (values**3).sum(axis=0)
    a = np.divide(third, 6 * spread, out=np.zeros_like(np.asarray(third)), where=spread > 0)
    below = (draws < estimate).mean(axis=0) + (draws == estimate).mean(axis=0) / 2
    half = 0.5 / len(draws)
    z0 = ndtri(np.clip(below, half, 1 - half))
    ends = []
    for z in ndtri([(1 - level) / 2, (1 + level) / 2]):
        share = ndtr(z0 + (z0 + z) / (1 - a * (z0 + z)))
        ends.append(_quantiles(draws, np.asarray(share)))
    return ends[0], ends[1]


def _influence(left_out: Array, membership: NDArray[np.int64]) -> Array:
    values = np.zeros_like(left_out)
    for stratum in np.unique(membership):
        own = membership == stratum
        n = int(own.sum())
        values[own] = (n - 1) / n * (left_out[own].mean(axis=0) - left_out[own])
    return values


def _quantiles(draws: Array, shares: Array) -> Array:
    """Return the quantile of each column at its own share."""
    columns = draws.reshape(len(draws), -1)
    found = [np.quantile(c, s) for c, s in zip(columns.T, shares.ravel(), strict=True)]
    return np.array(found).reshape(shares.shape)
