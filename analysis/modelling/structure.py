"""The modelling stage: the model the sample supports, fitted, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analysis.findings import Finding, Severity, finding
from analysis.measurement.result import MeasurementResult
from analysis.modelling.cautions import fit_cautions, sample_cautions
from analysis.modelling.effects import effects_table, no_effects
from analysis.modelling.ladder import (
    FRAMEWORK_LADDER,
    NEEDED,
    ON_REQUEST,
    SCORES_MINIMUM,
    SEM_MINIMUM,
    Candidate,
    gated_pairs,
    rung,
)
from analysis.modelling.model_text import (
    cut_to,
    factor_model,
    has_paths,
    observed_of,
    readable,
    without_paths,
)
from analysis.modelling.result import ModellingOptions, Rung, StructuralResult
from analysis.modelling.sample import ModelSample, model_sample
from analysis.preparation import prepare_all
from analysis.preparation.dataset import PreparedDataset
from analysis.sem.errors import SemError
from analysis.sem.specification import Specification
from analysis.sem.syntax import parse
from survey.framework import load_framework
from survey.progress import Progress, part_of, silent

if TYPE_CHECKING:
    from analysis.sem import SemResult
    from analysis.sem.semopy_check import SecondEngineCheck

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """What became of one candidate."""

    candidate: Candidate
    reason: str
    model: Specification
    sample: ModelSample
    sem: SemResult | None = None
    gate: Pairs = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Walk:
    """The attempts so far, and what they have in common."""

    prepared: PreparedDataset
    measurement: MeasurementResult
    attempts: list[_Attempt] = field(default_factory=list)

    @property
    def gated(self) -> _Attempt | None:
        """The first candidate that only the HTMT gate stopped."""
        return next((a for a in self.attempts if a.reason == "htmt_gate"), None)


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
    walk = _Walk(prepared, measurement)
    try:
        candidates = _candidates(prepared, options.model)
    except SemError as error:
        return _without_model(
            walk, [finding("model_unreadable", Severity.BLOCK, reason=str(error))]
        )
    chosen = _walk_down(walk, candidates, part_of(progress, 0.0, 0.5))
    if chosen is None and walk.gated is not None:
        chosen = _measurement_part(walk.gated)
    if chosen is None and not candidates:
        return _factors_only(walk)
    if chosen is None:
        return _without_model(walk, [])
    return _result(walk, chosen, options=options, progress=part_of(progress, 0.5, 1.0))


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


def _walk_down(
    walk: _Walk, candidates: tuple[Candidate, ...], progress: Progress
) -> _Attempt | None:
    """Try each candidate until one can be used; later ones are recorded, not fitted."""
    chosen: _Attempt | None = None
    for place, candidate in enumerate(candidates):
        progress(place / len(candidates), "model")
        on_request = len(candidates) > 1 and candidate.name in ON_REQUEST
        attempt = _attempt(walk, candidate, skip="on_request" if on_request else "", chosen=chosen)
        walk.attempts.append(attempt)
        if attempt.reason == "chosen":
            chosen = attempt
    return chosen


def _attempt(walk: _Walk, candidate: Candidate, *, skip: str, chosen: _Attempt | None) -> _Attempt:
    """Return what becomes of a candidate: too few, cut away, gated, skipped, fitted or failed."""
    sample = model_sample(walk.prepared, observed_of(candidate.model))
    found = tuple(sample_cautions(candidate.model, sample))
    model = cut_to(candidate.model, tuple(sample.data.columns))
    if model != candidate.model and model.formulas:
        sample = model_sample(walk.prepared, observed_of(model))

    def ended(reason: str) -> _Attempt:
        return _Attempt(candidate, reason, model, sample, findings=found)

    if has_paths(candidate.model) and not has_paths(model):
        return ended("constructs_missing")
    if len(sample.data) < candidate.n_needed:
        return ended("too_few")
    if skip or chosen is not None:
        return ended(skip or "larger_chosen")
    gate = gated_pairs(walk.measurement.htmt, model) if has_paths(model) else ()
    if gate:
        return _Attempt(candidate, "htmt_gate", model, sample, gate=gate, findings=found)
    return _fitted(candidate, model, sample, found=found)


def _fitted(
    candidate: Candidate,
    model: Specification,
    sample: ModelSample,
    *,
    found: tuple[Finding, ...],
) -> _Attempt:
    sem, error = _fit(model, sample)
    if sem is None:
        failed = finding("model_not_fitted", Severity.CAUTION, candidate.name, reason=error)
        return _Attempt(candidate, "not_fitted", model, sample, findings=(*found, failed))
    if not sem.status.is_usable:
        failed = finding("model_not_usable", Severity.CAUTION, candidate.name)
        return _Attempt(
            candidate, "not_usable", model, sample, findings=(*found, failed, *sem.findings)
        )
    return _Attempt(candidate, "chosen", model, sample, sem, findings=found)


def _fit(
    model: Specification, sample: ModelSample, progress: Progress = silent
) -> tuple[SemResult | None, str]:
    """Return the fit, or None with the engine's reason."""
    from analysis.sem import SemOptions, fit

    try:
        return fit(model.text(), sample.data, SemOptions(estimator="ML"), progress=progress), ""
    except SemError as error:
        return None, str(error)


def _measurement_part(gated: _Attempt) -> _Attempt | None:
    """Return the gated model's factors with free correlations, fitted; None if that fails."""
    model = without_paths(gated.model)
    sem, _ = _fit(model, gated.sample) if model.formulas else (None, "")
    if sem is None or not sem.status.is_usable:
        return None
    return _Attempt(gated.candidate, "htmt_gate", model, gated.sample, sem, gate=gated.gate)


def _factors_only(walk: _Walk) -> StructuralResult:
    """Return the correlated factors of a study that names no path model: measurement's CFA."""
    items = walk.prepared.items_of
    factors = {c: i for c, i in items.items() if len(i) > 1}
    sem = walk.measurement.cfa
    codes = [str(name) for name in sem.observed] if sem is not None else []
    sample = model_sample(walk.prepared, codes)
    found = [finding("model_factors_only")]
    if sem is not None:
        found += fit_cautions(sem)
    else:
        found.append(_too_small(walk))
    return StructuralResult(
        name="",
        syntax=readable(factor_model(factors)),
        rungs=(),
        n=walk.measurement.cfa_n if sem is not None else len(sample.data),
        roles=walk.measurement.cfa_roles,
        sem=sem,
        sem_all=None,
        effects=no_effects(),
        htmt_gate=(),
        second_engine=None,
        scores=sample.data,
        findings=tuple(found),
        fingerprint=walk.prepared.fingerprint,
        is_measurement_only=True,
    )


def _without_model(walk: _Walk, found: list[Finding]) -> StructuralResult:
    """Return the result when nothing can be fitted; the findings say why."""
    last = walk.attempts[-1] if walk.attempts else None
    empty = model_sample(walk.prepared, ())
    sample = last.sample if last else empty
    reasons = [f for a in walk.attempts for f in a.findings]
    if last is not None and last.reason == "too_few":
        reasons.append(_too_small(walk))
    gate = walk.gated.gate if walk.gated else ()
    return StructuralResult(
        name="",
        syntax="",
        rungs=_rungs(walk),
        n=len(sample.data),
        roles=sample.roles,
        sem=None,
        sem_all=None,
        effects=no_effects(),
        htmt_gate=gate,
        second_engine=None,
        scores=sample.data,
        findings=_distinct([*found, *_gate_findings(gate), *reasons]),
        fingerprint=walk.prepared.fingerprint,
        is_measurement_only=True,
    )


def _too_small(walk: _Walk) -> Finding:
    n = len(walk.attempts[-1].sample.data) if walk.attempts else walk.prepared.n
    code = "model_sample_scores_only" if n >= SCORES_MINIMUM else "model_sample_descriptive"
    return finding(code, Severity.BLOCK, n=n, needed=SEM_MINIMUM, minimum=SCORES_MINIMUM)


def _result(
    walk: _Walk, chosen: _Attempt, *, options: ModellingOptions, progress: Progress
) -> StructuralResult:
    assert chosen.sem is not None  # chosen attempts are fitted
    sem = _with_draws(chosen.sem, options, part_of(progress, 0.0, 0.5))
    progress(0.5, "second_engine")
    second = _second_engine(sem, chosen.sample) if options.second_engine else None
    progress(0.8, "model_all")
    sem_all = _fit_all(walk.prepared, chosen)
    is_measurement = not has_paths(chosen.model)
    progress(1.0, "model")
    return StructuralResult(
        name=chosen.candidate.name,
        syntax=readable(chosen.model),
        rungs=_rungs(walk),
        n=len(chosen.sample.data),
        roles=chosen.sample.roles,
        sem=sem,
        sem_all=sem_all,
        effects=no_effects() if is_measurement else effects_table(chosen.model, sem),
        htmt_gate=chosen.gate,
        second_engine=second,
        scores=chosen.sample.data,
        findings=_distinct(
            [
                *_gate_findings(chosen.gate),
                *(f for a in walk.attempts for f in a.findings),
                *fit_cautions(sem),
            ]
        ),
        fingerprint=walk.prepared.fingerprint,
        is_measurement_only=is_measurement,
    )


def _with_draws(sem: SemResult, options: ModellingOptions, progress: Progress) -> SemResult:
    """Return the fit with its bootstrap, if the user asked for one."""
    if not options.bootstrap:
        return sem
    from analysis.sem.bootstrap import bootstrap

    draws = bootstrap(sem, options.bootstrap, seed=options.seed, progress=progress)
    return replace(sem, bootstrap=draws)


def _second_engine(sem: SemResult, sample: ModelSample) -> SecondEngineCheck:
    from analysis.sem.semopy_check import compare

    return compare(sem, sample.data)


def _fit_all(prepared: PreparedDataset, chosen: _Attempt) -> SemResult | None:
    """Return the same model on all answers, flagged ones included; None without flagged."""
    if not prepared.excluded:
        return None
    sample = model_sample(prepare_all(prepared), observed_of(chosen.model))
    if len(sample.data.columns) < len(chosen.sample.data.columns):
        return None
    return _fit(chosen.model, sample)[0]


def _rungs(walk: _Walk) -> tuple[Rung, ...]:
    return tuple(rung(attempt.candidate, attempt.reason) for attempt in walk.attempts)


def _gate_findings(gate: Pairs) -> list[Finding]:
    return [finding("htmt_gate", Severity.BLOCK, f"{a}–{b}", limit=0.90) for a, b in gate]


def _distinct(found: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repetitions; several rungs may say the same."""
    unique: list[Finding] = []
    for one in found:
        if not any((f.code, f.subjects) == (one.code, one.subjects) for f in unique):
            unique.append(one)
    return tuple(unique)
