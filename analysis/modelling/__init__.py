"""The structural model: which one the sample supports, its fit, effects and limits."""

from analysis.modelling.result import ModellingOptions, Rung, StructuralResult
from analysis.modelling.structure import model_structure

__all__ = ["ModellingOptions", "Rung", "StructuralResult", "model_structure"]
