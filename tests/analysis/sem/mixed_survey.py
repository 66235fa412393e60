"""A small simulated survey with ordered, numeric, exogenous and missing answers."""

import numpy as np
import pandas as pd

CUTS = {
    "a": (0.3,),
    "b": (-0.8, 0.6),
    "c": (-1.0, 0.1, 1.2),
    "d": (-1.4, -0.5, 0.4, 1.3),
    "e": (-0.9, -0.2, 0.5, 1.1),
}
"""Thresholds of the ordered items: 2, 3, 4, 5 and 5 categories."""


def mixed_survey(cases: int = 240) -> pd.DataFrame:
    """Return items a to e (ordered), y and z (numeric), x and w (exogenous), weights, a group.

    A column ``<item>_m`` holds the same answers with about one in ten missing.
    """
    rng = np.random.default_rng(20261124)
    x = rng.normal(size=cases).round(2)
    w = (rng.random(cases) < 0.4).astype(float)
    factor = 0.5 * x - 0.3 * w + rng.normal(size=cases)
    data = {"x": x, "w": w}
    for name, cuts in CUTS.items():
        response = 0.7 * factor + 0.8 * rng.normal(size=cases)
        data[name] = 1.0 + np.searchsorted(cuts, response)
    data["y"] = (2.0 + 1.5 * factor + rng.normal(size=cases)).round(2)
    data["z"] = (0.5 * factor + np.exp(0.4 * rng.normal(size=cases))).round(2)
    data["weight"] = rng.choice([0.5, 1.0, 2.0], size=cases)
    data["group"] = np.where(np.arange(cases) % 5 < 3, 1.0, 2.0)
    for name in (*CUTS, "y", "z"):
        data[f"{name}_m"] = np.where(rng.random(cases) < 0.1, np.nan, data[name])
    return pd.DataFrame(data)
