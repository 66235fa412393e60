"""Rival models on the same data: JARS-SEM asks for them, and a good fit alone proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.modelling.attempts import Attempt, fit_or_reason
from analysis.modelling.model_text import cut_to, has_paths
from analysis.modelling.result import ModellingOptions
from analysis.sem.errors import SemError
from analysis.sem.syntax import parse
from survey.framework import load_framework

if TYPE_CHECKING:
    from analysis.sem import SemResult

RIVALS = {
    "MS_subscale": ("MS0_full_mediation", "MO_overall"),
    "MO_overall": ("MS_subscale",),
    "MS0_full_mediation": ("MS_subscale", "MO_overall"),
}
"""Models nested in one another: MS0 and MO are restrictions of MS."""

MEASURES = ("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "aic", "bic")
COLUMNS = [
    *("chisq", "df", "p", "cfi", "rmsea", "srmr", "aic", "bic", "usable"),
    *("delta_chisq", "delta_df", "delta_p", "delta_cfi"),
]


def rival_models(chosen: Attempt, sem: SemResult, options: ModellingOptions) -> pd.DataFrame | None:
    """Return the chosen model and its rivals, fitted to the same answers.

    The chi-square difference tests the restriction of the smaller model; None for a model
    without rivals in the framework.
    """
    name = chosen.candidate.name
    if name not in RIVALS:
        return None
    rows = {name: _fit_row(sem)}
    for rival in RIVALS[name]:
        model = cut_to(parse(load_framework().raw["models"][rival]), chosen.sample.data.columns)
        if not has_paths(model):
            continue
        other, _ = fit_or_reason(model, chosen.sample, options)
        if other is not None and other.inference is not None:
            rows[rival] = {**_fit_row(other), **_difference(sem, other)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)


def _fit_row(sem: SemResult) -> dict[str, object]:
    values = {name: float(sem.fit_measures[name]) for name in MEASURES}
    values["p"] = values.pop("pvalue")
    return {**values, "usable": bool(sem.status.is_usable)}


def _difference(chosen: SemResult, rival: SemResult) -> dict[str, object]:
    from analysis.sem.comparison import compare_models

    first, second = chosen.fit_measures, rival.fit_measures
    found: dict[str, object] = {"delta_cfi": float(second["cfi"] - first["cfi"])}
    if first["df"] == second["df"]:
        return found
    larger, smaller = (chosen, rival) if first["df"] < second["df"] else (rival, chosen)
    try:
        test = compare_models(larger, smaller)
    except SemError:
        return found
    return found | {"delta_chisq": test.statistic, "delta_df": test.df, "delta_p": test.p}
