"""Ties the columns of a table to a study: the user's own, or the framework's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.exchange.borrowing import framework_labels, with_borrowed_scales
from survey.exchange.framework_columns import (
    attention_wordings,
    mark_framework_questions,
)
from survey.exchange.framework_numbers import with_number_scales, with_option_labels
from survey.exchange.matching import (
    Tie,
    find_ties,
    framework_wordings,
    study_wordings,
    tie_items,
    tieable,
    wording_notes,
)
from survey.exchange.plan import ColumnKind, ColumnPlan, StudyOrigin
from survey.exchange.raw_table import RawTable
from survey.exchange.scales import Scale
from survey.exchange.vocabulary import vocabulary
from survey.exchange.wording import plain
from survey.framework_study import framework_study
from survey.problems import Problem
from survey.study import Study
from survey.study_draft import with_codes

FRAMEWORK_ITEMS = 6
"""So many of the framework's items in a table make it one of the framework's questionnaires."""


@dataclass(frozen=True, slots=True)
class Tied:
    """Columns tied to a study."""

    columns: tuple[ColumnPlan, ...]
    study: Study
    origin: StudyOrigin
    notes: tuple[Problem, ...]


def tie_columns(raw: RawTable, columns: tuple[ColumnPlan, ...], study: Study | None) -> Tied:
    """Return the columns tied to ``study``, else to the framework when enough is recognised.

    Neither: the study is empty and its origin ``draft``.
    """
    if study is not None:
        return _tie_to_study(raw, columns, study)
    ties = find_ties(tieable(columns), framework_wordings())
    if len({tie.code for tie in ties}) >= FRAMEWORK_ITEMS:
        return _tie_to_framework(raw, columns, ties)
    columns = _with_attention_checks(columns)
    return Tied(columns, Study("", (), ()), "draft", ())


def _tie_to_framework(
    raw: RawTable, columns: tuple[ColumnPlan, ...], ties: tuple[Tie, ...]
) -> Tied:
    where = raw.source.name
    notes = wording_notes(columns, ties, where)
    checks = find_ties(tieable(columns), attention_wordings())
    columns, more = with_number_scales(raw, columns, (*ties, *checks))
    notes += more
    study = framework_study().restricted_to({tie.code for tie in ties})
    columns = with_borrowed_scales(raw, tie_items(columns, ties), framework_labels())
    columns = _tie_checks(columns, checks, study)
    columns = mark_framework_questions(with_option_labels(columns))
    columns, study = _with_common_bounds(columns, study)
    held = {column.code for column in columns}
    study = replace(
        study,
        attention_checks=tuple(c for c in study.attention_checks if c.code in held),
    )
    return Tied(columns, study, "framework", tuple(notes))


def _tie_to_study(raw: RawTable, columns: tuple[ColumnPlan, ...], study: Study) -> Tied:
    where = raw.source.name
    ties = find_ties(tieable(columns), study_wordings(study))
    notes = wording_notes(columns, ties, where)
    labels = framework_labels() if study.framework else ()
    tied = with_borrowed_scales(raw, tie_items(columns, ties), labels)
    wordings: dict[str, tuple[str, ...]] = {check.code: () for check in study.attention_checks}
    if study.framework:
        known = attention_wordings()
        wordings = {code: known.get(code, ()) for code in wordings}
    tied = _tie_checks(tied, find_ties(tieable(columns), wordings), study)
    if study.framework:
        tied, more = with_number_scales(raw, tied, ties)
        notes += more
        tied = mark_framework_questions(with_option_labels(tied))
    tied = _with_study_bounds(tied, study)
    tied, missing = _tie_groups(tied, study, where)
    return Tied(tied, study, "file", (*notes, *missing))


def _tie_checks(
    columns: tuple[ColumnPlan, ...], ties: Sequence[Tie], study: Study
) -> tuple[ColumnPlan, ...]:
    correct = {check.code: check.correct for check in study.attention_checks}
    codes = {tie.place: tie.code for tie in ties if tie.code in correct}
    return tuple(
        replace(
            column,
            kind=ColumnKind.ATTENTION,
            code=codes[column.place],
            correct=correct[codes[column.place]],
            scale=column.scale or _scale_like(columns, column),
            certainty="certain",
        )
        if column.place in codes
        else column
        for column in columns
    )


def _scale_like(columns: Sequence[ColumnPlan], column: ColumnPlan) -> Scale | None:
    """Return the scale of the nearest item: an attention check looks like its neighbours."""
    known = [c for c in columns if c.scale is not None and c.kind is ColumnKind.ITEM]
    if not known:
        return None
    return min(known, key=lambda item: abs(item.place - column.place)).scale


def _with_common_bounds(
    columns: tuple[ColumnPlan, ...], study: Study
) -> tuple[tuple[ColumnPlan, ...], Study]:
    """Let the framework's items take the bounds of the scale they were asked with (5 or 7)."""
    tops = {
        column.code: (column.scale.minimum, column.scale.maximum)
        for column in columns
        if column.kind is ColumnKind.ITEM and column.scale is not None
    }
    items = tuple(
        replace(item, minimum=tops[item.code][0], maximum=tops[item.code][1])
        if item.code in tops
        else item
        for item in study.items
    )
    study = replace(study, items=items)
    return _with_study_bounds(columns, study), study


def _with_study_bounds(columns: tuple[ColumnPlan, ...], study: Study) -> tuple[ColumnPlan, ...]:
    """Numbers without labels are read within the bounds that the study gives."""
    bounds = {item.code: (item.minimum, item.maximum) for item in study.items}
    return tuple(_bounded(column, bounds) for column in columns)


def _bounded(column: ColumnPlan, bounds: Mapping[str, tuple[float, float]]) -> ColumnPlan:
    if column.kind is not ColumnKind.ITEM or column.code not in bounds or column.labels:
        return column
    has_words = column.scale is not None and column.scale.steps
    if has_words or (column.scale is None and column.is_words):
        return column
    low, high = bounds[column.code]
    return replace(column, scale=Scale((), low, high, "bounds"), certainty="certain")


def _tie_groups(
    columns: tuple[ColumnPlan, ...], study: Study, where: str
) -> tuple[tuple[ColumnPlan, ...], list[Problem]]:
    """Make the study's group variables groups, and only them."""
    names = {plain(name): name for name in study.group_variables}
    drafted = {column.place: column.code for column in with_codes(columns)}
    found: set[str] = set()
    result: list[ColumnPlan] = []
    for column in columns:
        texts = (drafted[column.place], column.asked, column.header, column.code)
        known = (names[plain(text)] for text in texts if text and plain(text) in names)
        taken = found - _names_of_choice(column, result)
        name = next((name for name in known if name not in taken), "")
        if name and column.kind in (ColumnKind.GROUP, ColumnKind.SINGLE, ColumnKind.QUANTITY):
            column = replace(column, kind=ColumnKind.GROUP, code=name)
            found.add(name)
        elif column.kind is ColumnKind.GROUP:
            column = replace(column, kind=ColumnKind.SINGLE)
        result.append(column)
    missing = [
        Problem("group_without_column", where, values={"name": name})
        for name in study.group_variables
        if name not in found
    ]
    return tuple(result), [] if study.framework else missing


def _names_of_choice(column: ColumnPlan, before: Sequence[ColumnPlan]) -> set[str]:
    """Return the name of the earlier columns of the same choice: they share it."""
    if not column.is_option_column:
        return set()
    return {c.code for c in before if c.is_option_column and c.question == column.question}


def _with_attention_checks(columns: tuple[ColumnPlan, ...]) -> tuple[ColumnPlan, ...]:
    return tuple(_as_check(columns, column) for column in columns)


def _as_check(columns: Sequence[ColumnPlan], column: ColumnPlan) -> ColumnPlan:
    """Return an instructed question ("本题请选择…") as an attention check with its right code."""
    if column.kind not in (ColumnKind.ITEM, ColumnKind.GROUP, ColumnKind.SINGLE):
        return column
    if not any(hint in plain(column.wording) for hint in vocabulary().attention_hints):
        return column
    for pattern in vocabulary().attention:
        found = pattern.search(column.wording)
        if not found:
            continue
        scale = column.scale or _scale_like(columns, column)
        codes = {plain(cell): code for cell, code in scale.steps} if scale else {}
        correct = codes.get(plain(found.group("answer")))
        if correct is not None and scale is not None:
            return replace(
                column,
                kind=ColumnKind.ATTENTION,
                scale=scale,
                correct=correct,
                certainty="certain",
            )
    return column
