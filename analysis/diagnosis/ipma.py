"""Importance-performance map 重要性—绩效图: what matters and is weak, with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.strata import interval

Array = NDArray[np.float64]

COLUMNS = [
    *("name", "performance", "performance_low", "performance_high"),
    *("importance", "importance_low", "importance_high", "wrong_sign"),
    *("sd_performance", "sd_importance", "correlation"),
    *("line_performance", "line_importance", "quadrant", "p_act"),
]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Performance and importance of k elements, observed and in each draw.

    Args:
        codes, names: of the elements.
        performance: k values, 0-100, high = good; ``performance_draws`` draws x k.
        importance: k values >= 0; ``importance_draws`` draws x k.
        wrong_sign: where importance was set to 0 because its sign contradicts the theory.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    performance: Array
    performance_draws: Array
    importance: Array
    importance_draws: Array
    wrong_sign: NDArray[np.bool_]


def map_points(points: Points, level: str) -> pd.DataFrame:
    """Return the map of one level: points, intervals, ellipses and quadrants.

    The lines stand at the means of performance and importance. ``p_act`` is the share of
    the bootstrap draws in which the element lies right of and below that draw's own lines
    (important and weak). The ellipse follows from the draws' standard deviations and
    correlation: its 95 % contour has squared radius 5.991.
    """
    x, y = points.importance, points.performance
    dx, dy = points.importance_draws, points.performance_draws
    low, high = interval(dy)
    ilow, ihigh = interval(dx)
    act = (dx > dx.mean(axis=1, keepdims=True)) & (dy < dy.mean(axis=1, keepdims=True))
    table = pd.DataFrame(
        {
            "name": points.names,
            "performance": y,
            "performance_low": low,
            "performance_high": high,
            "importance": x,
            "importance_low": ilow,
            "importance_high": ihigh,
            "wrong_sign": points.wrong_sign,
            "sd_performance": dy.std(axis=0),
            "sd_importance": dx.std(axis=0),
            "correlation": _correlations(dx, dy),
            "line_performance": y.mean(),
            "line_importance": x.mean(),
            "quadrant": _quadrants(x, y),
            "p_act": act.mean(axis=0),
        },
        index=pd.MultiIndex.from_product([[level], points.codes], names=["level", "code"]),
    )
    return table[COLUMNS]


def _quadrants(importance: Array, performance: Array) -> list[str]:
    """Return act (important, weak), keep (important, strong), ease (neither), low."""
    names = {
        (True, False): "act",
        (True, True): "keep",
        (False, True): "ease",
        (False, False): "low",
    }
    matters, strong = importance > importance.mean(), performance >= performance.mean()
    return [names[bool(m), bool(s)] for m, s in zip(matters, strong, strict=True)]


def _correlations(x: Array, y: Array) -> Array:
    """Return the correlation of x and y over the draws, 0 where one does not vary."""
    cx, cy = x - x.mean(axis=0), y - y.mean(axis=0)
    scale = np.sqrt((cx**2).sum(axis=0) * (cy**2).sum(axis=0))
    products = (cx * cy).sum(axis=0)
    result: Array = np.divide(products, scale, out=np.zeros_like(scale), where=scale > 1e-12)
    return result


def slopes(predictors: Array, outcome: Array, *, counts: Array | None = None) -> Array:
    """Return the unstandardised regression slopes of ``outcome`` on ``predictors``.

    With the mediators left out these are total effects: outcome points per predictor point.

    Args:
        predictors: n x k, ``outcome``: n; complete data.
        counts: bootstrap counts, draws x n; None gives the sample itself, shape (k,).

    Checked against R lm.
    """
    repeats = np.ones((1, len(outcome))) if counts is None else counts
    x = predictors - predictors.mean(axis=0)
    y = outcome - outcome.mean()
    n = repeats.sum(axis=1)
    k = x.shape[1]
    mean_x, mean_y = repeats @ x / n[:, None], repeats @ y / n
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), k * k)
    cross = (repeats @ products).reshape(-1, k, k) / n[:, None, None]
    cross = cross - mean_x[:, :, None] * mean_x[:, None, :]
    right = repeats @ (x * y[:, None]) / n[:, None] - mean_x * mean_y[:, None]
    ridge = 1e-10 * np.eye(k)
    found = np.linalg.solve(cross + ridge, right[..., None])[..., 0]
    return np.asarray(found[0] if counts is None else found)
