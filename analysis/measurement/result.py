"""What the measurement stage hands on: how well the items measure the constructs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measurement.adequacy import Adequacy
    from analysis.sem import SemResult


@dataclass(frozen=True, slots=True)
class MeasurementOptions:
    """What the user chose on the measurement panel."""

    constructs: tuple[str, ...] = ()
    """Codes; empty means all constructs of the study that have answers."""
    bootstrap: int = 500
    ordinal: bool = True
    """Add ordinal alpha and categorical omega to the reliability table."""
    seed: int = 20260101


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementResult:
    """Item statistics, reliability and validity.

    Args:
        items: index item code; columns ``construct, text, n, missing_share, mean, sd, skewness,
            kurtosis, floor_share, ceiling_share, citc`` (corrected item-total correlation)
            ``, alpha_if_deleted, loading`` (standardized, CFA), ``reversed, critical_ratio`` (t of
            the top against the bottom 27 %).
        reliability: index construct code; columns ``name, items, n, alpha, alpha_low,
            alpha_high`` (95 % Feldt) ``, omega, omega_low, omega_high`` (95 % delta method)
            ``, composite_reliability, ave`` with ``cr_low, cr_high, ave_low, ave_high`` (95 %
            delta method), with the option ``ordinal`` also ``alpha_ordinal,
            omega_categorical``. NaN where the construct has one item or the CFA is
            not admissible.
        htmt: square, construct codes; NaN on and above the diagonal.
        correlations: square, construct codes: correlations of latent variables of the CFA
            (below) with sqrt(AVE) on the diagonal (Fornell-Larcker).
        cfa: correlated-factors CFA of the constructs with two or more items, or None with a
            finding that says why not.
        cfa_n: respondents in it.
        cfa_roles: role codes it was fitted to (those who answer every item).
        findings: what to be careful about.
        fingerprint: of the data.
        htmt_pairs: one row per pair of constructs: ``first, second, htmt, htmt_low, htmt_high,
            htmt2, htmt2_low, htmt2_high`` (95 % bootstrap percentiles); None without bootstrap.
        adequacy: KMO and Bartlett's test over the CFA's items; None with fewer than three items
            or no more complete rows than items.
        harman_share: variance share of the first unrotated component of the same items, NaN
            without them (a weak sign of common method bias; ``method_bias.py`` has more).
    """

    items: pd.DataFrame
    reliability: pd.DataFrame
    htmt: pd.DataFrame
    correlations: pd.DataFrame
    cfa: SemResult | None
    cfa_n: int
    cfa_roles: tuple[str, ...]
    findings: tuple[Finding, ...]
    fingerprint: str
    htmt_pairs: pd.DataFrame | None = None
    adequacy: Adequacy | None = None
    harman_share: float = float("nan")
