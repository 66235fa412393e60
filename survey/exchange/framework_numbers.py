"""The framework's questionnaire exported by option numbers: 1 is the first option, and so on.

The labels are not in the file, but in the framework. 不了解/不适用 stands behind the scale's
last step, so its number is one more than the scale has points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.exchange.matching import Tie, find_ties
from survey.exchange.numbers import number_of
from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.raw_table import RawTable
from survey.exchange.scales import Scale
from survey.exchange.wording import bare
from survey.framework import load_framework
from survey.problems import Problem
from survey.responses import Missing

CONSTRAINT_RANKING = "RK1"
_CHOICES = (ColumnKind.QUANTITY, ColumnKind.SINGLE, ColumnKind.GROUP, ColumnKind.ITEM)


def with_option_labels(columns: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """Return the columns; demographics that hold option numbers get the options as labels."""
    questions = load_framework().raw["demographics"]
    wordings = {entry["code"]: (entry["zh"],) for entry in questions}
    options = {entry["code"]: entry["options_zh"] for entry in questions}
    numbers = [c for c in columns if c.kind in _CHOICES and not c.is_words and not c.labels]
    code_of = {tie.place: tie.code for tie in find_ties(numbers, wordings)}
    return tuple(
        _labelled(column, options[code_of[column.place]]) if column.place in code_of else column
        for column in columns
    )


def _labelled(column: ColumnPlan, options: Sequence[str]) -> ColumnPlan:
    """A question whose options the university wrote itself keeps its numbers."""
    labels = tuple((str(place), option) for place, option in enumerate(options, start=1))
    return replace(
        column,
        kind=ColumnKind.SINGLE,
        scale=None,
        labels=labels if len(labels) > 1 else (),
        certainty="certain",
    )


def with_number_scales(
    raw: RawTable, columns: Sequence[ColumnPlan], ties: Sequence[Tie]
) -> tuple[tuple[ColumnPlan, ...], list[Problem]]:
    """Return the columns, tied items in numbers with the framework's scale, and a note.

    The largest number says which scale was asked: 5, 7, or one of them with 不了解 behind.
    """
    places = {tie.place for tie in ties if not columns[tie.place].is_words}
    top = max((_top(raw, columns[place]) for place in places), default=0.0)
    scale = load_framework().raw["scale"]
    fitting = [p for p in (scale["points"], scale["alternative_points"]) if top <= p + 1]
    if not places or not fitting:
        return tuple(columns), []
    points = fitting[0]
    beyond = str(points + 1)
    changed: dict[int, ColumnPlan] = {}
    for place in places:
        column = columns[place]
        missing = dict(column.missing) | {beyond: Missing.DO_NOT_KNOW}
        changed[place] = replace(
            column,
            scale=Scale((), 1.0, float(points), "bounds"),
            missing=tuple(missing.items()) if top > points else column.missing,
            certainty="certain",
        )
    notes = []
    if top > points:
        values = {"number": beyond, "label": scale["na_zh"]}
        notes.append(Problem("number_beyond_scale", raw.source.name, values=values))
    return tuple(changed.get(column.place, column) for column in columns), notes


def _top(raw: RawTable, column: ColumnPlan) -> float:
    gone = dict(column.missing)
    numbers = (number_of(cell) for cell in raw.columns[column.place].values if cell not in gone)
    return max((number for number in numbers if number is not None), default=0.0)


def with_constraint_ranking(columns: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """Return the columns; ranks given constraint by constraint are the framework's RK1."""
    names = {bare(c.name) for c in load_framework().constructs.values() if c.kind == "constraint"}
    questions: Mapping[str, list[ColumnPlan]] = _rankings(columns)
    ours = {
        question
        for question, parts in questions.items()
        if len(parts) > 2 and all(bare(part.option) in names for part in parts)
    }
    return tuple(
        replace(column, code=CONSTRAINT_RANKING)
        if column.kind is ColumnKind.RANKING and column.question in ours and column.option
        else column
        for column in columns
    )


def _rankings(columns: Sequence[ColumnPlan]) -> dict[str, list[ColumnPlan]]:
    found: dict[str, list[ColumnPlan]] = {}
    for column in columns:
        if column.kind is ColumnKind.RANKING and column.option:
            found.setdefault(column.question, []).append(column)
    return found
