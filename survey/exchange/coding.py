"""Turns the cells of a column into numbers and kinds of missing, once per distinct cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.exchange.numbers import number_of
from survey.exchange.plan import ColumnPlan
from survey.exchange.raw_table import Column
from survey.exchange.wording import plain
from survey.responses import Missing


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as numbers.

    Args:
        numbers: one per row, NaN where there is no answer.
        missing: Missing values, int8, one per row.
        not_understood: distinct cells that are no answer of the scale.
    """

    numbers: NDArray[np.float64]
    missing: NDArray[np.int8]
    not_understood: tuple[str, ...]


def code_column(column: Column, plan: ColumnPlan) -> Coded:
    """Return the column's cells as numbers by its plan's scale; blanks are EMPTY."""
    size = len(column.values) + 1  # the last place is for blank cells, whose code is -1
    numbers = np.full(size, np.nan)
    kinds = np.full(size, int(Missing.EMPTY), dtype=np.int8)
    unknown = []
    meaning = _Meaning(plan)
    for place, cell in enumerate(column.values):
        number, kind = meaning.of(cell)
        numbers[place], kinds[place] = number, int(kind)
        if kind is Missing.NOT_UNDERSTOOD:
            unknown.append(cell)
    return Coded(numbers[column.codes], kinds[column.codes], tuple(unknown))


class _Meaning:
    """What a cell of one column means."""

    def __init__(self, plan: ColumnPlan) -> None:
        self._gone = {plain(cell): kind for cell, kind in plan.missing}
        self._ranges = plan.missing_ranges
        self._scale = plan.scale
        steps = () if plan.scale is None else plan.scale.steps
        self._codes = {plain(cell): code for cell, code in steps}

    def of(self, cell: str) -> tuple[float, Missing]:
        """Return the number and kind of missing of a cell."""
        text = plain(cell)
        if text in self._gone:
            return np.nan, self._gone[text]
        if text in self._codes:
            return self._codes[text], Missing.ANSWERED
        number = number_of(cell)
        if number is not None and any(low <= number <= high for low, high in self._ranges):
            return np.nan, Missing.USER_MISSING
        if number is not None and self._is_answer(number):
            return number, Missing.ANSWERED
        return np.nan, Missing.NOT_UNDERSTOOD

    def _is_answer(self, number: float) -> bool:
        """A number stands for itself where the scale has no labels, or a label is that number.

        In a column of labels "5" beside 非常同意 is not understood, not taken for a code.
        """
        if self._scale is None:
            return True
        if not self._scale.steps:
            return self._scale.minimum <= number <= self._scale.maximum
        return any(number_of(cell) == number for cell in self._scale.labels)
