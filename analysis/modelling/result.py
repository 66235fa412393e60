"""What the structural stage hands on: which model the sample supports, and its fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.findings import Finding

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sem import SemResult
    from analysis.sem.semopy_check import SecondEngineCheck


@dataclass(frozen=True, slots=True)
class ModellingOptions:
    """What the user chose on the model panel."""

    model: str = ""
    """Name of a framework model (``MS_subscale``) or lavaan text; empty: the ladder chooses."""
    bootstrap: int = 0
    """Draws for percentile intervals of all effects; 0: delta-method intervals."""
    estimator: str = "ML"
    """``ML``, or ``MLR``: the same estimates with standard errors and a test that do not
    need normal distributions."""
    missing: str = "listwise"
    """``listwise``: complete cases; ``ml``: full information ML, which uses incomplete answers
    too and assumes they are missing at random (the second engine cannot check it)."""
    seed: int = 20260101
    second_engine: bool = True


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: a model, whether the sample carries it, and why."""

    model: str
    n_needed: int
    is_supported: bool
    reason: str
    """Code of a sentence in ``ladder.toml``, which quotes ``model, n_needed, n``."""


@dataclass(frozen=True, slots=True, eq=False)
class StructuralResult:
    """The chosen structural model, fitted.

    Args:
        name: framework model code, or "" for a model of the user's own or the correlated
            factors of a study without a model.
        is_measurement_only: no path may be read: correlations of the factors were fitted
            instead (HTMT gate), or the study has no path model.
        syntax: the lavaan text fitted.
        rungs: the ladder as walked, most demanding first.
        n: cases used, complete ones unless missing is ``ml``; ``roles``: role codes they come from.
        sem: the fit, None when no model is supported (findings say why).
        effects: rows of paths and defined effects: columns ``effect`` (label) ``, from, to,
            kind`` (direct, indirect, total, defined) ``, est, se, low, high, p, std,
            interval`` (delta, percentile).
        htmt_gate: pairs of constructs with HTMT >= .90 that forbid reading a path.
        second_engine: semopy's refit and the largest difference, or None.
        scores: the data the model was fitted to (complete cases, model variables).
        rivals: index model code, the chosen one first; columns ``chisq, df, p, cfi, rmsea,
            srmr, aic, bic, usable``, and against the chosen model ``delta_chisq, delta_df,
            delta_p, delta_cfi`` (NaN for the chosen). None for other than framework models.
        sem_all: the same model on all respondents, flagged answers included, or None.
    """

    name: str
    syntax: str
    rungs: tuple[Rung, ...]
    n: int
    roles: tuple[str, ...]
    sem: SemResult | None
    sem_all: SemResult | None
    effects: pd.DataFrame
    htmt_gate: tuple[tuple[str, str], ...]
    second_engine: SecondEngineCheck | None
    scores: pd.DataFrame
    findings: tuple[Finding, ...]
    fingerprint: str
    is_measurement_only: bool = False
    rivals: pd.DataFrame | None = None
