"""Coupling coordination of systems: formulas, levels, weights, obstacles, uncertainty.

From a survey: :func:`assess_coupling`. From objective indicators: :func:`assess_panel`; both
side by side: :func:`triangulate`. Published numbers: :func:`check_table`,
:func:`check_formula`, :func:`check_levels`. Weights: :mod:`analysis.coupling.weights`.
"""

from analysis.coupling.assess import assess_coupling
from analysis.coupling.guard import Verdict, check_table
from analysis.coupling.guard_levels import LevelVerdict, check_levels
from analysis.coupling.panel import (
    PanelCoupling,
    PanelIndicator,
    PanelOptions,
    assess_panel,
)
from analysis.coupling.pasted_formula import FormulaProblem, check_formula
from analysis.coupling.result import CouplingOptions, CouplingResult
from analysis.coupling.triangulation import Triangulation, triangulate

__all__ = [
    "CouplingOptions",
    "CouplingResult",
    "FormulaProblem",
    "LevelVerdict",
    "PanelCoupling",
    "PanelIndicator",
    "PanelOptions",
    "Triangulation",
    "Verdict",
    "assess_coupling",
    "assess_panel",
    "check_formula",
    "check_levels",
    "check_table",
    "triangulate",
]
