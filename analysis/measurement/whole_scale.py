"""Several constructs taken together: does one total score of them mean anything?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.measurement.confirmatory import cfa_design
from analysis.measurement.omega import hierarchical_omega
from analysis.not_computable import NotComputable

if TYPE_CHECKING:
    from analysis.preparation.dataset import PreparedDataset

COLUMNS = ["constructs", "items", "n", "alpha", "omega_total", "omega_h", "ecv"]
FEWEST_CONSTRUCTS = 3
"""Two group factors are identified only by an assumption."""

ROWS_PER_ITEM = 2
FEWEST_ROWS = 50


def whole_scale_omegas(prepared: PreparedDataset) -> pd.DataFrame:
    """Return omega total and hierarchical of the constraints, and of the other constructs.

    One row for the constructs of each polarity (index ``severity``, ``positive``) that has
    three or more with two or more items, as many group factors as constructs; complete rows of
    those who were shown all items, at least two per item and fifty. Columns ``constructs, items, n,
    alpha`` (standardized) ``, omega_total, omega_h`` (share of the total score's variance due to
    the general factor) ``, ecv``. Empty where nothing can be had.

    Formula and source: :func:`analysis.measurement.omega.hierarchical_omega`.
    """
    rows = {}
    for polarity in ("severity", "positive"):
        chosen = [c for c in prepared.study.constructs if c.polarity == polarity]
        sample, items_of = cfa_design(prepared, chosen)
        items = [item for own in items_of.values() for item in own]
        complete = sample.complete
        needed = max(FEWEST_ROWS, ROWS_PER_ITEM * len(items))
        if len(items_of) < FEWEST_CONSTRUCTS or len(complete) < needed:
            continue
        try:
            found = hierarchical_omega(complete[items].corr(), n_factors=len(items_of))
        except NotComputable:
            continue
        rows[polarity] = [
            *(len(items_of), len(items), len(complete)),
            *(found.alpha, found.omega_total, found.omega_h, found.ecv),
        ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
