"""Moderation: does W change the association of X with Y? Simple slopes and Johnson-Neyman."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from analysis.comparison.design import build_design
from analysis.comparison.distributions import t_quantile, t_two_sided
from analysis.comparison.regress import (
    RegressionOptions,
    RegressionResult,
    coefficient_covariance,
    regress,
)
from analysis.findings import Finding, Severity, finding
from analysis.preparation.arrays import FloatArray

SLOPE_COLUMNS = ["at", "slope", "se", "t", "p", "low", "high"]
REGION_COLUMNS = ["low", "high", "share", "is_significant"]


@dataclass(frozen=True, slots=True)
class ModerationOptions:
    """What the user chose.

    Args:
        x, w, y: numeric columns: focal predictor, moderator, outcome.
        covariates: further columns.
        robust: HC3 errors, or model-based.
        points: where simple slopes are shown: the 16th, 50th and 84th ``percentiles`` of W, or
            its ``mean_sd`` (mean and one SD either side); of two values, both.
    """

    x: str
    w: str
    y: str
    covariates: tuple[str, ...] = ()
    robust: Literal["HC3", "none"] = "HC3"
    points: Literal["percentiles", "mean_sd"] = "percentiles"
    level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class ModerationResult:
    """A regression with product term and what it says about the slope of X.

    Args:
        regression: Y on X, W, their product ``x:w`` and covariates.
        r2_change: R² that the product adds.
        slopes: slope of X at chosen values of W.
        boundaries: values of W where the slope becomes or ceases to be significant
            (Johnson-Neyman), ascending, within the observed range; may be empty.
        regions: stretches of the observed range of W between boundaries: ``low, high, share``
            (of respondents) ``, is_significant``.
        curve: slope with its band over the range of W, for a plot; columns as ``slopes``.
    """

    regression: RegressionResult
    r2_change: float
    slopes: pd.DataFrame
    boundaries: tuple[float, ...]
    regions: pd.DataFrame
    curve: pd.DataFrame
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Slope:
    """Slope of X as a function of W: b + w c, with the variances it needs."""

    b: float
    c: float
    var_b: float
    var_c: float
    cov: float
    df: int
    quantile: float

    def at(self, w: FloatArray) -> pd.DataFrame:
        slope = self.b + w * self.c
        se = np.sqrt(self.var_b + 2 * w * self.cov + w**2 * self.var_c)
        statistic = slope / se
        reach = self.quantile * se
        columns = (w, slope, se, statistic, t_two_sided(statistic, self.df))
        table = np.column_stack([*columns, slope - reach, slope + reach])
        return pd.DataFrame(table, columns=SLOPE_COLUMNS)

    def boundaries(self) -> list[float]:
        """Return the roots of slope^2 = quantile^2 variance."""
        q2 = self.quantile**2
        a = self.c**2 - q2 * self.var_c
        half = self.b * self.c - q2 * self.cov
        constant = self.b**2 - q2 * self.var_b
        inside = half**2 - a * constant
        if inside < 0 or abs(a) < 1e-300:
            return []
        roots = [(-half - np.sqrt(inside)) / a, (-half + np.sqrt(inside)) / a]
        return sorted(float(root) for root in roots)


def moderate(data: pd.DataFrame, options: ModerationOptions) -> ModerationResult:
    """Return how the slope of X on Y depends on W, over complete rows.

    The product is not centred: slopes and boundaries do not depend on it. The Johnson-Neyman
    boundaries solve (b + w c)^2 = t^2 var(b + w c).

    Raises:
        NotComputable: too few rows, or columns that determine each other.

    Reference: Aiken & West (1991); Johnson & Neyman (1936); Bauer & Curran (2005). Checked
    against R lm with sandwich::vcovHC.
    """
    o = options
    product = f"{o.x}:{o.w}"
    columns = [o.y, o.x, o.w, *o.covariates]
    complete = data[columns].dropna()
    complete = complete.assign(**{product: complete[o.x] * complete[o.w]})
    predictors = (o.x, o.w, product, *o.covariates)
    regression = regress(
        complete, RegressionOptions(o.y, predictors, robust=o.robust, level=o.level)
    )
    slope = _slope(complete, options, product, regression)
    w = complete[o.w].to_numpy(dtype=float)
    boundaries = [root for root in slope.boundaries() if w.min() < root < w.max()]
    return ModerationResult(
        regression=regression,
        r2_change=regression.fit["r2"] - _r2_without(complete, options),
        slopes=slope.at(_points(w, options.points)),
        boundaries=tuple(boundaries),
        regions=_regions(slope, w, boundaries),
        curve=slope.at(np.linspace(w.min(), w.max(), 60)),
        findings=_findings(regression, product),
    )


def _points(w: FloatArray, kind: str) -> FloatArray:
    different = np.unique(w)
    if len(different) == 2:
        return different
    if kind == "percentiles":
        return np.quantile(w, [0.16, 0.5, 0.84])
    return np.asarray(np.array([-1.0, 0.0, 1.0]) * w.std(ddof=1) + w.mean())


def _slope(
    complete: pd.DataFrame, options: ModerationOptions, product: str, regression: RegressionResult
) -> _Slope:
    predictors = (options.x, options.w, product, *options.covariates)
    design = build_design(complete, options.y, predictors)
    covariance = coefficient_covariance(design.X, design.y, robust=options.robust)
    i, j = design.terms.index(options.x), design.terms.index(product)
    b = regression.coefficients["b"].to_numpy(dtype=float)
    df = len(design.y) - design.X.shape[1]
    return _Slope(
        b=float(b[i]),
        c=float(b[j]),
        var_b=float(covariance[i, i]),
        var_c=float(covariance[j, j]),
        cov=float(covariance[i, j]),
        df=df,
        quantile=t_quantile((1 + options.level) / 2, df),
    )


def _r2_without(complete: pd.DataFrame, options: ModerationOptions) -> float:
    predictors = (options.x, options.w, *options.covariates)
    return regress(complete, RegressionOptions(options.y, predictors)).fit["r2"]


def _regions(slope: _Slope, w: FloatArray, boundaries: list[float]) -> pd.DataFrame:
    edges = [float(w.min()), *boundaries, float(w.max())]
    rows = []
    for low, high in pairwise(edges):
        middle = slope.at(np.array([(low + high) / 2])).iloc[0]
        is_last = high == edges[-1]
        share = float(np.mean((w >= low) & ((w <= high) if is_last else (w < high))))
        rows.append((low, high, share, bool(middle["low"] * middle["high"] > 0)))
    return pd.DataFrame(rows, columns=REGION_COLUMNS)


def _findings(regression: RegressionResult, product: str) -> tuple[Finding, ...]:
    p = dict(
        zip(
            regression.coefficients.index,
            regression.coefficients["p"].to_numpy(dtype=float),
            strict=True,
        )
    )[product]
    shared = tuple(f for f in regression.findings if f.code != "vif_high")
    if p < 0.05:
        return (finding("moderation_found", Severity.NOTE, p=p), *shared)
    return (finding("moderation_not_found", Severity.NOTE, p=p), *shared)
