"""Priority of the constraints: shares, ranks with intervals, bands, chance of the top 3."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.coupling.strata import ranks

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

TOP = 3


def priority_shares(importance: ArrayLike, severity: ArrayLike) -> Array:
    """Return PI_j = importance_j · severity_j / Σ, shape (..., k), summing to 1.

    All 0 where every product is 0. Equals the obstacle degree with importance as weights.
    """
    product = np.asarray(importance, dtype=float) * np.asarray(severity, dtype=float)
    total = np.nansum(product, axis=-1, keepdims=True)
    shares: Array = np.divide(product, total, out=np.zeros_like(product), where=total > 0)
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Where each of k constraints stands, and how sure that is.

    Args:
        rank, rank_low, rank_high: 1 = most pressing; 95 % bootstrap interval of the rank.
        band: 1 = most pressing; constraints of one band cannot be told apart.
        top3: share of the draws in which the constraint is among the first three.
    """

    rank: Ints
    rank_low: Ints
    rank_high: Ints
    band: Ints
    top3: Array


def rank_priorities(shares: Array, draws: Array) -> Ranking:
    """Return ranks of ``shares`` (k) with intervals from ``draws`` (draws x k)."""
    drawn = ranks(draws)
    rank = ranks(shares)
    low = np.percentile(drawn, 2.5, axis=0, method="lower").astype(np.int64)
    high = np.percentile(drawn, 97.5, axis=0, method="higher").astype(np.int64)
    low, high = np.minimum(low, rank), np.maximum(high, rank)
    return Ranking(rank, low, high, bands(rank, low, high), (drawn <= TOP).mean(axis=0))


def bands(rank: Ints, low: Ints, high: Ints) -> Ints:
    """Return the band of each constraint.

    In order of rank, a constraint shares the band of the constraint that opened it as long
    as their rank intervals overlap; otherwise it opens the next band. Comparing with the
    band's first, not with its neighbour, keeps a chain of overlaps from joining the most and
    the least pressing.
    """
    result = np.zeros(len(rank), dtype=np.int64)
    leader, band = -1, 0
    for place in np.lexsort((low, rank)):
        if leader < 0 or low[place] > high[leader]:
            leader, band = int(place), band + 1
        result[place] = band
    return result


def cells(priority_rank: Ints, stated_rank: Ints) -> list[str]:
    """Return how derived and stated priority agree: both, one or none in the first three."""
    names = {
        (True, True): "agreed",
        (True, False): "derived_only",
        (False, True): "stated_only",
        (False, False): "neither",
    }
    return [
        names[bool(derived <= TOP), bool(stated <= TOP)]
        for derived, stated in zip(priority_rank, stated_rank, strict=True)
    ]
