"""The models tried on the way down the ladder, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.findings import Finding
from analysis.measurement.result import MeasurementResult
from analysis.modelling.ladder import Candidate
from analysis.modelling.result import ModellingOptions
from analysis.modelling.sample import ModelSample
from analysis.preparation.dataset import PreparedDataset
from analysis.sem.errors import SemError
from analysis.sem.options import Missing
from analysis.sem.specification import Specification
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from analysis.sem import SemResult

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What became of one candidate."""

    candidate: Candidate
    reason: str
    model: Specification
    sample: ModelSample
    sem: SemResult | None = None
    gate: Pairs = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Walk:
    """The attempts so far, and what they have in common."""

    prepared: PreparedDataset
    measurement: MeasurementResult
    options: ModellingOptions
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Only complete cases are used."""
        return self.options.missing != "ml"

    @property
    def gated(self) -> Attempt | None:
        """The first candidate that only the HTMT gate stopped."""
        return next((a for a in self.attempts if a.reason == "htmt_gate"), None)


def fit_or_reason(
    model: Specification,
    sample: ModelSample,
    options: ModellingOptions,
    progress: Progress = silent,
) -> tuple[SemResult | None, SemError | None]:
    """Return the fit by the chosen estimator, or None with the engine's reason.

    Where answers are missing, full information ML is used.
    """
    from analysis.sem import SemOptions, fit

    try:
        missing: Missing = "ml" if sample.has_missing else "listwise"
        settings = SemOptions(estimator=options.estimator, missing=missing)
        return fit(model, sample.data, settings, progress=progress), None
    except SemError as error:
        return None, error
