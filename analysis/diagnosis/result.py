"""What the diagnosis hands on: which constraints bind, and who should do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

    from analysis.diagnosis.benchmark import Benchmark


@dataclass(frozen=True, slots=True)
class DiagnosisOptions:
    """What the user chose on the diagnosis panel."""

    threshold: int = 10
    """Smallest group shown anywhere; never under 5."""
    bootstrap: int = 2000
    seed: int = 20260101
    importance_source: str = "auto"
    """``relative_weights``, ``sem`` (formative model MX), ``severity`` (none) or ``auto``:
    relative weights from 300 complete cases on, else severity alone (FRAMEWORK 8)."""
    target: str = ""
    """System whose mean is what constraints are judged by; empty: U2, else the last system."""
    unit_variable: str = ""
    """Respondents' column of the units to compare; empty: the framework's college question."""
    role_weighting: str = "equal"
    """``equal`` weight per role or ``respondent``."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One line of the rectification list: constraint → measure → actor → department."""

    constraint: str
    measures: tuple[str, ...]
    actors: tuple[str, ...]
    departments: tuple[str, ...]
    indicators: tuple[str, ...]
    advice: tuple[str, ...]
    urgency: str
    """``now`` (red), ``plan`` (amber), ``watch`` (green), ``unknown`` (grey)."""


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """The ranked constraints with evidence and certainty, and what follows.

    Args:
        constraints: index constraint code, in order of action: by band, and inside a band,
            where ranks cannot be told apart, by light and severity; columns ``name, group, n,
            severity, severity_low, severity_high`` (0-100, 95 % bootstrap)
            ``, severity_respondents`` (the other role weighting) ``, alpha, light``
            (red, amber, green, grey) ``, importance`` (share of explained variance of the
            target, or total effect; NaN when severity alone decides)
            ``, wrong_sign, priority`` (share, sums to 1) ``, rank,
            rank_low, rank_high, band`` (1 = most pressing) ``, top3`` (bootstrap share),
            ``stated`` (points of RK1, share) ``, cell`` (agreed, derived_only, stated_only,
            neither or "").
        by_role: constraint x role mean severities, groups under the threshold suppressed
            (NaN) with complementary suppression; columns role codes.
        by_role_n: the same shape, respondents behind each mean (NaN where suppressed, 0 where
            the role was not asked).
        levels: every construct: ``name, polarity, n, score, score_low, score_high`` (0-100).
        with_flagged: constraints' severities with all answers kept: ``severity,
            severity_all, difference``.
        suppressed: names of groups left out, as role codes.
        importance_source: ``relative_weights``, ``sem`` or ``severity``: what was used.
        recommendations: in order of priority.
        ipma: importance-performance of constraints and constraint groups, index (level, code)
            with level ``constraint`` or ``group``; columns ``name, performance,
            performance_low, performance_high`` (0-100, high = good) ``, importance,
            importance_low, importance_high`` (``constraint``: share of explained variance;
            ``group``: target points per point) ``, wrong_sign, sd_performance,
            sd_importance, correlation`` (of the draws: the ellipse) ``, line_performance,
            line_importance`` (means of the level) ``, quadrant`` (act, keep, ease, low)
            ``, p_act`` (share of draws in the quadrant "act"). Empty without importance.
        gaps: perception gaps, one row per constraint and pair of roles; see gaps.py.
        verdicts: index constraint code; ``name, p_welch, p_holm, verdict, roles``.
        benchmark: colleges compared on every construct (benchmark.py), None when the survey
            has no such variable.
    """

    constraints: pd.DataFrame
    by_role: pd.DataFrame
    by_role_n: pd.DataFrame
    levels: pd.DataFrame
    with_flagged: pd.DataFrame
    suppressed: tuple[str, ...]
    importance_source: str
    recommendations: tuple[Recommendation, ...]
    findings: tuple[Finding, ...]
    fingerprint: str
    ipma: pd.DataFrame | None = None
    gaps: pd.DataFrame | None = None
    verdicts: pd.DataFrame | None = None
    benchmark: Benchmark | None = None
