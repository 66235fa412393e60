"""The whole chain in one call: answers in, every result out.

Each stage is a pure function of the one before; ``main.py diagnose`` and the window's run
button both come here, so they cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.coupling.result import CouplingOptions, CouplingResult
from analysis.diagnosis.result import Diagnosis, DiagnosisOptions
from analysis.measurement.result import MeasurementOptions, MeasurementResult
from analysis.modelling.result import ModellingOptions, StructuralResult
from analysis.preparation.dataset import PreparationOptions, PreparedDataset


@dataclass(frozen=True, slots=True)
class ChainOptions:
    """All that the user can choose for one run."""

    preparation: PreparationOptions = field(default_factory=PreparationOptions)
    measurement: MeasurementOptions = field(default_factory=MeasurementOptions)
    modelling: ModellingOptions = field(default_factory=ModellingOptions)
    coupling: CouplingOptions = field(default_factory=CouplingOptions)
    diagnosis: DiagnosisOptions = field(default_factory=DiagnosisOptions)


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
