"""Whether the scale was answered alike in two waves: the condition for comparing their means.

Constraints are tested together, and the other constructs: independent waves in a model of two
groups, linked people in a longitudinal model where the same item keeps a correlated
uniqueness. Each step may lose .010 of CFI and gain .015 of RMSEA (``thresholds.invariance``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.diagnosis.invariance import Comparability, climb, compare_groups_stepwise
from analysis.diagnosis.wave_pair import Rows, Waves
from analysis.modelling.ladder import MULTI_GROUP_MINIMUM
from analysis.preparation.dataset import PreparedDataset
from survey.progress import Progress, part_of, silent
from survey.responses import Missing
from survey.study import Study

if TYPE_CHECKING:
    from analysis.sem.options import Missing as Treatment

Items = Mapping[str, tuple[str, ...]]
STEPS = ("configural", "metric", "scalar")


@dataclass(frozen=True, slots=True)
class WaveInvariance:
    """The verdict on one block of constructs.

    Args:
        block: ``severity`` (constraints) or ``positive``; for linked people the code of a
            group of constraints.
        constructs: codes tested together; those with one common item cannot be tested.
    """

    block: str
    constructs: tuple[str, ...]
    found: Comparability


def wave_invariance(
    waves: Waves, rows: Rows, items: Items, *, is_linked: bool, progress: Progress = silent
) -> tuple[WaveInvariance, ...]:
    """Return the verdict on every block of constructs.

    Args:
        rows: people compared; in the same order in both waves when ``is_linked``.
        items: construct → items asked alike in both waves.

    Only people who were asked every item of the block count; what they left empty is treated by
    full-information maximum likelihood. ``untested`` below :data:`MULTI_GROUP_MINIMUM` of them
    in each wave, where a block has too few items that vary, or where a model has no usable
    solution.
    """
    blocks = _blocks(waves[0].study, items, by_group=is_linked)
    found = []
    for place, (block, codes) in enumerate(blocks.items()):
        part = part_of(progress, place / len(blocks), (place + 1) / len(blocks))
        factors = _varying(waves, rows, {code: items[code] for code in codes})
        test = _longitudinal if is_linked else _two_groups
        found.append(WaveInvariance(block, codes, test(waves, rows, factors, progress=part)))
    return tuple(found)


def comparability_of(blocks: tuple[WaveInvariance, ...], construct: str, items: Items) -> str:
    """Return ``equal``, ``unequal`` or ``untested`` of one construct."""
    if len(items.get(construct, ())) < 2:
        return "untested"
    return next((b.found.code for b in blocks if construct in b.constructs), "untested")


def _blocks(study: Study, items: Items, *, by_group: bool) -> dict[str, tuple[str, ...]]:
    """Return constraints, then the other constructs, of two common items or more.

    Small models judge badly: where few degrees of freedom leave an RMSEA of 0 by chance, the
    next step seems to worsen it. But a longitudinal model has every item twice; there the
    constraints are cut by group, or it would have more parameters than people.
    """
    blocks: dict[str, tuple[str, ...]] = {}
    for polarity in ("severity", "positive"):
        for construct in study.constructs:
            if construct.polarity == polarity and len(items.get(construct.code, ())) > 1:
                block = (by_group and construct.group) or polarity
                blocks[block] = (*blocks.get(block, ()), construct.code)
    return blocks


def _varying(waves: Waves, rows: Rows, items: Items) -> dict[str, tuple[str, ...]]:
    """Return the factors with two or more items that vary in both waves."""
    kept = {
        code: tuple(
            item
            for item in parts
            if all(
                item in wave.items and wave.items.loc[index, item].nunique() > 1
                for wave, index in zip(waves, rows, strict=True)
            )
        )
        for code, parts in items.items()
    }
    return {code: parts for code, parts in kept.items() if len(parts) > 1}


def _asked(wave: PreparedDataset, index: pd.Index, items: list[str]) -> pd.DataFrame:
    """Return the answers of ``index``, NaN throughout for people who were not asked every item."""
    answers = wave.items.loc[index, items]
    kinds = wave.responses.missing.loc[index, items]
    return answers.where((kinds != Missing.NOT_SHOWN).all(axis=1))


def _two_groups(waves: Waves, rows: Rows, factors: Items, *, progress: Progress) -> Comparability:
    used = [item for parts in factors.values() for item in parts]
    parts = [
        _asked(wave, index, used).dropna(how="all").assign(group=name)
        for wave, index, name in zip(waves, rows, ("before", "after"), strict=True)
    ]
    n = (len(parts[0]), len(parts[1]))
    if min(n) < MULTI_GROUP_MINIMUM or not factors:
        return Comparability("untested", n)
    data = pd.concat(parts, ignore_index=True)
    return compare_groups_stepwise(dict(factors), data, n=n, progress=progress)


def _longitudinal(waves: Waves, rows: Rows, factors: Items, *, progress: Progress) -> Comparability:
    """Return the verdict of the longitudinal ladder on people found in both waves."""
    from analysis.sem import SemOptions

    data = _beside(waves, rows, factors)
    n = (len(data), len(data))
    if len(data) < MULTI_GROUP_MINIMUM or not factors:
        return Comparability("untested", n)
    sizes = [len(parts) for parts in factors.values()]
    missing: Treatment = "ml" if data.isna().any(axis=None) else "listwise"
    options = SemOptions(meanstructure=True, missing=missing, se="none")
    models = [(step, longitudinal_model(sizes, step), options) for step in STEPS]
    return climb(models, data, n=n, progress=progress)


def _beside(waves: Waves, rows: Rows, factors: Items) -> pd.DataFrame:
    """Return people asked everything twice, columns ``x1_1 … x1_2 …``: item, then wave."""
    used = [item for parts in factors.values() for item in parts]
    tables = []
    for number, (wave, index) in enumerate(zip(waves, rows, strict=True), start=1):
        table = _asked(wave, index, used).reset_index(drop=True)
        tables.append(table.set_axis([f"x{k}_{number}" for k in range(1, len(used) + 1)], axis=1))
    answered = [table.notna().any(axis=1) for table in tables]
    return pd.concat(tables, axis=1)[answered[0] & answered[1]]


def longitudinal_model(sizes: list[int], step: str) -> str:
    """Return lavaan text of one step for factors of ``sizes`` items, measured twice.

    Items are ``x1_1`` (first wave) and ``x1_2``, factors ``f1_1`` and ``f1_2``. ``metric``
    equates loadings over waves, ``scalar`` intercepts too and frees the second wave's means.
    """
    lines, item = [], 0
    for factor, size in enumerate(sizes, start=1):
        numbers = range(item + 1, item + size + 1)
        item += size
        for wave in (1, 2):
            terms = [
                f"l{k}*x{k}_{wave}" if step != "configural" and k > numbers[0] else f"x{k}_{wave}"
                for k in numbers
            ]
            lines.append(f"f{factor}_{wave} =~ {' + '.join(terms)}")
        lines += [f"x{k}_1 ~~ x{k}_2" for k in numbers]
        if step == "scalar":
            lines += [f"x{k}_{wave} ~ t{k}*1" for k in numbers for wave in (1, 2)]
            lines.append(f"f{factor}_2 ~ 1")
    return "\n".join(lines)
