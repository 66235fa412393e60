"""The modelling stage: the model the sample supports, fitted, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.findings import Finding, Severity, failure, finding
from analysis.measurement.result import MeasurementResult
from analysis.modelling.attempts import Attempt, Walk, fit_or_reason
from analysis.modelling.cautions import sample_cautions
from analysis.modelling.ladder import (
    FRAMEWORK_LADDER,
    NEEDED,
    ON_REQUEST,
    SEM_MINIMUM,
    Candidate,
    gated_pairs,
)
from analysis.modelling.model_text import (
    cut_to,
    has_paths,
    observed_of,
    without_paths,
)
from analysis.modelling.outcome import factors_only, fitted_result, without_model
from analysis.modelling.result import ModellingOptions, StructuralResult
from analysis.modelling.sample import ModelSample, model_sample
from analysis.preparation.dataset import PreparedDataset
from analysis.sem.errors import SemError
from analysis.sem.specification import Specification
from analysis.sem.syntax import parse
from survey.framework import load_framework
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    pass

Pairs = tuple[tuple[str, str], ...]


def model_structure(
    prepared: PreparedDataset,
    measurement: MeasurementResult,
    options: ModellingOptions | None = None,
    progress: Progress = silent,
) -> StructuralResult:
    """Return the structural model the sample supports, fitted by ML, and why that one.

    The framework's studies walk the ladder MS (n >= 300), MO (n >= 100), none; a study or
    option with a model of its own has one rung (n >= 100); a study without a model gets
    the correlated factors of its constructs. A model that does not converge or is not
    admissible gives way to the next rung. Constructs the survey lacks are cut out.

    Args:
        prepared: scored answers.
        measurement: for the HTMT gate, and its CFA where no path model applies.
        options: the user's model, second engine.
        progress: told the share done; may raise Cancelled.
    """
    options = options or ModellingOptions()
    progress(0.0, "model")
    walk = Walk(prepared, measurement, options)
    try:
        candidates = _candidates(prepared, options.model)
    except SemError as error:
        return without_model(
            walk, [failure("model_unreadable", Severity.BLOCK, reason=error.reason)]
        )
    chosen = _walk_down(walk, candidates, part_of(progress, 0.0, 0.5))
    if chosen is None and walk.gated is not None:
        chosen = _measurement_part(walk, walk.gated)
    if chosen is None and not candidates:
        return factors_only(walk)
    if chosen is None:
        return without_model(walk, [])
    return fitted_result(walk, chosen, options=options, progress=part_of(progress, 0.5, 1.0))


def _candidates(prepared: PreparedDataset, wanted: str) -> tuple[Candidate, ...]:
    """Return the models to try, most demanding first; empty: correlated factors only.

    Raises:
        SemError: the user's own model text cannot be read.
    """
    texts = load_framework().raw["models"]
    asked = wanted or prepared.study.model
    if asked in texts:
        return (Candidate(asked, parse(texts[asked]), NEEDED[asked]),)
    if asked:
        return (Candidate("", parse(asked), SEM_MINIMUM),)
    if not prepared.study.framework:
        return ()
    return tuple(Candidate(name, parse(texts[name]), n) for name, n in FRAMEWORK_LADDER)


def _walk_down(walk: Walk, candidates: tuple[Candidate, ...], progress: Progress) -> Attempt | None:
    """Try each candidate until one can be used; later ones are recorded, not fitted."""
    chosen: Attempt | None = None
    for place, candidate in enumerate(candidates):
        progress(place / len(candidates), "model")
        on_request = len(candidates) > 1 and candidate.name in ON_REQUEST
        attempt = _attempt(walk, candidate, skip="on_request" if on_request else "", chosen=chosen)
        walk.attempts.append(attempt)
        if attempt.reason == "chosen":
            chosen = attempt
    return chosen


def _attempt(walk: Walk, candidate: Candidate, *, skip: str, chosen: Attempt | None) -> Attempt:
    """Return what becomes of a candidate: too few, cut away, gated, skipped, fitted or failed."""
    sample = model_sample(walk.prepared, observed_of(candidate.model), is_complete=walk.is_complete)
    found = tuple(sample_cautions(candidate.model, sample))
    model = cut_to(candidate.model, tuple(sample.data.columns))
    if model != candidate.model and model.formulas:
        sample = model_sample(walk.prepared, observed_of(model), is_complete=walk.is_complete)

    def ended(reason: str) -> Attempt:
        return Attempt(candidate, reason, model, sample, findings=found)

    if has_paths(candidate.model) and not has_paths(model):
        return ended("constructs_missing")
    if len(sample.data) < candidate.n_needed:
        return ended("too_few")
    if skip or chosen is not None:
        return ended(skip or "larger_chosen")
    gate = gated_pairs(walk.measurement.htmt, model) if has_paths(model) else ()
    if gate:
        return Attempt(candidate, "htmt_gate", model, sample, gate=gate, findings=found)
    return _fitted(walk, candidate, model, sample=sample, found=found)


def _fitted(
    walk: Walk,
    candidate: Candidate,
    model: Specification,
    *,
    sample: ModelSample,
    found: tuple[Finding, ...],
) -> Attempt:
    sem, error = fit_or_reason(model, sample, walk.options)
    if sem is None:
        assert error is not None
        failed = failure("model_not_fitted", Severity.CAUTION, candidate.name, reason=error.reason)
        return Attempt(candidate, "not_fitted", model, sample, findings=(*found, failed))
    if not sem.status.is_usable:
        failed = finding("model_not_usable", Severity.CAUTION, candidate.name)
        return Attempt(
            candidate, "not_usable", model, sample, findings=(*found, failed, *sem.findings)
        )
    return Attempt(candidate, "chosen", model, sample, sem, findings=found)


def _measurement_part(walk: Walk, gated: Attempt) -> Attempt | None:
    """Return the gated model's factors with free correlations, fitted; None if that fails."""
    model = without_paths(gated.model)
    if not model.formulas:
        return None
    sem, _ = fit_or_reason(model, gated.sample, walk.options)
    if sem is None or not sem.status.is_usable:
        return None
    return Attempt(gated.candidate, "htmt_gate", model, gated.sample, sem, gate=gated.gate)
