"""Whether NQPF is followed by a better community: the two-wave test of relation R18.

A cross-section cannot show a feedback; people measured twice can at least show what comes
first. Model ``MW_two_wave`` of the framework: autoregression, cross-lags, equal loadings,
correlated uniquenesses of the same subscale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis.diagnosis.wave_pair import Rows
from analysis.findings import Finding, Severity, failure, finding
from analysis.modelling.ladder import NEEDED
from analysis.sem.errors import SemError
from survey.framework import load_framework

MODEL = "MW_two_wave"
LAGS = {"f": "R18", "b": "R17"}
"""Label of the cross-lag in the model → relation of the framework it tests."""
POINTS_PER_UNIT = 25.0
"""Scores enter in steps of a five-point scale, so variances are near 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Feedback:
    """The cross-lags between community (CI) and NQPF (NQ).

    Args:
        paths: index relation (R18: NQ → later CI, R17: CI → later NQ); ``estimate, se, p,
            low, high`` (95 %) ``, standardized``. Empty when not fitted.
        n: people complete in both waves.
        fit: ``chisq, df, cfi, rmsea, srmr``; robust (MLR) where there is a robust value.
    """

    paths: pd.DataFrame
    n: int
    fit: dict[str, float]
    findings: tuple[Finding, ...]


def two_wave_feedback(scores: tuple[pd.DataFrame, pd.DataFrame], rows: Rows) -> Feedback | None:
    """Return the cross-lags of linked people; None where the survey lacks a subscale of it.

    Args:
        scores: both waves' 0-100 scores; ``rows``: the same people in the same order.

    Estimator MLR over complete cases; not fitted below ``ladder.NEEDED`` of them. Checked
    against lavaan 0.6-14.
    """
    from analysis.sem import SemOptions, fit

    text = str(load_framework().raw["models"][MODEL])
    columns = sorted(set(re.findall(r"\b([IN]\d)_1w\b", text)))
    if any(code not in table for table in scores for code in columns):
        return None
    data = (
        pd.concat(
            [
                table.loc[index, columns].reset_index(drop=True).add_suffix(f"_{number}w")
                for number, (table, index) in enumerate(zip(scores, rows, strict=True), start=1)
            ],
            axis=1,
        ).dropna()
        / POINTS_PER_UNIT
    )
    n, needed = len(data), NEEDED[MODEL]
    if n < needed:
        found = finding("feedback_too_few", Severity.NOTE, n=n, needed=needed)
        return Feedback(pd.DataFrame(), n, {}, (found,))
    try:
        sem = fit(text, data, SemOptions(estimator="MLR"))
    except SemError as error:
        failed = failure("feedback_failed", Severity.CAUTION, reason=error.reason)
        return Feedback(pd.DataFrame(), n, {}, (failed,))
    if not sem.status.is_usable:
        return Feedback(pd.DataFrame(), n, {}, sem.findings)
    return Feedback(
        _paths(sem.parameters), n, _fit(dict(sem.fit_measures)), (finding("feedback_not_proof"),)
    )


def _paths(table: pd.DataFrame) -> pd.DataFrame:
    rows = {
        LAGS[str(row["label"])]: {
            "estimate": row["est"],
            "se": row["se"],
            "p": row["p"],
            "low": row["ci_low"],
            "high": row["ci_high"],
            "standardized": row["std_all"],
        }
        for row in table.to_dict("records")
        if row["op"] == "~" and row["label"] in LAGS
    }
    return pd.DataFrame.from_dict(rows, orient="index").loc[list(LAGS.values())]


def _fit(measures: dict[str, float]) -> dict[str, float]:
    """Return the robust measures under plain names."""
    sources = {
        "chisq": "chisq.scaled",
        "df": "df",
        "cfi": "cfi.robust",
        "rmsea": "rmsea.robust",
        "srmr": "srmr",
    }
    return {name: float(measures[source]) for name, source in sources.items()}
