"""The whole chain in one call: answers in, every result out.

Each stage is a pure function of the one before; ``main.py diagnose`` and the window's run
button both come here, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from analysis.comparison.result import ComparisonOptions, ComparisonResult
from analysis.coupling.result import CouplingOptions, CouplingResult
from analysis.diagnosis.result import Diagnosis, DiagnosisOptions
from analysis.measurement.result import MeasurementOptions, MeasurementResult
from analysis.measurement.review import ReviewOptions, ScaleReview
from analysis.modelling.result import ModellingOptions, StructuralResult
from analysis.preparation.dataset import PreparationOptions, PreparedDataset
from survey.progress import Progress, part_of, silent
from survey.responses import ResponseSet

CHAIN_RESULT = "chain"
"""Name under which a project keeps the results of a run."""
TABLES_RESULT = "tables"
"""Name of their main tables alone, which the window keeps: no single respondent is in them."""


@dataclass(frozen=True, slots=True)
class ChainOptions:
    """All that the user can choose for one run."""

    preparation: PreparationOptions = field(default_factory=PreparationOptions)
    measurement: MeasurementOptions = field(default_factory=MeasurementOptions)
    modelling: ModellingOptions = field(default_factory=ModellingOptions)
    coupling: CouplingOptions = field(default_factory=CouplingOptions)
    diagnosis: DiagnosisOptions = field(default_factory=DiagnosisOptions)
    comparison: ComparisonOptions = field(default_factory=ComparisonOptions)
    review: ReviewOptions = field(default_factory=ReviewOptions)


def options_for(
    options: ChainOptions,
    *,
    seed: int,
    draws: int,
    model: str = "",
    threshold: int = 10,
    keep_flagged: bool = False,
) -> ChainOptions:
    """Return ``options`` with the settings that concern several stages at once.

    Args:
        seed: of every stage that draws random numbers.
        draws: bootstrap draws of coupling, diagnosis and comparison.
        model: name of a framework model or lavaan text; empty: the ladder chooses.
        threshold: smallest group shown anywhere.
        keep_flagged: leave nobody out of the main results.
    """
    preparation = options.preparation
    if keep_flagged:
        preparation = replace(preparation, exclude=())
    return replace(
        options,
        preparation=preparation,
        measurement=replace(options.measurement, seed=seed),
        modelling=replace(options.modelling, seed=seed, model=model),
        coupling=replace(options.coupling, seed=seed, bootstrap=draws, threshold=threshold),
        diagnosis=replace(options.diagnosis, seed=seed, bootstrap=draws, threshold=threshold),
        comparison=replace(options.comparison, seed=seed, bootstrap=draws, threshold=threshold),
        review=replace(options.review, seed=seed, threshold=threshold),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ChainResult:
    """Everything one run found. Stages that do not apply are None."""

    prepared: PreparedDataset
    measurement: MeasurementResult
    structural: StructuralResult
    coupling: CouplingResult | None
    """None when the study names no systems or none has answers."""
    diagnosis: Diagnosis | None
    """None when no construct is a constraint (polarity severity)."""
    options: ChainOptions
    comparison: ComparisonResult | None = None
    review: ScaleReview | None = None
    """Both None in results stored before there was the stage; the review with fewer than ten."""


def run_chain(
    responses: ResponseSet, options: ChainOptions | None = None, progress: Progress = silent
) -> ChainResult:
    """Return every result that these answers and this study support.

    Args:
        responses: the answers as imported.
        options: what the user chose; None for the defaults.
        progress: told the share done and the stage; may raise Cancelled.

    A stage that does not apply is None: coupling without systems, the diagnosis without
    constraints. A stage that applies but cannot be computed gives a result whose findings
    say why; the others still come out.
    """
    from analysis.comparison import compare
    from analysis.coupling import assess_coupling
    from analysis.diagnosis import diagnose
    from analysis.measurement import measure, review
    from analysis.modelling import model_structure
    from analysis.preparation import prepare

    options = options or ChainOptions()
    study = responses.study
    progress(0.0, "prepare")
    prepared = prepare(responses, options.preparation)
    measurement = measure(prepared, options.measurement, part_of(progress, 0.05, 0.25))
    reviewed = review(prepared, measurement, options.review, part_of(progress, 0.25, 0.35))
    structural = model_structure(
        prepared, measurement, options.modelling, part_of(progress, 0.35, 0.6)
    )
    coupling = None
    if study.systems:
        coupling = assess_coupling(
            prepared, options.coupling, part_of(progress, 0.6, 0.8), sem=structural.sem
        )
    diagnosis = None
    if any(construct.polarity == "severity" for construct in study.constructs):
        diagnosis = diagnose(
            prepared, measurement, structural, options.diagnosis, part_of(progress, 0.8, 0.9)
        )
    comparison = compare(
        prepared, options.comparison, part_of(progress, 0.9, 1.0), htmt=measurement.htmt
    )
    progress(1.0, "done")
    return ChainResult(
        prepared,
        measurement,
        structural,
        coupling,
        diagnosis,
        options,
        comparison=comparison,
        review=reviewed,
    )
