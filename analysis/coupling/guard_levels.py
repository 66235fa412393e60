"""Levels bent to fit wrong values: are the published names those of a known table?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.coupling.levels import SCHEMES, level_scheme
from analysis.findings import Finding, Severity, finding

FINEST = 0.1
"""Width of the levels of the finest known table."""


@dataclass(frozen=True, slots=True)
class LevelVerdict:
    """Which table the published levels follow.

    Args:
        scheme: code of the table all names and values agree with, "" if none.
        wrong_rows: numbers (from 0) of rows whose name the best table contradicts.
    """

    scheme: str
    wrong_rows: tuple[int, ...]
    findings: tuple[Finding, ...]


def check_levels(degrees: Sequence[float], names: Sequence[str]) -> LevelVerdict:
    """Return whether published level names follow a known table of levels.

    Args:
        degrees, names: one D (or C) and its Chinese level name per row.
    """
    values = np.asarray(degrees, dtype=float)
    best: tuple[str, tuple[int, ...]] = ("", tuple(range(len(names))))
    for code in SCHEMES:
        scheme = level_scheme(code)
        expected = [
            {scheme.name(int(scheme.codes(v, side))) for side in ("left", "right")} for v in values
        ]
        wrong = tuple(k for k, name in enumerate(names) if name.strip() not in expected[k])
        if len(wrong) < len(best[1]):
            best = (code, wrong)
    code, wrong = best
    found = []
    spread = float(np.ptp(values)) if len(values) else 0.0
    distinct = len({name.strip() for name in names})
    if distinct > spread // FINEST + 2:
        found.append(finding("guard_levels_bent", Severity.BLOCK, spread=spread, k=distinct))
    if not code:
        found.append(finding("guard_levels_unknown", Severity.CAUTION))
    elif wrong:
        found.append(finding("guard_levels_wrong", Severity.CAUTION, code, rows=len(wrong)))
    return LevelVerdict("" if wrong else code, wrong, tuple(found))
