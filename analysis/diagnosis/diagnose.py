"""The diagnosis stage: which constraints bind, how sure that is, and who should act."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.strata import (
    RoleStrata,
    bootstrap_counts,
    interval,
    organisation_means,
    ranks,
    role_labels,
    role_means,
    role_strata,
)
from analysis.diagnosis.cautions import cautions
from analysis.diagnosis.importance import (
    Importance,
    no_importance,
    target_constructs,
    weigh_constraints,
)
from analysis.diagnosis.lights import traffic_light
from analysis.diagnosis.priority import cells as agreement_cells
from analysis.diagnosis.priority import priority_shares, rank_priorities
from analysis.diagnosis.recommendations import recommendations
from analysis.diagnosis.result import Diagnosis, DiagnosisOptions
from analysis.diagnosis.sem_importance import formative_importance
from analysis.diagnosis.stated import stated_points
from analysis.disclosure import effective_threshold
from analysis.measurement.result import MeasurementResult
from analysis.modelling.result import StructuralResult
from analysis.preparation import prepare_all
from analysis.preparation.dataset import PreparedDataset
from survey.progress import Progress, silent

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Evidence:
    """Means of every construct and of the stated points, observed and drawn together."""

    prepared: PreparedDataset
    options: DiagnosisOptions
    codes: tuple[str, ...]

    @cached_property
    def threshold(self) -> int:
        return effective_threshold(self.options.threshold)

    @cached_property
    def strata(self) -> RoleStrata:
        scores = self.prepared.scores100
        answered = scores.columns[scores.notna().any()]
        return self._strata(scores[answered])

    @cached_property
    def counts(self) -> Array:
        return bootstrap_counts(self.strata.membership, self.options.bootstrap, self.options.seed)

    @cached_property
    def means(self) -> Array:
        return organisation_means(self.strata, self.options.role_weighting)

    @cached_property
    def draws(self) -> Array:
        return organisation_means(self.strata, self.options.role_weighting, counts=self.counts)

    @cached_property
    def other_means(self) -> Array:
        other = "respondent" if self.options.role_weighting == "equal" else "equal"
        return organisation_means(self.strata, other)

    @cached_property
    def stated(self) -> Array:
        points = stated_points(self.prepared.responses, self.prepared.items.index, self.codes)
        return organisation_means(self._strata(points), self.options.role_weighting)

    @property
    def places(self) -> list[int]:
        """Columns of the constraints."""
        return [self.strata.columns.index(code) for code in self.codes]

    def _strata(self, table: pd.DataFrame) -> RoleStrata:
        roles = role_labels(self.prepared.respondents)
        return role_strata(table, roles, threshold=self.threshold)


def diagnose(
    prepared: PreparedDataset,
    measurement: MeasurementResult,
    structural: StructuralResult,
    options: DiagnosisOptions | None = None,
    progress: Progress = silent,
) -> Diagnosis:
    """Return the ranked constraints with intervals, bands, lights, and what follows.

    Severities are organisation-level means over roles (0-100, high = worse) with 95 %
    bootstrap intervals (respondents resampled within role); priority is importance times
    severity; ranks come with intervals, and constraints that cannot be told apart share a
    band. Groups under the threshold are suppressed.

    Args:
        prepared: scored answers; constraints without answers are left out with a finding.
        measurement: reliabilities (traffic light) and HTMT (importance).
        structural: its HTMT gate and sample are quoted in the findings.
        options: what the user chose.
        progress: told the share done; may raise Cancelled.
    """
    options = options or DiagnosisOptions()
    progress(0.0, "diagnosis")
    scores = prepared.scores100
    codes = tuple(
        c.code
        for c in prepared.study.constructs
        if c.polarity == "severity" and c.code in scores.columns and scores[c.code].notna().any()
    )
    evidence = _Evidence(prepared, options, codes)
    importance = _importance(evidence, measurement)
    progress(0.5, "diagnosis")
    constraints = _constraint_table(evidence, importance, measurement)
    with_flagged = _with_flagged(evidence)
    progress(0.9, "diagnosis")
    by_role, by_role_n = _by_role(evidence)
    suppressed = _suppressed(evidence)
    return Diagnosis(
        constraints=constraints,
        by_role=by_role,
        by_role_n=by_role_n,
        levels=_levels(evidence),
        with_flagged=with_flagged,
        suppressed=suppressed,
        importance_source=importance.source,
        recommendations=recommendations(prepared.study, constraints),
        findings=cautions(
            prepared=prepared,
            constraints=constraints,
            importance=importance,
            structural=structural,
            suppressed=suppressed,
            with_flagged=with_flagged,
            threshold=evidence.threshold,
        ),
        fingerprint=prepared.fingerprint,
    )


def _importance(evidence: _Evidence, measurement: MeasurementResult) -> Importance:
    available = evidence.strata.columns
    options = evidence.options
    target = target_constructs(evidence.prepared.study, options.target, available)
    if options.importance_source == "severity":
        return no_importance(len(evidence.codes), target)
    if options.importance_source == "sem":
        formative = formative_importance(evidence.prepared, evidence.codes, target)
        if formative is not None:
            return formative
    return weigh_constraints(
        evidence.prepared, evidence.codes, target, counts=evidence.counts, htmt=measurement.htmt
    )


def _constraint_table(
    evidence: _Evidence, importance: Importance, measurement: MeasurementResult
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
    evidence: _Evidence,
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


def _levels(evidence: _Evidence) -> pd.DataFrame:
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


def _by_role(evidence: _Evidence) -> tuple[pd.DataFrame, pd.DataFrame]:
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


def _suppressed(evidence: _Evidence) -> tuple[str, ...]:
    """Return the roles with a hidden cell in any constraint."""
    strata = evidence.strata
    hidden = strata.hidden & (strata.counts > 0)
    return tuple(r for r, cells in zip(strata.roles, hidden, strict=True) if r and cells.any())


def _with_flagged(evidence: _Evidence) -> pd.DataFrame:
    """Return the severities beside those with every answer kept.

    NaN when the flagged respondents are fewer than the threshold: the difference would speak
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
        everybody = _Evidence(prepare_all(prepared), evidence.options, evidence.codes)
        with_all = everybody.means[everybody.places]
    return pd.DataFrame(
        {"severity": severity, "severity_all": with_all, "difference": with_all - severity},
        index=pd.Index(evidence.codes, name="code", dtype=object),
    )
