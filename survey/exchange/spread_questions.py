"""One question over several columns: multiple choice, ranking, multiple-response sets."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import RawTable, ResponseSetFact
from survey.exchange.sketching import Sketch
from survey.exchange.wording import plain

_CHOSEN = frozenset({"0", "1", "0.0", "1.0", "true", "false", "yes", "no", "y", "n", "ja", "nein"})

FEWEST_ANSWERS = 20
"""With fewer, a multiple choice of which everybody took one option is not unlikely."""
_MAY_BE_PARTS = (
    ColumnKind.IGNORED,
    ColumnKind.TEXT,
    ColumnKind.SINGLE,
    ColumnKind.QUANTITY,
)


def spread_questions(raw: RawTable, sketches: Sequence[Sketch]) -> list[ColumnPlan]:
    """Return multiple choices and rankings that stand in one column per option."""
    found = [plan for fact in raw.sets for plan in _from_set(fact, sketches)]
    known = {plan.place for plan in found}
    parts = [sketch for sketch in sketches if sketch.plan.place not in known]
    for key, members in groupby(parts, key=_question_key):
        columns = list(members)
        if key and len(columns) > 1:
            found += _question(raw, columns, key)
    return found


def _question(raw: RawTable, columns: Sequence[Sketch], key: str) -> list[ColumnPlan]:
    """Return the columns of one question if they are its options, [] if they are not."""
    marks = [sketch for sketch in columns if _is_mark(sketch)]
    if len(marks) > 1 and _are_marks(raw, columns, marks):
        # an "other" text beside the options stays a text
        if _is_single(raw, marks):
            return [_option_of_single(sketch, key) for sketch in marks]
        return [_part_of(sketch, ColumnKind.MULTIPLE, key) for sketch in marks]
    are_numbers = all(sketch.plan.option and sketch.numbers is not None for sketch in columns)
    if are_numbers and _are_ranks(raw, columns):
        return [_part_of(sketch, ColumnKind.RANKING, key) for sketch in columns]
    return []


def _from_set(fact: ResponseSetFact, sketches: Sequence[Sketch]) -> list[ColumnPlan]:
    """Return the columns of a multiple-response set.

    Dichotomies: the counted cell means that the column's option was chosen. Categories: each
    cell names an option.
    """
    return [
        replace(
            plan,
            kind=ColumnKind.MULTIPLE,
            question=fact.label or fact.name,
            option=plan.wording,
            options=(fact.counted,) if fact.counted else (),
            labels=() if fact.counted else plan.labels,
        )
        for plan in (sketches[place].plan for place in fact.columns)
    ]


def _question_key(sketch: Sketch) -> str:
    plan = sketch.plan
    is_part = plan.kind in _MAY_BE_PARTS and (bool(plan.option) or sketch.is_part)
    return (plan.question or plan.stem) if is_part else ""


def _are_marks(raw: RawTable, columns: Sequence[Sketch], marks: Sequence[Sketch]) -> bool:
    """All parts are marks but for a text; ones alone are marks only if somebody left blanks."""
    texts = [s for s in columns if s not in marks]
    if any(s.plan.kind is not ColumnKind.TEXT and s.answers for s in texts):
        return False
    cells = {cell for sketch in marks for cell in _cells(sketch)}
    has_blanks = any(raw.columns[sketch.plan.place].blanks for sketch in marks)
    return bool(cells) and (cells != {"1"} or has_blanks)


def _is_mark(sketch: Sketch) -> bool:
    """Whether the cells only say chosen or not: 0/1, yes/no, or the option's own text."""
    cells = _cells(sketch)
    return cells <= _CHOSEN or cells == {_option(sketch)}  # also when nobody chose it


def _is_single(raw: RawTable, marks: Sequence[Sketch]) -> bool:
    """Whether the cells are the options' own texts and nobody among many has two of them.

    Platforms that write 0 and 1 write a single choice into one column.
    """
    if any(_cells(sketch) - {_option(sketch)} for sketch in marks):
        return False
    chosen = np.sum([raw.columns[sketch.plan.place].codes >= 0 for sketch in marks], axis=0)
    used = sum(bool(sketch.answers) for sketch in marks)
    return used > 1 and int(chosen.max()) == 1 and int(chosen.sum()) >= FEWEST_ANSWERS


def _option_of_single(sketch: Sketch, key: str) -> ColumnPlan:
    plan = _part_of(sketch, ColumnKind.SINGLE, key)
    return replace(plan, options=sketch.answers or (plan.option,), certainty="likely")


def _cells(sketch: Sketch) -> set[str]:
    return {plain(cell) for cell in sketch.answers}


def _option(sketch: Sketch) -> str:
    return plain(sketch.plan.option or sketch.plan.wording)


def _are_ranks(raw: RawTable, columns: Sequence[Sketch]) -> bool:
    """Whether no respondent gives the same number twice, and numbers run from 1."""
    tops = [max(sketch.numbers or (0.0,)) for sketch in columns]
    if max(tops) > len(columns) or max(tops) < 2:
        return False
    table = np.stack([_as_numbers(raw, sketch) for sketch in columns], axis=1)
    rows = np.where(table > 0, table, np.nan)
    rows = rows[~np.isnan(rows).all(axis=1)]
    distinct = [len(set(row[~np.isnan(row)])) == int((~np.isnan(row)).sum()) for row in rows]
    return bool(distinct) and float(np.mean(distinct)) > 0.9


def _as_numbers(raw: RawTable, sketch: Sketch) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = dict(zip(sketch.answers, sketch.numbers or (), strict=False))
    column = raw.columns[sketch.plan.place]
    lookup = np.array([values.get(cell, np.nan) for cell in column.values] + [np.nan])
    numbers: np.ndarray[tuple[int], np.dtype[np.float64]] = lookup[column.codes]
    return numbers


def _part_of(sketch: Sketch, kind: ColumnKind, key: str) -> ColumnPlan:
    option = sketch.plan.option or sketch.plan.wording
    return replace(sketch.plan, kind=kind, question=key, option=option)
