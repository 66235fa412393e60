"""Uses a plan again for the next file: the next wave, or a later export of the same survey."""

from collections.abc import Sequence
from dataclasses import replace

from survey.exchange.plan import ColumnPlan, ImportPlan
from survey.exchange.proposing import propose_plan
from survey.exchange.raw_table import RawTable
from survey.exchange.repeats import refit_repeats
from survey.exchange.wording import plain
from survey.problems import Problem


def refit_plan(plan: ImportPlan, raw: RawTable) -> ImportPlan:
    """Return ``plan`` for another table: columns are found by heading, wherever they stand.

    Headings the plan does not know are proposed afresh; those the table lacks are noted. The
    study stays: an item without a column becomes an open question.
    """
    fresh = propose_plan(raw, plan.study)
    known: dict[str, list[ColumnPlan]] = {}
    for column in plan.columns:
        known.setdefault(plain(column.header), []).append(column)
    columns = tuple(_refitted(column, known) for column in fresh.columns)
    gone = [column.header.strip() for columns_left in known.values() for column in columns_left]
    new = [column.header.strip() for column, old in zip(columns, fresh.columns, strict=True)
           if column is old]  # fmt: skip
    notes = (*_note("plan_columns_gone", raw, gone), *_note("plan_columns_new", raw, new))
    return replace(
        fresh,
        columns=columns,
        study=plan.study,
        study_origin=plan.study_origin,
        is_role_waived=plan.is_role_waived,
        notes=notes,
        repeats=refit_repeats(plan.repeats, fresh.repeats),
    )


def _refitted(column: ColumnPlan, known: dict[str, list[ColumnPlan]]) -> ColumnPlan:
    """Return the old plan of the column's heading at its new place; each serves once."""
    waiting = known.get(plain(column.header))
    if not waiting:
        return column
    old = waiting.pop(0)
    if not waiting:
        del known[plain(column.header)]
    missing = dict(old.missing) | {c: k for c, k in column.missing if c not in dict(old.missing)}
    return replace(old, place=column.place, header=column.header, missing=tuple(missing.items()))


def _note(code: str, raw: RawTable, headings: Sequence[str]) -> list[Problem]:
    if not headings:
        return []
    values = {"count": len(headings), "columns": "、".join(headings[:5])}
    return [Problem(code, raw.source.name, values=values)]
