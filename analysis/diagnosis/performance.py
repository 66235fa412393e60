"""The importance-performance map of constraints and of constraint groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.diagnosis.evidence import Evidence
from analysis.diagnosis.importance import Importance
from analysis.diagnosis.ipma import COLUMNS, Points, map_points, slopes
from analysis.modelling.ladder import SEM_MINIMUM
from analysis.modelling.sample import model_sample
from survey.framework import load_framework


def importance_performance(evidence: Evidence, importance: Importance) -> pd.DataFrame:
    """Return both levels of the map; a level without importance is left out."""
    parts = []
    if importance.source != "severity":
        parts.append(map_points(_constraint_points(evidence, importance), "constraint"))
    groups = _group_points(evidence, importance.target)
    if groups is not None:
        parts.append(map_points(groups, "group"))
    return pd.concat(parts) if parts else pd.DataFrame(columns=COLUMNS)


def _constraint_points(evidence: Evidence, importance: Importance) -> Points:
    names = {c.code: c.name for c in evidence.prepared.study.constructs}
    performance = 100 - evidence.draws[:, evidence.places]
    return Points(
        codes=evidence.codes,
        names=tuple(names[code] for code in evidence.codes),
        performance=100 - evidence.means[evidence.places],
        performance_draws=performance,
        importance=importance.values,
        importance_draws=np.broadcast_to(importance.draws, performance.shape),
        wrong_sign=importance.wrong_sign,
    )


def _group_points(evidence: Evidence, target: tuple[str, ...]) -> Points | None:
    """Return the constraint groups: mean performance, total effect on the target.

    The total effect is the slope of the target (0-100) on all groups' performance with the
    mediators left out; a negative one is set to 0 and marked. None with fewer than two
    groups, without target, or under 100 complete cases.
    """
    members = _members(evidence)
    sample = model_sample(evidence.prepared, (*evidence.codes, *target))
    data = evidence.prepared.scores100.loc[sample.data.index]
    if len(members) < 2 or not target or len(data) < SEM_MINIMUM:
        return None
    rows = evidence.prepared.items.index.get_indexer(data.index)
    x = np.column_stack([100 - data[list(codes)].mean(axis=1) for codes in members.values()])
    y = data[list(target)].mean(axis=1).to_numpy(dtype=float)
    effects, draws = slopes(x, y), slopes(x, y, counts=evidence.counts[:, rows])
    places = [[evidence.strata.columns.index(c) for c in codes] for codes in members.values()]
    return Points(
        codes=tuple(members),
        names=tuple(_group_names().get(group, group) for group in members),
        performance=np.array([100 - evidence.means[p].mean() for p in places]),
        performance_draws=np.column_stack([100 - evidence.draws[:, p].mean(1) for p in places]),
        importance=np.maximum(effects, 0.0),
        importance_draws=np.maximum(draws, 0.0),
        wrong_sign=effects < 0,
    )


def _members(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    constructs = {c.code: c for c in evidence.prepared.study.constructs}
    groups = dict.fromkeys(constructs[code].group for code in evidence.codes)
    return {
        group: tuple(code for code in evidence.codes if constructs[code].group == group)
        for group in groups
        if group
    }


def _group_names() -> dict[str, str]:
    return {entry["code"]: entry["zh"] for entry in load_framework().raw["groups"]}
