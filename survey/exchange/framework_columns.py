"""Recognises the framework's own questions besides the items: role, groups, ranking, text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.exchange.framework_numbers import with_constraint_ranking
from survey.exchange.matching import find_ties
from survey.exchange.plan import ColumnKind, ColumnPlan
from survey.exchange.sketching import MOST_CHOICES
from survey.exchange.wording import bare, closest
from survey.framework import load_framework
from survey.framework_study import ROLE_QUESTION, group_names

ROLE_LABEL_LIKENESS = 0.6
ROLE_SHARE = 0.5
"""So many of a column's labels must be roles for the column to tell the role."""


OUR_ROLE_COLUMN = "role"
"""Heading under which we write roles ourselves, as numbers in the order of the roles."""

_ROLE_KINDS = (ColumnKind.GROUP, ColumnKind.SINGLE, ColumnKind.ROLE, ColumnKind.TEXT)


def attention_wordings() -> dict[str, tuple[str, ...]]:
    """Return the wordings of the framework's attention checks by code."""
    return {entry["code"]: (entry["zh"],) for entry in load_framework().raw["attention_checks"]}


def mark_framework_questions(columns: Sequence[ColumnPlan]) -> tuple[ColumnPlan, ...]:
    """Return the columns with demographics, ranking and open questions under their codes."""
    raw = load_framework().raw
    groups = {code: (wording,) for code, wording in group_names().items()}
    extras = {entry["code"]: (entry["zh"],) for entry in raw["extra_questions"]}
    choices = [c for c in columns if c.kind in (ColumnKind.GROUP, ColumnKind.SINGLE)]
    others = [c for c in columns if c.kind in (ColumnKind.RANKING, ColumnKind.TEXT)]
    group_of = {tie.place: tie.code for tie in find_ties(choices, groups)}
    extra_of = {tie.place: tie.code for tie in find_ties(others, extras)}
    names = group_names()
    result = []
    for column in with_constraint_ranking(columns):
        if column.place in group_of:
            name = names[group_of[column.place]]
            column = replace(column, kind=ColumnKind.GROUP, code=name)
        elif column.place in extra_of:
            column = replace(column, code=extra_of[column.place])
        result.append(column)
    return tuple(result)


def find_role_column(
    columns: Sequence[ColumnPlan],
    cells: Mapping[int, Sequence[str]],
    role_names: Mapping[str, str],
) -> ColumnPlan | None:
    """Return the column that tells the role, its labels tied to role codes, or None.

    Args:
        columns: of the plan.
        cells: distinct answers by place.
        role_names: name of each role by code.
    """
    question = next(
        (
            entry["zh"]
            for entry in load_framework().raw["demographics"]
            if entry["code"] == ROLE_QUESTION
        ),
        "",
    )
    best: tuple[float, ColumnPlan] | None = None
    for column in columns:
        is_ours = bare(column.wording) == OUR_ROLE_COLUMN
        if not (is_ours or column.kind in _ROLE_KINDS) or len(cells[column.place]) > MOST_CHOICES:
            continue
        tied = role_column(column, cells[column.place], role_names)
        share = len(tied.labels) / max(len(cells[column.place]), 1)
        if bare(column.wording) == bare(question):
            share += 1
        if share >= ROLE_SHARE and tied.labels and (best is None or share > best[0]):
            best = (share, tied)
    return None if best is None else best[1]


def role_column(
    column: ColumnPlan, cells: Sequence[str], role_names: Mapping[str, str]
) -> ColumnPlan:
    """Return the column as the one that tells the role; labels pair cells with role codes."""
    shown = dict(column.labels)
    pairs = []
    for cell in cells:
        code = _role_of(shown.get(cell, cell), role_names)
        if code:
            pairs.append((cell, code))
    if not pairs and bare(column.wording) == OUR_ROLE_COLUMN:
        numbers = {str(place): code for place, code in enumerate(role_names, 1)}
        if set(cells) <= numbers.keys():
            pairs = [(cell, numbers[cell]) for cell in cells]
    return replace(column, kind=ColumnKind.ROLE, code="role", labels=tuple(pairs))


def _role_of(label: str, role_names: Mapping[str, str]) -> str:
    """Return the role a label means: its code, its name, a part of it, or nearly its name."""
    wanted = bare(label)
    for code, name in role_names.items():
        if wanted in (bare(code), bare(name)):
            return code
    inside = [code for code, name in role_names.items() if len(wanted) > 1 and wanted in bare(name)]
    if len(inside) == 1:
        return inside[0]
    name, score = closest(label, role_names.values())
    if score < ROLE_LABEL_LIKENESS:
        return ""
    return next(code for code, found in role_names.items() if found == name)
