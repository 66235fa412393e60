"""What must be said beside a structural model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.findings import Finding, Severity, finding
from analysis.modelling.ladder import SEPARATE_GROUPS_SAFE
from analysis.modelling.model_text import observed_of
from analysis.modelling.sample import ModelSample
from analysis.sem.specification import Specification
from survey.framework import load_framework

if TYPE_CHECKING:
    from analysis.sem import SemResult

PREDICTOR_CORRELATION = 0.5
"""Correlated predictors beyond this cost power: FRAMEWORK 8, Monte Carlo table."""


def sample_cautions(model: Specification, sample: ModelSample) -> list[Finding]:
    """Return what the survey lacks for the model as written."""
    found = []
    wanted = observed_of(model)
    absent = [v for v in sample.absent if v in wanted]
    if absent:
        found.append(finding("model_constructs_missing", Severity.CAUTION, *absent))
    if sample.constant:
        found.append(finding("model_constant", Severity.CAUTION, *sample.constant))
    return found


def fit_cautions(sem: SemResult) -> list[Finding]:
    """Return the engine's own findings, poor fit, and correlated predictors."""
    has_paths = bool((sem.parameters["op"] == "~").any())
    return [
        *sem.findings,
        *_poor_fit(sem),
        *_correlated_predictors(sem),
        *([finding("model_association_only")] if has_paths else []),
    ]


def _poor_fit(sem: SemResult) -> list[Finding]:
    limits = load_framework().raw["thresholds"]
    fit = sem.fit_measures
    if fit["df"] <= 0:
        return [finding("model_saturated")]
    poor = (
        fit["cfi"] < limits["CFI"]["ok"]
        or fit["rmsea"] > limits["RMSEA"]["ok"]
        or fit["srmr"] > limits["SRMR"]["ok"]
    )
    if not poor:
        return []
    values = {name: float(fit[name]) for name in ("cfi", "rmsea", "srmr")}
    return [finding("model_fit_poor", Severity.CAUTION, **values)]


def _correlated_predictors(sem: SemResult) -> list[Finding]:
    """Warn when predictors of one outcome correlate and the sample is not large."""
    rows = sem.parameters
    paths = rows[rows["op"] == "~"]
    predictors = {
        frozenset((a, b))
        for _, group in paths.groupby("lhs")
        for a in group["rhs"]
        for b in group["rhs"]
        if a != b
    }
    found = []
    for row in rows[rows["op"] == "~~"].to_dict("records"):
        pair = frozenset((row["lhs"], row["rhs"]))
        r = float(row["std_all"])
        if pair in predictors and abs(r) > PREDICTOR_CORRELATION and sem.n < SEPARATE_GROUPS_SAFE:
            names = (str(row["lhs"]), str(row["rhs"]))
            found.append(
                finding("model_predictors_correlate", Severity.CAUTION, *names, r=r, n=sem.n)
            )
    return found
