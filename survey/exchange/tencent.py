"""腾讯问卷: an answer carries its option's letter, "B.其他管理者": code B, label 其他管理者."""

import re
from collections.abc import Sequence
from dataclasses import replace

from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import RawTable

_LETTER = re.compile(r"^[A-Z]{1,2}[.．、]\s*(.+)$", re.DOTALL)
_CHOICES = (ColumnKind.GROUP, ColumnKind.SINGLE)


def with_letter_labels(raw: RawTable, columns: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """Return the columns with each choice's label without its letter."""
    return tuple(_labelled(raw, column) for column in columns)


def _labelled(raw: RawTable, column: ColumnPlan) -> ColumnPlan:
    cells = raw.columns[column.place].values
    found = {cell: _LETTER.match(cell) for cell in cells}
    if column.kind not in _CHOICES or not cells or not all(found.values()):
        return column
    labels = tuple((cell, match.group(1).strip()) for cell, match in found.items() if match)
    return replace(column, labels=labels)
