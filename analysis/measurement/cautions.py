"""What the measurement tables want the reader to know, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.findings import Finding, Severity, finding
from analysis.measurement.thresholds import limit
from analysis.measurement.validity import fornell_larcker_failures, pairs_at_least

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from analysis.measurement.adequacy import Adequacy
    from analysis.sem import SemResult
    from survey.study import StudyConstruct

ALPHA_GAIN = 0.02
"""A smaller rise of alpha without an item is not worth a word."""

PILED_UP = 0.5
"""More answers than this at one end of the scale: the item cannot tell people apart there."""

SKEW_LIMIT, KURTOSIS_LIMIT = 2.0, 7.0
"""Curran, West & Finch (1996): beyond these plain ML tests go astray."""

MOST_NAMED = 6
"""More pairs than this are counted, not named."""


def label(construct: StudyConstruct) -> str:
    """Return code and name, once if they are the same."""
    if construct.code == construct.name or not construct.name:
        return construct.code
    return f"{construct.code} {construct.name}"


def item_cautions(items: pd.DataFrame) -> Iterator[Finding]:
    """Yield what the item table warns of. Columns as in MeasurementResult.items."""
    for construct, rows in items.groupby("construct", sort=False):
        weak = rows.index[rows["citc"] < limit("CITC", "weak")]
        if len(weak):
            yield finding("items_weak", Severity.CAUTION, *weak, construct=construct)
    piled = items.index[(items["floor_share"] > PILED_UP) | (items["ceiling_share"] > PILED_UP)]
    if len(piled):
        yield finding("items_piled_up", Severity.NOTE, *piled, share=PILED_UP)
    skewed = items.index[
        (items["skewness"].abs() > SKEW_LIMIT) | (items["kurtosis"].abs() > KURTOSIS_LIMIT)
    ]
    if len(skewed):
        yield finding("items_skewed", Severity.NOTE, *skewed)


def reliability_cautions(
    constructs: tuple[StudyConstruct, ...], items: pd.DataFrame, reliability: pd.DataFrame
) -> Iterator[Finding]:
    """Yield what alpha, composite reliability and AVE warn of."""
    single = [label(c) for c in constructs if reliability.loc[c.code, "items"] == 1]
    if single:
        yield finding("construct_of_one_item", Severity.NOTE, *single)
    of_construct = {construct.code: construct for construct in constructs}
    columns = (
        reliability[name].astype(float) for name in ("alpha", "ave", "composite_reliability")
    )
    for code, alpha, ave, cr in zip(reliability.index, *columns, strict=True):
        name = label(of_construct[str(code)])
        yield from _alpha_cautions(name, alpha)
        own = items[items["construct"] == code]
        better = own.index[own["alpha_if_deleted"] > alpha + ALPHA_GAIN]
        if len(better):
            yield finding("items_lower_alpha", Severity.NOTE, *better, construct=name)
        yield from _ave_cautions(name, ave, cr)


def _alpha_cautions(name: str, alpha: float) -> Iterator[Finding]:
    if alpha < 0:
        yield finding("alpha_negative", Severity.BLOCK, name, alpha=alpha)
    elif alpha < limit("alpha", "low"):
        yield finding("very_low_reliability", Severity.BLOCK, name, alpha=alpha)
    elif alpha < limit("alpha", "ok"):
        yield finding("low_reliability", Severity.CAUTION, name, alpha=alpha)


def _ave_cautions(name: str, ave: float, cr: float) -> Iterator[Finding]:
    if ave >= limit("AVE", "ok"):
        return
    if ave >= limit("AVE", "tolerable") and cr >= limit("alpha", "low"):
        yield finding("ave_tolerable", Severity.NOTE, name, ave=ave, cr=cr)
    elif ave < limit("AVE", "ok"):
        yield finding("low_ave", Severity.CAUTION, name, ave=ave, cr=cr)


def discriminant_cautions(htmt: pd.DataFrame, correlations: pd.DataFrame) -> Iterator[Finding]:
    """Yield the pairs of constructs that HTMT or Fornell-Larcker cannot tell apart."""
    liberal, strict = limit("HTMT", "liberal"), limit("HTMT", "strict")
    pairs = pairs_at_least(htmt, strict)
    for code, severity, chosen in (
        ("htmt_too_high", Severity.BLOCK, [p for p in pairs if p[2] >= liberal]),
        ("htmt_high", Severity.CAUTION, [p for p in pairs if p[2] < liberal]),
    ):
        if chosen:
            names = _pair_names([(a, b) for a, b, _ in chosen])
            worst = max(value for _, _, value in chosen)
            yield finding(code, severity, *names, count=len(chosen), worst=worst)
    failures = fornell_larcker_failures(correlations)
    if failures:
        names = _pair_names(failures)
        yield finding("fornell_larcker_failed", Severity.CAUTION, *names, count=len(failures))


def _pair_names(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{first}–{second}" for first, second in pairs[:MOST_NAMED]]


def cfa_cautions(cfa: SemResult, loadings: Mapping[str, float]) -> Iterator[Finding]:
    """Yield what the CFA warns of: not usable, poor fit, weak loadings."""
    if not cfa.status.is_usable:
        yield finding("cfa_not_usable", Severity.BLOCK)
        return
    fit = cfa.fit_measures
    cfi, rmsea, srmr = (float(fit[name]) for name in ("cfi", "rmsea", "srmr"))
    if cfi < limit("CFI", "ok") or rmsea > limit("RMSEA", "ok") or srmr > limit("SRMR", "ok"):
        yield finding("cfa_fit_poor", Severity.CAUTION, cfi=cfi, rmsea=rmsea, srmr=srmr)
    weak = [item for item, value in loadings.items() if value < limit("loading", "ok")]
    if weak:
        yield finding("loadings_low", Severity.CAUTION, *weak, limit=limit("loading", "ok"))


def adequacy_cautions(adequacy: Adequacy | None) -> Iterator[Finding]:
    """Yield a word when the correlations hardly suit factor analysis."""
    if adequacy is not None and adequacy.kmo < limit("KMO", "low"):
        yield finding("kmo_low", Severity.CAUTION, kmo=adequacy.kmo)
