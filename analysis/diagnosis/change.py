"""Change between two waves: same items, same bounds, same weights, honest about noise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.adjust import adjusted
from analysis.coupling.formulas import FORMULAS, coordination_degree
from analysis.coupling.strata import interval, role_labels
from analysis.coupling.systems import chosen_systems, system_model
from analysis.diagnosis.feedback import Feedback, two_wave_feedback
from analysis.diagnosis.wave_invariance import (
    WaveInvariance,
    comparability_of,
    wave_invariance,
)
from analysis.diagnosis.wave_pair import (
    FEWEST_LINKED,
    DrawOptions,
    Rows,
    WavePair,
    Waves,
    common_items,
    common_roles,
    common_scores,
    compared_rows,
    linked_codes,
    wave_pair,
)
from analysis.diagnosis.wave_views import AllowedView, allowed_view
from analysis.disclosure import effective_threshold
from analysis.findings import Finding, Severity, finding
from analysis.measurement.agreement import retest
from analysis.modelling.ladder import MULTI_GROUP_MINIMUM
from analysis.not_computable import NotComputable
from analysis.preparation.dataset import PreparedDataset
from survey.progress import Progress, part_of, silent

Array = NDArray[np.float64]
Scores = tuple[pd.DataFrame, pd.DataFrame]

Z = 1.959964
ALPHA = 0.05
RETEST_COLUMNS = ["n", "icc", "low", "high", "r", "sem", "sdc_person", "shift"]


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """What the user chose for a comparison of waves.

    Args:
        link: respondents' column with a self-made code that finds a person in both waves;
            empty: the waves are treated as independent.
        systems, weights: of the coupling model, frozen from the first wave.
        role_weighting: ``equal`` per role or ``respondent``.
        is_retest: nothing happened between the waves; linked people's scores are judged for
            stability as well.
    """

    link: str = ""
    systems: tuple[str, ...] = ("U1", "U2")
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    role_weighting: str = "equal"
    bootstrap: int = 2000
    seed: int = 20260101
    threshold: int = 10
    is_retest: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What changed from the first to the second wave.

    Args:
        constructs: index construct; columns ``name, polarity, items`` (compared) ``, before,
            after, difference, low, high`` (95 %) ``, se, sdc`` (smallest detectable change,
            1.96·se) ``, p`` (two-sided, difference/se) ``, p_holm`` (over the constructs)
            ``, comparability`` (equal, unequal, untested) ``, verdict``: improved, worsened,
            no_reliable_change when the difference is inside the interval around 0, or
            not_comparable when measurement invariance over the waves fails.
        coupling: index ``U1 …`` and ``D_standard, D_wang, D_fan``; ``before, after,
            difference, low, high, verdict``. Empty without two systems.
        n: respondents of each wave; ``linked``: people found in both, 0 when independent.
        roles: roles compared (those of both waves).
        changed_items: items whose wording, bounds or key differ, left out.
        invariance: verdict of each block of constructs, with its steps.
        retest: index construct; ``n, icc`` (ICC(2,1)) ``, low, high, r`` (Pearson) ``, sem,
            sdc_person, shift``; None unless linked people were asked again as a retest.
        feedback: cross-lags of linked people, None without them.
    """

    constructs: pd.DataFrame
    coupling: pd.DataFrame
    n: tuple[int, int]
    linked: int
    roles: tuple[str, ...]
    changed_items: tuple[str, ...]
    findings: tuple[Finding, ...]
    invariance: tuple[WaveInvariance, ...] = ()
    retest: pd.DataFrame | None = None
    feedback: Feedback | None = None


def compare_waves(
    before: PreparedDataset,
    after: PreparedDataset,
    options: ChangeOptions | None = None,
    progress: Progress = silent,
) -> Change:
    """Return the change of every construct that both waves measured with the same items.

    Scores are on theoretical bounds, never on a wave's own extremes, so a shift of everybody
    shows. Items whose wording changed are left out of both waves. Only roles of both waves
    count, so a different mix of respondents is no change. Means that, beside the waves' own
    reports, would isolate a small group are left out with a finding; the tables are empty when
    nothing may be shown.
    """
    options = options or ChangeOptions()
    progress(0.0, "change")
    waves = (before, after)
    threshold = effective_threshold(options.threshold)
    items, changed = common_items(before, after)
    scores = (common_scores(before, items), common_scores(after, items))
    roles = common_roles(waves)
    linked = linked_codes(waves, options.link, roles)
    view = allowed_view(scores, waves, roles, linked, link=options.link, threshold=threshold)
    rows = compared_rows(waves, view.roles, view.linked, options.link)
    columns = [c for c in scores[0] if c in scores[1] and str(c) not in view.withheld]
    progress(0.2, "change")
    draws = DrawOptions(
        is_linked=bool(view.linked),
        threshold=threshold,
        weighting=options.role_weighting,
        bootstrap=options.bootstrap,
        seed=options.seed,
    )
    pair = wave_pair((scores[0][columns], scores[1][columns]), waves, rows, draws)
    progress(0.4, "change")
    part = part_of(progress, 0.4, 0.95)
    invariance = wave_invariance(waves, rows, items, is_linked=bool(view.linked), progress=part)
    constructs = _construct_table(before, pair, items, invariance=invariance)
    return Change(
        constructs=constructs,
        coupling=_coupling_table(before, pair, options),
        n=pair.n,
        linked=len(view.linked),
        roles=view.roles,
        changed_items=changed,
        findings=(
            *_findings(waves, pair, view, changed=changed, options=options),
            *_verdict_findings(constructs, invariance),
        ),
        invariance=invariance,
        retest=_retest(scores, rows, pair) if options.is_retest and view.linked else None,
        feedback=two_wave_feedback(scores, rows) if view.linked else None,
    )


def _construct_table(
    before: PreparedDataset,
    pair: WavePair,
    items: Mapping[str, tuple[str, ...]],
    *,
    invariance: tuple[WaveInvariance, ...],
) -> pd.DataFrame:
    constructs = {c.code: c for c in before.study.constructs}
    difference = pair.means[1] - pair.means[0]
    drawn = pair.draws[1] - pair.draws[0]
    low, high = interval(drawn)
    se = drawn.std(axis=0)
    p = np.array([_two_sided(d, s) for d, s in zip(difference, se, strict=True)])
    signs = [1 if constructs[c].polarity == "positive" else -1 for c in pair.columns]
    alike = [comparability_of(invariance, code, items) for code in pair.columns]
    return pd.DataFrame(
        {
            "name": [constructs[c].name for c in pair.columns],
            "polarity": [constructs[c].polarity for c in pair.columns],
            "items": [len(items[c]) for c in pair.columns],
            "before": pair.means[0],
            "after": pair.means[1],
            "difference": difference,
            "low": low,
            "high": high,
            "se": se,
            "sdc": Z * se,
            "p": p,
            "p_holm": adjusted(p),
            "comparability": alike,
            "verdict": [
                "not_comparable" if code == "unequal" else verdict_of(d * s, float(w))
                for d, s, w, code in zip(difference, signs, Z * se, alike, strict=True)
            ],
        },
        index=pd.Index(pair.columns, name="code"),
    )


def _two_sided(difference: float, se: float) -> float:
    """Return p of difference/se under the normal; NaN where there is no difference to test."""
    if not np.isfinite(difference) or not np.isfinite(se):
        return math.nan
    if se <= 0:
        return 1.0 if difference == 0 else 0.0
    return math.erfc(abs(difference) / se / math.sqrt(2))


def verdict_of(improvement: float, smallest: float) -> str:
    """Return improved, worsened, or no_reliable_change when smaller than what can be detected."""
    if not np.isfinite(improvement) or abs(improvement) <= smallest:
        return "no_reliable_change"
    return "improved" if improvement > 0 else "worsened"


def _coupling_table(
    before: PreparedDataset, pair: WavePair, options: ChangeOptions
) -> pd.DataFrame:
    columns = ["before", "after", "difference", "low", "high", "verdict"]
    systems = system_model(
        chosen_systems(before.study, options.systems), pair.columns, weights=options.weights
    )
    if len(systems.codes) < 2:
        return pd.DataFrame(columns=columns)
    signs = _positive_signs(before, systems.constructs)
    places = [pair.columns.index(c) for c in systems.constructs]
    u, drawn = (
        tuple(systems.values(_turned(wave[..., places] / 100, signs)) for wave in waves)
        for waves in (pair.means, pair.draws)
    )
    values = {
        code: (u[0][k], u[1][k], drawn[1][:, k] - drawn[0][:, k])
        for k, code in enumerate(systems.codes)
    }
    for formula in FORMULAS:
        d = [coordination_degree(wave, formula) for wave in (*u, *drawn)]
        values[f"D_{formula}"] = (d[0], d[1], d[3] - d[2])
    rows = [_coupling_row(*value) for value in values.values()]
    return pd.DataFrame(rows, index=pd.Index(values, name="code"), columns=columns)


def _positive_signs(before: PreparedDataset, codes: tuple[str, ...]) -> NDArray[np.bool_]:
    severe = {c.code for c in before.study.constructs if c.polarity == "severity"}
    return np.array([code not in severe for code in codes])


def _turned(x: Array, is_positive: NDArray[np.bool_]) -> Array:
    return np.asarray(np.where(is_positive, x, 1 - x))


def _coupling_row(first: float, second: float, drawn: Array) -> tuple[object, ...]:
    low, high = interval(drawn)
    difference = float(second - first)
    verdict = verdict_of(difference, Z * float(drawn.std()))
    return float(first), float(second), difference, float(low), float(high), verdict


def _retest(scores: Scores, rows: Rows, pair: WavePair) -> pd.DataFrame:
    """Return the stability of each construct over the people of both waves."""
    found = {}
    for code in pair.columns:
        first, second = (
            table.loc[index, code].reset_index(drop=True)
            for table, index in zip(scores, rows, strict=True)
        )
        try:
            agreement = retest(first, second)
        except NotComputable:
            continue
        icc = agreement.icc
        found[code] = {
            "n": agreement.n,
            "icc": icc.icc,
            "low": icc.low,
            "high": icc.high,
            "r": float(first.corr(second)),
            "sem": agreement.sem,
            "sdc_person": agreement.sdc,
            "shift": agreement.shift,
        }
    return pd.DataFrame.from_dict(found, orient="index", columns=RETEST_COLUMNS)


def _findings(
    waves: Waves,
    pair: WavePair,
    view: AllowedView,
    *,
    changed: tuple[str, ...],
    options: ChangeOptions,
) -> tuple[Finding, ...]:
    before = waves[0]
    names = before.study.role_names
    found = []
    if changed:
        found.append(finding("change_items_changed", Severity.CAUTION, *changed))
    lost = [
        str(c) for c in before.scores100 if c not in pair.columns and str(c) not in view.withheld
    ]
    if lost:
        found.append(finding("change_constructs_lost", Severity.CAUTION, *lost))
    if view.withheld:
        found.append(finding("change_withheld", Severity.CAUTION, *view.withheld))
    common = common_roles(waves)
    roles = [set(role_labels(w.respondents)) for w in waves]
    only_one = sorted(names.get(r, r) for r in roles[0] ^ roles[1] if r)
    if only_one:
        found.append(finding("change_roles_differ", Severity.CAUTION, *only_one))
    hidden = [names.get(role, role) for role in common if role not in view.roles]
    if hidden:
        found.append(finding("change_roles_withheld", Severity.CAUTION, *hidden))
    if options.link and not view.linked:
        exposes = bool(linked_codes(waves, options.link, common))
        code = "change_link_exposes" if exposes else "change_not_linked"
        found.append(finding(code, Severity.NOTE, needed=FEWEST_LINKED))
    found.append(finding("change_not_caused"))
    return tuple(found)


def _verdict_findings(
    constructs: pd.DataFrame, invariance: tuple[WaveInvariance, ...]
) -> list[Finding]:
    """Return what the verdicts rest on: invariance, and how many constructs were looked at."""
    found = []
    unequal = [str(c) for c in constructs.index[constructs["verdict"] == "not_comparable"]]
    if unequal:
        found.append(finding("change_not_comparable", Severity.CAUTION, *unequal))
    untested = [str(c) for c in constructs.index[constructs["comparability"] == "untested"]]
    if untested:
        n = min((min(block.found.n) for block in invariance), default=0)
        found.append(
            finding(
                "change_untested",
                Severity.CAUTION,
                *untested,
                n=n,
                needed=MULTI_GROUP_MINIMUM,
            )
        )
    reliable = constructs["verdict"].isin(["improved", "worsened"])
    doubtful = constructs.index[reliable & (constructs["p_holm"] >= ALPHA)]
    if len(doubtful):
        count = int(constructs["p"].notna().sum())
        found.append(finding("change_multiple", Severity.CAUTION, *map(str, doubtful), k=count))
    return found
