"""What must be said beside a coupling result (FRAMEWORK 9, facts to print or to guard)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.coupling.result import CouplingOptions
from analysis.coupling.sensitivity import stable_share
from analysis.coupling.strata import RoleStrata
from analysis.coupling.systems import SystemModel
from analysis.findings import Finding, Severity, finding

STABLE = 0.90
"""From this share of runs on the level is called stable (house rule)."""

SUM_TOLERANCE = 1e-6

MILD = 0.8
"""Where C4 begins to speak of high-level coupling, which the standard C reaches easily."""


def cautions(
    *,
    strata: RoleStrata,
    systems: SystemModel,
    degrees: pd.DataFrame,
    gains: pd.DataFrame,
    grid: pd.DataFrame,
    options: CouplingOptions,
    known: tuple[str, ...],
    role_names: Mapping[str, str],
) -> tuple[Finding, ...]:
    """Return the findings of one coupling assessment, most serious first."""
    found = [
        *_sample_size(strata),
        *weights_finding(options.alpha, len(systems.codes)),
        *_unknown_systems(options, known),
        *_coverage(systems),
        *_pooling(strata, role_names),
        *_level_facts(degrees, options.levels),
        *_formula_facts(degrees, len(systems.codes), bool(options.alpha)),
        *_stronger_system(gains),
        *_stability(grid),
    ]
    order = {Severity.BLOCK: 0, Severity.CAUTION: 1, Severity.NOTE: 2}
    return tuple(sorted(found, key=lambda f: order[f.severity]))


def weights_finding(alpha: tuple[float, ...], n: int) -> list[Finding]:
    """Return what is wrong with contribution weights: number, sign, or sum."""
    if not alpha:
        return []
    if len(alpha) != n or min(alpha) < 0 or sum(alpha) <= 0:
        return [finding("coupling_alpha_unusable", Severity.CAUTION, given=len(alpha), n=n)]
    if abs(sum(alpha) - 1) > SUM_TOLERANCE:
        return [finding("coupling_alpha_rescaled", Severity.CAUTION, total=sum(alpha))]
    return []


def _sample_size(strata: RoleStrata) -> list[Finding]:
    small = [c for c, shown in zip(strata.columns, strata.shown_columns, strict=True) if not shown]
    if not small:
        return []
    return [
        finding("coupling_too_few", Severity.BLOCK, *small, n=strata.n, threshold=strata.threshold)
    ]


def _unknown_systems(options: CouplingOptions, known: tuple[str, ...]) -> list[Finding]:
    """Return a finding on systems the user asked for that the study does not have."""
    asked = () if options.systems == CouplingOptions().systems else options.systems
    unknown = [code for code in asked if code not in known]
    return [finding("coupling_systems_unknown", Severity.CAUTION, *unknown)] if unknown else []


def _coverage(systems: SystemModel) -> list[Finding]:
    found = []
    if systems.missing:
        found.append(finding("coupling_constructs_missing", Severity.NOTE, *systems.missing))
    if systems.empty:
        found.append(finding("coupling_system_missing", Severity.CAUTION, *systems.empty))
    return found


def _pooling(strata: RoleStrata, names: Mapping[str, str]) -> list[Finding]:
    pooled = [
        names.get(role, role)
        for role, hidden, n in zip(strata.roles, strata.hidden, strata.counts, strict=True)
        if role and bool((hidden & (n > 0)).any())
    ]
    if not pooled:
        return []
    return [finding("coupling_roles_pooled", Severity.NOTE, *pooled, threshold=strata.threshold)]


def _level_facts(degrees: pd.DataFrame, levels: str) -> list[Finding]:
    """Return the level of the midpoint, and that some tables differ between authors."""
    middle = float(degrees["midpoint_D"].astype(float)["standard"])
    if levels == "D10":
        return [finding("coupling_midpoint", degree=middle)]
    return [
        finding("coupling_levels_vary", Severity.CAUTION, levels),
        finding(f"coupling_midpoint_{levels.lower()}", degree=middle),
    ]


def _formula_facts(degrees: pd.DataFrame, n: int, has_alpha: bool) -> list[Finding]:
    coupling = degrees["C"].astype(float)
    found = []
    if not has_alpha:
        found.append(finding("coupling_standard_is_geometric_mean", n=n))
    standard, wang = float(coupling["standard"]), float(coupling["wang"])
    if standard >= MILD > wang:
        found.append(
            finding("coupling_standard_c_is_mild", Severity.CAUTION, standard=standard, wang=wang)
        )
    return found


def _stronger_system(gains: pd.DataFrame) -> list[Finding]:
    lowering = gains.index[(gains["D_plus_10_wang"] < 0) | (gains["D_plus_10_fan"] < 0)]
    if lowering.empty:
        return []
    return [finding("coupling_gain_lowers_wang", Severity.CAUTION, *map(str, lowering))]


def _stability(grid: pd.DataFrame) -> list[Finding]:
    share = stable_share(grid)
    if not share < STABLE:
        return []
    return [
        finding(
            "coupling_level_unstable",
            Severity.CAUTION,
            share=share,
            within=stable_share(grid, "standard"),
            lowest=float(grid["D"].min()),
            highest=float(grid["D"].max()),
        )
    ]
