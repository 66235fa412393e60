"""What the user says on the command line where the program cannot know: roles, orders."""

import re
from collections.abc import Sequence
from dataclasses import replace

from survey.exchange.framework_columns import (
    find_role_column,
    role_column,
)
from survey.exchange.plan import ColumnKind, ColumnPlan, ImportPlan
from survey.exchange.raw_table import RawTable
from survey.exchange.scales import ordered_scale
from survey.exchange.wording import plain
from survey.problems import refuse

NO_ROLE = "-"
EVERY_COLUMN = "*"


def with_role(raw: RawTable, plan: ImportPlan, header: str | None) -> ImportPlan:
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


def with_user_scales(
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
