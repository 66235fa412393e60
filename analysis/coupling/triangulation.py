"""Triangulation 佐证: the systems' level by the survey beside the level by the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DISAGREEMENT = 20.0
"""Points (of 100) from which survey and ledger are said to disagree (house rule)."""


@dataclass(frozen=True, slots=True)
class Triangulation:
    """A system's level by the survey beside its level by the ledger, both 0-100.

    ``is_flagged``: they differ by more than :data:`DISAGREEMENT` points; ``causes`` are codes of
    likely reasons (coupling.toml).
    """

    system: str
    survey: float
    ledger: float
    difference: float
    is_flagged: bool
    causes: tuple[str, ...]


def triangulate(
    survey_u: Mapping[str, float], ledger_u: Mapping[str, float]
) -> tuple[Triangulation, ...]:
    """Return survey and ledger side by side for the systems both know (U in 0..1)."""
    found = []
    for system in survey_u:
        if system not in ledger_u:
            continue
        survey, ledger = 100 * survey_u[system], 100 * ledger_u[system]
        difference = survey - ledger
        is_flagged = abs(difference) > DISAGREEMENT
        found.append(
            Triangulation(
                system, survey, ledger, difference, is_flagged, _causes(difference, is_flagged)
            )
        )
    return tuple(found)


def _causes(difference: float, is_flagged: bool) -> tuple[str, ...]:
    if not is_flagged:
        return ()
    if difference > 0:
        return ("optimistic_answers", "bounds_too_demanding", "indicators_lag")
    return ("results_not_felt", "bounds_too_easy", "expectations_risen")
