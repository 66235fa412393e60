"""Checks answer codes against the platform's 总分, and learns unknown orders from it.

If every complete row's total is the sum of its coded items, the codes are right. Solving
total = Σ w·item shows which items the platform scores and which it turns; solving for the
labels' own values shows the order of labels nobody knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from survey.exchange.coding import code_column
from survey.exchange.numbers import number_of
from survey.exchange.plan import ColumnKind, ColumnPlan, TotalCheck
from survey.exchange.raw_table import Column, RawTable
from survey.exchange.scales import MOST_STEPS, Scale

Floats = NDArray[np.float64]
EXACT = 1e-6
MORE_ROWS = 2
"""Rows wanted beyond the number of unknowns."""


def check_total(
    raw: RawTable, columns: Sequence[ColumnPlan]
) -> tuple[tuple[ColumnPlan, ...], TotalCheck | None]:
    """Return the columns, orders learned from the total filled in, and how well it agrees."""
    total_plan = next((c for c in columns if c.kind is ColumnKind.TOTAL), None)
    items = [c for c in columns if c.kind is ColumnKind.ITEM]
    if total_plan is None or not items:
        return tuple(columns), None
    if len(raw.columns[total_plan.place].values) < 2:
        return tuple(columns), None  # the platform scored nothing
    total = _numbers(raw.columns[total_plan.place])
    learned = _learn_orders(raw, items, total)
    columns = tuple(learned.get(column.place, column) for column in columns)
    known = [c for c in columns if c.kind is ColumnKind.ITEM and c.scale is not None]
    check = _compare(raw, known, total, total_plan.header) if known else None
    if check is not None and check.agreeing == check.rows > 0:
        columns = tuple(_confirmed(column) for column in columns)
    return columns, check


def _numbers(column: Column) -> Floats:
    values = [number_of(cell) for cell in column.values]
    lookup = np.array([np.nan if value is None else value for value in values] + [np.nan])
    found: Floats = lookup[column.codes]
    return found


def _confirmed(column: ColumnPlan) -> ColumnPlan:
    if column.kind is not ColumnKind.ITEM or column.scale is None or column.certainty == "open":
        return column
    scale = replace(column.scale, is_certain=True)
    return replace(column, scale=scale, certainty="certain")


def _compare(
    raw: RawTable, items: Sequence[ColumnPlan], total: Floats, header: str
) -> TotalCheck | None:
    """Return the agreement of the best reading: all items as coded, or some left or turned."""
    coded = np.column_stack([code_column(raw.columns[c.place], c).numbers for c in items])
    rows = ~np.isnan(coded).any(axis=1) & ~np.isnan(total)
    if not rows.any():
        return None
    coded, total = coded[rows], total[rows]
    plain_sum = int((np.abs(coded.sum(axis=1) - total) < EXACT).sum())
    best = TotalCheck(header, plain_sum, len(total))
    if plain_sum == len(total) or len(total) < len(items) + 1 + MORE_ROWS:
        return best
    weights = np.rint(_solve(coded, total))
    if not np.isin(weights, (-1.0, 0.0, 1.0)).all():
        return best
    left = total - coded @ weights
    agreeing = int((np.abs(left - np.median(left)) < EXACT).sum())
    if agreeing <= plain_sum:
        return best
    turned = tuple(item.header for item, w in zip(items, weights, strict=True) if w < 0)
    return TotalCheck(header, agreeing, len(total), turned)


def _solve(coded: Floats, total: Floats) -> Floats:
    design = np.column_stack([coded, np.ones(len(total))])
    return np.asarray(np.linalg.lstsq(design, total, rcond=None)[0][:-1], dtype=np.float64)


def _learn_orders(
    raw: RawTable, items: Sequence[ColumnPlan], total: Floats
) -> Mapping[int, ColumnPlan]:
    """Return the items whose labels' order was unknown and follows from the total."""
    unknown = [item for item in items if item.scale is None]
    known = [item for item in items if item.scale is not None]
    labels = tuple(
        dict.fromkeys(
            cell
            for item in unknown
            for cell in raw.columns[item.place].values
            if cell not in dict(item.missing)
        )
    )
    if not unknown or not 2 <= len(labels) <= MOST_STEPS:
        return {}
    counts = np.column_stack([_count(raw, unknown, label) for label in labels])
    rest = np.zeros(raw.n_rows)
    if known:
        rest = np.sum([code_column(raw.columns[c.place], c).numbers for c in known], axis=0)
    rows = (counts.sum(axis=1) == len(unknown)) & ~np.isnan(total) & ~np.isnan(rest)
    if rows.sum() < len(labels) + MORE_ROWS:
        return {}
    values, residuals, rank, _ = np.linalg.lstsq(counts[rows], (total - rest)[rows], rcond=None)
    del residuals
    exact = np.abs(counts[rows] @ values + rest[rows] - total[rows]) < EXACT
    codes = np.rint(values)
    if rank < len(labels) or not exact.all() or np.abs(values - codes).max() > EXACT:
        return {}
    if len(set(codes.tolist())) < len(labels):
        return {}
    order = np.argsort(codes)
    steps = tuple((labels[place], float(codes[place])) for place in order)
    scale = Scale(steps, min(1.0, steps[0][1]), steps[-1][1], "total")
    return {item.place: replace(item, scale=scale, certainty="certain") for item in unknown}


def _count(raw: RawTable, items: Sequence[ColumnPlan], label: str) -> Floats:
    count = np.zeros(raw.n_rows)
    for item in items:
        column = raw.columns[item.place]
        if label in column.values:
            count += column.codes == column.values.index(label)
    return count
