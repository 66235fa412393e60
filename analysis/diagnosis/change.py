"""Change between two waves: same items, same bounds, same weights, honest about noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.formulas import FORMULAS, coordination_degree
from analysis.coupling.strata import (
    RoleStrata,
    bootstrap_counts,
    interval,
    organisation_means,
    role_labels,
    role_strata,
)
from analysis.coupling.systems import chosen_systems, system_model
from analysis.disclosure import effective_threshold
from analysis.findings import Finding, Severity, finding
from analysis.preparation.dataset import PreparedDataset
from analysis.preparation.scoring import score_constructs

Array = NDArray[np.float64]

Z = 1.959964
FEWEST_LINKED = 30
"""Fewer people found in both waves: the waves are treated as independent."""


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """What the user chose for a comparison of waves.

    Args:
        link: respondents' column with a self-made code that finds a person in both waves;
            empty: the waves are treated as independent.
        systems, weights: of the coupling model, frozen from the first wave.
        role_weighting: ``equal`` per role or ``respondent``.
    """

    link: str = ""
    systems: tuple[str, ...] = ("U1", "U2")
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    role_weighting: str = "equal"
    bootstrap: int = 2000
    seed: int = 20260101
    threshold: int = 10


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What changed from the first to the second wave.

    Args:
        constructs: index construct; columns ``name, polarity, items`` (compared) ``, before,
            after, difference, low, high`` (95 %) ``, se, sdc`` (smallest detectable change,
            1.96·se) ``, verdict``: improved, worsened, or no_reliable_change when the
            difference is inside the interval around 0.
        coupling: index ``U1 …`` and ``D_standard, D_wang, D_fan``; ``before, after,
            difference, low, high, verdict``. Empty without two systems.
        n: respondents of each wave; ``linked``: people found in both, 0 when independent.
        roles: roles compared (those of both waves).
        changed_items: items whose wording, bounds or key differ, left out.
    """

    constructs: pd.DataFrame
    coupling: pd.DataFrame
    n: tuple[int, int]
    linked: int
    roles: tuple[str, ...]
    changed_items: tuple[str, ...]
    findings: tuple[Finding, ...]


def compare_waves(
    before: PreparedDataset, after: PreparedDataset, options: ChangeOptions | None = None
) -> Change:
    """Return the change of every construct that both waves measured with the same items.

    Scores are on theoretical bounds, never on a wave's own extremes, so a shift of everybody
    shows. Items whose wording changed are left out of both waves. Only roles of both waves
    count, so a different mix of respondents is no change.
    """
    options = options or ChangeOptions()
    items, changed = common_items(before, after)
    roles = _common_roles(before, after)
    linked = _linked(before, after, options.link)
    first, second = _scores(before, items), _scores(after, items)
    columns = [c for c in first.columns if c in second.columns]
    pair = _Pair.of(
        (first[columns], second[columns]),
        (before, after),
        roles=roles,
        linked=linked,
        options=options,
    )
    constructs = _construct_table(before, pair, items)
    coupling = _coupling_table(before, pair, options)
    return Change(
        constructs=constructs,
        coupling=coupling,
        n=(pair.strata[0].n, pair.strata[1].n),
        linked=len(linked),
        roles=roles,
        changed_items=changed,
        findings=_findings(before, after, pair, changed=changed, options=options),
    )


def common_items(
    before: PreparedDataset, after: PreparedDataset
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the unchanged items by construct, and the codes of items that changed.

    An item is unchanged when wording, bounds and key are the same in both waves.
    """
    old = {item.code: item for item in before.study.items}
    new = {item.code: item for item in after.study.items}
    same = {code for code in old if code in new and old[code] == new[code]}
    changed = tuple(code for code in old if code in new and code not in same)
    later = after.items_of
    kept = {
        code: tuple(i for i in items if i in same and i in later.get(code, ()))
        for code, items in before.items_of.items()
    }
    return {code: items for code, items in kept.items() if items}, changed


def _common_roles(before: PreparedDataset, after: PreparedDataset) -> tuple[str, ...]:
    first, second = role_labels(before.respondents), role_labels(after.respondents)
    return tuple(sorted(set(first) & set(second)))


def _linked(before: PreparedDataset, after: PreparedDataset, column: str) -> tuple[str, ...]:
    """Return the codes that stand for exactly one person in each wave, if enough do."""
    if not column or any(column not in w.respondents.columns for w in (before, after)):
        return ()
    unique = [
        set(w.respondents[column].dropna().astype(str).drop_duplicates(keep=False))
        for w in (before, after)
    ]
    both = tuple(sorted(unique[0] & unique[1]))
    return both if len(both) >= FEWEST_LINKED else ()


def _scores(wave: PreparedDataset, items: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return 0-100 scores of one wave over the common items, constructs without any left out."""
    codes = [code for parts in items.values() for code in parts]
    constructs = tuple(
        replace(c, items=items[c.code]) for c in wave.study.constructs if c.code in items
    )
    study = replace(
        wave.study,
        constructs=constructs,
        items=tuple(i for i in wave.study.items if i.code in codes),
    )
    missing = wave.responses.missing.loc[wave.items.index]
    _, scores = score_constructs(
        wave.items[codes], missing, study, min_answered_share=wave.options.min_answered_share
    )
    return scores.loc[:, scores.notna().any()]


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Organisation means (0-100) of both waves, observed and drawn."""

    columns: tuple[str, ...]
    strata: tuple[RoleStrata, RoleStrata]
    means: tuple[Array, Array]
    draws: tuple[Array, Array]

    @classmethod
    def of(
        cls,
        scores: tuple[pd.DataFrame, pd.DataFrame],
        waves: tuple[PreparedDataset, PreparedDataset],
        *,
        roles: tuple[str, ...],
        linked: tuple[str, ...],
        options: ChangeOptions,
    ) -> _Pair:
        tables, labels = [], []
        for table, wave in zip(scores, waves, strict=True):
            role = role_labels(wave.respondents)
            rows = _rows(wave, role, roles, linked=linked, column=options.link)
            tables.append(table.loc[rows])
            labels.append(role.loc[rows])
        threshold = effective_threshold(options.threshold)
        strata = [
            role_strata(t, r, threshold=threshold) for t, r in zip(tables, labels, strict=True)
        ]
        if strata[0].roles == strata[1].roles:
            hidden = strata[0].hidden | strata[1].hidden
            strata = [replace(s, hidden=hidden) for s in strata]
        counts = _draws(strata[0], strata[1], is_linked=bool(linked), options=options)
        weighting = options.role_weighting
        return cls(
            columns=strata[0].columns,
            strata=(strata[0], strata[1]),
            means=(
                organisation_means(strata[0], weighting),
                organisation_means(strata[1], weighting),
            ),
            draws=(
                organisation_means(strata[0], weighting, counts=counts[0]),
                organisation_means(strata[1], weighting, counts=counts[1]),
            ),
        )


def _rows(
    wave: PreparedDataset,
    labels: pd.Series[str],
    roles: tuple[str, ...],
    *,
    linked: tuple[str, ...],
    column: str,
) -> pd.Index:
    """Return the respondents of the common roles; linked people in the order of their codes."""
    if not linked:
        return labels.index[labels.isin(roles)]
    codes = wave.respondents[column].astype(str)
    wanted = codes[codes.isin(linked)].sort_values()
    return wanted.index


def _draws(
    first: RoleStrata, second: RoleStrata, *, is_linked: bool, options: ChangeOptions
) -> tuple[Array, Array]:
    """Return bootstrap counts: the same people in both waves when linked, else independent."""
    drawn = bootstrap_counts(first.membership, options.bootstrap, options.seed)
    if is_linked:
        return drawn, drawn
    return drawn, bootstrap_counts(second.membership, options.bootstrap, options.seed + 1)


def _construct_table(
    before: PreparedDataset, pair: _Pair, items: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    constructs = {c.code: c for c in before.study.constructs}
    difference = pair.means[1] - pair.means[0]
    drawn = pair.draws[1] - pair.draws[0]
    low, high = interval(drawn)
    se = drawn.std(axis=0)
    signs = [1 if constructs[c].polarity == "positive" else -1 for c in pair.columns]
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
            "verdict": [
                verdict_of(d * s, float(w))
                for d, s, w in zip(difference, signs, Z * se, strict=True)
            ],
        },
        index=pd.Index(pair.columns, name="code"),
    )


def verdict_of(improvement: float, smallest: float) -> str:
    """Return improved, worsened, or no_reliable_change when smaller than what can be detected."""
    if not np.isfinite(improvement) or abs(improvement) <= smallest:
        return "no_reliable_change"
    return "improved" if improvement > 0 else "worsened"


def _coupling_table(before: PreparedDataset, pair: _Pair, options: ChangeOptions) -> pd.DataFrame:
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


def _findings(
    before: PreparedDataset,
    after: PreparedDataset,
    pair: _Pair,
    *,
    changed: tuple[str, ...],
    options: ChangeOptions,
) -> tuple[Finding, ...]:
    names = before.study.role_names
    found = []
    if changed:
        found.append(finding("change_items_changed", Severity.CAUTION, *changed))
    lost = [c for c in before.scores100.columns if c not in pair.columns]
    if lost:
        found.append(finding("change_constructs_lost", Severity.CAUTION, *map(str, lost)))
    roles = [set(role_labels(w.respondents)) for w in (before, after)]
    only_one = sorted(names.get(r, r) for r in roles[0] ^ roles[1] if r)
    if only_one:
        found.append(finding("change_roles_differ", Severity.CAUTION, *only_one))
    if options.link and pair.strata[0].n != len(_linked(before, after, options.link)):
        found.append(finding("change_not_linked", Severity.NOTE, needed=FEWEST_LINKED))
    found.append(finding("change_not_caused"))
    return tuple(found)
