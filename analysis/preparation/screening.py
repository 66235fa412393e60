"""What to know about the data before any statistic: items that cannot work, and who is left."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.preparation.arrays import FloatArray
from analysis.preparation.dataset import Exclusion, PreparationOptions
from analysis.preparation.scoring import present_items
from survey.responses import Missing, ResponseSet
from survey.study import Study

MIN_FOR_REVERSAL = 20
"""Fewer respondents cannot tell a wrongly keyed item from chance."""

REVERSAL_CORRELATION = -0.2
"""An item-rest correlation under this, with an interval under 0, points to the wrong key."""

FEW_RESPONDENTS = 30
"""Below this the framework's ladder allows descriptives only."""

EXCLUDED_SHARE = 0.2
"""More exclusions than this deserve a word about the field work."""


def _answer_kinds(items: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return (items without any answer, items with only one value)."""
    empty, constant = [], []
    for code in items.columns:
        values = items[code].dropna()
        if values.empty:
            empty.append(str(code))
        elif len(values) > 1 and values.nunique() == 1:
            constant.append(str(code))
    return empty, constant


def wrongly_keyed(items: pd.DataFrame) -> list[str]:
    """Return the items of one construct that run against the others.

    An item is named when its correlation with the mean of the other items, after turning, is
    under -.2 with a 95 % interval (Fisher z) below 0. Of two items that contradict each
    other both are named: the data cannot say which. Empty with fewer than 20 complete rows.

    Args:
        items: the construct's items, reverse-keyed ones already turned.
    """
    complete = items.dropna()
    complete = complete.loc[:, complete.nunique() > 1]
    n, k = complete.shape
    if n < MIN_FOR_REVERSAL or k < 2:
        return []
    values = complete.to_numpy(dtype=float)
    direction = _majority_direction(values)
    total = (values * direction).sum(axis=1)
    suspects = []
    for j in range(k):
        if k > 2 and direction[j] > 0:
            continue
        rest = total - direction[j] * values[:, j]
        if rest.std() == 0:
            continue
        r = float(np.corrcoef(values[:, j], rest)[0, 1])
        upper = np.tanh(np.arctanh(np.clip(r, -0.999999, 0.999999)) + 1.96 / np.sqrt(n - 3))
        if r < REVERSAL_CORRELATION and upper < 0:
            suspects.append(str(complete.columns[j]))
    return suspects


def _majority_direction(values: FloatArray) -> FloatArray:
    """Return +1 or -1 per column: its sign on the first principal component, majority = +1."""
    if values.shape[1] == 2:
        return np.ones(2)
    _, vectors = np.linalg.eigh(np.corrcoef(values, rowvar=False))
    sign = np.where(vectors[:, -1] >= 0, 1.0, -1.0)
    return sign if sign.sum() >= 0 else -sign


def _reversal_findings(items: pd.DataFrame, study: Study) -> Iterator[Finding]:
    for construct in study.constructs:
        codes = present_items(construct, items)
        suspects = wrongly_keyed(items[codes])
        missed = [code for code in suspects if not study.item(code).is_reversed]
        wrong = [code for code in suspects if study.item(code).is_reversed]
        if missed and (len(codes) > 2 or not wrong):
            yield finding("reversal_missed", Severity.CAUTION, *missed, construct=construct.name)
        if wrong:
            yield finding("reversal_wrong", Severity.CAUTION, *wrong, construct=construct.name)


def data_findings(items: pd.DataFrame, scores: pd.DataFrame, study: Study) -> list[Finding]:
    """Return what the kept answers themselves warn of: empty, constant, wrongly keyed items."""
    found: list[Finding] = []
    empty, constant = _answer_kinds(items)
    if empty:
        found.append(finding("item_without_answers", Severity.CAUTION, *empty))
    if constant:
        found.append(finding("item_constant", Severity.CAUTION, *constant))
    found.extend(_reversal_findings(items, study))
    unanswered = [c.name for c in study.constructs if not scores[c.code].notna().any()]
    if unanswered:
        found.append(finding("construct_without_scores", Severity.CAUTION, *unanswered))
    if 0 < len(items) < FEW_RESPONDENTS:
        found.append(finding("few_respondents", Severity.CAUTION, n=len(items)))
    if len(items) == 0:
        found.append(finding("no_respondents", Severity.BLOCK))
    return found


def field_findings(
    responses: ResponseSet,
    flags: pd.DataFrame,
    excluded: tuple[Exclusion, ...],
    options: PreparationOptions,
) -> list[Finding]:
    """Return what the quality rules found and which of them could not be applied."""
    found: list[Finding] = []
    n, n_excluded = responses.n, len(excluded)
    if n_excluded:
        severity = Severity.CAUTION if n_excluded > EXCLUDED_SHARE * n else Severity.NOTE
        share = n_excluded / n
        found.append(finding("respondents_excluded", severity, n=n_excluded, of=n, share=share))
    by_hand = sum(entry.decision is not None for entry in excluded)
    if by_hand:
        found.append(finding("respondents_excluded_by_hand", Severity.NOTE, n=by_hand))
    rows = rows_of(responses).value_counts()
    lost = sorted({e.row for e in options.decisions if rows.get(e.row, 0) != 1})
    if lost:
        found.append(finding("decision_without_sheet", Severity.CAUTION, *map(str, lost)))
    left_out = [entry.respondent for entry in excluded]
    kept_flags = int(flags.drop(index=left_out).any(axis=1).sum())
    if kept_flags > 0:
        found.append(finding("respondents_flagged_kept", Severity.NOTE, n=kept_flags))
    if not _has_values(responses.respondents, "seconds"):
        found.append(finding("no_answering_time"))
    if not responses.study.attention_checks:
        found.append(finding("no_attention_checks"))
    half = _failed_some_checks(responses, flags)
    if half:
        found.append(finding("attention_partly_failed", Severity.NOTE, n=half))
    unread = int((responses.missing == Missing.NOT_UNDERSTOOD).to_numpy().sum())
    if unread:
        found.append(finding("answers_not_understood", Severity.CAUTION, n=unread))
    return found


def rows_of(responses: ResponseSet) -> pd.Series[int]:
    """Return per respondent the row of the file; the respondent's number where none is known."""
    index = responses.answers.index
    return responses.respondents.get("row", index.to_series()).astype(int)


def _has_values(respondents: pd.DataFrame, column: str) -> bool:
    return column in respondents.columns and bool(respondents[column].notna().any())


def _failed_some_checks(responses: ResponseSet, flags: pd.DataFrame) -> int:
    """Return how many failed a check but not all of them: a doubt, not a verdict."""
    failed = np.zeros(responses.n, dtype=bool)
    for check in responses.study.attention_checks:
        if check.code in responses.answers.columns:
            values = responses.answers[check.code].to_numpy(dtype=float)
            failed |= np.isfinite(values) & (values != check.correct)
    return int((failed & ~flags["attention_failed"].to_numpy(dtype=bool)).sum())
