"""What must be said beside the diagnosis."""

from __future__ import annotations

import pandas as pd

from analysis.diagnosis.importance import Importance
from analysis.findings import Finding, Severity, finding
from analysis.modelling.result import StructuralResult
from analysis.preparation.dataset import PreparedDataset

LARGE_DIFFERENCE = 5.0
"""Points (of 100) from which leaving out flagged answers changes a severity noticeably."""

BANDS_TELL_LITTLE = 1


def cautions(
    *,
    prepared: PreparedDataset,
    constraints: pd.DataFrame,
    importance: Importance,
    structural: StructuralResult,
    suppressed: tuple[str, ...],
    with_flagged: pd.DataFrame,
    threshold: int,
) -> tuple[Finding, ...]:
    """Return the findings of one diagnosis, most serious first."""
    found = [
        *_absent(prepared, constraints),
        *_size(prepared, threshold),
        *importance.findings,
        *_importance_basis(importance, structural),
        *_unreliable(constraints),
        *_undecided(constraints),
        *_suppression(prepared, suppressed, threshold),
        *_flagged(prepared, with_flagged, threshold),
    ]
    order = {Severity.BLOCK: 0, Severity.CAUTION: 1, Severity.NOTE: 2}
    return tuple(sorted(found, key=lambda f: order[f.severity]))


def _absent(prepared: PreparedDataset, constraints: pd.DataFrame) -> list[Finding]:
    wanted = [c.code for c in prepared.study.constructs if c.polarity == "severity"]
    absent = [code for code in wanted if code not in constraints.index]
    return [finding("diagnosis_constraints_absent", Severity.CAUTION, *absent)] if absent else []


def _size(prepared: PreparedDataset, threshold: int) -> list[Finding]:
    if prepared.n >= threshold:
        return []
    return [
        finding("diagnosis_too_few", Severity.BLOCK, n=prepared.n, threshold=threshold),
    ]


def _importance_basis(importance: Importance, structural: StructuralResult) -> list[Finding]:
    found = []
    if importance.source == "severity":
        found.append(finding("priority_by_severity"))
    if importance.source == "relative_weights":
        values = {"n": importance.n, "r2": importance.r2}
        found.append(
            finding("priority_by_relative_weights", Severity.NOTE, *importance.target, **values)
        )
    if structural.is_measurement_only:
        found.append(finding("diagnosis_without_paths"))
    return found


def _unreliable(constraints: pd.DataFrame) -> list[Finding]:
    grey = constraints.index[(constraints["light"] == "grey") & constraints["severity"].notna()]
    if grey.empty:
        return []
    return [finding("diagnosis_grey", Severity.CAUTION, *map(str, grey))]


def _undecided(constraints: pd.DataFrame) -> list[Finding]:
    first = constraints.index[constraints["band"] == 1]
    if len(first) <= BANDS_TELL_LITTLE:
        return []
    if len(first) == len(constraints):
        return [finding("priority_undecided", Severity.CAUTION, k=len(first))]
    return [finding("priority_first_band", Severity.NOTE, *map(str, first), k=len(first))]


def _suppression(
    prepared: PreparedDataset, suppressed: tuple[str, ...], threshold: int
) -> list[Finding]:
    if not suppressed:
        return []
    names = [prepared.study.role_names.get(role, role) for role in suppressed]
    return [finding("diagnosis_suppressed", Severity.NOTE, *names, threshold=threshold)]


def _flagged(
    prepared: PreparedDataset, with_flagged: pd.DataFrame, threshold: int
) -> list[Finding]:
    left_out = len(prepared.excluded)
    if left_out == 0:
        return []
    if left_out < threshold:
        return [finding("flagged_too_few_to_compare", Severity.NOTE, threshold=threshold)]
    largest = float(with_flagged["difference"].abs().max())
    severity = Severity.CAUTION if largest >= LARGE_DIFFERENCE else Severity.NOTE
    return [finding("flagged_difference", severity, n=left_out, largest=largest)]
