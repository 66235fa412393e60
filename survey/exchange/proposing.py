"""Proposes what each column of a table is: platform, items, roles, groups, study."""

from collections.abc import Sequence
from dataclasses import replace

from survey.exchange.blocks import settle_columns
from survey.exchange.dialects import adapt_headings, aside_columns
from survey.exchange.headings import read_headings
from survey.exchange.personal import personal_notes
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.exchange.platforms import detect_platform, refuse_forms
from survey.exchange.raw_table import RawTable
from survey.exchange.repeats import propose_repeats
from survey.exchange.reverse_suspects import mark_reverse_suspects
from survey.exchange.sketching import sketch_columns
from survey.exchange.spreadsheet_damage import damage_notes
from survey.exchange.tencent import with_letter_labels
from survey.exchange.totals import check_total
from survey.exchange.tying import tie_columns
from survey.exchange.user_options import with_role, with_user_scales
from survey.study import Study
from survey.study_draft import draft_study, is_simulated, with_codes, with_group_names


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
    columns = with_user_scales(raw, columns, scales)
    tied = tie_columns(raw, columns, study)
    columns, total = check_total(raw, tied.columns)
    columns = tuple(_ignored_when_empty(raw, column) for column in columns)
    notes = (*tied.notes, *damage_notes(raw, columns), *personal_notes(raw, columns))
    plan = ImportPlan(
        platform, columns, tied.study, tied.origin, total, notes, repeats=propose_repeats(raw)
    )
    plan = with_role(raw, plan, role_column_header)
    if tied.origin == "draft":
        plan = _drafted(raw, plan)
    if tied.origin == "framework":
        plan = _with_own_groups(plan)
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


def _drafted(raw: RawTable, plan: ImportPlan) -> ImportPlan:
    plan = replace(plan, columns=with_codes(plan.columns))
    return replace(plan, study=draft_study(raw, plan))


def _with_own_groups(plan: ImportPlan) -> ImportPlan:
    """Name the groups that the framework does not know; list those that the table has."""
    plan = replace(plan, columns=with_group_names(plan.columns))
    groups = dict.fromkeys(column.code for column in plan.of_kind(ColumnKind.GROUP))
    return plan.with_study(replace(plan.study, group_variables=tuple(groups)))
