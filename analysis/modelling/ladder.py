"""The ladder of models by sample size, and the gate of discriminant validity.

Thresholds are FRAMEWORK 8's, from its Monte Carlo study; the reasons are codes of
``ladder.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.modelling.model_text import top_factor
from analysis.modelling.result import Rung
from analysis.sem.specification import Specification

SEM_MINIMUM = 100
"""Fewest complete cases for any structural equation model."""

SCORES_MINIMUM = 30
"""Fewest respondents for scores, gaps and coupling with intervals."""

RELATIVE_WEIGHTS_MINIMUM = 300
"""Fewest complete cases for the importance of single constraints."""

MULTI_GROUP_MINIMUM = 200
"""Fewest cases in each group of a multi-group model."""

SEPARATE_GROUPS_SAFE = 600
"""Below this the paths of single constraint groups have little power when groups correlate."""

HTMT_LIMIT = 0.90

FRAMEWORK_LADDER = (
    ("MI_items_second_order", 600),
    ("MS_subscale", 300),
    ("MO_overall", SEM_MINIMUM),
)
"""Most demanding first; the first two from MS on are chosen by size, MI on request."""

ON_REQUEST = frozenset({"MI_items_second_order"})

NEEDED = {
    "MI_items_second_order": 600,
    "MC_first_order_constraints": SEM_MINIMUM,
    "MS_subscale": 300,
    "MS0_full_mediation": 300,
    "MT_theory_paths": 300,
    "MD_detailed_paths": 300,
    "MP_pathways": 300,
    "MX_formative": 300,
    "MF_feedback": 600,
    "MW_two_wave": 200,
    "MO_overall": SEM_MINIMUM,
}
"""Complete cases each framework model needs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model to try, with its rung's demand."""

    name: str
    model: Specification
    n_needed: int


def rung(candidate: Candidate, reason: str) -> Rung:
    """Return the rung with the code of its reason; supported unless size or survey forbid."""
    refused = {"too_few", "constructs_missing", "no_paths"}
    return Rung(candidate.name, candidate.n_needed, reason not in refused, reason)


def gated_pairs(
    htmt: pd.DataFrame, model: Specification, *, limit: float = HTMT_LIMIT
) -> tuple[tuple[str, str], ...]:
    """Return pairs of constructs with HTMT >= limit that the model treats as different things.

    Two constructs of one factor may be alike; two that belong to different factors, between
    which the model draws paths, must be told apart first.

    Args:
        htmt: square, construct codes, lower triangle filled, NaN elsewhere.
    """
    values = htmt.to_numpy(dtype=float)
    names = [str(code) for code in htmt.index]
    pairs = []
    for i, j in zip(*np.nonzero(values >= limit), strict=True):
        first, second = names[j], names[i]
        differ = top_factor(model, first) != top_factor(model, second)
        if differ and _is_used(model, first) and _is_used(model, second):
            pairs.append((first, second))
    return tuple(pairs)


def _is_used(model: Specification, name: str) -> bool:
    return any(name in (f.lhs, f.rhs) for f in model.formulas)
