"""What the coupling stage hands on: coordination degrees, obstacles, gains."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.coupling.judgements import Judgement
from analysis.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True, slots=True)
class CouplingOptions:
    """What the user chose on the coupling panel."""

    systems: tuple[str, ...] = ("U1", "U2")
    alpha: tuple[float, ...] = ()
    """Contribution weights of the systems, summing to 1; empty: equal."""
    role_weighting: str = "equal"
    """``equal`` weight per role or ``respondent``."""
    bootstrap: int = 2000
    seed: int = 20260101
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Weight of each construct inside its system; empty: equal."""
    weighting: str = "equal"
    """How constructs weigh inside their system when ``weights`` is empty: ``equal``, ``items``
    (by number of items), ``entropy`` or ``critic`` (variation between respondents: no default
    for Likert items, FRAMEWORK 9 fact 6), ``ahp`` (``judgements``), ``sem`` (loadings of the
    fitted model) or ``combined``."""
    judgements: tuple[Judgement, ...] = ()
    """Pairwise comparisons by experts, for ``ahp``; one of the systems themselves gives alpha."""
    combined: tuple[str, str] = ("ahp", "entropy")
    """The two weightings that ``combined`` joins."""
    combined_rule: str = "linear"
    """``linear``: share x first + (1 - share) x second; ``product``: multiplied, then shared."""
    combined_share: float = 0.5
    """Share of the first, 0..1."""
    threshold: int = 10
    """Smallest group shown anywhere; never under 5."""
    boundary: str = "left"
    """Levels are [lo, hi) (``left``) or (lo, hi] (``right``)."""
    intervals: str = "percentile"
    """Of U, C, T, D and E: ``percentile`` or ``bca`` (bias-corrected and accelerated)."""
    levels: str = "D10"
    """Table the levels of D are read from: ``D10``, or ``D5``/``D4``, which vary by author."""
    names_coupling: bool = False
    """Whether the report names the level of C too (the four stages of ``C4``)."""


@dataclass(frozen=True, slots=True, eq=False)
class CouplingResult:
    """Coupling coordination of the systems, by formula.

    Args:
        systems: index system code; columns ``name, U, U_low, U_high, n`` (U in 0..1).
        degrees: index formula (``standard``, ``wang``, ``fan``); columns ``C, C_low, C_high,
            T, T_low, T_high, D, D_low, D_high, C_level`` (C4 name) ``, level`` (name)
            ``, level_code`` (1 = lowest)``, midpoint_D, midpoint_level`` (all answers at the
            midpoint).
        level_probabilities: index formula, one column per level: bootstrap share.
        relative: ``E = U1/U2`` with interval and its type, a one-row table; empty for n > 2.
        by_role: index role code; columns ``name, n``, one per system code (U in 0..1)``, D,
            D_wang, coverage`` (share of the systems' constructs this role answered);
            suppressed roles are absent and counted in findings. A role that answered nothing
            in a system has NaN there; with coverage < 1 roles are not comparable.
        obstacles: index constraint code; columns ``name, severity`` (0-100) ``, weight,
            deviation, degree`` (obstacle degree, sums to 1) ``, rank, rank_low, rank_high``.
        gains: index construct code; columns ``name, system, gradient`` (dD/dU x weight)``,
            D_plus_10`` (change of the standard D when the construct rises 10 points),
            ``D_plus_10_wang``.
        sensitivity: grid rows: ``formula, normalisation, weights, alpha, role_weighting, D,
            level, level_code``; the first row of each formula is the printed one.
        stable_share: share of all the grid's runs that give the printed level; "stable" only
            from .90 on. The share within the standard form stands in the finding.
        roles_pooled: codes of the roles whose values are not shown alone.
        weights: index construct code; columns ``system, weight`` (sums to 1 in each system)
            ``, source`` (the weighting used; ``equal`` where the one asked for could not be
            had). None in results stored before there was the table.
        consistency: rows of judgements: ``scope`` (system code, "" for the systems' own
            weights) ``, judgement`` (file, "" for the group) ``, elements, lambda_max, ci, cr,
            used``. None as above.
        levels: the table the levels of D come from (``D10``, ``D5``, ``D4``).
    """

    systems: pd.DataFrame
    degrees: pd.DataFrame
    level_probabilities: pd.DataFrame
    relative: pd.DataFrame
    by_role: pd.DataFrame
    obstacles: pd.DataFrame
    gains: pd.DataFrame
    sensitivity: pd.DataFrame
    stable_share: float
    findings: tuple[Finding, ...]
    fingerprint: str
    roles_pooled: tuple[str, ...] = ()
    weights: pd.DataFrame | None = None
    consistency: pd.DataFrame | None = None
    levels: str = "D10"
