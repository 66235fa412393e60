"""The pilot workflow: a scale stays 试用版 (on trial) until these checks pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from analysis.findings import Finding, Severity, finding
from analysis.measurement.confirmatory import cfa_design
from analysis.measurement.exploratory import EfaOptions, EfaResult, explore_factors
from analysis.measurement.thresholds import limit
from analysis.not_computable import NotComputable
from analysis.preparation.screening import wrongly_keyed
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from analysis.measurement.result import MeasurementResult
    from analysis.preparation.dataset import PreparedDataset

Action = Literal["keep", "mend", "drop"]

CHECK_COLUMNS = ["check", "subject", "value", "limit", "passed"]
ITEM_COLUMNS = ["construct", "text", "action", "reasons"]

NUMBERS = (
    *("n", "sd", "missing_share", "floor_share", "ceiling_share", "citc"),
    *("alpha_if_deleted", "loading", "critical_ratio"),
)

SERIOUS = frozenset({"citc_low", "wrongly_keyed", "no_variance", "no_answers", "discriminates_not"})
"""Any one of these and the item is proposed for dropping; others ask for mending."""


@dataclass(frozen=True, slots=True)
class PilotOptions:
    """Limits of the pilot; the item limits are the usual ones of item analysis.

    Args:
        respondents_min: answers needed before the verdict counts; five per item is customary.
        critical_ratio_min, missing_max, end_share_max, cross_loading_min: see the reasons.
        draws: random data sets of the parallel analysis.
        bootstrap: draws for standard errors of the loadings; 0: none.
    """

    respondents_min: int = 100
    respondents_per_item: float = 5.0
    critical_ratio_min: float = 3.0
    missing_max: float = 0.1
    end_share_max: float = 0.5
    cross_loading_min: float = 0.4
    seed: int = 20260101
    draws: int = 50
    bootstrap: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PilotReview:
    """The verdict on a scale before it is used for good.

    Args:
        is_ready: every check passed and no item is to be mended or dropped; else 试用版.
        checks: one row per check: ``check`` (code in pilot.toml), ``subject`` (construct or
            ""), ``value``, ``limit``, ``passed``.
        items: index item; ``construct, text, action`` (keep, mend, drop) ``, reasons`` (tuple
            of codes in pilot.toml).
        factors: exploratory analysis over all items, None where it cannot be had.
    """

    is_ready: bool
    checks: pd.DataFrame
    items: pd.DataFrame
    factors: EfaResult | None
    findings: tuple[Finding, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    prepared: PreparedDataset
    measurement: MeasurementResult
    factors: EfaResult | None
    items_of: Mapping[str, list[str]]
    options: PilotOptions
    keyed_wrongly: frozenset[str] = field(default=frozenset())


def review_scale(
    prepared: PreparedDataset,
    measurement: MeasurementResult,
    options: PilotOptions | None = None,
    progress: Progress = silent,
) -> PilotReview:
    """Return whether the scale may leave trial use, and which items to mend and why.

    Args:
        measurement: of the same data (``measure(prepared)``).

    The rules are conventions of item analysis, listed in docs/methods/measurement.md; the
    user decides, the program proposes.
    """
    options = options or PilotOptions()
    constructs = [prepared.study.construct(str(code)) for code in measurement.reliability.index]
    sample, items_of = cfa_design(prepared, constructs)
    factors = _factors(sample.data, len(items_of), options, part_of(progress, 0.0, 0.9))
    wrong = [
        item
        for construct in constructs
        for item in wrongly_keyed(
            prepared.items[[i for i in construct.items if i in prepared.items]]
        )
    ]
    evidence = _Evidence(prepared, measurement, factors, items_of, options, frozenset(wrong))
    checks = pd.DataFrame(_checks(evidence), columns=CHECK_COLUMNS).astype({"passed": bool})
    items = _verdicts(evidence)
    is_ready = bool(checks["passed"].all() and (items["action"] == "keep").all())
    progress(1.0, "pilot")
    return PilotReview(
        is_ready=is_ready,
        checks=checks,
        items=items,
        factors=factors,
        findings=(_summary(is_ready, checks, items),),
        fingerprint=prepared.fingerprint,
    )


def _summary(is_ready: bool, checks: pd.DataFrame, items: pd.DataFrame) -> Finding:
    if is_ready:
        return finding("pilot_ready", Severity.NOTE)
    open_items = items.index[items["action"] != "keep"]
    failed = int((~checks["passed"]).sum())
    return finding("pilot_on_trial", Severity.CAUTION, checks=failed, items=len(open_items))


def _factors(
    data: pd.DataFrame, n_constructs: int, options: PilotOptions, progress: Progress
) -> EfaResult | None:
    if n_constructs < 1:
        return None
    chosen = EfaOptions(
        n_factors=n_constructs,
        draws=options.draws,
        bootstrap=options.bootstrap,
        seed=options.seed,
    )
    try:
        return explore_factors(data, chosen, progress)
    except NotComputable:  # too few items or rows: the checks on their number say so
        return None


def _checks(evidence: _Evidence) -> Iterator[tuple[str, str, float, float, bool]]:
    options, table = evidence.options, evidence.measurement.reliability
    n = evidence.prepared.n
    needed = max(
        options.respondents_min,
        round(options.respondents_per_item * len(evidence.measurement.items)),
    )
    yield "respondents", "", float(n), float(needed), n >= needed
    for code, alpha in zip(table.index, table["alpha"].to_numpy(dtype=float), strict=True):
        if table["items"].to_dict()[code] > 1:
            yield "alpha", str(code), alpha, limit("alpha", "ok"), alpha >= limit("alpha", "ok")
    yield from _factor_checks(evidence.factors)
    yield from _cfa_checks(evidence.measurement)


def _factor_checks(factors: EfaResult | None) -> Iterator[tuple[str, str, float, float, bool]]:
    if factors is None:
        yield "factors", "", float("nan"), float("nan"), False
        return
    kmo, p = factors.adequacy.kmo, factors.adequacy.p
    yield "kmo", "", kmo, limit("KMO", "low"), kmo >= limit("KMO", "low")
    yield "bartlett", "", p, limit("bartlett_p", "max"), p < limit("bartlett_p", "max")
    found, meant = factors.parallel.n_factors, factors.n_factors
    # Constructs that go together give fewer; whether they can be told apart, HTMT says.
    yield "parallel", "", float(found), float(meant), found <= meant


def _cfa_checks(result: MeasurementResult) -> Iterator[tuple[str, str, float, float, bool]]:
    cfa = result.cfa
    if cfa is None or not cfa.status.is_usable:
        yield "cfa", "", float("nan"), float("nan"), False
        return
    for name, key, is_floor in (
        ("cfi", "CFI", True),
        ("rmsea", "RMSEA", False),
        ("srmr", "SRMR", False),
    ):
        value, bound = float(cfa.fit_measures[name]), limit(key, "ok")
        yield name, "", value, bound, value >= bound if is_floor else value <= bound
    table = result.reliability
    for code, ave, cr in zip(
        table.index,
        table["ave"].to_numpy(dtype=float),
        table["composite_reliability"].to_numpy(dtype=float),
        strict=True,
    ):
        if np.isfinite(ave):
            tolerable = ave >= limit("AVE", "tolerable") and cr >= limit("alpha", "low")
            yield "ave", str(code), ave, limit("AVE", "ok"), ave >= limit("AVE", "ok") or tolerable
    if result.htmt.notna().to_numpy().any():
        worst = float(np.nanmax(result.htmt.to_numpy(dtype=float)))
        yield "htmt", "", worst, limit("HTMT", "liberal"), worst < limit("HTMT", "liberal")


def _verdicts(evidence: _Evidence) -> pd.DataFrame:
    rows = {}
    for record in evidence.measurement.items.reset_index(names="item").to_dict("records"):
        reasons = tuple(_reasons(record, evidence))
        rows[record["item"]] = {
            "construct": record["construct"],
            "text": record["text"],
            "action": _action(reasons),
            "reasons": reasons,
        }
    return pd.DataFrame.from_dict(rows, orient="index", columns=ITEM_COLUMNS)


def _action(reasons: tuple[str, ...]) -> Action:
    if not reasons:
        return "keep"
    return "drop" if SERIOUS & set(reasons) else "mend"


def _reasons(row: Mapping[Hashable, object], evidence: _Evidence) -> Iterator[str]:
    """Yield why an item should be mended or dropped; ``row`` is its line of the item table."""
    options, item = evidence.options, str(row["item"])
    numbers = {name: float(str(row[name])) for name in NUMBERS}
    if numbers["n"] == 0:
        yield "no_answers"
        return
    if numbers["sd"] == 0:
        yield "no_variance"
        return
    if item in evidence.keyed_wrongly:
        yield "wrongly_keyed"
    if numbers["critical_ratio"] < options.critical_ratio_min:
        yield "discriminates_not"
    if numbers["citc"] < limit("CITC", "weak"):
        yield "citc_low"
    elif numbers["citc"] < limit("CITC", "min"):
        yield "citc_weak"
    if numbers["loading"] < limit("loading", "ok"):
        yield "loading_low"
    if numbers["alpha_if_deleted"] > _alpha_of(evidence, str(row["construct"])) + 0.02:
        yield "lowers_alpha"
    if numbers["missing_share"] > options.missing_max:
        yield "often_missing"
    if max(numbers["floor_share"], numbers["ceiling_share"]) > options.end_share_max:
        yield "piled_up"
    yield from _factor_reasons(item, str(row["construct"]), evidence)


def _alpha_of(evidence: _Evidence, construct: str) -> float:
    return float(evidence.measurement.reliability["alpha"].to_dict()[construct])


def _factor_reasons(item: str, construct: str, evidence: _Evidence) -> Iterator[str]:
    """Yield ``cross_loads`` and ``other_factor`` from the exploratory analysis."""
    factors = evidence.factors
    if factors is None or item not in factors.loadings.index or factors.n_factors < 2:
        return
    size = factors.loadings.abs()
    own = size.loc[[item]].to_numpy(dtype=float)[0]
    if (own >= evidence.options.cross_loading_min).sum() > 1:
        yield "cross_loads"
    mates = [i for i in evidence.items_of.get(construct, []) if i != item and i in size.index]
    if len(mates) > 1:
        home = int(np.argmax(size.loc[mates].to_numpy(dtype=float).mean(axis=0)))
        best = int(np.argmax(own))
        if best != home and own[best] >= evidence.options.cross_loading_min:
            yield "other_factor"
