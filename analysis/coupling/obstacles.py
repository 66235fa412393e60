"""Obstacle degree 障碍度 and marginal gain: what holds D back, and what would raise it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.coupling.formulas import coordination_degree, standard_gradient
from analysis.coupling.strata import ranks
from analysis.coupling.systems import SystemModel

Array = NDArray[np.float64]


def obstacle_degrees(x: ArrayLike, weights: ArrayLike) -> Array:
    """Return O_j = F_j I_j / Σ F_j I_j with deviation I_j = 1 - x_j, shape (..., k).

    Sums to 1 over the last axis; all 0 where nothing deviates (every x is 1).

    Args:
        x: attainment in 0..1 (for a constraint 1 - severity/100), shape (..., k).
        weights: factor contributions F_j >= 0, shape (k,).

    It always gives a ranking, even when all is well, and does not decompose D: it is
    shown with rank intervals and only severe factors are named.

    Reference: framework.json ``golden.obstacle``.
    """
    contribution = np.asarray(weights, dtype=float) * (1 - np.asarray(x, dtype=float))
    total = np.nansum(contribution, axis=-1, keepdims=True)
    shares: Array = np.divide(contribution, total, out=np.zeros_like(contribution), where=total > 0)
    return shares


def obstacle_table(
    x: Array, draws: Array, weights: Array, *, codes: list[str], names: list[str]
) -> pd.DataFrame:
    """Return the obstacles sorted by degree, with 95 % bootstrap rank intervals.

    Args:
        x: attainment of each factor, k values in 0..1.
        draws: the same for each bootstrap draw, draws x k.
    """
    degree = obstacle_degrees(x, weights)
    drawn = ranks(obstacle_degrees(draws, weights))
    table = pd.DataFrame(
        {
            "name": names,
            "severity": 100 * (1 - x),
            "weight": weights,
            "deviation": 1 - x,
            "degree": degree,
            "rank": ranks(degree),
            "rank_low": np.percentile(drawn, 2.5, axis=0, method="lower").astype(int),
            "rank_high": np.percentile(drawn, 97.5, axis=0, method="higher").astype(int),
        },
        index=pd.Index(codes, name="code"),
    )
    return table.sort_values("degree", ascending=False, kind="stable")


def gain_table(
    means: Array, systems: SystemModel, alpha: tuple[float, ...], *, names: dict[str, str]
) -> pd.DataFrame:
    """Return what raising each construct by 10 points (of 100) does to D.

    ``gradient`` is ∂D/∂x of the standard form (∂D/∂U_i times the construct's weight);
    ``D_plus_10, D_plus_10_wang, D_plus_10_fan`` are changes of D recomputed with the raised
    construct (not above 1). A construct of two systems counts in the first.
    """
    gradient = standard_gradient(systems.values(means), alpha)
    raised = np.minimum(means + 0.1 * np.eye(len(means)), 1.0)
    rows: dict[str, object] = {
        "name": [names[c] for c in systems.constructs],
        "system": [
            systems.codes[int(np.argmax(systems.weights[:, k] > 0))] for k in range(len(means))
        ],
        "gradient": np.asarray(gradient @ systems.weights),
    }
    for column, formula in _GAIN_COLUMNS:
        before = coordination_degree(systems.values(means), formula, alpha=alpha)
        rows[column] = coordination_degree(systems.values(raised), formula, alpha=alpha) - before
    table = pd.DataFrame(rows, index=pd.Index(systems.constructs, name="code"))
    return table.sort_values("D_plus_10", ascending=False, kind="stable")


_GAIN_COLUMNS = (
    ("D_plus_10", "standard"),
    ("D_plus_10_wang", "wang"),
    ("D_plus_10_fan", "fan"),
)
