"""Trying each part of the comparison: the ladder by sample size, and what could not be done."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from analysis.findings import Finding, Severity, finding
from analysis.not_computable import NotComputable
from survey.framework import load_framework

if TYPE_CHECKING:
    import pandas as pd

    from analysis.comparison.result import Question

Result = TypeVar("Result")
Asked = ParamSpec("Asked")

DEMANDS = MappingProxyType(
    {
        "tests": 30,
        "regression": 100,
        "mediation": 100,
        "necessity": 100,
        "configurations": 100,
        "weights": 300,
        "paths": 300,
        "moderation": 300,
        "profiles": 300,
    }
)
"""Fewest answers of each part. The steps are FRAMEWORK 8's: under 30 descriptives, under 100
scores and gaps, under 300 the overall chain alone; profiles from 300 (Nylund-Gibson & Choi 2018).
``paths``: mediation by single constraint groups, parallel and serial."""


WHOLE = "regression"
"""The part without which nothing is explained."""


class Attempts:
    """Runs parts and keeps the findings of those that could not be had."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def allows(self, part: str, n: int) -> bool:
        """Return whether ``n`` answers are enough for a part; note it when they are not.

        The finding that there are too few for a regression speaks for all that needs more.
        """
        needed = DEMANDS[part]
        said = any(f.code == f"too_few_for_{WHOLE}" for f in self.findings)
        if n < needed and not (said and needed >= DEMANDS[WHOLE]):
            self.findings.append(finding(f"too_few_for_{part}", Severity.NOTE, n=n, needed=needed))
        return n >= needed

    def run(
        self, function: Callable[Asked, Result], *args: Asked.args, **named: Asked.kwargs
    ) -> Result | None:
        """Return what ``function`` gives, None with its finding when it cannot be computed."""
        try:
            return function(*args, **named)
        except NotComputable as refusal:
            if refusal.finding not in self.findings:
                self.findings.append(refusal.finding)
            return None


def indistinct_pairs(
    htmt: pd.DataFrame | None, first: tuple[str, ...], second: tuple[str, ...]
) -> list[str]:
    """Return the pairs of constructs, one of each list, that HTMT cannot tell apart.

    Args:
        htmt: square, one triangle filled; None when it is not known.
    """
    if htmt is None:
        return []
    limit = float(load_framework().raw["thresholds"]["HTMT"]["liberal"])
    full = htmt.combine_first(htmt.T)

    def is_same(a: str, b: str) -> bool:
        known = a in full.index and b in full.columns
        return known and float(full.loc[[a], b].to_numpy(dtype=float)[0]) >= limit

    return [f"{a}–{b}" for a in first for b in second if is_same(a, b)]


def constructs_of(question: Question, code: str) -> tuple[str, ...]:
    """Return the constructs behind a code."""
    return question.composites.get(code, (code,)) if code else ()
