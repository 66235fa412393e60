"""Which columns respondents may be compared by, so that no small group can be subtracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.comparison.result import ComparisonOptions
from analysis.disclosure import (
    RefusedView,
    ShownViews,
    effective_threshold,
    hide_groups,
    shown_across,
)
from analysis.findings import Finding, Severity, finding
from analysis.preparation.asked import role_labels
from survey.framework_study import group_names

if TYPE_CHECKING:
    from analysis.preparation.dataset import PreparedDataset

ROLE = "role"
COLLEGE = "D3"
"""Code of the framework's question for the college or department."""

NOT_GROUPS = frozenset({"seconds", "submitted", "row", "wave", "respondent"})
MOST_GROUPS = 40
"""A column of more different texts is no grouping."""


def unit_variable(prepared: PreparedDataset, options: ComparisonOptions) -> str:
    """Return the column of the colleges, "" when the survey has none."""
    wanted = options.unit_variable
    if not wanted and prepared.study.framework:
        wanted = group_names()[COLLEGE]
    return wanted if wanted in prepared.respondents.columns else ""


def group_columns(prepared: PreparedDataset, options: ComparisonOptions) -> list[str]:
    """Return the columns to compare by: the role, the college, then the others.

    The user's choice, else the study's group variables, else every column of texts with few
    different values.
    """
    respondents = prepared.respondents
    named = options.group_variables or prepared.study.group_variables
    if not named:
        named = tuple(str(c) for c in respondents.columns if _is_grouping(respondents[c]))
    first = [ROLE, unit_variable(prepared, options)]
    wanted = [*first, *named] if not options.group_variables else list(named)
    return [c for c in dict.fromkeys(wanted) if c in respondents.columns]


def _is_grouping(column: pd.Series) -> bool:
    if column.name in NOT_GROUPS or pd.api.types.is_datetime64_any_dtype(column):
        return False
    if pd.api.types.is_numeric_dtype(column):
        return False
    return 2 <= column.nunique() <= MOST_GROUPS


def admitted_groups(
    respondents: pd.DataFrame, columns: list[str], *, threshold: int
) -> tuple[dict[str, pd.Series], list[Finding]]:
    """Return for each column that may be shown the respondents' groups, NaN where hidden.

    Every shown group is a view on the respondents; a column is left out when its groups,
    with those shown before, would let somebody compute a group under the threshold by adding
    and subtracting tables, and hiding further groups does not help.
    """
    limit = effective_threshold(threshold)
    views = ShownViews(limit)
    found: dict[str, pd.Series] = {}
    refused = []
    for column in columns:
        labels = respondents[column].where(respondents[column].notna())
        labels = labels.astype(object).map(lambda v: v if pd.isna(v) else str(v))
        counts = {str(g): int(n) for g, n in labels.value_counts().items()}
        allowed = _showable(labels, counts, views)
        if allowed is None:
            refused.append(finding("group_column_refused", Severity.NOTE, column, limit=limit))
        elif allowed[0].nunique() > 1:
            found[column], views = allowed
    return found, refused


def allowed_by_score(
    prepared: PreparedDataset, columns: list[str], options: ComparisonOptions
) -> dict[str, dict[str, frozenset[str]]]:
    """Return for each column the groups that may be shown, by score.

    Not everybody answers everything: what cannot be subtracted among respondents may be among
    those who answered one score. Roles and colleges come first, whatever is compared, because
    the diagnosis shows them too.
    """
    people = prepared.respondents
    unit = unit_variable(prepared, options)
    order = list(dict.fromkeys([*([unit] if unit else []), *columns]))
    groupings = [role_labels(people), *(people[c] for c in order)]
    shown = shown_across(prepared.scores100.notna(), groupings, options.threshold)
    return dict(zip(order, shown[1:], strict=True))


def _showable(
    labels: pd.Series, counts: dict[str, int], views: ShownViews
) -> tuple[pd.Series, ShownViews] | None:
    """Return the labels that may be shown and the views with them, None when they may not.

    Where the shown groups expose somebody, the smallest of them is hidden too, until they no
    longer do: a larger hidden rest covers the few.
    """
    hidden = list(hide_groups(counts, views.threshold).all)
    shown = sorted((g for g in counts if g not in hidden), key=lambda g: (counts[g], g))
    if len(shown) < 2:
        return labels.where(labels.isin(shown)), views
    while len(shown) > 1:
        kept = labels.where(labels.isin(shown))
        try:
            return kept, _with_groups(views, kept)
        except RefusedView:
            shown.pop(0)
    return None


def _with_groups(views: ShownViews, labels: pd.Series) -> ShownViews:
    everybody = [int(i) for i in labels.index]
    groups = [[int(i) for i in members.index] for _, members in labels.groupby(labels)]
    return views.with_views([everybody, *groups])
