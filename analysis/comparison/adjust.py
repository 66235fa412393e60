"""Adjustment of p values for many tests at once."""

from typing import Literal

import numpy as np

from analysis.preparation.arrays import FloatArray

Adjustment = Literal["holm", "bh", "none"]


def adjusted(p_values: FloatArray, *, method: Adjustment = "holm") -> FloatArray:
    """Return adjusted p values in the order given; NaN stays NaN and does not count.

    ``holm`` controls the chance of any false alarm (Holm 1979), ``bh`` the share of false
    alarms (Benjamini & Hochberg 1995). Checked against R p.adjust.
    """
    p = np.asarray(p_values, dtype=float)
    if method == "none":
        return p.copy()
    result = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    m = len(known)
    if m == 0:
        return result
    order = known[np.argsort(p[known], kind="stable")]
    ranks = np.arange(1, m + 1)
    if method == "holm":
        values = np.maximum.accumulate((m - ranks + 1) * p[order])
    else:
        values = np.minimum.accumulate((m / ranks * p[order])[::-1])[::-1]
    result[order] = np.minimum(values, 1.0)
    return result
