"""Fuzzy sets: calibration, and how far one set lies inside another."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.findings import Severity, finding
from analysis.not_computable import NotComputable
from analysis.preparation.arrays import FloatArray

FULL_MEMBERSHIP = 0.95
"""Membership at the anchor of full membership (Ragin 2008); .05 at the other end."""

HALF_SHIFT = 0.001
"""Added to memberships of exactly .5, which belong to no configuration (Fiss 2011)."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Raw values of full non-membership, the crossover point and full membership."""

    out: float
    crossover: float
    full: float

    def __post_init__(self) -> None:
        rising = self.out < self.crossover < self.full
        falling = self.out > self.crossover > self.full
        if not (rising or falling):
            raise NotComputable(
                finding(
                    "anchors_out_of_order",
                    Severity.BLOCK,
                    out=self.out,
                    crossover=self.crossover,
                    full=self.full,
                )
            )


def quantile_anchors(values: pd.Series) -> Anchors:
    """Return anchors at the 5th, 50th and 95th percentile.

    Only for want of outside standards: the crossover then says nothing but "half the sample".
    Equal percentiles are moved apart to the ends of the data.
    """
    known = values.dropna().to_numpy(dtype=float)
    low, middle, high = (float(q) for q in np.quantile(known, [0.05, 0.5, 0.95]))
    if not low < middle:
        low = float(known.min()) if known.min() < middle else middle - 1
    if not middle < high:
        high = float(known.max()) if known.max() > middle else middle + 1
    return Anchors(low, middle, high)


def calibrate(values: pd.Series, anchors: Anchors) -> pd.Series:
    """Return memberships 0 to 1 by the direct method.

    log odds = (x - crossover) ln(.95/.05) / (full - crossover) above the crossover, and with
    (crossover - out) below. NaN stays NaN; exactly .5 becomes .501.

    Reference: Ragin (2008). Checked against QCA::calibrate's formula.
    """
    x = values.to_numpy(dtype=float)
    step = np.log(FULL_MEMBERSHIP / (1 - FULL_MEMBERSHIP))
    toward_full = (x - anchors.crossover) / (anchors.full - anchors.crossover)
    toward_out = (x - anchors.crossover) / (anchors.crossover - anchors.out)
    odds = step * np.where(toward_full >= 0, toward_full, toward_out)
    with np.errstate(over="ignore"):
        membership = 1 / (1 + np.exp(-odds))
    membership = np.where(membership == 0.5, 0.5 + HALF_SHIFT, membership)
    return pd.Series(membership, index=values.index, name=values.name)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """How far ``x`` is a subset of ``y`` (sufficiency).

    Args:
        consistency: sum min(x, y) / sum x.
        pri: consistency for y but not for its negation (proportional reduction).
        coverage: sum min(x, y) / sum y.
    """

    consistency: float
    pri: float
    coverage: float


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else float("nan")


def sufficiency(x: FloatArray, y: FloatArray) -> Inclusion:
    """Return consistency, PRI and coverage of ``x`` as sufficient for ``y``."""
    both = np.minimum(x, y)
    paradox = np.minimum(both, 1 - y).sum()
    return Inclusion(
        consistency=_ratio(float(both.sum()), float(x.sum())),
        pri=_ratio(float(both.sum() - paradox), float(x.sum() - paradox)),
        coverage=_ratio(float(both.sum()), float(y.sum())),
    )


def necessity(x: FloatArray, y: FloatArray) -> tuple[float, float, float]:
    """Return (consistency, coverage, relevance) of ``x`` as necessary for ``y``.

    sum min / sum y, sum min / sum x, and Schneider & Wagemann's (2012) relevance of necessity
    sum (1 - x) / sum (1 - min(x, y)), low for conditions that are always there.
    """
    both = np.minimum(x, y)
    return (
        _ratio(float(both.sum()), float(y.sum())),
        _ratio(float(both.sum()), float(x.sum())),
        _ratio(float((1 - x).sum()), float((1 - both).sum())),
    )
