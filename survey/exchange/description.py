"""The answers that are described, not scored: choices, rankings, texts, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survey.exchange.framework_numbers import CONSTRAINT_RANKING
from survey.exchange.joined_choices import split_answers
from survey.exchange.numbers import number_of
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.exchange.raw_table import Column, RawTable
from survey.exchange.sketching import JOINED, RANKED, open_part, without_open_part
from survey.exchange.wording import bare, plain
from survey.framework import load_framework

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    import pandas as pd

_NOT_CHOSEN = frozenset({"0", "0.0", "false", "no", "n", "nein"})
_DESCRIBED = (
    ColumnKind.SINGLE,
    ColumnKind.MULTIPLE,
    ColumnKind.RANKING,
    ColumnKind.TEXT,
    ColumnKind.QUANTITY,
)
_SPREAD = (ColumnKind.MULTIPLE, ColumnKind.RANKING)
Objects = NDArray[np.object_]
Floats = NDArray[np.float64]


def describe_others(raw: RawTable, plan: ImportPlan, index: pd.RangeIndex) -> pd.DataFrame:
    """Return one column per question that is neither item nor fact on the respondent.

    What was typed behind an option of a group or a multiple choice stands in a column of its
    own, ``group〖〗``.
    """
    import pandas as pd

    found: dict[str, Objects | Floats] = {}
    for columns in _questions(plan):
        name = _name(columns[0], found)
        found[name] = _values(raw, columns)
        first = columns[0]
        if first.kind is ColumnKind.MULTIPLE and not first.option and not first.separator:
            _add_typed(found, name, raw.columns[first.place])
    for column in plan.of_kind(ColumnKind.GROUP):
        _add_typed(found, column.code, raw.columns[column.place])
    return pd.DataFrame(found, index=index)


def _add_typed(found: dict[str, Objects | Floats], name: str, cells: Column) -> None:
    """Add what was typed behind the options of a column, if anything was."""
    typed = [open_part(cell) for cell in cells.values]
    if any(typed):
        found[f"{name}〖〗"] = _looked_up(cells, typed)


def _questions(plan: ImportPlan) -> list[list[ColumnPlan]]:
    """Return the columns by question: several for a choice spread over its options."""
    questions: list[list[ColumnPlan]] = []
    for column in plan.of_kind(*_DESCRIBED):
        last = questions[-1] if questions else None
        if last is not None and column.option and _is_same(column, last[-1]):
            last.append(column)
        else:
            questions.append([column])
    return questions


def _is_same(column: ColumnPlan, other: ColumnPlan) -> bool:
    return (
        bool(column.question)
        and column.question == other.question
        and column.kind is other.kind
        and bool(other.option)
        and (column.kind in _SPREAD or (column.is_option_column and other.is_option_column))
    )


def _name(column: ColumnPlan, taken: Container[str]) -> str:
    wording = column.wording if not column.option else column.stem or column.question
    if wording.isdigit():
        wording = f"Q{wording}"
    base = column.code or wording or column.header.strip()
    if base in taken and not column.option:
        base = column.header.strip() or base  # the heading tells it from its namesake
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base} ({number})"
    return name


def _values(raw: RawTable, columns: Sequence[ColumnPlan]) -> Objects | Floats:
    first = columns[0]
    if len(columns) > 1 and first.kind in (ColumnKind.MULTIPLE, ColumnKind.SINGLE):
        return _chosen(raw, columns)
    if len(columns) > 1 and first.kind is ColumnKind.RANKING:
        return _ranked(raw, columns)
    cells = raw.columns[first.place]
    if first.kind is ColumnKind.QUANTITY:
        return _quantities(cells, first)
    texts = [_text(cell, first) for cell in cells.values]
    if first.code == CONSTRAINT_RANKING:
        texts = [None if text is None else _as_constraints(text) for text in texts]
    return _looked_up(cells, texts)


def _looked_up(cells: Column, values: Sequence[object]) -> Objects:
    lookup = np.empty(len(values) + 1, dtype=object)
    lookup[: len(values)] = values
    lookup[-1] = None
    found: Objects = lookup[cells.codes]
    return found


def _quantities(cells: Column, plan: ColumnPlan) -> Floats:
    """Return numbers, NaN where there is none."""
    gone = dict(plan.missing)
    numbers = [None if cell in gone else number_of(cell) for cell in cells.values]
    found: Floats = np.array([*numbers, None], dtype=np.float64)[cells.codes]
    return found


def _text(cell: str, plan: ColumnPlan) -> str | None:
    if cell in dict(plan.missing):
        return None
    if plan.separator:
        return JOINED.join(split_answers(cell, plan.options, separator=plan.separator))
    if plan.kind is ColumnKind.MULTIPLE and not plan.option:
        parts = without_open_part(cell).split(JOINED)  # the text may itself hold the mark
        return JOINED.join(part.strip() for part in parts)
    return dict(plan.labels).get(cell, cell.strip())


def _as_constraints(text: str) -> str:
    """Return a ranking of constraints as codes: ``C4→C6→C1``; unknown names stay."""
    codes = {bare(c.name): c.code for c in load_framework().constructs.values()}
    return RANKED.join(codes.get(bare(name), name.strip()) for name in text.split(RANKED))


def _chosen(raw: RawTable, columns: Sequence[ColumnPlan]) -> Objects:
    """Return the chosen options joined by ┋; None where no column says anything."""
    joined = np.full(raw.n_rows, "", dtype=object)
    known = np.zeros(raw.n_rows, dtype=bool)
    for plan in columns:
        cells = raw.columns[plan.place]
        gone = dict(plan.missing)
        known |= np.array([cell not in gone for cell in cells.values] + [False])[cells.codes]
        for place, cell in enumerate(cells.values):
            if not _is_chosen(cell, plan):
                continue
            option = dict(plan.labels).get(cell, plan.option)
            rows = cells.codes == place
            joined[rows] = [f"{text}{JOINED}{option}" if text else option for text in joined[rows]]
    joined[~known] = None
    return joined


def _is_chosen(cell: str, plan: ColumnPlan) -> bool:
    if cell in dict(plan.missing):
        return False
    return cell in plan.options if plan.options else plain(cell) not in _NOT_CHOSEN


def _ranked(raw: RawTable, columns: Sequence[ColumnPlan]) -> Objects:
    """Return the options in order of rank joined by →; None where nothing is ranked.

    Options of one rank are joined by ┋ and a rank nobody got stays empty, so that a ranking
    that cannot be is seen as such.
    """
    ranks = np.full((raw.n_rows, len(columns)), np.inf)
    for place, plan in enumerate(columns):
        cells = raw.columns[plan.place]
        values = [_rank(cell, plan) for cell in cells.values]
        ranks[:, place] = np.array([*values, np.inf])[cells.codes]
    options = [plan.option for plan in columns]
    if columns[0].code == CONSTRAINT_RANKING:
        options = [_as_constraints(option) for option in options]
    found = np.full(raw.n_rows, None, dtype=object)
    for row in np.flatnonzero(np.isfinite(ranks).any(axis=1)):
        at: dict[int, list[str]] = {}
        for rank, option in zip(ranks[row], options, strict=True):
            if np.isfinite(rank):
                at.setdefault(min(int(rank), len(columns)), []).append(option)
        found[row] = RANKED.join(JOINED.join(at.get(n, ())) for n in range(1, max(at) + 1))
    return found


def _rank(cell: str, plan: ColumnPlan) -> float:
    number = None if cell in dict(plan.missing) else number_of(cell)
    return np.inf if number is None or number <= 0 else number
