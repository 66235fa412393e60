"""What the comparison stage hands on, and what the user may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.disclosure import DEFAULT_THRESHOLD
from analysis.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

    from analysis.comparison.adjust import Adjustment
    from analysis.comparison.categories import Association
    from analysis.comparison.configurations import ConfigurationResult
    from analysis.comparison.correlate import CorrelationTable, Method
    from analysis.comparison.groups import GroupComparison
    from analysis.comparison.mediate import MediationResult
    from analysis.comparison.moderate import ModerationResult
    from analysis.comparison.multilevel import MultilevelResult
    from analysis.comparison.necessity import NecessityResult
    from analysis.comparison.profiles import ProfileResult
    from analysis.comparison.regress import RegressionResult
    from analysis.comparison.shapley import ShapleyResult


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """What the user chose on the comparison panel; empty names let the study decide.

    Args:
        threshold: smallest group shown anywhere; never under 5.
        outcome: construct or system that is explained.
        predictors: constructs that explain it.
        mediators: constructs, or one system, between them.
        moderator: construct that may change the association.
        group_variables: respondents' columns to compare by.
        unit_variable: column of the colleges; empty: the framework's college question.
        adjust: of p values over the scores of one table.
        correlation: kind of the correlation table.
        bootstrap: draws of mediation; ``weight_draws`` of the shares of R².
        permutations: of the necessity test.
        most_profiles: largest number of profiles looked at; ``blrt``: draws of the bootstrap
            likelihood-ratio test, 0 for none.
        conditions: constructs or constraint groups of the configurations; empty: the
            constraint groups, or the predictors when they are few.
        anchors: scores (0-100) of full non-membership, crossover and full membership.
        consistency, pri: cut-offs of a configuration that counts as sufficient.
        good_outcome: score from which the outcome counts as reached in logistic regression.
    """

    threshold: int = DEFAULT_THRESHOLD
    outcome: str = ""
    predictors: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    moderator: str = ""
    group_variables: tuple[str, ...] = ()
    unit_variable: str = ""
    adjust: Adjustment = "holm"
    correlation: Method = "pearson"
    bootstrap: int = 2000
    weight_draws: int = 500
    permutations: int = 1000
    most_profiles: int = 5
    blrt: int = 0
    conditions: tuple[str, ...] = ()
    anchors: tuple[float, float, float] = (20.0, 50.0, 80.0)
    consistency: float = 0.8
    pri: float = 0.5
    good_outcome: float = 60.0
    level: float = 0.95
    seed: int = 20260101


@dataclass(frozen=True, slots=True)
class Question:
    """What is explained by what, as codes of constructs, systems and constraint groups.

    Args:
        outcome: code; "" when the study does not say.
        predictors: constructs.
        blocks: groups of predictors (the framework's G1 to G3), as composites.
        overall: composite of all predictors.
        mediator: composite or construct between predictors and outcome; "" for none.
        parts: the constructs of the mediator.
        chain: two of them in their theoretical order.
        moderator: composite or construct that may change the association; "" for none.
        composites: code → constructs whose mean it is.
        severe: codes whose high values are bad.
    """

    outcome: str = ""
    predictors: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    overall: str = ""
    mediator: str = ""
    parts: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    moderator: str = ""
    composites: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    severe: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonResult:
    """Everything the comparison stage found. A part that does not apply is None or empty.

    Scores are on 0-100. What explains (regression and all that follows) rests on the
    respondents of the roles that were asked every question concerned, ``roles``; ``n`` of them
    answered enough of all.

    Args:
        question: what is explained by what.
        groups: column of the respondents (``role`` first) → comparison of all constructs.
        group_pairs: one row per pair of these columns: ``first, second, n, chisq, df, p,
            p_exact, v, v_low, v_high``.
        correlations: of all constructs, all respondents, pairwise complete.
        regressions: ``linear`` (HC3), ``logistic`` (outcome at least ``good_outcome``),
            ``ordinal`` (outcome to the nearest answer of a five-point scale).
        weights: Shapley shares of R².
        relative: Johnson's relative weights, same predictors; share of R² each.
        unit_variable: column of the colleges used in ``unit_null`` and ``unit_model``.
        unit_null, unit_model: random intercepts without and with predictors, of the outcome.
        mediations: ``overall``, each block's code, ``parallel``, ``serial``, ``moderated``.
        moderations: code of the moderator, or ``role``, → moderation of overall → mediator.
        compared_roles: the roles coded 0 and 1 in ``moderations["role"]``.
        necessity: conditions in the direction "high = good".
        profiles: kinds of respondents by blocks (or predictors), mediator and outcome.
        profile_roles: profile by role.
        configurations: ``high`` and ``low`` outcome.
        findings: what could not be done and why, and what concerns several parts.
    """

    question: Question
    n: int
    roles: tuple[str, ...]
    groups: Mapping[str, GroupComparison]
    group_pairs: pd.DataFrame
    correlations: CorrelationTable | None
    regressions: Mapping[str, RegressionResult]
    weights: ShapleyResult | None
    relative: Mapping[str, float]
    unit_variable: str
    unit_null: MultilevelResult | None
    unit_model: MultilevelResult | None
    mediations: Mapping[str, MediationResult]
    moderations: Mapping[str, ModerationResult]
    compared_roles: tuple[str, ...]
    necessity: NecessityResult | None
    profiles: ProfileResult | None
    profile_roles: Association | None
    configurations: Mapping[str, ConfigurationResult]
    findings: tuple[Finding, ...]
    fingerprint: str
