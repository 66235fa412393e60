"""Whether two roles answer the same scale: the condition for comparing their means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from analysis.coupling.strata import role_labels
from analysis.modelling.ladder import MULTI_GROUP_MINIMUM
from analysis.modelling.model_text import factor_model, readable
from analysis.preparation.dataset import PreparedDataset
from analysis.sem.errors import SemError
from survey.framework import load_framework
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from analysis.sem.options import Missing, SemOptions

LEVELS = (
    ("configural", ()),
    ("metric", ("loadings",)),
    ("scalar", ("loadings", "intercepts")),
)


@dataclass(frozen=True, slots=True)
class Comparability:
    """Result of the invariance ladder for two groups.

    Args:
        code: ``equal`` (scalar invariance holds), ``unequal`` (it does not), ``untested``
            (too few answers, too few common items, or a model without usable solution).
        n: answers of each group.
        steps: (level, CFI, RMSEA) of each model fitted.
    """

    code: str
    n: tuple[int, int]
    steps: tuple[tuple[str, float, float], ...] = ()


def role_comparability(
    prepared: PreparedDataset, codes: tuple[str, ...], pair: tuple[str, str]
) -> Comparability:
    """Return whether scalar invariance holds between two roles for the constructs ``codes``.

    Correlated factors over the items both roles answered, in two groups; each step may
    lose at most .010 of CFI and gain at most .015 of RMSEA (``thresholds.invariance``).
    Tested from 200 complete answers per role on (FRAMEWORK 8).
    """
    labels = role_labels(prepared.respondents)
    asked = (int((labels == pair[0]).sum()), int((labels == pair[1]).sum()))
    if min(asked) < MULTI_GROUP_MINIMUM:
        return Comparability("untested", asked)
    factors, data = _common_items(prepared, labels, codes, pair=pair)
    counts = data["group"].value_counts()
    n = (int(counts.get(pair[0], 0)), int(counts.get(pair[1], 0)))
    if min(n) < MULTI_GROUP_MINIMUM or not factors:
        return Comparability("untested", n)
    return compare_groups_stepwise(factors, data, n=n)


def compare_groups_stepwise(
    factors: dict[str, tuple[str, ...]],
    data: pd.DataFrame,
    *,
    n: tuple[int, int],
    progress: Progress = silent,
) -> Comparability:
    """Return the verdict of the ladder on ``data`` (items and a column ``group``).

    Full-information maximum likelihood where answers are missing.
    """
    from analysis.sem import SemOptions

    text = readable(factor_model(factors))
    missing: Missing = "ml" if data.isna().any(axis=None) else "listwise"
    base = SemOptions(group="group", meanstructure=True, missing=missing, se="none")
    steps = [(level, text, replace(base, group_equal=equal)) for level, equal in LEVELS]
    return climb(steps, data, n=n, progress=progress)


def climb(
    models: Sequence[tuple[str, str, SemOptions]],
    data: pd.DataFrame,
    *,
    n: tuple[int, int],
    progress: Progress = silent,
) -> Comparability:
    """Fit the models (step, text, options) in turn; stop at the first that loses too much.

    A step must converge, be identified and have more cases than parameters. A negative variance
    or a correlation beyond 1 does not stop it: equal parameters that do not fit often end there,
    and only the fit is compared. A rise of RMSEA alone counts only when the chi-square difference
    is significant (5 %): from an RMSEA of 0, small models rise by chance.
    """
    from analysis.sem import fit
    from analysis.sem.distributions import chi2_upper

    steps: list[tuple[str, float, float]] = []
    tests: list[tuple[float, float]] = []
    for place, (level, text, options) in enumerate(models):
        part = part_of(progress, place / len(models), (place + 1) / len(models))
        try:
            sem = fit(text, data, options, progress=part)
        except SemError:
            return Comparability("untested", n, tuple(steps))
        status = sem.status
        if not (status.converged and status.identified and status.enough_cases):
            return Comparability("untested", n, tuple(steps))
        found = sem.fit_measures
        steps.append((level, float(found["cfi"]), float(found["rmsea"])))
        tests.append((float(found["chisq"]), float(found["df"])))
        if len(steps) > 1 and not is_kept(steps[-2], steps[-1]):
            (before, df_before), (after, df) = tests[-2:]
            is_by_chance = chi2_upper(after - before, df - df_before) >= SIGNIFICANT
            if not (is_by_chance and steps[-1][1] - steps[-2][1] >= _limits()["dCFI"]):
                return Comparability("unequal", n, tuple(steps))
    return Comparability("equal", n, tuple(steps))


SIGNIFICANT = 0.05


def _limits() -> dict[str, float]:
    limits: dict[str, float] = load_framework().raw["thresholds"]["invariance"]
    return limits


def is_kept(before: tuple[str, float, float], after: tuple[str, float, float]) -> bool:
    """Return whether a step (name, CFI, RMSEA) keeps the fit of the step before."""
    limits = _limits()
    keeps_cfi = after[1] - before[1] >= limits["dCFI"]
    return bool(keeps_cfi and after[2] - before[2] <= limits["dRMSEA"])


def _common_items(
    prepared: PreparedDataset,
    labels: pd.Series[str],
    codes: tuple[str, ...],
    *,
    pair: tuple[str, str],
) -> tuple[dict[str, tuple[str, ...]], pd.DataFrame]:
    """Return the factors with two or more items both roles answered, and the complete cases."""
    rows = labels.isin(pair)
    items = prepared.items.loc[rows]
    groups = labels.loc[rows]
    factors = {}
    for code in codes:
        known = [i for i in prepared.items_of[code] if i in items.columns]
        common = tuple(
            i for i in known if all(items.loc[groups == role, i].nunique() > 1 for role in pair)
        )
        if len(common) > 1:
            factors[code] = common
    used = [item for common in factors.values() for item in common]
    data = items[used].assign(group=groups).dropna()
    return factors, data
