"""Applies an import plan to a raw table: answers as numbers, kinds of missing, respondents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from survey.exchange.coding import code_column
from survey.exchange.description import describe_others
from survey.exchange.numbers import is_day_first, moment_of, seconds_of
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.exchange.raw_table import BLANK, Column, RawTable
from survey.exchange.repeats import repeat_notes, repeat_tables, with_summaries
from survey.exchange.report import ImportReport, count_missing
from survey.exchange.sketching import without_open_part
from survey.problems import Problem, Refusal
from survey.responses import Missing, ResponseSet

if TYPE_CHECKING:
    import pandas as pd

LISTED_ROWS = 10
"""So many rows are named for a cell that was not understood."""
RAREST = (Missing.ANSWERED, Missing.NOT_UNDERSTOOD, Missing.USER_MISSING, Missing.DO_NOT_KNOW,
          Missing.EMPTY, Missing.NOT_SHOWN)  # fmt: skip
"""Of two columns for one item, the cell that comes first here counts."""


def apply_plan(
    raw: RawTable, plan: ImportPlan, *, needs_items: bool = True
) -> tuple[ResponseSet, ImportReport]:
    """Return the answers of the table and the report on the import.

    Args:
        raw: the table the plan was made for, or another with the same headings.
        plan: what each column is.
        needs_items: refuse a plan without a single scale item: nothing could be analysed.

    Raises:
        Refusal: open questions remain, or the table has other columns than the plan.
    """
    _check(raw, plan, needs_items=needs_items)
    import pandas as pd

    codes = _codes(plan)
    index = pd.RangeIndex(1, raw.n_rows + 1, name="respondent")
    problems: list[Problem] = []
    answers, missing = _answers(raw, plan, codes, problems)
    repeats = repeat_tables(raw, plan)
    responses = ResponseSet(
        study=plan.study,
        answers=pd.DataFrame(answers, index=index, columns=codes, copy=False),
        missing=pd.DataFrame(missing, index=index, columns=codes, copy=False),
        respondents=_respondents(raw, plan, index, problems),
        other=with_summaries(describe_others(raw, plan, index), repeats),
        source=replace(raw.source, kind=plan.platform),
        repeats=MappingProxyType(repeats),
    )
    return responses, _report(raw, plan, responses, problems)


def _check(raw: RawTable, plan: ImportPlan, *, needs_items: bool) -> None:
    headers = tuple(column.header for column in plan.columns)
    groups = [(r.sheet, tuple(c.header for c in r.columns)) for r in plan.repeats]
    if headers != raw.headers or groups != [(r.sheet, r.headers) for r in raw.repeats]:
        missing = [header for header in headers if header not in raw.headers]
        values = {"columns": "、".join(missing[:5]) or "—"}
        raise Refusal(Problem("plan_for_another_table", raw.source.name, values=values))
    if plan.questions:
        raise Refusal(*plan.questions)
    if needs_items and not plan.of_kind(ColumnKind.ITEM):
        raise Refusal(Problem("no_items_found", raw.source.name))


def _codes(plan: ImportPlan) -> list[str]:
    """Return the items and attention checks of the study that have a column."""
    wanted = [item.code for item in plan.study.items]
    wanted += [check.code for check in plan.study.attention_checks]
    held = {c.code for c in plan.of_kind(ColumnKind.ITEM, ColumnKind.ATTENTION)}
    return [code for code in wanted if code in held]


# --- answers --------------------------------------------------------------------------------


def _answers(
    raw: RawTable, plan: ImportPlan, codes: Sequence[str], problems: list[Problem]
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    shape = (raw.n_rows, len(codes))  # every code has a column, which fills it whole
    answers = np.empty(shape, order="F")
    missing = np.empty(shape, dtype=np.int8, order="F")
    for place, code in enumerate(codes):
        columns = plan.columns_of(code)
        for number, column in enumerate(columns):
            coded = code_column(raw.columns[column.place], column)
            problems += _not_understood(raw, column, coded.not_understood)
            if number == 0:
                answers[:, place], missing[:, place] = coded.numbers, coded.missing
            else:
                _take_in(answers[:, place], missing[:, place], coded.numbers, coded.missing)
        if len(columns) > 1:
            problems += _answered_twice(raw, columns)
    return answers, missing


def _take_in(
    answers: NDArray[np.float64],
    missing: NDArray[np.int8],
    more: NDArray[np.float64],
    kinds: NDArray[np.int8],
) -> None:
    """Fill in, in place, what a second column of the same item knows better."""
    rank = np.empty(len(Missing), dtype=np.int8)
    for place, kind in enumerate(RAREST):
        rank[kind] = place
    better = rank[kinds] < rank[missing]
    answers[better], missing[better] = more[better], kinds[better]


def _answered_twice(raw: RawTable, columns: Sequence[ColumnPlan]) -> list[Problem]:
    answered = sum(
        (code_column(raw.columns[c.place], c).missing == Missing.ANSWERED).astype(int)
        for c in columns
    )
    rows = np.flatnonzero(np.asarray(answered) > 1)
    if not len(rows):
        return []
    values = {"code": columns[0].code, "count": len(rows)}
    row = int(raw.row_numbers[rows[0]])
    return [Problem("item_answered_twice", columns[0].header.strip(), row, values)]


def _not_understood(raw: RawTable, plan: ColumnPlan, cells: Sequence[str]) -> list[Problem]:
    column = raw.columns[plan.place]
    problems = []
    for cell in cells:
        rows = np.flatnonzero(column.codes == column.values.index(cell))
        listed = "、".join(str(raw.row_numbers[row]) for row in rows[:LISTED_ROWS])
        values = {"cell": cell, "count": len(rows), "rows": listed}
        problems.append(Problem("cell_not_understood", plan.header.strip(), values=values))
    return problems


# --- respondents ------------------------------------------------------------------------------


def _respondents(
    raw: RawTable, plan: ImportPlan, index: pd.RangeIndex, problems: list[Problem]
) -> pd.DataFrame:
    import pandas as pd

    found: dict[str, Any] = {"row": raw.row_numbers}
    for column in plan.columns:
        cells = raw.columns[column.place]
        if column.kind is ColumnKind.ROLE:
            found["role"] = _roles(cells, column, problems)
        elif column.kind is ColumnKind.SECONDS:
            found["seconds"] = _seconds(cells, column, problems)
        elif column.kind is ColumnKind.SUBMITTED:
            found["submitted"] = _moments(cells, column, problems)
        elif column.kind is ColumnKind.GROUP:
            labels = labels_of(cells, column)
            before = found.get(column.code)  # of a choice with one column per option
            found[column.code] = labels if before is None else np.where(labels, labels, before)
    return pd.DataFrame(found, index=index)


def labels_of(cells: Column, plan: ColumnPlan) -> NDArray[np.object_]:
    """Return the labels of a choice column, None where there is no answer.

    What was typed behind an option (``其他〖…〗``) goes to ``other``, see description.py.
    """
    shown: dict[str, str | None] = dict(plan.labels)
    if plan.is_option_column:
        shown = dict.fromkeys(cells.values) | dict.fromkeys(plan.options, plan.option)
    gone = {cell for cell, _ in plan.missing}
    values = [
        None if cell in gone else shown.get(cell, without_open_part(cell)) for cell in cells.values
    ]
    lookup = np.array([*values, None], dtype=object)
    found: NDArray[np.object_] = lookup[cells.codes]
    return found


def _roles(cells: Column, plan: ColumnPlan, problems: list[Problem]) -> NDArray[np.object_]:
    codes = dict(plan.labels)
    gone = {cell for cell, _ in plan.missing}
    unknown = [cell for cell in cells.values if cell not in codes and cell not in gone]
    if unknown:
        values = {"labels": "、".join(unknown[:10])}
        problems.append(Problem("role_label_unknown", plan.header.strip(), values=values))
    lookup = np.array([*(codes.get(cell, np.nan) for cell in cells.values), np.nan], dtype=object)
    found: NDArray[np.object_] = lookup[cells.codes]
    return found


def _seconds(cells: Column, plan: ColumnPlan, problems: list[Problem]) -> NDArray[np.float64]:
    values = [seconds_of(cell) for cell in cells.values]
    _note_unread(
        plan, [c for c, v in zip(cells.values, values, strict=True) if v is None], problems
    )
    lookup = np.array([np.nan if value is None else value for value in values] + [np.nan])
    found: NDArray[np.float64] = lookup[cells.codes]
    return found


def _moments(cells: Column, plan: ColumnPlan, problems: list[Problem]) -> pd.Series:
    import pandas as pd

    day_first = is_day_first(cells.values)
    gone = dict(plan.missing)
    values = [
        None if cell in gone else moment_of(cell, day_first=day_first) for cell in cells.values
    ]
    unread = [c for c, v in zip(cells.values, values, strict=True) if v is None and c not in gone]
    _note_unread(plan, unread, problems)
    lookup = np.array([*values, None], dtype="datetime64[s]")
    return pd.Series(lookup[cells.codes], index=pd.RangeIndex(1, len(cells) + 1, name="respondent"))


def _note_unread(plan: ColumnPlan, cells: Sequence[str], problems: list[Problem]) -> None:
    if cells:
        values = {"cells": "、".join(cells[:5]), "count": len(cells)}
        problems.append(Problem("fact_not_understood", plan.header.strip(), values=values))


# --- report -----------------------------------------------------------------------------------


def _report(
    raw: RawTable, plan: ImportPlan, responses: ResponseSet, problems: Sequence[Problem]
) -> ImportReport:
    kinds = Counter(column.kind for column in plan.columns)
    return ImportReport(
        source=raw.source,
        platform=plan.platform,
        respondents=raw.n_rows,
        columns=MappingProxyType({str(k): kinds[k] for k in ColumnKind if kinds[k]}),
        missing=count_missing(responses),
        dropped=tuple(c.header.strip() for c in plan.personal),
        total=plan.total,
        problems=(
            *raw.problems,
            *plan.notes,
            *_likely(plan),
            *_split(plan),
            *_single_by_columns(plan),
            *_nothing_to_analyse(raw, plan),
            *_duplicates(raw, plan),
            *repeat_notes(raw, responses.repeats),
            *problems,
        ),
    )


def _likely(plan: ImportPlan) -> list[Problem]:
    """One note per block whose scale was inferred from what occurs in the data."""
    found: dict[str, ColumnPlan] = {}
    for column in plan.of_kind(ColumnKind.ITEM):
        if column.certainty == "likely":
            found.setdefault(column.question or column.header, column)
    return [
        Problem("scale_inferred", column.header.strip(), values=_scale_values(column))
        for column in found.values()
    ]


def _split(plan: ImportPlan) -> list[Problem]:
    """One note per column whose cells were split into several answers."""
    return [
        Problem(
            "answers_split",
            column.header.strip(),
            values={"count": len(column.options), "options": "、".join(column.options[:5])},
        )
        for column in plan.of_kind(ColumnKind.MULTIPLE)
        if column.separator
    ]


def _single_by_columns(plan: ImportPlan) -> list[Problem]:
    """One note per choice with a column for each option, of which nobody took two."""
    found: dict[str, list[ColumnPlan]] = {}
    for column in plan.of_kind(ColumnKind.GROUP, ColumnKind.SINGLE):
        if column.is_option_column and column.certainty == "likely":
            found.setdefault(column.question, []).append(column)
    return [
        Problem("single_by_columns", columns[0].asked, values={"count": len(columns)})
        for columns in found.values()
    ]


def _scale_values(column: ColumnPlan) -> dict[str, object]:
    scale = column.scale
    assert scale is not None
    steps = " < ".join(f"{cell}={code:g}" for cell, code in scale.steps)
    return {"scale": steps or f"{scale.minimum:g}–{scale.maximum:g}"}


def _nothing_to_analyse(raw: RawTable, plan: ImportPlan) -> list[Problem]:
    """Answers without a scale item can be described, not analysed."""
    if plan.of_kind(ColumnKind.ITEM):
        return []
    return [Problem("no_items_found", raw.source.name)]


def _duplicates(raw: RawTable, plan: ImportPlan) -> list[Problem]:
    """Headings that stand twice, and response numbers that stand twice."""
    problems = []
    headings = Counter(header.strip() for header in raw.headers)
    twice = [header for header, count in headings.items() if count > 1]
    if twice:
        values = {"headings": "、".join(twice[:5]), "count": len(twice)}
        problems.append(Problem("headings_twice", raw.source.name, values=values))
    for column in plan.of_kind(ColumnKind.NUMBER):
        cells = raw.columns[column.place]
        again = np.count_nonzero(cells.codes != BLANK) - len(cells.values)
        if again:
            values = {"count": again}
            problems.append(Problem("numbers_twice", column.header.strip(), values=values))
    return problems
