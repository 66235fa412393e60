"""Reverse coding and construct scores."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.preparation.arrays import FloatArray
from survey.responses import Missing
from survey.study import Study, StudyConstruct

SHARE_SLACK = 1e-9
"""Two of three items are 2/3 answered, whatever the last bit of the division says."""


def turn_reversed(answers: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the items' answers with reverse-keyed items turned: x' = minimum + maximum - x.

    Args:
        answers: one column per item (others, such as attention checks, are left out).

    Missing stays missing. Turning twice changes nothing.
    """
    columns = {}
    for item in study.items:
        if item.code in answers.columns:
            values = answers[item.code].to_numpy(dtype=float)
            columns[item.code] = (
                item.minimum + item.maximum - values if item.is_reversed else values
            )
    return pd.DataFrame(columns, index=answers.index)


def mean_of_answered(
    items: pd.DataFrame, shown: pd.DataFrame, *, min_answered_share: float
) -> FloatArray:
    """Return the mean of the answered items of each row, NaN where too few are answered.

    Args:
        items: one construct's items, NaN where missing.
        shown: same shape, True where the item was put to the respondent. An item that was
            not shown neither counts as missing nor stands in the way of a score.
        min_answered_share: needed share of the shown items, 0 to 1.
    """
    values = items.to_numpy(dtype=float)
    answered = np.isfinite(values)
    n_answered = answered.sum(axis=1)
    n_shown = shown.to_numpy(dtype=bool).sum(axis=1)
    is_scored = (n_answered > 0) & (n_answered >= min_answered_share * n_shown - SHARE_SLACK)
    total = np.where(answered, values, 0.0).sum(axis=1)
    return np.where(is_scored, total / np.maximum(n_answered, 1), np.nan)


def _bounds(study: Study, codes: Sequence[str]) -> tuple[float, float]:
    """Return the bounds shared by the items, or 0 and 1 when they differ."""
    bounds = {(study.item(code).minimum, study.item(code).maximum) for code in codes}
    return bounds.pop() if len(bounds) == 1 else (0.0, 1.0)


def _on_common_bounds(items: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the items unchanged when their bounds agree, else each brought to 0..1."""
    if _bounds(study, list(items.columns)) != (0.0, 1.0):
        return items
    columns = {}
    for code in items.columns:
        item = study.item(code)
        columns[code] = (items[code] - item.minimum) / (item.maximum - item.minimum)
    return pd.DataFrame(columns, index=items.index)


def score_constructs(
    items: pd.DataFrame, missing: pd.DataFrame, study: Study, *, min_answered_share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the construct scores on the items' metric and on 0 to 100.

    score = mean of the answered items when at least ``min_answered_share`` of the items shown
    to the respondent are answered, else NaN; score100 = 100 (score - min) / (max - min) with
    the theoretical bounds. Items of one construct with different bounds are first brought
    to 0..1 each, so that none weighs more for having more steps.

    Args:
        items: turned items (:func:`turn_reversed`).
        missing: kinds of missing, at least the same columns.

    Checked against framework.json ``scale``; properties in tests/analysis/preparation.
    """
    scores: dict[str, FloatArray] = {}
    hundred: dict[str, FloatArray] = {}
    for construct in study.constructs:
        codes = present_items(construct, items)
        if not codes:
            scores[construct.code] = hundred[construct.code] = np.full(len(items), np.nan)
            continue
        score = mean_of_answered(
            _on_common_bounds(items[codes], study),
            missing[codes] != Missing.NOT_SHOWN,
            min_answered_share=min_answered_share,
        )
        low, high = _bounds(study, codes)
        scores[construct.code] = score
        hundred[construct.code] = 100.0 * (score - low) / (high - low)
    return pd.DataFrame(scores, index=items.index), pd.DataFrame(hundred, index=items.index)


def present_items(construct: StudyConstruct, items: pd.DataFrame) -> list[str]:
    """Return the construct's items that have a column, in the study's order."""
    return [code for code in construct.items if code in items.columns]
