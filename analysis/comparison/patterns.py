"""What averages do not show: necessary conditions, kinds of respondents, configurations."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from analysis.comparison.attempts import Attempts, constructs_of, indistinct_pairs
from analysis.comparison.categories import Association, associate
from analysis.comparison.configurations import (
    ConfigurationOptions,
    ConfigurationResult,
    analyse_configurations,
)
from analysis.comparison.fuzzy_sets import Anchors
from analysis.comparison.necessity import NecessityOptions, NecessityResult, analyse_necessity
from analysis.comparison.profiles import ProfileOptions, ProfileResult, find_profiles
from analysis.findings import Severity, finding
from survey.progress import Progress, part_of

if TYPE_CHECKING:
    from analysis.comparison.result import ComparisonOptions, Question

MOST_CONDITIONS = 6
"""Of configurations by default: more give a truth table nobody can read."""

STARTS = 12
"""Random starts of the profiles; three of them are followed to the end."""

SKEWED = 0.85
"""Share of people on one side of a set from which little can be learnt."""

MOST_VARIABLES = 8
"""Of the profiles."""


@dataclass(slots=True)
class Patterns:
    """What :func:`find_patterns` finds; empty where a part was not to be had."""

    necessity: NecessityResult | None = None
    profiles: ProfileResult | None = None
    profile_roles: Association | None = None
    configurations: dict[str, ConfigurationResult] = field(default_factory=dict)


def find_patterns(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    roles: pd.Series[str],
    htmt: pd.DataFrame | None,
    attempts: Attempts,
    progress: Progress,
) -> Patterns:
    """Return necessity, profiles and configurations, as far as the sample carries them.

    Args: as of :func:`analysis.comparison.explain.explain`.
    """
    found = Patterns()
    outcomes = constructs_of(question, question.outcome)
    n = len(data[[question.outcome, *question.predictors]].dropna())
    if not indistinct_pairs(htmt, question.predictors, outcomes):
        if attempts.allows("necessity", n):
            part = part_of(progress, 0.0, 0.3)
            found.necessity = attempts.run(_necessity, data, question, options, part)
        if attempts.allows("configurations", n):
            _configurations(data, question, options, found=found, attempts=attempts)
    progress(0.4, "profiles")
    if attempts.allows("profiles", n):
        part = part_of(progress, 0.4, 1.0)
        found.profiles = attempts.run(_profiles, data, question, options, part)
    if found.profiles is not None and found.profiles.n_profiles > 1:
        if is_parallel(found.profiles.means, question):
            attempts.findings.append(finding("profiles_parallel", Severity.CAUTION))
        found.profile_roles = _profile_roles(found.profiles, roles, options)
    progress(1.0, "profiles")
    return found


def _necessity(
    data: pd.DataFrame, question: Question, options: ComparisonOptions, progress: Progress
) -> NecessityResult:
    turned = data.assign(**{c: 100 - data[c] for c in question.predictors if c in question.severe})
    if question.outcome in question.severe:
        turned[question.outcome] = 100 - data[question.outcome]
    chosen = NecessityOptions(
        question.outcome,
        question.predictors,
        permutations=options.permutations,
        threshold=options.threshold,
        seed=options.seed,
    )
    return analyse_necessity(turned, chosen, progress)


def profile_variables(question: Question) -> tuple[str, ...]:
    """Return what kinds of respondents are told apart by: blocks, mediator, outcome."""
    ends = tuple(code for code in (question.mediator, question.outcome) if code)
    starts = question.blocks or question.predictors
    if len(starts) + len(ends) > MOST_VARIABLES:
        starts = (question.overall,)
    return (*starts, *ends)


def _profiles(
    data: pd.DataFrame, question: Question, options: ComparisonOptions, progress: Progress
) -> ProfileResult:
    chosen = ProfileOptions(
        profile_variables(question),
        most=options.most_profiles,
        starts=STARTS,
        blrt=options.blrt,
        threshold=options.threshold,
        seed=options.seed,
    )
    return find_profiles(data, chosen, progress)


def is_parallel(means: pd.DataFrame, question: Question) -> bool:
    """Return whether one order of the shown profiles holds in every variable: more or less."""
    shown = means.dropna()
    turned = shown.assign(**{c: -shown[c] for c in shown.columns if c in question.severe})
    ranks = turned.rank().to_numpy()
    return len(shown) > 1 and bool((ranks == ranks[:, :1]).all())


def _profile_roles(
    profiles: ProfileResult, roles: pd.Series[str], options: ComparisonOptions
) -> Association | None:
    own = roles.loc[profiles.membership.index]
    own = own.where(own != "")
    if own.nunique() < 2:
        return None
    return associate(profiles.membership["profile"], own, threshold=options.threshold)


def _configurations(
    data: pd.DataFrame,
    question: Question,
    options: ComparisonOptions,
    *,
    found: Patterns,
    attempts: Attempts,
) -> None:
    """Ask which configurations suffice for a high, and which for a low outcome.

    Severe constraints are expected to stand in the way of a high outcome, all else to help.
    """
    wanted = options.conditions or question.blocks
    if not wanted and len(question.predictors) <= MOST_CONDITIONS:
        wanted = question.predictors
    conditions = tuple(code for code in wanted if code in data.columns)
    if len(conditions) < 2:
        return
    anchors = Anchors(*options.anchors)
    for name, is_low in (("high", False), ("low", True)):
        chosen = ConfigurationOptions(
            outcome=question.outcome,
            conditions=conditions,
            anchors=MappingProxyType(dict.fromkeys((*conditions, question.outcome), anchors)),
            negate_outcome=is_low,
            consistency=options.consistency,
            pri=options.pri,
            expected=MappingProxyType({c: (c in question.severe) == is_low for c in conditions}),
            threshold=options.threshold,
        )
        result = attempts.run(analyse_configurations, data, chosen)
        if result is not None:
            found.configurations[name] = result
    if found.configurations:
        _note_skew(next(iter(found.configurations.values())).memberships, attempts)


def _note_skew(memberships: pd.DataFrame, attempts: Attempts) -> None:
    """Note the sets in which nearly everybody is on one side (Schneider & Wagemann 2012)."""
    inside = (memberships > 0.5).mean()
    skewed = [str(c) for c, share in inside.items() if max(share, 1 - share) > SKEWED]
    if skewed:
        attempts.findings.append(finding("sets_skewed", Severity.CAUTION, *skewed, share=SKEWED))
