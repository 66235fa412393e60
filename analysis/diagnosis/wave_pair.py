"""Two waves side by side: common items and roles, scores, organisation means and their draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.strata import (
    RoleStrata,
    bootstrap_counts,
    organisation_means,
    role_labels,
    role_strata,
)
from analysis.preparation.dataset import PreparedDataset
from analysis.preparation.scoring import score_constructs

Array = NDArray[np.float64]
Waves = tuple[PreparedDataset, PreparedDataset]
Rows = tuple[pd.Index, pd.Index]

FEWEST_LINKED = 30
"""Fewer people found in both waves: the waves are treated as independent."""


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


def common_roles(waves: Waves) -> tuple[str, ...]:
    """Return the roles that answered in both waves."""
    first, second = (role_labels(wave.respondents) for wave in waves)
    return tuple(sorted(set(first) & set(second)))


def linked_codes(waves: Waves, column: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes that stand for exactly one person of ``roles`` in each wave.

    Empty when there are fewer than :data:`FEWEST_LINKED`, or no such column.
    """
    if not column or any(column not in wave.respondents.columns for wave in waves):
        return ()
    found = []
    for wave in waves:
        codes = wave.respondents[column].dropna().astype(str).drop_duplicates(keep=False)
        found.append(set(codes[role_labels(wave.respondents).loc[codes.index].isin(roles)]))
    both = tuple(sorted(found[0] & found[1]))
    return both if len(both) >= FEWEST_LINKED else ()


def compared_rows(waves: Waves, roles: tuple[str, ...], linked: tuple[str, ...], link: str) -> Rows:
    """Return each wave's respondents of ``roles``; linked people in the order of their codes."""
    return (
        _rows(waves[0], roles, linked=linked, column=link),
        _rows(waves[1], roles, linked=linked, column=link),
    )


def _rows(
    wave: PreparedDataset, roles: tuple[str, ...], *, linked: tuple[str, ...], column: str
) -> pd.Index:
    labels = role_labels(wave.respondents)
    if not linked:
        return labels.index[labels.isin(roles)]
    codes = wave.respondents[column].astype(str)
    return codes[codes.isin(linked)].sort_values().index


def common_scores(wave: PreparedDataset, items: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return 0-100 scores of one wave over the common items, constructs without any left out.

    Everybody of the wave has a row; NaN where fewer of a construct's items were answered than
    the wave's own scoring demands.
    """
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


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """How the pair is averaged and drawn again; see ChangeOptions for the meaning."""

    is_linked: bool
    threshold: int
    weighting: str
    bootstrap: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class WavePair:
    """Organisation means (0-100) of both waves: observed, k, and drawn, draws x k."""

    columns: tuple[str, ...]
    strata: tuple[RoleStrata, RoleStrata]
    means: tuple[Array, Array]
    draws: tuple[Array, Array]

    @property
    def n(self) -> tuple[int, int]:
        """Respondents compared, of each wave."""
        return self.strata[0].n, self.strata[1].n


def wave_pair(
    scores: tuple[pd.DataFrame, pd.DataFrame], waves: Waves, rows: Rows, options: DrawOptions
) -> WavePair:
    """Return the means of both waves over ``rows`` and their stratified bootstrap draws.

    A role hidden in one wave is pooled in the other too, so both average the same way. The
    same people are drawn in both waves when linked, else each wave is drawn by itself.
    """
    strata = [
        role_strata(
            table.loc[index],
            role_labels(wave.respondents).loc[index],
            threshold=options.threshold,
        )
        for table, wave, index in zip(scores, waves, rows, strict=True)
    ]
    if strata[0].roles == strata[1].roles:
        hidden = strata[0].hidden | strata[1].hidden
        strata = [replace(s, hidden=hidden) for s in strata]
    drawn = bootstrap_counts(strata[0].membership, options.bootstrap, options.seed)
    again = drawn
    if not options.is_linked:
        again = bootstrap_counts(strata[1].membership, options.bootstrap, options.seed + 1)
    weighting = options.weighting
    return WavePair(
        columns=strata[0].columns,
        strata=(strata[0], strata[1]),
        means=(organisation_means(strata[0], weighting), organisation_means(strata[1], weighting)),
        draws=(
            organisation_means(strata[0], weighting, counts=drawn),
            organisation_means(strata[1], weighting, counts=again),
        ),
    )
