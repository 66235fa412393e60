"""Importance from the formative model MX: each constraint's total effect on the target."""

from __future__ import annotations

import numpy as np

from analysis.diagnosis.importance import Importance
from analysis.findings import Severity, finding
from analysis.modelling.model_text import cut_to, observed_of
from analysis.modelling.sample import model_sample
from analysis.preparation.dataset import PreparedDataset
from analysis.sem.errors import SemError
from analysis.sem.syntax import parse
from survey.framework import load_framework

FORMATIVE = "MX_formative"
COMPOSITE = "CON"


def formative_importance(
    prepared: PreparedDataset, codes: tuple[str, ...], target: tuple[str, ...]
) -> Importance | None:
    """Return weight times total effect of the composite on NQ; None if MX cannot be used.

    Held fixed in the bootstrap: its weights are known only roughly (their standard errors
    are about as large as they are), which the finding says.
    """
    from analysis.sem import SemOptions, fit

    model = parse(load_framework().raw["models"][FORMATIVE])
    sample = model_sample(prepared, observed_of(model))
    model = cut_to(model, tuple(sample.data.columns))
    try:
        sem = fit(model.text(), sample.data, SemOptions(estimator="ML"))
    except SemError:
        return None
    if not sem.status.is_usable:
        return None
    estimate = {
        (row["lhs"], row["op"], row["rhs"]): float(row["est"])
        for row in sem.parameters.to_dict("records")
    }
    if ("NQ", "~", COMPOSITE) not in estimate:
        return None
    total = estimate["NQ", "~", COMPOSITE]
    total += estimate["NQ", "~", "CI"] * estimate["CI", "~", COMPOSITE]
    effects = np.array([estimate.get((COMPOSITE, "<~", c), 0.0) * total for c in codes])
    wrong = effects > 0
    values = np.where(wrong, 0.0, -effects)
    found = [finding("importance_formative", Severity.CAUTION)]
    if wrong.any():
        names = [c for c, is_wrong in zip(codes, wrong, strict=True) if is_wrong]
        found.append(finding("importance_wrong_sign", Severity.CAUTION, *names))
    r2 = float("nan")
    return Importance("sem", values, values, wrong, r2, sem.n, target, tuple(found))
