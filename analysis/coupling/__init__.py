"""Coupling coordination of systems: formulas, levels, weights, obstacles, uncertainty."""

from analysis.coupling.assess import assess_coupling
from analysis.coupling.result import CouplingOptions, CouplingResult

__all__ = ["CouplingOptions", "CouplingResult", "assess_coupling"]
