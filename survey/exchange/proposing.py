"""Proposes what each column of a table is: platform, items, roles, groups, study."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.exchange.blocks import settle_columns
from survey.exchange.borrowing import framework_labels, with_borrowed_scales
from survey.exchange.dialects import adapt_headings, aside_columns
from survey.exchange.framework_columns import (
    attention_wordings,
    find_role_column,
    mark_framework_questions,
    role_column,
)
from survey.exchange.headings import read_headings
from survey.exchange.matching import (
    Tie,
    find_ties,
    framework_wordings,
    study_wordings,
    tie_items,
    tieable,
    wording_notes,
)
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan, StudyOrigin
from survey.exchange.platforms import detect_platform, refuse_forms
from survey.exchange.raw_table import RawTable
from survey.exchange.reverse_suspects import mark_reverse_suspects
from survey.exchange.scales import Scale, ordered_scale
from survey.exchange.sketching import sketch_columns
from survey.exchange.spreadsheet_damage import damage_notes
from survey.exchange.tencent import with_letter_labels
from survey.exchange.totals import check_total
from survey.exchange.vocabulary import vocabulary
from survey.exchange.wording import plain
from survey.framework_study import framework_study
from survey.problems import Problem, refuse
from survey.study import Study
from survey.study_draft import draft_study, is_simulated, with_codes

FRAMEWORK_ITEMS = 6
"""So many of the framework's items in a table make it one of the framework's questionnaires."""
NO_ROLE = "-"
EVERY_COLUMN = "*"


@dataclass(frozen=True, slots=True)
class _Tied:
    """Columns tied to a study."""

    columns: tuple[ColumnPlan, ...]
    study: Study
    origin: StudyOrigin
    notes: tuple[Problem, ...]


def propose_plan(
    raw: RawTable,
    study: Study | None = None,
    *,
    role_column_header: str | None = None,
    scales: Sequence[str] = (),
) -> ImportPlan:
    """Return what each column is, as far as it can be told.

    Columns are tied to ``study`` when one is given, else to the framework's items when enough
    of them are recognised, else a study is drafted.

    Args:
        raw: the table.
        study: the user's own.
        role_column_header: heading of the column that tells the role; ``-`` for none.
        scales: orders of labels, each ``heading=label<label<...``; ``*`` for every column
            that holds only such labels.

    Raises:
        Refusal: ``role_column_header`` or a heading in ``scales`` is no column.
    """
    refuse_forms(raw)
    headings = read_headings(raw)
    platform = detect_platform(raw, headings)
    headings = adapt_headings(raw, headings, platform=platform)
    aside = aside_columns(raw, platform=platform)
    sketches = sketch_columns(raw, headings, platform=platform, aside=aside)
    columns = settle_columns(raw, sketches)
    columns = _with_user_scales(raw, columns, scales)
    tied = _tie(raw, columns, study)
    columns, total = check_total(raw, tied.columns)
    columns = tuple(_ignored_when_empty(raw, column) for column in columns)
    notes = (*tied.notes, *damage_notes(raw, columns))
    plan = ImportPlan(platform, columns, tied.study, tied.origin, total, notes)
    plan = _with_role(raw, plan, role_column_header)
    if tied.origin == "draft":
        plan = _drafted(raw, plan)
    if platform == "tencent":
        plan = replace(plan, columns=with_letter_labels(raw, plan.columns))
    if is_simulated(raw):
        plan = replace(plan, study=replace(plan.study, is_simulated=True))
    return mark_reverse_suspects(raw, plan)


def _ignored_when_empty(raw: RawTable, column: ColumnPlan) -> ColumnPlan:
    is_choice = column.kind in (ColumnKind.GROUP, ColumnKind.SINGLE)
    if is_choice and not raw.columns[column.place].values:
        return replace(column, kind=ColumnKind.IGNORED)
    return column


# --- study ------------------------------------------------------------------------------


def _tie(raw: RawTable, columns: tuple[ColumnPlan, ...], study: Study | None) -> _Tied:
    if study is not None:
        return _tie_to_study(raw, columns, study)
    ties = find_ties(tieable(columns), framework_wordings())
    if len({tie.code for tie in ties}) >= FRAMEWORK_ITEMS:
        return _tie_to_framework(raw, columns, ties)
    columns = _with_attention_checks(columns)
    return _Tied(columns, Study("", (), ()), "draft", ())


def _tie_to_framework(
    raw: RawTable, columns: tuple[ColumnPlan, ...], ties: tuple[Tie, ...]
) -> _Tied:
    where = raw.source.name
    notes = wording_notes(columns, ties, where)
    checks = find_ties(tieable(columns), attention_wordings())
    study = framework_study().restricted_to({tie.code for tie in ties})
    columns = with_borrowed_scales(raw, tie_items(columns, ties), framework_labels())
    columns = _tie_checks(columns, checks, study)
    columns = mark_framework_questions(columns)
    columns, study = _with_common_bounds(columns, study)
    held = {column.code for column in columns}
    study = replace(
        study,
        attention_checks=tuple(c for c in study.attention_checks if c.code in held),
    )
    return _Tied(columns, study, "framework", tuple(notes))


def _tie_to_study(raw: RawTable, columns: tuple[ColumnPlan, ...], study: Study) -> _Tied:
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
        tied = mark_framework_questions(tied)
    tied = _with_study_bounds(tied, study)
    groups = [*notes]
    tied, missing = _tie_groups(tied, study, where)
    return _Tied(tied, study, "file", (*groups, *missing))


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
        if column.kind is ColumnKind.ITEM and column.scale is not None and column.scale.steps
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
    found: set[str] = set()
    result = []
    for column in columns:
        name = names.get(plain(column.wording)) or names.get(plain(column.header))
        name = name or names.get(plain(column.code or "\0"))
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


def _drafted(raw: RawTable, plan: ImportPlan) -> ImportPlan:
    plan = replace(plan, columns=with_codes(plan.columns))
    return replace(plan, study=draft_study(raw, plan))


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


# --- what the user said --------------------------------------------------------------------


def _with_role(raw: RawTable, plan: ImportPlan, header: str | None) -> ImportPlan:
    cells = {column.place: raw.columns[column.place].values for column in plan.columns}
    names = plan.study.role_names
    if header == NO_ROLE:
        return replace(plan, is_role_waived=True)
    if header is not None:
        column = plan.columns[_place(raw, header)]
        return plan.with_columns([role_column(column, cells[column.place], names)])
    if not names:
        return plan
    found = find_role_column(plan.columns, cells, names)
    return plan if found is None else plan.with_columns([found])


def _with_user_scales(
    raw: RawTable, columns: tuple[ColumnPlan, ...], scales: Sequence[str]
) -> tuple[ColumnPlan, ...]:
    for text in scales:
        header, labels = _scale_option(text)
        wanted = {plain(label) for label in labels}
        if header == EVERY_COLUMN:
            places = [c.place for c in columns if _only_has(raw, c, wanted)]
        else:
            place = _place(raw, header)
            places = [c.place for c in columns if _same_question(c, columns[place])]
        scale = ordered_scale(labels)
        columns = tuple(
            replace(c, kind=ColumnKind.ITEM, scale=scale, certainty="certain")
            if c.place in places
            else c
            for c in columns
        )
    return columns


def _scale_option(text: str) -> tuple[str, list[str]]:
    """Return heading and labels of ``heading=label<label<label``."""
    found = re.match(r"^(.*?)\s*=\s*(.+)$", text, re.DOTALL)
    labels = [label.strip() for label in found.group(2).split("<")] if found else []
    if found is None or len(labels) < 2 or not all(labels) or len(set(labels)) < len(labels):
        raise refuse("scale_option_unclear", "--scale", text=text)
    return found.group(1).strip(), labels


def _only_has(raw: RawTable, column: ColumnPlan, labels: set[str]) -> bool:
    gone = {cell for cell, _ in column.missing}
    cells = [cell for cell in raw.columns[column.place].values if cell not in gone]
    return bool(cells) and all(plain(cell) in labels for cell in cells)


def _same_question(column: ColumnPlan, other: ColumnPlan) -> bool:
    same = column.kind is ColumnKind.ITEM and column.question == other.question
    return column.place == other.place or (same and bool(other.question))


def _place(raw: RawTable, header: str) -> int:
    """Return the column of a heading; its question number or place (#12) will do too."""
    place = raw.place(header)
    if place is None and re.fullmatch(r"#\d+", header) and 0 < int(header[1:]) <= len(raw.headers):
        place = int(header[1:]) - 1
    if place is None:
        starts = [
            at for at, found in enumerate(raw.headers) if plain(found).startswith(plain(header))
        ]
        place = starts[0] if starts and header.strip() else None
    if place is None:
        from difflib import get_close_matches

        near = get_close_matches(header, raw.headers, n=3, cutoff=0.3)
        raise refuse("column_missing", raw.source.name, header=header, near="、".join(near) or "—")
    return place
