"""How much each constraint weighs for the target: by the rule of FRAMEWORK 8."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.relative_weights import relative_weights
from analysis.coupling.systems import chosen_systems
from analysis.findings import Finding, Severity, finding
from analysis.modelling.ladder import HTMT_LIMIT, RELATIVE_WEIGHTS_MINIMUM
from analysis.modelling.sample import model_sample
from analysis.preparation.dataset import PreparedDataset
from survey.study import Study

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Importance of k constraints for the target.

    Args:
        source: ``relative_weights``, ``sem`` or ``severity`` (no importance: all equal).
        values: k, not negative; NaN for ``severity``.
        draws: draws x k, or k where importance is held fixed in the bootstrap.
        wrong_sign: k, True where more severity goes with a better target: importance 0.
        r2: variance of the target that the constraints explain; NaN if not known.
        n: complete cases behind it.
        target: constructs that make up the target.
    """

    source: str
    values: Array
    draws: Array
    wrong_sign: NDArray[np.bool_]
    r2: float
    n: int
    target: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def weights(self) -> Array:
        """Return what severities are multiplied by: the values, or ones."""
        return np.ones_like(self.values) if self.source == "severity" else self.values


def no_importance(
    k: int, target: tuple[str, ...] = (), *findings: Finding, n: int = 0
) -> Importance:
    """Return equal importance for ``k`` constraints: severity alone decides."""
    wrong = np.zeros(k, dtype=bool)
    return Importance(
        "severity", np.full(k, np.nan), np.ones(k), wrong, float("nan"), n, target, findings
    )


def target_constructs(study: Study, wanted: str, available: tuple[str, ...]) -> tuple[str, ...]:
    """Return the answered constructs of the target system.

    The system ``wanted``, else U2, else the study's last system; a study without systems has
    all its positive constructs as target.
    """
    by_code = {s.code: s for s in chosen_systems(study, ())}
    system = by_code.get(wanted) or by_code.get("U2") or next(reversed(by_code.values()), None)
    if system is None:
        return tuple(
            c.code for c in study.constructs if c.polarity == "positive" and c.code in available
        )
    return tuple(c for c in system.constructs if c in available)


def weigh_constraints(
    prepared: PreparedDataset,
    codes: tuple[str, ...],
    target: tuple[str, ...],
    *,
    counts: Array,
    htmt: pd.DataFrame,
) -> Importance:
    """Return the relative weights of the constraints for the mean of the target's constructs.

    Severity alone decides when the target is missing, complete cases are under 300, a
    variable does not vary, or a constraint cannot be told apart from the target
    (HTMT >= .90). A constraint that goes with a *better* target gets importance 0.

    Args:
        counts: bootstrap counts over the rows of ``prepared``, draws x n.
        htmt: of the measurement stage, lower triangle.
    """
    if not target:
        return no_importance(len(codes), target, finding("importance_no_target", Severity.CAUTION))
    sample = model_sample(prepared, (*codes, *target))
    n = len(sample.data)
    usable = [c for c in codes if c in sample.data.columns]
    outcomes = [c for c in target if c in sample.data.columns]
    if n < RELATIVE_WEIGHTS_MINIMUM or not outcomes or len(usable) < len(codes):
        few = finding("importance_too_few", Severity.CAUTION, n=n, needed=RELATIVE_WEIGHTS_MINIMUM)
        return no_importance(len(codes), target, few, n=n)
    same = _indistinct(htmt, codes, target)
    if same:
        blocked = finding("importance_overlap", Severity.CAUTION, *same, limit=HTMT_LIMIT)
        return no_importance(len(codes), target, blocked, n=n)
    return _relative(prepared, sample.data, codes, target=tuple(outcomes), counts=counts)


def _relative(
    prepared: PreparedDataset,
    data: pd.DataFrame,
    codes: tuple[str, ...],
    *,
    target: tuple[str, ...],
    counts: Array,
) -> Importance:
    x = data[list(codes)].to_numpy(dtype=float)
    y = data[list(target)].mean(axis=1).to_numpy(dtype=float)
    rows = prepared.items.index.get_indexer(data.index)
    whole = relative_weights(x, y)
    drawn = relative_weights(x, y, counts=counts[:, rows])
    wrong = whole.correlation > 0
    findings = []
    if wrong.any():
        names = [c for c, is_wrong in zip(codes, wrong, strict=True) if is_wrong]
        findings.append(finding("importance_wrong_sign", Severity.CAUTION, *names))
    return Importance(
        source="relative_weights",
        values=np.where(wrong, 0.0, whole.raw),
        draws=np.where(drawn.correlation > 0, 0.0, drawn.raw),
        wrong_sign=wrong,
        r2=float(whole.r2),
        n=len(data),
        target=target,
        findings=tuple(findings),
    )


def _indistinct(htmt: pd.DataFrame, codes: tuple[str, ...], target: tuple[str, ...]) -> list[str]:
    """Return the pairs constraint–target that HTMT cannot tell apart."""
    full = htmt.combine_first(htmt.T)
    return [
        f"{code}–{outcome}"
        for code in codes
        for outcome in target
        if code in full.index
        and outcome in full.columns
        and float(full.loc[[code], outcome].to_numpy(dtype=float)[0]) >= HTMT_LIMIT
    ]
