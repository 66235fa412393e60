"""The tables of the diagnosis."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.strata import interval, ranks, role_means
from analysis.diagnosis.evidence import Evidence
from analysis.diagnosis.importance import Importance
from analysis.diagnosis.lights import traffic_light
from analysis.diagnosis.priority import cells as agreement_cells
from analysis.diagnosis.priority import priority_shares, rank_priorities
from analysis.measurement.result import MeasurementResult
from analysis.preparation import prepare_all

Array = NDArray[np.float64]


def constraint_table(
    evidence: Evidence, importance: Importance, measurement: MeasurementResult
) -> pd.DataFrame:
    """Return one row per constraint, most pressing first."""
    places = evidence.places
    constructs = {c.code: c for c in evidence.prepared.study.constructs}
    severity, drawn = evidence.means[places], evidence.draws[:, places]
    low, high = interval(drawn)
    shares = priority_shares(importance.weights, severity)
    ranking = rank_priorities(shares, priority_shares(importance.draws, drawn))
    alphas = measurement.reliability["alpha"].reindex(list(evidence.codes)).to_numpy(dtype=float)
    numbers = evidence.strata.present[:, places].sum(axis=0).astype(int)
    stated = evidence.stated
    stated_rank = ranks(np.nan_to_num(stated))
    table = pd.DataFrame(
        {
            "name": [constructs[c].name for c in evidence.codes],
            "group": [constructs[c].group for c in evidence.codes],
            "n": numbers,
            "severity": severity,
            "severity_low": low,
            "severity_high": high,
            "severity_respondents": evidence.other_means[places],
            "alpha": alphas,
            "light": _lights(evidence, severity, low, high=high, alphas=alphas, numbers=numbers),
            "importance": importance.values,
            "wrong_sign": importance.wrong_sign,
            "priority": shares,
            "rank": ranking.rank,
            "rank_low": ranking.rank_low,
            "rank_high": ranking.rank_high,
            "band": ranking.band,
            "top3": ranking.top3,
            "stated": stated,
            "cell": agreement_cells(ranking.rank, stated_rank) if np.isfinite(stated).all() else "",
        },
        index=pd.Index(evidence.codes, name="code", dtype=object),
    )
    return _in_order_of_action(table)


def _in_order_of_action(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table by band; inside a band, where ranks mean nothing, by light and severity."""
    lights = {"red": 0, "amber": 1, "green": 2, "grey": 3}
    keys = pd.DataFrame(
        {"band": table["band"], "light": table["light"].map(lights), "mild": -table["severity"]}
    )
    return table.loc[keys.sort_values(["band", "light", "mild"], kind="stable").index]


def _lights(
    evidence: Evidence,
    severity: Array,
    low: Array,
    *,
    high: Array,
    alphas: Array,
    numbers: NDArray[np.int64],
) -> list[str]:
    return [
        traffic_light(
            float(s), float(lo), float(hi), n=int(n), alpha=float(a), threshold=evidence.threshold
        )
        for s, lo, hi, a, n in zip(severity, low, high, alphas, numbers, strict=True)
    ]


def levels_table(evidence: Evidence) -> pd.DataFrame:
    """Return every construct's organisation-level score with its interval."""
    constructs = {c.code: c for c in evidence.prepared.study.constructs}
    columns = evidence.strata.columns
    low, high = interval(evidence.draws)
    return pd.DataFrame(
        {
            "name": [constructs[c].name for c in columns],
            "polarity": [constructs[c].polarity for c in columns],
            "n": evidence.strata.present.sum(axis=0).astype(int),
            "score": evidence.means,
            "score_low": low,
            "score_high": high,
        },
        index=pd.Index(columns, name="code", dtype=object),
    )


def by_role_table(evidence: Evidence) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return constraint x role means and counts, hidden cells NaN."""
    strata, codes = evidence.strata, list(evidence.codes)
    order = list(evidence.prepared.study.role_names)
    named = sorted(
        (r for r in strata.roles if r), key=lambda r: order.index(r) if r in order else len(order)
    )
    hidden = pd.DataFrame(strata.hidden, index=strata.roles, columns=strata.columns)
    counts = pd.DataFrame(strata.counts, index=strata.roles, columns=strata.columns)
    shown = counts.astype(float).mask(hidden & (counts > 0))
    return role_means(strata).loc[named, codes].T, shown.loc[named, codes].T


def suppressed_roles(evidence: Evidence) -> tuple[str, ...]:
    """Return the roles with a hidden cell in any constraint."""
    strata = evidence.strata
    hidden = strata.hidden & (strata.counts > 0)
    return tuple(r for r, cells in zip(strata.roles, hidden, strict=True) if r and cells.any())


def with_flagged(evidence: Evidence) -> pd.DataFrame:
    """Return the severities beside those with every answer kept.

    NaN where fewer flagged respondents than the threshold answered: the difference would speak
    about them alone.
    """
    prepared, places = evidence.prepared, evidence.places
    severity = evidence.means[places]
    left_out = len(prepared.excluded)
    if left_out == 0:
        with_all = severity
    elif left_out < evidence.threshold:
        with_all = np.full(len(severity), np.nan)
    else:
        everybody = Evidence(prepare_all(prepared), evidence.options, evidence.codes)
        answered = everybody.strata.present[:, everybody.places].sum(axis=0)
        more = answered - evidence.strata.present[:, places].sum(axis=0)
        few = (more > 0) & (more < evidence.threshold)
        with_all = np.where(few, np.nan, everybody.means[everybody.places])
    return pd.DataFrame(
        {"severity": severity, "severity_all": with_all, "difference": with_all - severity},
        index=pd.Index(evidence.codes, name="code", dtype=object),
    )
