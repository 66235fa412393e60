"""The diagnosis stage: which constraints bind, how sure that is, and who should act."""

from __future__ import annotations

from analysis.diagnosis.benchmark import Benchmark, benchmark_units
from analysis.diagnosis.cautions import cautions
from analysis.diagnosis.evidence import Evidence
from analysis.diagnosis.gaps import perception_gaps
from analysis.diagnosis.importance import (
    Importance,
    no_importance,
    target_constructs,
    weigh_constraints,
)
from analysis.diagnosis.performance import importance_performance
from analysis.diagnosis.recommendations import recommendations
from analysis.diagnosis.result import Diagnosis, DiagnosisOptions
from analysis.diagnosis.sem_importance import formative_importance
from analysis.diagnosis.tables import (
    by_role_table,
    constraint_table,
    levels_table,
    suppressed_roles,
    with_flagged,
)
from analysis.measurement.result import MeasurementResult
from analysis.modelling.result import StructuralResult
from analysis.preparation.dataset import PreparedDataset
from survey.framework_study import group_names
from survey.progress import Progress, silent


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
    evidence = Evidence(prepared, options, codes)
    importance = _importance(evidence, measurement)
    progress(0.3, "diagnosis")
    constraints = constraint_table(evidence, importance, measurement)
    flagged = with_flagged(evidence)
    progress(0.6, "gaps")
    gaps = perception_gaps(prepared, codes, evidence.strata)
    progress(0.9, "diagnosis")
    benchmark = _benchmark(evidence)
    by_role, by_role_n = by_role_table(evidence)
    suppressed = suppressed_roles(evidence)
    found = cautions(
        prepared=prepared,
        constraints=constraints,
        importance=importance,
        structural=structural,
        suppressed=suppressed,
        with_flagged=flagged,
        threshold=evidence.threshold,
    )
    return Diagnosis(
        constraints=constraints,
        by_role=by_role,
        by_role_n=by_role_n,
        levels=levels_table(evidence),
        with_flagged=flagged,
        suppressed=suppressed,
        importance_source=importance.source,
        recommendations=recommendations(prepared.study, constraints),
        findings=(*found, *gaps.findings, *(benchmark.findings if benchmark else ())),
        fingerprint=prepared.fingerprint,
        ipma=importance_performance(evidence, importance),
        gaps=gaps.table,
        verdicts=gaps.verdicts,
        benchmark=benchmark,
    )


COLLEGE = "D3"
"""Code of the framework's question for the college or department."""


def _benchmark(evidence: Evidence) -> Benchmark | None:
    """Return the colleges compared, None when the survey does not know them."""
    wanted = evidence.options.unit_variable
    if not wanted and evidence.prepared.study.framework:
        wanted = group_names()[COLLEGE]
    if wanted not in evidence.prepared.respondents.columns:
        return None
    return benchmark_units(evidence.prepared, wanted, threshold=evidence.threshold)


def _importance(evidence: Evidence, measurement: MeasurementResult) -> Importance:
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
