"""How far respondents of one unit answer alike: may a unit's mean stand for the unit?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.disclosure import DEFAULT_THRESHOLD, hide_groups
from analysis.measurement.agreement import group_agreement
from analysis.not_computable import NotComputable
from survey.framework_study import group_names

if TYPE_CHECKING:
    from analysis.preparation.dataset import PreparedDataset
    from survey.study import Study, StudyConstruct

COLLEGE = "D3"
"""Code of the framework's question for the college or department."""

FEWEST_UNITS = 5
"""Under this many units the variance between them cannot be told."""

UNIT_COLUMNS = ["n", "units", "icc1", "icc1_low", "icc1_high", "icc2", "p", "rwg"]


def unit_column(study: Study) -> str:
    """Return the respondents' column of the colleges, "" for a study without framework."""
    return group_names()[COLLEGE] if study.framework else ""


def unit_agreement(
    prepared: PreparedDataset, column: str, *, threshold: int = DEFAULT_THRESHOLD
) -> pd.DataFrame:
    """Return ICC(1), ICC(2) and the median r_wg of every construct within units.

    Units that must be hidden enter nothing: a median over few units would show them.

    Args:
        column: respondents' column of the units; absent: an empty table.
        threshold: smallest unit used.

    Returns:
        Index construct; ``n`` respondents, ``units``, ``icc1`` with its 95 % interval, ``icc2``,
        ``p`` of the one-way F test, ``rwg`` 0 to 1 (uniform null over the answer categories).
        Constructs answered in fewer than five shown units are left out.

    Formulas and sources: :func:`analysis.measurement.agreement.group_agreement`.
    """
    rows: dict[str, tuple[float, ...]] = {}
    if column in prepared.respondents.columns:
        units = prepared.respondents[column]
        for construct in prepared.study.constructs:
            row = _row(prepared, construct, units, threshold=threshold)
            if row is not None:
                rows[construct.code] = row
    return pd.DataFrame.from_dict(rows, orient="index", columns=UNIT_COLUMNS)


def _row(
    prepared: PreparedDataset, construct: StudyConstruct, units: pd.Series, *, threshold: int
) -> tuple[float, ...] | None:
    scores = prepared.scores[construct.code]
    named = units[scores.notna() & units.notna()].astype(str)
    counts = {str(unit): int(n) for unit, n in named.value_counts().items()}
    hidden = set(hide_groups(counts, threshold).all)
    kept = named[~named.isin(hidden)]
    if kept.nunique() < FEWEST_UNITS:
        return None
    try:
        found = group_agreement(
            scores.loc[kept.index], kept, categories=_categories(prepared, construct)
        )
    except NotComputable:  # no more respondents than units: nothing within to compare with
        return None
    values = (found.icc1, found.low, found.high, found.icc2, found.p, found.rwg)
    if not np.isfinite(found.icc1):
        return None
    return float(len(kept)), float(kept.nunique()), *values


def _categories(prepared: PreparedDataset, construct: StudyConstruct) -> int:
    item = prepared.study.item(construct.items[0])
    return round(item.maximum - item.minimum) + 1
