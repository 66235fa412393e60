"""From construct means to the systems' U: which constructs count, with which weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.weights import FEWEST_UNIT_YEARS, critic_weights, entropy_weights
from analysis.preparation.dataset import PreparedDataset
from survey.study import Study, StudySystem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SystemModel:
    """The systems with the constructs that have answers.

    Args:
        codes, names: of the systems, s of them.
        constructs: every construct of any system, k of them, in the study's order.
        weights: s x k, each row sums to 1.
        missing: constructs of the systems without answers, left out.
        empty: systems without any answered construct, left out.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    constructs: tuple[str, ...]
    weights: Array
    missing: tuple[str, ...]
    empty: tuple[str, ...]

    def values(self, means: Array) -> Array:
        """Return U of each system, shape (..., s), from construct means (..., k) in 0..1."""
        return np.asarray(means @ self.weights.T)


def chosen_systems(study: Study, codes: tuple[str, ...]) -> tuple[StudySystem, ...]:
    """Return the systems called ``codes``; all of the study if it does not know them."""
    by_code = {system.code: system for system in study.systems}
    if codes and all(code in by_code for code in codes):
        return tuple(by_code[code] for code in codes)
    return study.systems


def system_model(
    systems: tuple[StudySystem, ...], available: tuple[str, ...], *, weights: Mapping[str, float]
) -> SystemModel:
    """Return the systems over the ``available`` constructs.

    Args:
        weights: weight of each construct inside its system (any scale, >= 0); empty: equal.
            A construct the mapping does not name, or names with NaN, gets weight 0 if others
            of its system are named, else all of that system are equal.
    """
    used = [s for s in systems if any(c in available for c in s.constructs)]
    constructs = tuple(c for c in available if any(c in s.constructs for s in used))
    rows = [_weight_row(system, constructs, weights) for system in used]
    wanted = [c for s in systems for c in s.constructs]
    return SystemModel(
        codes=tuple(s.code for s in used),
        names=tuple(s.name for s in used),
        constructs=constructs,
        weights=np.array(rows).reshape(len(used), len(constructs)),
        missing=tuple(dict.fromkeys(c for c in wanted if c not in constructs)),
        empty=tuple(s.code for s in systems if s not in used),
    )


def _weight_row(
    system: StudySystem, constructs: tuple[str, ...], weights: Mapping[str, float]
) -> Array:
    members = np.array([c in system.constructs for c in constructs], dtype=float)
    given = np.array([max(float(weights.get(c, 0.0)), 0.0) for c in constructs]) * members
    row = given if given.sum() > 0 else members
    return np.asarray(row / row.sum())


def performance(prepared: PreparedDataset) -> pd.DataFrame:
    """Return every construct's scores in 0..1, high = good (severity turned round)."""
    scores = prepared.scores100 / 100
    for construct in prepared.study.constructs:
        if construct.polarity == "severity" and construct.code in scores.columns:
            scores[construct.code] = 1 - scores[construct.code]
    return scores


def item_count_weights(study: Study) -> dict[str, float]:
    """Return each construct's number of items: the weight that equal items would give."""
    return {construct.code: float(len(construct.items)) for construct in study.constructs}


WEIGHTINGS = ("equal", "items", "entropy", "critic")
"""Ways to weigh constructs inside a system without weights of one's own."""


def construct_weights(
    prepared: PreparedDataset, systems: tuple[StudySystem, ...], weighting: str
) -> dict[str, float]:
    """Return each construct's weight inside its system by one of :data:`WEIGHTINGS`.

    Entropy and CRITIC compare respondents who answered the whole system; with fewer than
    ten of them the weights are equal (an empty mapping).
    """
    if weighting == "items":
        return item_count_weights(prepared.study)
    if weighting not in ("entropy", "critic"):
        return {}
    rule = entropy_weights if weighting == "entropy" else critic_weights
    scores = performance(prepared)
    found: dict[str, float] = {}
    for system in systems:
        codes = [c for c in system.constructs if c in scores and scores[c].notna().any()]
        complete = scores[codes].dropna().to_numpy(dtype=float)
        if len(complete) >= FEWEST_UNIT_YEARS and len(codes) > 1:
            found |= dict(zip(codes, map(float, rule(complete)), strict=True))
    return found
