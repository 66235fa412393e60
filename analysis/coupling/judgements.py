"""Pairwise judgements of experts: which system they weigh, and how consistent they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.coupling.weights import AhpWeights, aggregate_comparisons, ahp_weights
from analysis.findings import Finding, Severity, finding
from survey.framework import load_framework

Array = NDArray[np.float64]

CONSISTENCY_COLUMNS = ["scope", "judgement", "elements", "lambda_max", "ci", "cr", "used"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One expert's pairwise comparisons of constructs of a system, or of the systems.

    Args:
        source: whose: the file's name.
        codes: of the constructs or systems compared.
        values: one row per code, positive and reciprocal.
    """

    source: str
    codes: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]

    def matrix(self, codes: Sequence[str]) -> Array:
        """Return the comparisons of some of the codes, in their order."""
        places = [self.codes.index(code) for code in codes]
        return np.array(self.values, dtype=float)[np.ix_(places, places)]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the experts' matrices of one system come to.

    Args:
        weights: by code; empty where the group's matrix is inconsistent or there is none.
        rows: of the table of consistency, see ``CONSISTENCY_COLUMNS``.
        findings: inconsistent matrices, and a system nobody judged.
    """

    weights: dict[str, float]
    rows: list[dict[str, object]]
    findings: tuple[Finding, ...]


def judged(judgements: Sequence[Judgement], scope: str, codes: tuple[str, ...]) -> Judged:
    """Return the weights of ``codes`` from every judgement that compares all of them.

    Several experts are joined by geometric mean. An expert who is inconsistent alone is named
    but counts; a group that is inconsistent gives no weights.
    """
    if len(codes) < 2:
        return Judged(dict.fromkeys(codes, 1.0), [], ())
    fitting = [j for j in judgements if set(codes) <= set(j.codes)]
    if not fitting:
        missing = finding("ahp_missing", Severity.CAUTION, scope, codes="、".join(codes))
        return Judged({}, [], (missing,))
    matrices = [judgement.matrix(codes) for judgement in fitting]
    alone = [ahp_weights(matrix, codes) for matrix in matrices]
    together = ahp_weights(aggregate_comparisons(matrices), codes)
    is_consistent = not together.findings
    rows = [
        _row(scope, j.source, w, used=is_consistent) for j, w in zip(fitting, alone, strict=True)
    ]
    if len(fitting) > 1:
        rows.append(_row(scope, "", together, used=is_consistent))
    found = [*_experts(fitting, alone), *together.findings]
    if not is_consistent:
        found.append(finding("ahp_not_used", Severity.CAUTION, scope))
        return Judged({}, rows, tuple(found))
    return Judged(dict(zip(codes, map(float, together.weights), strict=True)), rows, tuple(found))


def unused(
    judgements: Sequence[Judgement], scopes: Sequence[tuple[str, ...]]
) -> tuple[Finding, ...]:
    """Return a finding on each judgement that compares none of ``scopes`` as a whole."""
    return tuple(
        finding("ahp_unused", Severity.CAUTION, j.source, codes="、".join(j.codes))
        for j in judgements
        if not any(len(codes) > 1 and set(codes) <= set(j.codes) for codes in scopes)
    )


def consistency_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return the rows of every system as one table."""
    return pd.DataFrame(rows, columns=CONSISTENCY_COLUMNS)


def _experts(judgements: Sequence[Judgement], alone: Sequence[AhpWeights]) -> list[Finding]:
    """Return a note on every expert of several who is inconsistent alone."""
    if len(judgements) < 2:
        return []
    limit = float(load_framework().raw["thresholds"]["AHP_CR"]["max"])
    return [
        finding("ahp_expert_inconsistent", Severity.NOTE, j.source, ratio=w.consistency_ratio)
        for j, w in zip(judgements, alone, strict=True)
        if w.consistency_ratio >= limit
    ]


def _row(scope: str, source: str, found: AhpWeights, *, used: bool) -> dict[str, object]:
    """Return one row of the table; ``source`` is empty for the group. Two never contradict."""
    cells = (
        scope,
        source,
        len(found.weights),
        found.lambda_max,
        found.consistency_index,
        0.0 if np.isnan(found.consistency_ratio) else found.consistency_ratio,
        used,
    )
    return dict(zip(CONSISTENCY_COLUMNS, cells, strict=True))
