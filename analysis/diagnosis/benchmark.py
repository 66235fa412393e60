"""Benchmark of colleges: shrunken means with their certainty, no league table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.multilevel import fit_reml, means_only
from analysis.disclosure import DEFAULT_THRESHOLD, shown_across
from analysis.findings import Finding, Severity, finding
from analysis.preparation.asked import role_labels
from analysis.preparation.dataset import PreparedDataset

Array = NDArray[np.float64]

TIER_CERTAINTY = 0.95
"""Posterior probability from which a unit is said to lie above or below the average."""

COLUMNS = [
    *("construct", "unit", "n", "mean", "shrunken", "low", "high", "reliability"),
    *("p_above", "tier"),
]
SUMMARY_COLUMNS = ["name", "units", "n", "average", "tau2", "sigma2", "icc1", "icc2"]


@dataclass(frozen=True, slots=True, eq=False)
class UnitModel:
    """A random-intercept model of one score over units.

    Args:
        average: estimated mean of the units (generalised least squares).
        tau2, sigma2: variance between units and inside them (REML).
        reliability: r_u = τ² / (τ² + σ²/n_u) of each unit's mean.
        shrunken: θ_u = r_u y_u + (1 - r_u) average.
        sd: standard deviation of θ_u given the variances, the average's error included.
    """

    average: float
    tau2: float
    sigma2: float
    reliability: Array
    shrunken: Array
    sd: Array

    @property
    def icc1(self) -> float:
        """Share of variance between units: reliability of a single answer."""
        total = self.tau2 + self.sigma2
        return self.tau2 / total if total > 0 else float("nan")


def fit_units(n: Array, means: Array, within: float) -> UnitModel:
    """Return the REML fit of y = average + unit + error from each unit's n and mean.

    Args:
        n, means: of each unit; at least two units.
        within: sum of squared deviations from the unit means.

    Reference: Searle, Casella & McCulloch (1992). Checked against R nlme::lme (REML),
    variances and BLUPs, on unbalanced data.
    """
    found = fit_reml(means_only(n, means, within))
    average, sigma2, ratio = float(found.b[0]), found.within, found.ratio
    tau2 = ratio * sigma2
    reliability = ratio * n / (1 + ratio * n)
    shrunken = reliability * means + (1 - reliability) * average
    error_of_average = sigma2 * float(found.inverse[0, 0])
    variance = tau2 * (1 - reliability) + (1 - reliability) ** 2 * error_of_average
    return UnitModel(average, tau2, sigma2, reliability, shrunken, np.sqrt(variance))


@dataclass(frozen=True, slots=True, eq=False)
class Benchmark:
    """Units compared on each construct.

    Args:
        table: rows construct x shown unit; ``mean, shrunken, low, high`` (95 %) on 0-100;
            ``p_above``: probability that the unit lies above the average; ``tier``: ``high``
            or ``low`` from .95 on, else ``middle``. Sorted by unit name, never by value.
        summary: index construct; variance components, ICC(1) of one answer, ICC(2) the mean
            reliability of the unit means.
    """

    variable: str
    table: pd.DataFrame
    summary: pd.DataFrame
    findings: tuple[Finding, ...]


def benchmark_units(
    prepared: PreparedDataset,
    variable: str,
    *,
    constructs: tuple[str, ...] = (),
    threshold: int = DEFAULT_THRESHOLD,
) -> Benchmark:
    """Return the benchmark of the units named in the respondents' column ``variable``.

    Units under the threshold are left out, and further ones so that nothing follows from
    the total and the roles, which a report shows too. A construct needs two shown units.
    """
    units = prepared.respondents[variable]
    codes = constructs or tuple(str(c) for c in prepared.scores100.columns)
    names = {c.code: c.name for c in prepared.study.constructs}
    rows: list[dict[str, object]] = []
    summary: dict[str, tuple[object, ...]] = {}
    hidden: set[str] = set()
    answered = prepared.scores100[list(codes)].notna()
    allowed = shown_across(answered, (role_labels(prepared.respondents), units), threshold)[1]
    for code in codes:
        scores = prepared.scores100[code]
        known = units.notna() & scores.notna()
        groups = {str(u): v.to_numpy() for u, v in scores[known].groupby(units[known].astype(str))}
        shown = {unit: v for unit, v in sorted(groups.items()) if unit in allowed[code]}
        hidden.update(groups.keys() - shown.keys())
        if len(shown) > 1:
            model = _model_of(shown)
            rows += _rows(code, shown, model)
            summary[code] = _summary(names[code], shown, model)
    table = pd.DataFrame(rows, columns=COLUMNS)
    overview = pd.DataFrame.from_dict(summary, orient="index", columns=SUMMARY_COLUMNS)
    return Benchmark(variable, table, overview, _findings(variable, overview, hidden, threshold))


def _model_of(groups: dict[str, Array]) -> UnitModel:
    n = np.array([len(v) for v in groups.values()], dtype=float)
    means = np.array([v.mean() for v in groups.values()])
    within = float(sum(((v - v.mean()) ** 2).sum() for v in groups.values()))
    return fit_units(n, means, within)


def _rows(code: str, groups: dict[str, Array], model: UnitModel) -> list[dict[str, object]]:
    from scipy.special import ndtr

    rows: list[dict[str, object]] = []
    for k, (unit, values) in enumerate(groups.items()):
        centre, sd = float(model.shrunken[k]), float(model.sd[k])
        above = float(ndtr((centre - model.average) / sd)) if sd > 0 else 0.5
        tier = (
            "high"
            if above >= TIER_CERTAINTY
            else "low"
            if above <= 1 - TIER_CERTAINTY
            else "middle"
        )
        rows.append(
            {
                "construct": code,
                "unit": unit,
                "n": len(values),
                "mean": float(values.mean()),
                "shrunken": centre,
                "low": centre - 1.959964 * sd,
                "high": centre + 1.959964 * sd,
                "reliability": float(model.reliability[k]),
                "p_above": above,
                "tier": tier,
            }
        )
    return rows


def _summary(name: str, groups: dict[str, Array], model: UnitModel) -> tuple[object, ...]:
    n = sum(len(v) for v in groups.values())
    icc2 = float(model.reliability.mean())
    return (name, len(groups), n, model.average, model.tau2, model.sigma2, model.icc1, icc2)


def _findings(
    variable: str, summary: pd.DataFrame, hidden: set[str], threshold: int
) -> tuple[Finding, ...]:
    found = []
    if hidden:
        found.append(
            finding("benchmark_hidden", Severity.NOTE, variable, k=len(hidden), threshold=threshold)
        )
    if summary.empty:
        found.append(finding("benchmark_too_few", Severity.CAUTION, variable))
    else:
        weak = [str(c) for c in summary.index[summary["icc2"].astype(float) < RELIABLE]]
        if len(weak) == len(summary):
            found.append(finding("benchmark_all_unreliable", Severity.CAUTION, limit=RELIABLE))
        elif weak:
            found.append(finding("benchmark_unreliable", Severity.CAUTION, *weak, limit=RELIABLE))
    return tuple(found)


RELIABLE = 0.7
"""ICC(2) from which unit means can be told apart well (``thresholds.icc2``)."""
