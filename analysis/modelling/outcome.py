"""The result of the modelling stage, put together from the attempts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.findings import Finding, Severity, failure, finding
from analysis.modelling.attempts import Attempt, Pairs, Walk, fit_or_reason
from analysis.modelling.cautions import fit_cautions
from analysis.modelling.effects import effects_table, no_effects
from analysis.modelling.ladder import HTMT_LIMIT, SCORES_MINIMUM, SEM_MINIMUM, rung
from analysis.modelling.model_text import factor_model, has_paths, observed_of, readable
from analysis.modelling.result import ModellingOptions, Rung, StructuralResult
from analysis.modelling.rivals import rival_models
from analysis.modelling.sample import ModelSample, model_sample
from analysis.preparation import prepare_all
from analysis.sem.errors import SemError
from survey.progress import Progress, part_of

if TYPE_CHECKING:
    from analysis.sem import SemResult
    from analysis.sem.semopy_check import SecondEngineCheck


def factors_only(walk: Walk) -> StructuralResult:
    """Return the correlated factors of a study that names no path model: measurement's CFA.

    Without a usable solution there is nothing to draw or read; the measurement stage says
    why.
    """
    items = walk.prepared.items_of
    factors = {c: i for c, i in items.items() if len(i) > 1}
    sem = walk.measurement.cfa
    codes = [str(name) for name in sem.observed] if sem is not None else []
    sample = model_sample(walk.prepared, codes)
    found = [finding("model_factors_only")]
    if sem is not None and not sem.status.is_usable:
        found += [finding("model_factors_unusable", Severity.BLOCK), *sem.findings]
        sem = None
    elif sem is not None:
        found += fit_cautions(sem)
    else:
        found.append(finding("model_factors_missing", Severity.CAUTION))
    return StructuralResult(
        name="",
        syntax=readable(factor_model(factors)),
        rungs=(),
        n=walk.measurement.cfa_n or len(sample.data),
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


def without_model(walk: Walk, found: list[Finding]) -> StructuralResult:
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


def _too_small(walk: Walk) -> Finding:
    n = len(walk.attempts[-1].sample.data) if walk.attempts else walk.prepared.n
    code = "model_sample_scores_only" if n >= SCORES_MINIMUM else "model_sample_descriptive"
    return finding(code, Severity.BLOCK, n=n, needed=SEM_MINIMUM, minimum=SCORES_MINIMUM)


def fitted_result(
    walk: Walk, chosen: Attempt, *, options: ModellingOptions, progress: Progress
) -> StructuralResult:
    assert chosen.sem is not None  # chosen attempts are fitted
    sem, undrawn = _with_draws(chosen.sem, options, part_of(progress, 0.0, 0.5))
    progress(0.5, "second_engine")
    second = _second_engine(sem, chosen.sample) if options.second_engine else None
    progress(0.8, "model_all")
    sem_all = _fit_all(walk, chosen)
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
        rivals=None if is_measurement else rival_models(chosen, sem, options),
        scores=chosen.sample.data,
        findings=_distinct(
            [
                *_gate_findings(chosen.gate),
                *(f for a in walk.attempts for f in a.findings),
                *fit_cautions(sem),
                *undrawn,
            ]
        ),
        fingerprint=walk.prepared.fingerprint,
        is_measurement_only=is_measurement,
    )


def _with_draws(
    sem: SemResult, options: ModellingOptions, progress: Progress
) -> tuple[SemResult, list[Finding]]:
    """Return the fit with its bootstrap, if the user asked for one and it can be had."""
    if not options.bootstrap:
        return sem, []
    from analysis.sem.bootstrap import bootstrap

    try:
        draws = bootstrap(sem, options.bootstrap, seed=options.seed, progress=progress)
    except SemError as error:
        return sem, [failure("model_not_drawn", Severity.CAUTION, reason=error.reason)]
    return replace(sem, bootstrap=draws), []


def _second_engine(sem: SemResult, sample: ModelSample) -> SecondEngineCheck:
    from analysis.sem.semopy_check import compare

    return compare(sem, sample.data)


def _fit_all(walk: Walk, chosen: Attempt) -> SemResult | None:
    """Return the same model on all answers, flagged ones included; None without flagged."""
    prepared = walk.prepared
    if not prepared.excluded:
        return None
    everybody = prepare_all(prepared)
    sample = model_sample(everybody, observed_of(chosen.model), is_complete=walk.is_complete)
    if len(sample.data.columns) < len(chosen.sample.data.columns):
        return None
    return fit_or_reason(chosen.model, sample, walk.options)[0]


def _rungs(walk: Walk) -> tuple[Rung, ...]:
    return tuple(rung(attempt.candidate, attempt.reason) for attempt in walk.attempts)


def _gate_findings(gate: Pairs) -> list[Finding]:
    return [finding("htmt_gate", Severity.BLOCK, f"{a}–{b}", limit=HTMT_LIMIT) for a, b in gate]


def _distinct(found: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repetitions; several rungs may say the same."""
    unique: list[Finding] = []
    for one in found:
        if not any((f.code, f.subjects) == (one.code, one.subjects) for f in unique):
            unique.append(one)
    return tuple(unique)
