"""What the coupling stage hands on: coordination degrees, obstacles, gains."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True, eq=False)
class CouplingResult:
    """Coupling coordination of the systems, by formula.

    Args:
        systems: index system code; columns ``name, U, U_low, U_high, n`` (U in 0..1).
        degrees: index formula (``standard``, ``wang``, ``fan``); columns ``C, C_low, C_high,
            T, T_low, T_high, D, D_low, D_high, level`` (D10 name) ``, level_code`` (1..10)``,
            midpoint_D, midpoint_level`` (all answers at the midpoint).
        level_probabilities: index formula, one column per D10 level: bootstrap share.
        relative: ``E = U1/U2`` with interval and its type, a one-row table; empty for n > 2.
        by_role: index role code; ``n, U..., D`` per role; suppressed roles are absent and
            counted in findings.
        obstacles: index constraint code; columns ``name, severity`` (0-100) ``, weight,
            deviation, degree`` (obstacle degree, sums to 1) ``, rank, rank_low, rank_high``.
        gains: index construct code; columns ``name, system, gradient`` (dD/dU x weight)``,
            D_plus_10`` (change of the standard D when the construct rises 10 points),
            ``D_plus_10_wang``.
        sensitivity: grid rows: ``formula, weights, alpha, role_weighting, D, level``.
        is_stable: share of grid runs in the printed level >= .90.
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
