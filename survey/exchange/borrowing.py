"""Gives a scale to items that show too little of their own: all the same, or nothing at all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import RawTable
from survey.exchange.scales import MOST_STEPS, Scale, ordered_scale
from survey.exchange.wording import plain
from survey.framework import load_framework


def framework_labels() -> tuple[str, ...]:
    """Return the framework's own answer labels, low to high."""
    return tuple(load_framework().raw["scale"]["labels_zh"])


def with_borrowed_scales(
    raw: RawTable, columns: Sequence[ColumnPlan], labels: Sequence[str] = ()
) -> tuple[ColumnPlan, ...]:
    """Return the columns; an item without a scale takes one that covers all its answers.

    Args:
        raw: the table.
        columns: of the plan; items of other columns lend their scales first.
        labels: of the study's own scale, low to high, if it has one.
    """
    lenders = [c.scale for c in columns if c.kind is ColumnKind.ITEM and c.scale is not None]
    if labels:
        lenders.append(ordered_scale(labels, "words"))
    return tuple(_borrowing(raw, column, lenders) for column in columns)


def _borrowing(raw: RawTable, column: ColumnPlan, lenders: Sequence[Scale]) -> ColumnPlan:
    if column.kind is not ColumnKind.ITEM or column.scale is not None:
        return column
    gone = {cell for cell, _ in column.missing}
    cells = tuple(cell for cell in raw.columns[column.place].values if cell not in gone)
    answers = {plain(cell) for cell in cells}
    covering = [scale for scale in lenders if _covers(scale, answers)]
    if not covering:
        return replace(column, options=column.options or cells[:MOST_STEPS])
    scale = max(covering, key=covering.count)
    return replace(column, scale=scale, certainty="certain" if scale.is_certain else "likely")


def _covers(scale: Scale, answers: Iterable[str]) -> bool:
    """A column without any answer is covered by every scale."""
    return {plain(cell) for cell in scale.labels}.issuperset(answers)
