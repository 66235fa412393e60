"""How much D depends on choices: formula, normalisation, weights, alpha, role weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.formulas import FORMULAS, coordination_degree
from analysis.coupling.levels import level_scheme
from analysis.coupling.systems import SystemModel

Array = NDArray[np.float64]

ALPHA_SHIFT = 0.1
"""Each system in turn weighs this much more than an equal share (.6/.4 for two)."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The choices to vary.

    Args:
        means: construct means in 0..1 by role weighting.
        ranges: smallest and largest observed score of each construct (for min-max), 2 x k.
        systems: the systems by name of the weighting inside them.
        alpha: the printed contribution weights, one per system.
    """

    means: Mapping[str, Array]
    ranges: Array
    systems: Mapping[str, SystemModel]
    alpha: Array


def alpha_variants(alpha: Array) -> list[Array]:
    """Return ``alpha`` and, for each system, a variant with :data:`ALPHA_SHIFT` more on it."""
    n = len(alpha)
    variants = [alpha]
    for i in range(n):
        shift = np.full(n, -ALPHA_SHIFT / (n - 1))
        shift[i] = ALPHA_SHIFT
        changed = np.clip(alpha + shift, 0.0, None)
        variants.append(changed / changed.sum())
    return variants


def sensitivity_grid(grid: Grid, *, boundary: str = "left", levels: str = "D10") -> pd.DataFrame:
    """Return D and its level for every combination, the printed combination first."""
    scheme = level_scheme(levels)
    rows = []
    choices = product(
        FORMULAS, NORMALISATIONS, grid.systems, alpha_variants(grid.alpha), grid.means
    )
    for formula, normalisation, weights, alpha, weighting in choices:
        means = _normalised(grid.means[weighting], grid.ranges, normalisation)
        u = grid.systems[weights].values(means)
        degree = float(coordination_degree(u, formula, alpha=tuple(alpha)))
        code = int(scheme.codes(degree, boundary))
        rows.append(
            {
                "formula": formula,
                "normalisation": normalisation,
                "weights": weights,
                "alpha": "/".join(f"{a:.2f}" for a in alpha),
                "role_weighting": weighting,
                "D": degree,
                "level": scheme.name(code),
                "level_code": code,
            }
        )
    return pd.DataFrame(rows)


NORMALISATIONS = ("theory", "minmax")


def _normalised(means: Array, ranges: Array, normalisation: str) -> Array:
    """Return means on theoretical bounds, or as the sample's extremes would stretch them."""
    if normalisation == "theory":
        return means
    low, high = ranges
    width = np.where(high > low, high - low, 1.0)
    return np.asarray(np.clip((means - low) / width, 0.0, 1.0))


def stable_share(grid: pd.DataFrame, formula: str = "") -> float:
    """Return the share of runs that give the printed level (the first row's), 0..1.

    Args:
        formula: only the runs of one formula; empty: all runs.
    """
    runs = grid[grid["formula"] == formula] if formula else grid
    if runs.empty or runs["D"].isna().any():
        return float("nan")
    return float((runs["level_code"] == runs["level_code"].iloc[0]).mean())
