"""The measurement stage: from prepared answers to a MeasurementResult."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.measurement.adequacy import Adequacy, sampling_adequacy
from analysis.measurement.cautions import (
    adequacy_cautions,
    cfa_cautions,
    discriminant_cautions,
    item_cautions,
    reliability_cautions,
)
from analysis.measurement.confirmatory import (
    CfaSample,
    LoadingReliability,
    cfa_design,
    fit_cfa,
    latent_correlations,
    loading_reliability,
    omega_of_fit,
    one_factor_omega,
    standardized_loadings,
)
from analysis.measurement.htmt_bootstrap import htmt_intervals
from analysis.measurement.items import complete_items, item_statistics
from analysis.measurement.method_bias import harman_share
from analysis.measurement.omega import ordinal_reliability
from analysis.measurement.reliability import (
    cronbach_alpha,
    feldt_interval,
)
from analysis.measurement.result import MeasurementOptions, MeasurementResult
from analysis.measurement.validity import fornell_larcker, htmt
from analysis.preparation.scoring import present_items
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.preparation.dataset import PreparedDataset
    from analysis.sem import SemResult
    from survey.study import StudyConstruct

MIN_FOR_HTMT = 30
"""Under this many respondents who saw all items, HTMT falls back on everybody's answers."""

MIN_PAIRS = 10
"""A correlation needs at least this many respondents with both answers."""

ITEM_COLUMNS = [
    *("construct", "text", "n", "missing_share", "mean", "sd", "skewness", "kurtosis"),
    *("floor_share", "ceiling_share", "reversed", "citc", "alpha_if_deleted", "loading"),
    "critical_ratio",
]

RELIABILITY_COLUMNS = [
    *("name", "items", "n", "alpha", "alpha_low", "alpha_high"),
    *("omega", "omega_low", "omega_high", "composite_reliability", "ave"),
    *("cr_low", "cr_high", "ave_low", "ave_high"),
]


NO_LOADINGS = LoadingReliability(
    float("nan"), (float("nan"), float("nan")), float("nan"), (float("nan"), float("nan"))
)


@dataclass(frozen=True, slots=True, eq=False)
class _Cfa:
    """The CFA with what is read off it, empty where there is none."""

    sample: CfaSample
    result: SemResult | None
    items_of: Mapping[str, list[str]]
    loadings: Mapping[str, float]
    findings: tuple[Finding, ...]

    @property
    def is_usable(self) -> bool:
        return self.result is not None and self.result.status.is_usable


def _chosen(
    prepared: PreparedDataset, options: MeasurementOptions
) -> tuple[tuple[StudyConstruct, ...], tuple[str, ...]]:
    """Return the constructs to measure, and the chosen codes that have no answers."""
    wanted = options.constructs or tuple(c.code for c in prepared.study.constructs)
    found, absent = [], []
    for code in wanted:
        construct = prepared.study.construct(code)
        items = prepared.items[present_items(construct, prepared.items)]
        if items.notna().to_numpy().any():
            found.append(construct)
        else:
            absent.append(code)
    return tuple(found), tuple(absent) if options.constructs else ()


def _confirm(
    prepared: PreparedDataset, constructs: tuple[StudyConstruct, ...], progress: Progress
) -> _Cfa:
    sample, items_of = cfa_design(prepared, constructs)
    result, findings = fit_cfa(sample, items_of, progress)
    loadings: Mapping[str, float] = {}
    if result is not None:
        if result.status.is_usable:
            loadings = standardized_loadings(result)
        findings.extend(cfa_cautions(result, loadings))
    return _Cfa(sample, result, items_of, loadings, tuple(findings))


def _reliability_row(
    prepared: PreparedDataset, construct: StudyConstruct, cfa: _Cfa
) -> dict[str, object]:
    codes = present_items(construct, prepared.items)
    complete = complete_items(prepared.items[codes])
    k, n = complete.shape[1], len(complete)
    alpha = cronbach_alpha(complete)
    low, high = feldt_interval(alpha, n=n, k=k)
    omega, omega_low, omega_high = one_factor_omega(complete)
    of_construct = cfa.items_of.get(construct.code, [])
    if not np.isfinite(omega) and cfa.result is not None and cfa.is_usable and of_construct:
        omega = omega_of_fit(cfa.result, construct.code)
    from_loadings = NO_LOADINGS
    if cfa.result is not None and cfa.is_usable and of_construct:
        from_loadings = loading_reliability(cfa.result, construct.code, of_construct)
    return {
        "name": construct.name,
        "items": len(codes),
        "n": n,
        "alpha": alpha,
        "alpha_low": low,
        "alpha_high": high,
        "omega": omega,
        "omega_low": omega_low,
        "omega_high": omega_high,
        "composite_reliability": from_loadings.composite_reliability,
        "cr_low": from_loadings.cr_interval[0],
        "cr_high": from_loadings.cr_interval[1],
        "ave": from_loadings.ave,
        "ave_low": from_loadings.ave_interval[0],
        "ave_high": from_loadings.ave_interval[1],
    }


def _reliability(
    prepared: PreparedDataset,
    constructs: tuple[StudyConstruct, ...],
    cfa: _Cfa,
    progress: Progress,
) -> pd.DataFrame:
    rows = {}
    for i, construct in enumerate(constructs):
        progress(i / len(constructs), "reliability")
        rows[construct.code] = _reliability_row(prepared, construct, cfa)
    if not rows:
        return pd.DataFrame(columns=RELIABILITY_COLUMNS)
    return pd.DataFrame.from_dict(rows, orient="index")[RELIABILITY_COLUMNS]


def _adequacy(cfa: _Cfa) -> tuple[Adequacy | None, float]:
    """Return KMO and Bartlett's test of the CFA's items, and Harman's share."""
    complete = cfa.sample.complete
    varying = complete.loc[:, complete.nunique() > 1]
    n, k = varying.shape
    if k < 3 or n <= k:
        return None, float("nan")
    return sampling_adequacy(varying.corr(), n=n), harman_share(varying)


def _htmt(
    prepared: PreparedDataset,
    constructs: tuple[StudyConstruct, ...],
    cfa: _Cfa,
    *,
    options: MeasurementOptions,
    progress: Progress,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return HTMT of all constructs, and the pairs with intervals if a bootstrap is wanted.

    From the CFA's respondents, or everybody where those are too few.
    """
    items_of = {
        c.code: [i for i in present_items(c, prepared.items) if prepared.items[i].nunique() > 1]
        for c in constructs
    }
    everything = [item for items in items_of.values() for item in items]
    enough = len(cfa.sample.data) >= MIN_FOR_HTMT
    data = prepared.items.loc[cfa.sample.data.index] if enough else prepared.items
    table = htmt(data[everything].corr(min_periods=MIN_PAIRS), items_of)
    if not options.bootstrap:
        return table, None
    return table, htmt_intervals(
        data, items_of, draws=options.bootstrap, seed=options.seed, progress=progress
    )


def _add_ordinal(
    table: pd.DataFrame, prepared: PreparedDataset, constructs: tuple[StudyConstruct, ...]
) -> pd.DataFrame:
    """Return the reliability table with the columns for ordered answers."""
    found = [
        ordinal_reliability(complete_items(prepared.items[present_items(c, prepared.items)]))
        for c in constructs
    ]
    return table.assign(
        alpha_ordinal=[entry.alpha for entry in found],
        omega_categorical=[entry.omega for entry in found],
    )


def _latent_correlations(constructs: tuple[StudyConstruct, ...], cfa: _Cfa) -> pd.DataFrame:
    codes = [c.code for c in constructs]
    if cfa.result is None or not cfa.is_usable:
        return pd.DataFrame(np.nan, index=codes, columns=codes)
    found = latent_correlations(cfa.result, list(cfa.items_of))
    return found.reindex(index=codes, columns=codes)


def _items_table(
    prepared: PreparedDataset, constructs: tuple[StudyConstruct, ...], cfa: _Cfa
) -> pd.DataFrame:
    table = item_statistics(prepared, constructs)
    if table.empty:
        return pd.DataFrame(columns=ITEM_COLUMNS)
    table["loading"] = [cfa.loadings.get(str(code), np.nan) for code in table.index]
    return table[ITEM_COLUMNS]


def measure(
    prepared: PreparedDataset,
    options: MeasurementOptions | None = None,
    progress: Progress = silent,
) -> MeasurementResult:
    """Return item statistics, reliability and validity of the study's constructs.

    Item statistics and alpha use everybody who was shown the items; the CFA and what rests on
    it (loadings, composite reliability, AVE, latent correlations) those who were shown all.
    What cannot be computed is NaN with a finding that says why; the rest still comes out.

    Args:
        prepared: at least one respondent is needed for any number; none gives empty tables.
        options: constructs to measure; all with answers if None.
        progress: told the share done.
    """
    options = options or MeasurementOptions()
    constructs, absent = _chosen(prepared, options)
    progress(0.0, "cfa")
    cfa = _confirm(prepared, constructs, part_of(progress, 0.0, 0.5))
    reliability = _reliability(prepared, constructs, cfa, part_of(progress, 0.5, 0.78))
    if options.ordinal:
        progress(0.78, "ordinal")
        reliability = _add_ordinal(reliability, prepared, constructs)
    progress(0.8, "reliability")
    items = _items_table(prepared, constructs, cfa)
    table, htmt_pairs = _htmt(
        prepared, constructs, cfa, options=options, progress=part_of(progress, 0.8, 1.0)
    )
    adequacy, harman = _adequacy(cfa)
    ave = {str(code): float(value) for code, value in reliability["ave"].items()}
    correlations = fornell_larcker(_latent_correlations(constructs, cfa), ave)
    findings = [
        *([finding("constructs_without_answers", Severity.CAUTION, *absent)] if absent else []),
        *item_cautions(items),
        *reliability_cautions(constructs, items, reliability),
        *discriminant_cautions(table, correlations),
        *adequacy_cautions(adequacy),
        *cfa.findings,
    ]
    progress(1.0, "measurement")
    return MeasurementResult(
        items=items,
        reliability=reliability,
        htmt=table,
        correlations=correlations,
        cfa=cfa.result,
        cfa_n=0 if cfa.result is None else int(cfa.result.n),
        cfa_roles=cfa.sample.roles if cfa.result is not None else (),
        findings=tuple(findings),
        fingerprint=prepared.fingerprint,
        htmt_pairs=htmt_pairs,
        adequacy=adequacy,
        harman_share=harman,
    )
