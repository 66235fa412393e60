"""Marks items whose answers run against the rest of their construct. Recodes nothing."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from survey.exchange.coding import code_column
from survey.exchange.plan import ColumnPlan, ImportPlan
from survey.exchange.raw_table import Column, RawTable
from survey.problems import Problem
from survey.study import StudyConstruct

FEWEST_RESPONDENTS = 20
MOST_RESPONDENTS = 20_000
"""More would not change a suspicion."""
FEWEST_ITEMS = 3
"""With two items one cannot tell which of them is turned."""
AGAINST = -0.1
"""Correlation with the rest of the construct below which an item is suspected."""


def mark_reverse_suspects(raw: RawTable, plan: ImportPlan) -> ImportPlan:
    """Return the plan with suspects marked and one note for each."""
    suspects = [c for construct in plan.study.constructs for c in _suspects(raw, plan, construct)]
    if not suspects:
        return plan
    notes = tuple(
        Problem(
            "reverse_suspect", column.header.strip(), values={"code": column.code, "r": round(r, 2)}
        )
        for column, r in suspects
    )
    marked = plan.with_columns(replace(c, is_reverse_suspect=True) for c, _ in suspects)
    return replace(marked, notes=(*plan.notes, *notes))


def _suspects(
    raw: RawTable, plan: ImportPlan, construct: StudyConstruct
) -> list[tuple[ColumnPlan, float]]:
    columns = [held[0] for code in construct.items if (held := plan.columns_of(code))]
    columns = [column for column in columns if column.scale is not None]
    if len(columns) < FEWEST_ITEMS:
        return []
    turned = {item.code for item in plan.study.items if item.is_reversed}
    scores = np.column_stack(
        [_scored(raw, column, is_turned=column.code in turned) for column in columns]
    )
    scores = scores[~np.isnan(scores).any(axis=1)]
    if len(scores) < FEWEST_RESPONDENTS:
        return []
    found = []
    total = scores.sum(axis=1)
    for place, column in enumerate(columns):
        r = _correlation(scores[:, place], total - scores[:, place])
        if r < AGAINST:
            found.append((column, r))
    return found if len(found) <= len(columns) // 2 else []


def _scored(raw: RawTable, column: ColumnPlan, *, is_turned: bool) -> NDArray[np.float64]:
    cells = raw.columns[column.place]
    cells = Column(cells.values, cells.codes[:MOST_RESPONDENTS])
    numbers = code_column(cells, column).numbers
    return -numbers if is_turned else numbers


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    if x.std() == 0 or y.std() == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])
