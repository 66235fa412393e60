"""The scale reviewed in every run: factors, common method bias, and the verdict of the pilot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.disclosure import DEFAULT_THRESHOLD
from analysis.findings import Finding
from analysis.measurement.confirmatory import cfa_design
from analysis.measurement.marker_models import MarkerModels, marker_models
from analysis.measurement.method_bias import (
    MethodBiasOptions,
    MethodBiasResult,
    check_method_bias,
)
from analysis.measurement.pilot import PilotOptions, PilotReview, review_scale
from analysis.measurement.unit_agreement import unit_agreement, unit_column
from analysis.measurement.whole_scale import whole_scale_omegas
from analysis.not_computable import NotComputable
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measurement.result import MeasurementResult
    from analysis.preparation.dataset import PreparedDataset

FEWEST = 10
"""Fewer respondents than this: nothing about the scale can be said or shown."""


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What the user chose.

    Args:
        marker: code of a construct (or item) that should have nothing to do with the others,
            "" for none; a construct of two or more items serves the marker models as well.
        bootstrap: draws for standard errors of the loadings; 0: none.
        parallel_draws: random data sets of the parallel analysis.
        unit_variable: respondents' column of the units (colleges, say); "": the framework's
            question for the college, where there is one.
        threshold: units with fewer respondents enter nothing.
    """

    marker: str = ""
    bootstrap: int = 0
    parallel_draws: int = 50
    unit_variable: str = ""
    threshold: int = DEFAULT_THRESHOLD
    seed: int = 20260101


@dataclass(frozen=True, slots=True, eq=False)
class ScaleReview:
    """What the answers say about the scale itself.

    Args:
        pilot: the verdict (试用版 until it passes), its checks, the items to mend and why, and
            the exploratory factors.
        method_bias: Harman, single factor, method factor, partial correlations by a marker.
        marker: the CFA marker models; None without a marker construct or where they cannot be
            had.
        findings: of the marker models; pilot, factors and method bias carry their own.
        agreement: index construct; ICC(1), ICC(2), r_wg within units
            (:func:`analysis.measurement.unit_agreement.unit_agreement`); None in results stored
            before there was this table, empty without units.
        whole: omega total and hierarchical of the constraints and of the other constructs
            (:func:`analysis.measurement.whole_scale.whole_scale_omegas`).
    """

    pilot: PilotReview
    method_bias: MethodBiasResult
    marker: MarkerModels | None
    findings: tuple[Finding, ...]
    agreement: pd.DataFrame | None = None
    whole: pd.DataFrame | None = None


def review(
    prepared: PreparedDataset,
    measurement: MeasurementResult,
    options: ReviewOptions | None = None,
    progress: Progress = silent,
) -> ScaleReview | None:
    """Return the review of the scale; None with fewer than ten respondents or no construct.

    Args:
        measurement: of the same answers.
        options: what the user chose.
        progress: told the share done; may raise Cancelled.

    Formulas and sources: docs/methods/measurement.md.
    """
    options = options or ReviewOptions()
    if prepared.n < FEWEST or measurement.reliability.empty:
        return None
    chosen = PilotOptions(
        seed=options.seed, draws=options.parallel_draws, bootstrap=options.bootstrap
    )
    pilot = review_scale(prepared, measurement, chosen, part_of(progress, 0.0, 0.6))
    bias = check_method_bias(
        prepared, MethodBiasOptions(marker=options.marker), part_of(progress, 0.6, 0.9)
    )
    marker: MarkerModels | None = None
    found: tuple[Finding, ...] = ()
    if options.marker:
        marker, found = _marker(prepared, options.marker, part_of(progress, 0.9, 1.0))
    column = options.unit_variable or unit_column(prepared.study)
    agreement = unit_agreement(prepared, column, threshold=options.threshold)
    progress(1.0, "pilot")
    whole = whole_scale_omegas(prepared)
    return ScaleReview(pilot, bias, marker, found, agreement, whole)


def _marker(
    prepared: PreparedDataset, code: str, progress: Progress
) -> tuple[MarkerModels | None, tuple[Finding, ...]]:
    sample, items_of = cfa_design(prepared, prepared.study.constructs)
    own = items_of.pop(code, [])
    try:
        models = marker_models(sample.data, items_of, own, name=code, progress=progress)
    except NotComputable as reason:
        return None, (reason.finding,)
    return models, models.findings
