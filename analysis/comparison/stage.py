"""The comparison stage: groups beside each other, and what explains the outcome.

Every part obeys the ladder by sample size (FRAMEWORK 8) and says so when the sample cannot
tell; none breaks the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from analysis.comparison.attempts import Attempts
from analysis.comparison.categories import associate
from analysis.comparison.correlate import CorrelationTable, correlate
from analysis.comparison.explain import Explained, explain
from analysis.comparison.group_views import (
    admitted_groups,
    allowed_by_score,
    group_columns,
    unit_variable,
)
from analysis.comparison.groups import (
    PAIR_COLUMNS,
    TEST_COLUMNS,
    GroupComparison,
    GroupOptions,
    compare_groups,
)
from analysis.comparison.patterns import Patterns, find_patterns
from analysis.comparison.question import explaining_data, read_question
from analysis.comparison.result import ComparisonOptions, ComparisonResult, Question
from analysis.disclosure import effective_threshold
from analysis.findings import Finding, Severity, finding
from analysis.preparation.asked import NO_ROLE, role_labels
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from analysis.preparation.dataset import PreparedDataset

ASSOCIATION_COLUMNS = [
    *("first", "second", "n", "chisq", "df", "p", "p_exact", "v", "v_low", "v_high"),
]


def compare(
    prepared: PreparedDataset,
    options: ComparisonOptions | None = None,
    progress: Progress = silent,
    *,
    htmt: pd.DataFrame | None = None,
) -> ComparisonResult:
    """Return groups compared, and what explains the outcome, as far as the sample carries it.

    Args:
        prepared: scored answers.
        options: what the user chose; None for the defaults.
        progress: told the share done; may raise Cancelled.
        htmt: of the measurement stage: constructs that cannot be told apart (>= .90) are not
            related to each other.
    """
    options = options or ComparisonOptions()
    options = replace(options, threshold=effective_threshold(options.threshold))
    attempts = Attempts()
    attempts.findings += _unknown(prepared, options)
    columns = group_columns(prepared, options)
    labels, refused = admitted_groups(prepared.respondents, columns, threshold=options.threshold)
    attempts.findings += refused
    groups = _groups(
        prepared, labels, options, attempts=attempts, progress=part_of(progress, 0.0, 0.3)
    )
    answer = _explain(
        prepared, options, htmt=htmt, attempts=attempts, progress=part_of(progress, 0.3, 1.0)
    )
    explained, patterns = answer.explained, answer.patterns
    return ComparisonResult(
        question=answer.question,
        n=answer.n,
        roles=answer.roles,
        groups=groups,
        group_pairs=_group_pairs(labels),
        correlations=_correlations(prepared, options),
        regressions=explained.regressions,
        weights=explained.weights,
        relative=explained.relative,
        unit_variable=unit_variable(prepared, options),
        unit_null=explained.unit_null,
        unit_model=explained.unit_model,
        mediations=explained.mediations,
        moderations=explained.moderations,
        compared_roles=explained.compared_roles,
        necessity=patterns.necessity,
        profiles=patterns.profiles,
        profile_roles=patterns.profile_roles,
        configurations=patterns.configurations,
        findings=tuple(attempts.findings),
        fingerprint=prepared.fingerprint,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """What is explained by what, for how many, and what came of it."""

    question: Question
    n: int = 0
    roles: tuple[str, ...] = ()
    explained: Explained = field(default_factory=Explained)
    patterns: Patterns = field(default_factory=Patterns)


def _explain(
    prepared: PreparedDataset,
    options: ComparisonOptions,
    *,
    htmt: pd.DataFrame | None,
    attempts: Attempts,
    progress: Progress,
) -> _Answer:
    question = read_question(prepared, options)
    if not question.outcome:
        attempts.findings.append(finding("comparison_no_outcome", Severity.NOTE))
        return _Answer(question)
    data = explaining_data(prepared, question)
    roles = role_labels(prepared.respondents).loc[data.index]
    unit = unit_variable(prepared, options)
    explained = explain(
        data,
        question,
        options,
        roles=roles,
        units=prepared.respondents.loc[data.index, unit] if unit else None,
        htmt=htmt,
        attempts=attempts,
        progress=part_of(progress, 0.0, 0.6),
    )
    patterns = find_patterns(
        data,
        question,
        options,
        roles=roles,
        htmt=htmt,
        attempts=attempts,
        progress=part_of(progress, 0.6, 1.0),
    )
    n = len(data[[question.outcome, *question.predictors]].dropna())
    return _Answer(question, n, tuple(sorted(set(roles) - {NO_ROLE})), explained, patterns)


def _unknown(prepared: PreparedDataset, options: ComparisonOptions) -> list[Finding]:
    """Return a finding on names the user gave that the survey does not have."""
    study = prepared.study
    codes = {str(c) for c in prepared.scores100.columns} | {s.code for s in study.systems}
    codes |= {construct.group for construct in study.constructs}
    named = (options.outcome, options.moderator, *options.predictors, *options.mediators)
    missing = [c for c in (*named, *options.conditions) if c and c not in codes]
    asked = (*options.group_variables, options.unit_variable)
    missing += [c for c in asked if c and c not in prepared.respondents.columns]
    unique = dict.fromkeys(missing)
    return [finding("comparison_unknown", Severity.CAUTION, *unique)] if unique else []


def _groups(
    prepared: PreparedDataset,
    labels: dict[str, pd.Series],
    options: ComparisonOptions,
    *,
    attempts: Attempts,
    progress: Progress,
) -> dict[str, GroupComparison]:
    """Return the constructs by each column; under 30 respondents descriptives alone."""
    has_tests = not labels or attempts.allows("tests", prepared.n)
    chosen = GroupOptions(options.threshold, options.level, options.adjust)
    allowed = allowed_by_score(prepared, list(labels), options)
    found = {}
    for done, (column, groups) in enumerate(labels.items()):
        part = part_of(progress, done / len(labels), (done + 1) / len(labels))
        result = compare_groups(
            prepared.scores100, groups, chosen, part, allowed=allowed.get(column, {})
        )
        if not has_tests:
            result = replace(
                result,
                tests=pd.DataFrame(columns=TEST_COLUMNS),
                pairs=pd.DataFrame(columns=PAIR_COLUMNS),
            )
        if len(result.descriptives):
            found[column] = result
    return found


def _group_pairs(labels: dict[str, pd.Series]) -> pd.DataFrame:
    """Return how far two groupings go together; no counts, so nothing can be subtracted."""
    rows = []
    for (first, a), (second, b) in combinations(labels.items(), 2):
        found = associate(a, b)
        if found.df:
            effect = (found.v.value, found.v.low, found.v.high)
            numbers = (found.n, found.chisq, found.df, found.p, found.p_exact)
            rows.append((first, second, *numbers, *effect))
    return pd.DataFrame(rows, columns=ASSOCIATION_COLUMNS)


def _correlations(prepared: PreparedDataset, options: ComparisonOptions) -> CorrelationTable | None:
    """Return the correlations of constructs answered by enough people; None under two."""
    scores = prepared.scores100
    enough = [c for c in scores.columns if scores[c].notna().sum() >= options.threshold]
    if len(enough) < 2:
        return None
    return correlate(
        scores[enough], method=options.correlation, adjust=options.adjust, level=options.level
    )
